"""Start child processes: the emulator as its users run it, and any other command.

A child gets the default disposition of every signal and an environment without the caller's settings, so that a test
gives the same result in a terminal, in a background job and in CI.
"""

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

SECONDS = 60
POLL_SECONDS = 0.01
READY = "mockorders ready on "
GREETING_LINES = 6
SETTINGS = ("MOCKORDERS_", "PYTHON", "PYTEST_", "HYPOTHESIS_")
COLORS = {"NO_COLOR", "FORCE_COLOR", "PY_COLORS", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"}
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(SETTINGS) and name not in COLORS and not name.lower().endswith("_proxy")
}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
MODULE = [sys.executable, "-m", "mockorders"]
SCRIPT = [str(Path(sys.executable).parent / "mockorders")]
IGNORABLE = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]


class Ended(NamedTuple):
    """The exit code of a command and its output."""

    code: int
    out: str
    err: str


@contextmanager
def default_signals() -> Iterator[None]:
    """Reset ignored signals within the block, so that children do not inherit them from a background job."""
    ignored = []
    if threading.current_thread() is threading.main_thread():
        ignored = [number for number in IGNORABLE if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


def spawn(
    command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, **options: Any
) -> "subprocess.Popen[str]":
    """Start a command; `environment` adds to `ENVIRONMENT`, the other options are those of `Popen`."""
    options.setdefault("text", True)
    with default_signals():
        return subprocess.Popen(command, env={**ENVIRONMENT, **(environment or {})}, **options)


def finish(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    check: bool = False,
    timeout: float = SECONDS,
    **options: Any,
) -> "subprocess.CompletedProcess[Any]":
    """Run a command and capture its output, as UTF-8 text unless `text=False`."""
    if not {"stdout", "stderr"} & options.keys():
        options.setdefault("capture_output", True)
    if options.setdefault("text", True):
        options.setdefault("encoding", "utf-8")
    with default_signals():
        return subprocess.run(
            command, env={**ENVIRONMENT, **(environment or {})}, check=check, timeout=timeout, **options
        )


def run_pytest(
    *arguments: str,
    plugins: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    **options: Any,
) -> "subprocess.CompletedProcess[Any]":
    """Run pytest with only the named plugin modules."""
    chosen = chain.from_iterable(("-p", plugin) for plugin in plugins)
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **(environment or {})}
    return finish([*PYTEST, *chosen, *arguments], environment=environment, **options)


def wait_until(condition: Callable[[], Any], what: str = "the condition", seconds: float = SECONDS) -> Any:
    """Return what `condition` returns once it is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not come true within {seconds} s"
        time.sleep(POLL_SECONDS)
    return found


def quickest(measure: Callable[[], float], limit: float, attempts: int = 3) -> float:
    """Return the shortest of the measured seconds; measures again only while none is below the limit."""
    least = measure()
    for _ in range(attempts - 1):
        if least < limit:
            break
        least = min(least, measure())
    return least


class Server:
    """A running server: its process, its greeting and its base URL."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        self.greeting = [process.stdout.readline().rstrip("\n")]
        self.url = self.greeting[0].removeprefix(READY)
        if self.greeting[0]:
            self.greeting += [process.stdout.readline().rstrip("\n") for _ in range(GREETING_LINES - 1)]

    def get(self, path: str, **headers: str) -> Any:
        return get(f"{self.url}{path}", headers)

    def end(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Stop the server with a signal; return the rest of its output."""
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
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """Run a server on a free port until the block ends."""
    process = spawn(
        [*command, *arguments],
        environment={"MOCKORDERS_PORT": "0", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=stderr,
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


def run(*arguments: str, command: Sequence[str] = MODULE, environment: Mapping[str, str] | None = None) -> Ended:
    """Run a command of the emulator that exits by itself."""
    done = finish([*command, *arguments], environment={"MOCKORDERS_PORT": "0", **(environment or {})})
    return Ended(done.returncode, done.stdout, done.stderr)


def get(url: str, headers: Mapping[str, str], context: ssl.SSLContext | None = None) -> Any:
    """Send a GET request; return the JSON body, whatever the status."""
    request = urllib.request.Request(url, headers=dict(headers))
    opener = DIRECT if context is None else urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def drained(terminal: int) -> str:
    """Return what was written to a terminal whose other side is closed."""
    output = b""
    with suppress(OSError):
        while piece := os.read(terminal, 65536):
            output += piece
    return output.decode()
