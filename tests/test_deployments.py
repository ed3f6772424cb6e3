"""Compare docs/how-to/docker.md, the Compose file and the job in examples/ with the image and the application."""

import json
import re
import shlex
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import trustme
import yaml
from support.cli import parsed
from support.processes import finish

import mockorders
from mockorders import MockServer
from mockorders.cli.main import serve

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: Any = yaml.safe_load((ROOT / "examples" / "docker-compose.yml").read_text(encoding="utf-8"))
WORKFLOW: Any = yaml.safe_load((ROOT / "examples" / "github-actions.yml").read_text(encoding="utf-8"))
STEPS = WORKFLOW["jobs"]["test"]["steps"]
START = next(step["run"] for step in STEPS if "docker run" in step.get("run", ""))
DOCUMENTED = ("README.md", "docs/how-to/docker.md", "docs/how-to/install.md")
PAGES = "".join((ROOT / page).read_text(encoding="utf-8") for page in DOCUMENTED)
RUN = re.compile(r"^\$ .*docker run (.*)$", re.MULTILINE)
LINES = [shlex.split(arguments) for arguments in RUN.findall(PAGES)]
PORT = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)[0]
VARIABLES = {option.envvar for option in serve.params if isinstance(option, click.Option)}
BASE = "python:" + re.findall(r"^ARG PYTHON=(.*)$", DOCKERFILE, re.MULTILINE)[0] + "-slim"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with MockServer(fixtures="docs") as server:
        yield server.url


@pytest.fixture(scope="module")
def tls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a folder with the certificate and the key that the pages mount at /tls."""
    folder = tmp_path_factory.mktemp("tls")
    issued = trustme.CA().issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    return folder


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_documented_docker_commands_use_existing_options(
    line: list[str], tls_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = line[: line.index("mockorders")]
    arguments = line[line.index("mockorders") + 1 :]
    variables = dict(flags[at + 1].split("=") for at, flag in enumerate(flags) if flag == "--env")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.replace("/tls", str(tls_folder)))
    assert f"{PORT}:{PORT}" == flags[flags.index("--publish") + 1]
    assert set(variables) <= VARIABLES
    parameters = parsed(*arguments)
    assert set(parameters) == {option.name for option in serve.params} - {"tls_cert"}  # one TLS context, of both files


def test_docker_commands_are_documented() -> None:
    assert len(LINES) > 6


def test_image_version_is_that_of_the_package() -> None:
    assert [mockorders.__version__] == re.findall(r"^ARG VERSION=(.*)$", DOCKERFILE, re.MULTILINE)


def test_documented_timeout_is_that_of_the_health_check() -> None:
    page = (ROOT / "docs/how-to/docker.md").read_text(encoding="utf-8")
    (interval,) = re.findall(r"^HEALTHCHECK --interval=(\d+)s ", DOCKERFILE, re.MULTILINE)
    assert f"every {interval} s." in page


def test_compose_runs_the_image_and_tests_on_its_base() -> None:
    services = COMPOSE["services"]
    assert {"mockorders": "mockorders", "tests": BASE} == {name: each["image"] for name, each in services.items()}


def test_compose_waits_for_the_health_check_of_the_image() -> None:
    emulator = COMPOSE["services"]["mockorders"]
    tests = COMPOSE["services"]["tests"]
    assert {"mockorders": {"condition": "service_healthy"}} == tests["depends_on"]
    assert (False, True) == ("healthcheck" in emulator, "\nHEALTHCHECK " in DOCKERFILE)


def test_compose_uses_the_port_of_the_image() -> None:
    services = COMPOSE["services"]
    assert f"http://mockorders:{PORT}" == services["tests"]["environment"]["ORDERS_URL"]
    assert [f"127.0.0.1:{PORT}:{PORT}"] == services["mockorders"]["ports"]


def test_compose_sets_existing_options() -> None:
    assert set(COMPOSE["services"]["mockorders"]["environment"]) <= VARIABLES


def test_service_name_is_allowed_by_the_control_api(url: str) -> None:
    request = urllib.request.Request(f"{url}/_mockorders/sandboxes", headers={"Host": f"mockorders:{PORT}"})
    with urllib.request.urlopen(request) as response:
        assert 200 == response.status


def test_compose_tests_pass(url: str) -> None:
    program, *arguments = COMPOSE["services"]["tests"]["command"]
    assert "python" == program
    done = finish([sys.executable, *arguments], environment={"ORDERS_URL": url})
    assert 0 == done.returncode, done.stdout + done.stderr


def test_job_runs_the_image_at_its_port_and_checks_its_health() -> None:
    published = re.findall(r"--publish (\S+)", START)
    requested = re.findall(r"(http://\S+)", START)
    expected = ([f"{PORT}:{PORT}"], [f"http://127.0.0.1:{PORT}/_mockorders/health"])
    assert (expected, True) == ((published, requested), "'mockorders'" in START)
    (environment,) = [step["env"] for step in STEPS if step.get("run") == "pytest"]
    assert {"ORDERS_URL": f"http://127.0.0.1:{PORT}"} == environment


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_job_stops_waiting_when_the_emulator_responds(url: str) -> None:
    (line,) = [line for line in START.splitlines() if line.startswith("curl ")]
    done = finish(line.replace(f"http://127.0.0.1:{PORT}", url).split(), check=True)
    assert "ok" == json.loads(done.stdout)["status"]
