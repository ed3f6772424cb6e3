"""Files about a failed test, for CI to upload: report, requests, changes, and a script that repeats the requests."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.models import Record, RecordedRequest
from mockorders.observability.redaction import mask_effect, mask_match
from mockorders.testing.control_log import ControlLog, LoggedCall

if TYPE_CHECKING:
    from mockorders.testing.case import SandboxCase

MAX_NAME_LENGTH = 120
MAX_EXPLAINED = 200
MAX_ARGUMENT = 30_000  # characters; systems limit the arguments of a command
SCRIPT_HEAD = """\
#!/bin/sh
# Repeats the requests of {test} in a new sandbox.
# Start an emulator (mockorders serve), then: sh replay.sh [URL]
URL="${{1:-http://127.0.0.1:8080}}"
HERE="$(dirname "$0")"
SANDBOX="$URL/_mockorders/sandboxes/{sandbox}"
control() {{ curl -fsS -o /dev/null -X "$1" -H 'Content-Type: application/json' -d "$3" "$SANDBOX$2"; }}
"""


def write_artifacts(parent: Path, test: str, case: "SandboxCase", report: str) -> Path:
    """Write the files of a failed test to a folder, and return it. Files are left out if the emulator has stopped."""
    folder = parent / folder_name(test) / case.subfolder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.txt").write_text(report + "\n", encoding="utf-8")
    try:
        _write_all(folder, test, case)
    except (ControlError, UnreachableError) as error:
        (folder / "error.txt").write_text(f"{error}\n", encoding="utf-8")
    return folder


def _write_all(folder: Path, test: str, case: "SandboxCase") -> None:
    sandbox = case.sandbox
    requests = sandbox.requests()
    explanations = [sandbox.explain(request) for request in requests[-MAX_EXPLAINED:]]
    documents = {
        "requests.har": sandbox.har(),
        "explain.json": explanations,
        "diff.json": sandbox.diff(),
        "state.json": sandbox.state,
    }
    for name, document in documents.items():
        text = json.dumps(document, indent=2, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    lines = Replay(folder, case).lines(test, requests, {each["id"]: each["curl"] for each in explanations})
    (folder / "replay.sh").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def folder_name(test: str) -> str:
    """Return the name of a test's folder: its id in characters that every file system has."""
    readable = re.sub("[^A-Za-z0-9_.-]+", "-", test.replace("::", "-").replace("/", "-")).strip("-.")
    plain = test.replace("::", "-").replace("/", "-")
    if readable == plain and len(readable) <= MAX_NAME_LENGTH:
        return readable
    return f"{readable[:MAX_NAME_LENGTH]}-{blake2b(test.encode(), digest_size=3).hexdigest()}"


class Replay:
    """Writes the script that repeats the requests of a test in a new sandbox, and files of the bodies that are long."""

    def __init__(self, folder: Path, case: "SandboxCase") -> None:
        self._folder = folder
        self._sandbox = case.sandbox
        self._options = case.options
        self._log = case.log or ControlLog(lambda _: None)

    def lines(self, test: str, requests: Sequence[RecordedRequest], curls: Mapping[str, str]) -> Iterator[str]:
        """Yield the lines: control requests, and the curl commands of requests, each at its time."""
        info = self._sandbox.info()
        yield SCRIPT_HEAD.format(test=" ".join(test.split()), sandbox=self._sandbox.name)
        created = {"fixtures": info["fixtures"], "profile": info["profile"], **self._options}
        yield self._control("PUT", "", self._log.created or created)
        calls = list(self._log.calls)
        for request in requests:
            while calls and calls[0].after < int(request["id"]):
                yield self._logged(calls.pop(0))
            if request["id"] in curls:
                yield f"\n# request {request['id']}: {request['status'] or 'no response'}"
                yield self._control("PUT", "/clock", {"now": request["at"], "frozen": True})
                yield _with_url(curls[request["id"]], self._sandbox.url) + "; echo"
        yield from map(self._logged, calls)

    def _logged(self, call: LoggedCall) -> str:
        body = _masked_fault(call.body) if call.path.startswith("/faults") and call.body else call.body
        return self._control(call.method, call.path, body)

    def _control(self, method: str, path: str, body: Any) -> str:
        text = "" if body is None else json.dumps(body)
        if len(text) <= MAX_ARGUMENT:
            return f"control {method} {shlex.quote(path)} {shlex.quote(text)}"
        number = len(list(self._folder.glob("body-*.json"))) + 1
        (self._folder / f"body-{number}.json").write_text(text, encoding="utf-8")
        return f'control {method} {shlex.quote(path)} @"$HERE"/body-{number}.json'


def _masked_fault(fault: Record) -> Record:
    """Return a fault as it is added, or its changes, with credentials redacted."""
    masked = dict(fault)
    if fault.get("match"):
        masked["match"] = mask_match(fault["match"])
    if "effect" in fault:
        masked["effect"] = mask_effect(fault["effect"], lambda *_: False)
    return masked


def _with_url(curl: str, url: str) -> str:
    """Return a curl command with a variable instead of the server's URL, and without a note about a truncated body."""
    words = shlex.split(curl, comments=True)
    start = words.index("curl")
    piped = [f"printf {shlex.quote(words[1])} |"] if start else []
    return " ".join([*piped, "curl -sS", *(_argument(each, url) for each in words[start + 1 :])])


def _argument(text: str, url: str) -> str:
    rest = text.removeprefix(url)
    if rest == text:
        return shlex.quote(text)
    return '"$URL"' + shlex.quote(rest)
