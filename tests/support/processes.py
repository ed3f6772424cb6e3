"""The emulator as its users run it: in a process of its own."""

import base64
import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

SECONDS = 15
READY = "mockorders ready on "
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("MOCKORDERS_") and not name.lower().endswith("_proxy")
}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
MODULE = [sys.executable, "-m", "mockorders"]
SCRIPT = [str(Path(sys.executable).parent / "mockorders")]


class Ended(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Server:
    """A server that runs: its process, its greeting and its base URL."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        self.greeting = [process.stdout.readline().rstrip("\n")]
        self.url = self.greeting[0].removeprefix(READY)
        if self.greeting[0]:
            self.greeting += [process.stdout.readline().rstrip("\n") for _ in range(4)]

    def get(self, path: str, **headers: str) -> Any:
        return get(f"{self.url}{path}", headers)

    def end(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Stop it by a signal; give the rest of what it says."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            out, err = self.process.communicate(timeout=SECONDS)
        finally:
            self.process.kill()
        return Ended(self.process.returncode, out, err or "")


@contextmanager
def serving(
    *arguments: str,
    command: Sequence[str] = MODULE,
    stderr: int | IO[Any] = subprocess.PIPE,
    environment: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """Run a server on a free port until the block ends."""
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env={**ENVIRONMENT, "MOCKORDERS_PORT": "0", **(environment or {})},
        cwd=cwd,
    )
    server = None
    try:
        server = Server(process)
        assert server.url, process.communicate(timeout=SECONDS)
        yield server
    finally:
        if server is not None:
            server.end()
        else:
            process.kill()


def run(*arguments: str, command: Sequence[str] = MODULE, environment: dict[str, str] | None = None) -> Ended:
    """Run a command that ends by itself."""
    done = subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**ENVIRONMENT, "MOCKORDERS_PORT": "0", **(environment or {})},
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def get(url: str, headers: Mapping[str, str], context: ssl.SSLContext | None = None) -> Any:
    """GET a page; its JSON, whatever its status."""
    request = urllib.request.Request(url, headers=dict(headers))
    opener = DIRECT if context is None else urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def basic(user: str, password: str = "any") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def drained(terminal: int) -> str:
    """Read what was written to a terminal that nobody writes to any more."""
    shown = b""
    with suppress(OSError):
        while piece := os.read(terminal, 65536):
            shown += piece
    return shown.decode()
