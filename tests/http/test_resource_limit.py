"""A server without file descriptors for new connections."""

import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.processes import SECONDS, serving, wait_until

from mockorders.http.resource_limit import MESSAGE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no limit of file descriptors")

LIMIT = 64
COMMAND = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({LIMIT}, {LIMIT}))
from mockorders.cli.main import main
main()
"""


def test_server_out_of_file_descriptors_warns_once_a_second_and_recovers(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        log.open("w") as stderr,
        serving("--fixtures", "docs", command=[sys.executable, "-c", COMMAND], stderr=stderr) as server,
    ):
        server.get("/orders?key=docs")
        started = time.monotonic()
        with ExitStack() as connections:
            for _ in range(2 * LIMIT):
                address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
                connections.enter_context(socket.create_connection(address, timeout=SECONDS))
            wait_until(lambda: len(log.read_text().splitlines()) >= 2)
        assert "docs" == server.get("/_mockorders/sandboxes/docs")["name"]
        seconds = time.monotonic() - started
    lines = log.read_text().splitlines()
    assert {MESSAGE} == set(lines)
    assert len(lines) <= seconds + 1
