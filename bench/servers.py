"""The measured servers, each in its own process, and clients that send one request at a time."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import NamedTuple, Self

from bench.load import HOST

TIMEOUT_SECONDS = 60
REMOVED_PREFIXES = ("MOCKORDERS_", "PYTHON")  # such as PYTHONDONTWRITEBYTECODE, which recompiles at every start
MOCKORDERS = [str(Path(sys.executable).parent / "mockorders"), "--port", "0"]
BARE = [sys.executable, str(Path(__file__).parent / "bare.py")]


class MissingProgram(RuntimeError):
    """A required program is not installed; the text names it and how to install it."""


class Server(NamedTuple):
    """A running server: its process and its port."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://{HOST}:{self.port}"

    def memory(self) -> float:
        """Return its resident memory in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def busy(self) -> float:
        """Return its CPU time in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Client:
    """A keep-alive connection; a context manager that closes it at the end."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, request: bytes) -> None:
        """Wait for a response with a Content-Length. Raises RuntimeError if it is not 2xx."""
        self._socket.sendall(request)
        data = self._more()
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        if head.split()[1][:1] != b"2":
            message = f"expected a 2xx response to {request[:200]!r}, got {data!r}"
            raise RuntimeError(message)
        left = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(body)
        while left > 0:
            left -= len(self._more())

    def timed(self, request: bytes) -> float:
        """Return the time of one response in seconds."""
        started = time.perf_counter()
        self.send(request)
        return time.perf_counter() - started

    def _more(self) -> bytes:
        data = self._socket.recv(2**18)
        if not data:
            message = "the connection was closed before the response was complete"
            raise RuntimeError(message)
        return data


def fetch(port: int, request: bytes, *, is_rejection: bool = False) -> bytes:
    """Return the body of one response. Raises RuntimeError if it is not 2xx, unless a rejection is expected."""
    with socket.create_connection((HOST, port), TIMEOUT_SECONDS) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        body = response.read()
    if response.status // 100 != 2 and not is_rejection:
        message = f"expected a 2xx response to {request[:200]!r}, got {response.status} {body[:500]!r}"
        raise RuntimeError(message)
    return body


@contextmanager
def emulator(*options: str) -> Iterator[Server]:
    """Run the installed emulator on a free port."""
    with printing_port([*MOCKORDERS, *options]) as server:
        yield server


@contextmanager
def bare(body: bytes) -> Iterator[Server]:
    """Run a bare server that responds to every request with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "body"
        file.write_bytes(body)
        with printing_port([*BARE, str(file)]) as server:
            yield server


@contextmanager
def printing_port(command: Sequence[str]) -> Iterator[Server]:
    """Run a server whose first line ends with its port."""
    with running(command, subprocess.PIPE) as process:
        assert process.stdout is not None
        yield Server(process.pid, int(process.stdout.readline().rpartition(":")[2]))


@contextmanager
def at_port(command: Sequence[str], port: int) -> Iterator[Server]:
    """Run a server at the port of its command, and wait until it listens."""
    with running(command, subprocess.DEVNULL) as process:
        wait_for(port, process)
        yield Server(process.pid, port)


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    """Wait until a process listens at a port. Raises RuntimeError if it ends or never listens."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    message = f"nothing listens on port {port}: {process.args!r}"
    raise RuntimeError(message)


@contextmanager
def running(command: Sequence[str], stdout: int) -> Iterator["subprocess.Popen[str]"]:
    """Run a command until the block ends."""
    with subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL, text=True, env=environment()) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def environment() -> dict[str, str]:
    """Return the environment for measured processes."""
    return {name: value for name, value in os.environ.items() if not name.startswith(REMOVED_PREFIXES)}


def free_port() -> int:
    """Return a free port."""
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
