"""The health check of a container, run as the container runs it; tests/test_image.py has it speak TLS."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.processes import SECONDS, finish, spawn

from mockorders import MockServer


def check(**environment: str) -> tuple[int, str]:
    """Run the check; gives the exit code and what it says."""
    chosen = {f"MOCKORDERS_{name.upper()}": value for name, value in environment.items()}
    command = [sys.executable, "-m", "mockorders.health"]
    done = finish(command, environment=chosen)
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    with MockServer(fixtures="docs", control_token="secret") as server:
        yield server.url.rpartition(":")[2]


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1", "localhost"])
def test_an_emulator_that_answers_is_healthy_and_asks_for_no_token(port: str, host: str) -> None:
    assert (0, "") == check(port=port, host=host)


def test_nobody_there_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, said = check(port=str(port))
    assert (1, True) == (code, said.startswith("mockorders: not healthy: "))


def test_a_port_that_is_none_is_not_healthy() -> None:
    assert (1, "mockorders: not healthy: MOCKORDERS_PORT: expected a number, got 'http'\n") == check(port="http")


@pytest.mark.parametrize("response", [b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"200", b""])
def test_another_answer_is_not_healthy(response: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "mockorders.health"]
        with spawn(command, environment={"MOCKORDERS_PORT": str(port)}, stderr=subprocess.PIPE) as asking:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(response)
            assert 1 == asking.wait(SECONDS)


def test_it_does_not_wait_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert (1, "mockorders: not healthy: timed out\n") == check(port=str(silent.getsockname()[1]))
