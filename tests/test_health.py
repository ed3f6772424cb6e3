"""The health check, run as in the container; tests/test_image.py covers TLS."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.processes import SECONDS, finish, spawn

from mockorders import MockServer


def check(**environment: str) -> tuple[int, str]:
    """Run the check; return its exit code and output."""
    chosen = {f"MOCKORDERS_{name.upper()}": value for name, value in environment.items()}
    command = [sys.executable, "-m", "mockorders.health"]
    done = finish(command, environment=chosen)
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    with MockServer(fixtures="docs", control_token="secret") as server:
        yield server.url.rpartition(":")[2]


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1", "localhost"])
def test_running_emulator_is_healthy_without_a_token(port: str, host: str) -> None:
    assert (0, "") == check(port=port, host=host)


def test_refused_connection_is_unhealthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, output = check(port=str(port))
    assert (1, True) == (code, output.startswith("mockorders: not healthy: "))


def test_invalid_port_is_unhealthy() -> None:
    assert (1, "mockorders: not healthy: MOCKORDERS_PORT: expected a number, got 'http'\n") == check(port="http")


def test_port_of_a_kubernetes_service_is_ignored() -> None:
    code, output = check(port="tcp://10.96.0.12:8080", host="203.0.113.7.invalid")
    assert (1, False) == (code, "MOCKORDERS_PORT" in output)


def test_host_in_brackets_is_an_address(port: str) -> None:
    code, output = check(port=port, host="[127.0.0.1]")
    assert (0, "") == (code, output)


@pytest.mark.parametrize("response", [b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"200", b""])
def test_other_response_is_unhealthy(response: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "mockorders.health"]
        with spawn(command, environment={"MOCKORDERS_PORT": str(port)}, stderr=subprocess.PIPE) as check:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(response)
            assert 1 == check.wait(SECONDS)


def test_check_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert (1, "mockorders: not healthy: timed out\n") == check(port=str(silent.getsockname()[1]))
