"""The Docker image, built and run by the engine of the environment; skipped without one."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.processes import SECONDS, finish, wait_until

import mockorders

ROOT = Path(__file__).parent.parent
BUILD_SECONDS = 600
TAG = "mockorders:test"
BASE = "python:3.13-slim"
LOCKED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
SET = {"extends": "docs", "current_customer": 164}
FORGIVING = ssl._create_unverified_context()
MISSING = "NO DOCKER ENGINE RESPONDS: the image was neither built nor run. Install Docker, or set DOCKER_HOST."

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("image")]


def docker(*command: str, check: bool = True) -> str:
    """Run a Docker command; return its output."""
    done = finish(["docker", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=BUILD_SECONDS)
    assert done.returncode == 0 or not check, f"docker {' '.join(command)}\n{done.stdout[-3000:]}"
    return str(done.stdout).strip()


def inspect(name: str) -> Any:
    """Return what the engine reports about an image or a container."""
    return json.loads(docker("inspect", name))[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Network(NamedTuple):
    """How to reach containers: by a published port, or by the network of the host if there is no bridge."""

    bridged: bool

    @property
    def building(self) -> list[str]:
        return [] if self.bridged else ["--network=host"]

    def running(self, port: int) -> list[str]:
        """Return the options of a container that listens on a port."""
        chosen = ["--env", f"MOCKORDERS_PORT={port}"]
        return [*chosen, "--publish", f"127.0.0.1:{port}:{port}"] if self.bridged else [*chosen, "--network=host"]


class Container:
    """A running container."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url

    @property
    def state(self) -> Any:
        return inspect(self.name)["State"]

    def get(self, path: str, **headers: str) -> bytes:
        request = urllib.request.Request(self.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        with urllib.request.urlopen(request, timeout=15, context=FORGIVING) as response:
            return bytes(response.read())

    def python(self, code: str) -> str:
        """Run Python in the container."""
        return docker("exec", self.name, "python", "-c", code)

    def healthy_after(self) -> float:
        """Wait for the result of the health check; return the seconds since the start."""
        wait_until(self.has_health, "the health of the container", 30)
        state = self.state
        health = state["Health"]
        assert "healthy" == health["Status"], health
        return moment(health["Log"][-1]["End"]) - moment(state["StartedAt"])

    def has_health(self) -> bool:
        """Return whether the health check has succeeded or failed; the container must be running."""
        state = self.state
        assert state["Running"], docker("logs", self.name)
        return bool(state["Health"]["Status"] != "starting")

    def responds(self) -> bool:
        """Return whether the server responds."""
        try:
            self.get("/_mockorders/health")
        except OSError:
            return False
        return True

    def restart(self) -> None:
        """Start the container again after it stopped, and wait until it responds."""
        docker("start", self.name)
        wait_until(self.responds, "a response from the container")


def moment(text: str) -> float:
    """Parse a time of the engine, which has nanoseconds."""
    return datetime.fromisoformat(re.sub(r"\.(\d{1,6})\d*", r".\1", text)).timestamp()


@pytest.fixture(scope="module")
def network() -> Network:
    if shutil.which("docker") is None or finish(["docker", "info"]).returncode:
        pytest.skip(MISSING)
    return Network("bridge" in docker("network", "ls", "--format", "{{.Driver}}").split())


@pytest.fixture(scope="module")
def image(network: Network) -> str:
    """Build the image as in README; it stays as the cache of the next build."""
    docker("build", *network.building, "--tag", TAG, str(ROOT))
    return TAG


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a folder with fixtures and a certificate that any user can read."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "mine.json").write_text(json.dumps(SET), encoding="utf-8")
    request = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout tls.key -out tls.crt"
    finish(["openssl", *request.split()], check=True, cwd=folder)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    return folder


@contextmanager
def running(image: str, network: Network, *options: str, arguments: tuple[str, ...] = ()) -> Iterator[Container]:
    """Run a container until the block ends."""
    port = free_port()
    secured = any("MOCKORDERS_TLS_CERT" in option for option in options)
    name = docker("create", *network.running(port), *options, image, *arguments).splitlines()[-1]
    try:
        docker("start", name)
        yield Container(name, f"http{'s' if secured else ''}://127.0.0.1:{port}")
    finally:
        docker("rm", "--force", "--volumes", name, check=False)


@pytest.fixture(scope="module")
def locked(image: str, network: Network, shared: Path) -> Iterator[Container]:
    """Run a container with the least privileges, and wait until it is healthy."""
    mounted = ("--volume", f"{shared}:/fixtures:ro", "--env", "MOCKORDERS_FIXTURES=/fixtures/mine.json")
    with running(image, network, *LOCKED, *mounted) as container:
        container.healthy_after()
        yield container


# ---- contents


def test_image_has_labels(image: str) -> None:
    expected = {
        "title": "mockorders",
        "description": "A local emulator of the Universe orders API and the Cratejoy Merchant API",
        "version": mockorders.__version__,
        "licenses": "MIT",
    }
    labels = inspect(image)["Config"]["Labels"]
    assert expected == {name: labels.get(f"org.opencontainers.image.{name}") for name in expected}


def test_entry_point_needs_no_shell(image: str) -> None:
    config = inspect(image)["Config"]
    check = ["CMD", "python", "-m", "mockorders.health"]
    assert (["mockorders"], check, "10001:10001") == (
        config["Entrypoint"],
        config["Healthcheck"]["Test"],
        config["User"],
    )


def test_image_exposes_its_port(image: str) -> None:
    assert {"8080/tcp": {}} == inspect(image)["Config"]["ExposedPorts"]


def test_image_adds_less_than_60_mb_to_its_base(image: str) -> None:
    added = inspect(image)["Size"] - inspect(BASE)["Size"]
    layers = docker("history", "--format", "{{.Size}} {{.CreatedBy}}", image)
    assert added < 60_000_000, layers


def test_image_has_no_installer(locked: Container) -> None:
    assert "None" == locked.python("import importlib.util; print(importlib.util.find_spec('pip'))")


def test_image_has_the_client_of_postgresql(locked: Container) -> None:
    assert locked.python("import asyncpg; print(asyncpg.__version__)")


def test_imported_modules_are_compiled(locked: Container) -> None:
    code = """import os, sys, mockorders.app, mockorders.cli.serve, mockorders.health
files = {getattr(module, "__cached__", None) for module in sys.modules.values()} - {None}
print(len(files) > 100, [file for file in files if not os.path.exists(file)])"""
    assert "True []" == locked.python(code)


# ---- operation


def test_container_is_healthy_within_five_seconds(locked: Container) -> None:
    docker("restart", locked.name)
    assert 0 < locked.healthy_after() < 5


def test_container_listens_on_all_interfaces(locked: Container) -> None:
    port = int(locked.url.rpartition(":")[2])
    assert f" 00000000:{port:04X} " in locked.python("print(open('/proc/net/tcp').read())")


def test_container_runs_as_an_unprivileged_user(locked: Container) -> None:
    assert "10001 10001" == locked.python("import os; print(os.getuid(), os.getgid())")


def test_file_system_is_read_only(locked: Container) -> None:
    code = "try: open('/tmp/new', 'w')\nexcept OSError as error: print(error.strerror)"
    assert "Read-only file system" == locked.python(code)


def test_fixtures_are_read_from_a_mounted_folder(locked: Container) -> None:
    assert 489 == json.loads(locked.get("/orders/latest?key=anyone"))["order"]["id"]


def test_fixtures_are_generated_in_the_container(locked: Container) -> None:
    assert 100 == len(json.loads(locked.get("/orders?key=default@100"))["orders"])


def test_any_user_can_run_it_and_the_check_supports_tls(image: str, network: Network, shared: Path) -> None:
    secured = ("--env", "MOCKORDERS_TLS_CERT=/data/tls.crt", "--env", "MOCKORDERS_TLS_KEY=/data/tls.key")
    options = (*LOCKED, "--user", "12345:0", "--volume", f"{shared}:/data:ro", *secured)
    with running(image, network, *options, arguments=("--fixtures", "/data/mine.json")) as container:
        container.healthy_after()
        assert 489 == json.loads(container.get("/orders/latest?key=anyone"))["order"]["id"]


# ---- shutdown


NONE_FOUND = b'{"status":"error","messages":["No order found"]}'
ENDS = [
    ("/orders/latest?key=docs@1", {}, NONE_FOUND),
    ("/orders/latest?key=docs@1", {"X_Mockorders_Fault": "delay=100"}, NONE_FOUND),
    ("/_mockorders/sandboxes/docs/requests?wait=30&min=99", {}, None),
]


@pytest.mark.timing
@pytest.mark.parametrize(("path", "headers", "expected"), ENDS, ids=["quick", "slow", "waiting"])
def test_container_stops_at_once_and_finishes_its_responses(
    locked: Container, path: str, headers: dict[str, str], expected: bytes | None
) -> None:
    taken = []
    for _ in range(2):
        locked.restart()
        got: list[bytes] = []
        sent = threading.Event()
        thread = threading.Thread(target=send_request, args=(locked, path, headers, got, sent))
        thread.start()
        assert sent.wait(SECONDS)
        locked.get("/_mockorders/health")  # the previous request was read
        taken.append(seconds_to_end(locked))
        thread.join()
        assert expected is None or got == [expected]
        assert (0, False) == (locked.state["ExitCode"], "Traceback" in docker("logs", locked.name))
    assert min(taken) < 0.3


def send_request(
    container: Container, path: str, headers: dict[str, str], got: list[bytes], sent: threading.Event
) -> None:
    """Send a request; return None if the connection is closed."""
    connection = http.client.HTTPConnection(container.url.removeprefix("http://"), timeout=SECONDS)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    sent.set()
    with suppress(OSError, http.client.HTTPException):
        got.append(connection.getresponse().read())
    connection.close()


def seconds_to_end(container: Container) -> float:
    """Send SIGTERM; return the seconds until the engine reports the end, less the time that any signal takes."""
    began = time.time()
    docker("kill", "--signal", "SIGCONT", container.name)
    sent = time.time()
    docker("kill", "--signal", "SIGTERM", container.name)
    docker("wait", container.name)
    return moment(container.state["FinishedAt"]) - sent - (sent - began)
