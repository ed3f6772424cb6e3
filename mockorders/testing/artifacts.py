"""Files about a failed test, for CI to upload: report, requests, changes, and a script that repeats the requests."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.models import FaultInfo, Record, RecordedRequest
from mockorders.observability.redaction import mask_effect, mask_match
from mockorders.testing.fixture import Mockorders

if TYPE_CHECKING:
    from mockorders.testing.case import SandboxCase

MAX_NAME_LENGTH = 120
MAX_EXPLAINED = 200
SCRIPT_HEAD = """\
#!/bin/sh
# Repeats the requests of {test} in a new sandbox.
# Start an emulator (mockorders serve), then: sh replay.sh [URL]
URL="${{1:-http://127.0.0.1:8080}}"
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
    curls = {each["id"]: each["curl"] for each in explanations}
    script = "\n".join(replay_lines(test, sandbox, case.fixtures, [(each, curls.get(each["id"])) for each in requests]))
    (folder / "replay.sh").write_text(script + "\n", encoding="utf-8", newline="\n")


def folder_name(test: str) -> str:
    """Return the name of a test's folder: its id in characters that every file system has."""
    readable = re.sub("[^A-Za-z0-9_.-]+", "-", test.replace("::", "-").replace("/", "-")).strip("-.")
    plain = test.replace("::", "-").replace("/", "-")
    if readable == plain and len(readable) <= MAX_NAME_LENGTH:
        return readable
    return f"{readable[:MAX_NAME_LENGTH]}-{blake2b(test.encode(), digest_size=3).hexdigest()}"


def replay_lines(
    test: str, sandbox: Mockorders, fixtures: Any, requests: Sequence[tuple[RecordedRequest, str | None]]
) -> Iterator[str]:
    """Yield a shell script that repeats requests: each with its curl command, which is None if it is left out.

    The sandbox starts with the fixtures and with the faults that it has now; the clock is set before each request.
    """
    info = sandbox.info()
    yield SCRIPT_HEAD.format(test=" ".join(test.split()), sandbox=sandbox.name)
    created = {"fixtures": info["fixtures"] if fixtures is None else fixtures, "profile": info["profile"]}
    yield _control("PUT", "", created)
    yield from (_control("POST", "/faults", _fault(fault)) for fault in sandbox.faults())
    for request, curl in requests:
        if curl is not None:
            yield f"\n# request {request['id']}: {request['status'] or 'no response'}"
            yield _control("PUT", "/clock", {"now": request["at"], "frozen": True})
            yield _with_url(curl, sandbox.url) + "; echo"


def _control(method: str, path: str, body: Any) -> str:
    return f"control {method} {shlex.quote(path)} {shlex.quote(json.dumps(body))}"


def _fault(fault: FaultInfo) -> Record:
    """Return a fault as it is added, with credentials redacted."""
    names = ("times", "after", "probability", "stage")
    rule = {name: fault[name] for name in names if fault[name] is not None}  # type: ignore[literal-required]
    return {"match": mask_match(fault["match"]), "effect": mask_effect(fault["effect"], lambda *_: False), **rule}


def _with_url(curl: str, url: str) -> str:
    """Return a curl command with a variable instead of the server's URL."""
    return " ".join(_argument(each, url) for each in shlex.split(curl))


def _argument(text: str, url: str) -> str:
    rest = text.removeprefix(url)
    if rest == text:
        return shlex.quote(text)
    return '"$URL"' + shlex.quote(rest)
