"""Measure the memory of a server in a process of its own."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from support.emulator import basic

MIB = 2**20
SERVER = """
import sys
from mockorders import MockServer

with MockServer(fixtures="docs", **eval(sys.argv[1])) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


class MeasuredServer:
    """A server, one connection to it, and the memory of its process."""

    def __init__(self, url: str, pid: int) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._pid = pid

    def send(self, method: str, path: str, body: bytes | None = None, user: str = "docs") -> int:
        """Send a request to an API or the control API; return the status."""
        headers = {**basic(user), "Content-Type": "application/json"}
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        response.read()
        return response.status

    @property
    def resident(self) -> int:
        """The resident memory of the server in bytes."""
        pages = int(Path(f"/proc/{self._pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def measured(**options: object) -> Iterator[MeasuredServer]:
    """Run a server with options of `create_app` in a process while the block runs."""
    command = [sys.executable, "-c", SERVER, repr(options)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        server = MeasuredServer(process.stdout.readline().strip(), process.pid)
        try:
            yield server
        finally:
            server.connection.close()
            process.stdin.close()
