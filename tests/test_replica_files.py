"""Compare the files in examples/replicas/ with the image, the options and each other, and run what can be run."""

import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml
from support.cli import parsed
from support.nginx import FOLDER, ROOT, balanced
from support.processes import SECONDS, finish

from bench.balanced import find_nginx
from bench.postgres import PostgresServer, find_programs
from mockorders import MockServer
from mockorders.cli.main import serve

COMPOSE: Any = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
EMULATOR = SERVICES["mockorders"]
DATABASE = SERVICES["postgres"]
NGINX = SERVICES["nginx"]
NGINX_CONFIG = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
KUBERNETES = FOLDER / "kubernetes"
DEPLOYMENT, SERVICE, BUDGET, KUSTOMIZATION = (
    yaml.safe_load((KUBERNETES / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in ("deployment", "service", "disruptionbudget", "kustomization")
)
POD = DEPLOYMENT["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
(PORT,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
(USER,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
VARIABLES = {option.envvar for option in serve.params if isinstance(option, click.Option)}
PASSWORD = "PGPASSWORD"  # of PostgreSQL's own clients and of asyncpg
KUBECTL = shutil.which("kubectl")


def variables(name: str) -> dict[str, str]:
    """Return the variables of a file for kustomize."""
    lines = (KUBERNETES / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


SETTINGS = variables("settings.env")
SECRETS = variables("secret.example.env")
STORES = {"compose": EMULATOR["environment"], "kubernetes": SETTINGS}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with MockServer(fixtures="docs") as server:
        yield server.url


def test_page_explains_settings_of_nginx() -> None:
    page = (ROOT / "docs/how-to/replicas.md").read_text(encoding="utf-8")
    table = page.partition("| setting | reason |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    settings = [line.split("`")[1] for line in table if line.startswith("| `")]
    assert (7, []) == (len(settings), [each for each in settings if each not in NGINX_CONFIG])


def test_image_has_the_client_of_the_database() -> None:
    assert "'/src[postgres]'" in DOCKERFILE


def test_compose_runs_two_replicas_of_the_image() -> None:
    assert ("mockorders", 2) == (EMULATOR["image"], EMULATOR["deploy"]["replicas"])


@pytest.mark.parametrize("names", [EMULATOR["environment"], SETTINGS, SECRETS], ids=["compose", "settings", "secret"])
def test_variables_are_those_of_options(names: dict[str, str]) -> None:
    assert set(names) - {PASSWORD} <= VARIABLES


@pytest.mark.parametrize("where", STORES)
def test_options_have_the_values_of_the_variables(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STORES[where].items():
        monkeypatch.setenv(name, value)
    options = parsed()
    assert (STORES[where]["MOCKORDERS_STORE"], ("docs",)) == (options["store"], options["fixtures"])


@pytest.mark.parametrize("where", STORES)
def test_passwords_are_in_no_file(where: str) -> None:
    store = urlsplit(STORES[where]["MOCKORDERS_STORE"])
    assert (None, PASSWORD in SECRETS) == (store.password, True)


def test_database_is_the_one_of_the_store() -> None:
    store = urlsplit(EMULATOR["environment"]["MOCKORDERS_STORE"])
    created = DATABASE["environment"]
    named = (created["POSTGRES_USER"], created["POSTGRES_DB"], "postgres", created["POSTGRES_PASSWORD"])
    assert named == (store.username, store.path[1:], store.hostname, EMULATOR["environment"][PASSWORD])


@pytest.mark.parametrize(("service", "needs"), [("mockorders", "postgres"), ("nginx", "mockorders")])
def test_services_wait_until_the_next_one_is_healthy(service: str, needs: str) -> None:
    assert {needs: {"condition": "service_healthy"}} == SERVICES[service]["depends_on"]


def test_only_nginx_is_published_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    (listen,) = re.findall(r"listen (\d+);", NGINX_CONFIG)
    assert {"nginx": [f"127.0.0.1:{PORT}:{listen}"]} == published


def test_nginx_forwards_to_the_port_of_the_image() -> None:
    assert [f"mockorders:{PORT}"] == re.findall(r"^ +server (\S+) ", NGINX_CONFIG, re.MULTILINE)


def test_nginx_gets_the_file_of_the_folder() -> None:
    assert ["./nginx.conf:/etc/nginx/nginx.conf:ro"] == NGINX["volumes"]


def test_nginx_writes_to_memory_only() -> None:
    written = re.findall(r"^ *(?:pid|\w+_temp_path) (/\w+)/", NGINX_CONFIG, re.MULTILINE)
    assert ({"/tmp"}, ["/tmp"]) == (set(written), NGINX["tmpfs"])


@pytest.mark.parametrize("name", ["mockorders", "nginx"])
def test_containers_have_no_privileges(name: str) -> None:
    locked = (True, ["ALL"], ["no-new-privileges:true"])
    assert locked == tuple(SERVICES[name][key] for key in ("read_only", "cap_drop", "security_opt"))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed: apt-get install nginx-light")
def test_health_check_of_nginx_reaches_a_replica(url: str, tmp_path: Path) -> None:
    kind, *command = NGINX["healthcheck"]["test"]
    with balanced(tmp_path, [url]) as through:
        command[-1] = command[-1].replace("http://127.0.0.1:8080", through)
        assert ("CMD", 0) == (kind, finish(command).returncode)


def test_health_check_of_the_database_succeeds(postgres_server: PostgresServer) -> None:
    kind, program, *options = DATABASE["healthcheck"]["test"]
    folder = find_programs()
    assert folder is not None
    done = finish([folder / program, *options, f"--port={postgres_server.port}"])
    assert ("CMD", 0) == (kind, done.returncode)


@pytest.mark.skipif(
    shutil.which("docker") is None or finish(["docker", "compose", "version"]).returncode > 0,
    reason="docker compose is not installed",
)
def test_compose_accepts_the_file() -> None:
    command = ["docker", "compose", "--file", str(FOLDER / "compose.yaml"), "config", "--quiet"]
    done = finish(command, environment={"POSTGRES_PASSWORD": "any"})
    assert (0, "") == (done.returncode, done.stderr)


def test_deployment_runs_replicas_of_the_image_at_its_port() -> None:
    ports = [{"name": "http", "containerPort": int(PORT)}]
    assert (2, "mockorders", ports) == (DEPLOYMENT["spec"]["replicas"], CONTAINER["image"], CONTAINER["ports"])


def test_pods_run_as_the_user_of_the_image() -> None:
    chosen = POD["securityContext"]
    assert (True, USER) == (chosen["runAsNonRoot"], f"{chosen['runAsUser']}:{chosen['runAsGroup']}")


def test_pods_have_no_privileges() -> None:
    expected = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert expected == CONTAINER["securityContext"]


@pytest.mark.parametrize("kind", ["configMapRef", "secretRef"])
def test_pods_have_all_settings(kind: str) -> None:
    generated = {"configMapRef": "configMapGenerator", "secretRef": "secretGenerator"}[kind]
    named = [each[kind]["name"] for each in CONTAINER["envFrom"] if kind in each]
    assert named == [each["name"] for each in KUSTOMIZATION[generated]]


@pytest.mark.parametrize("probe", ["readinessProbe", "livenessProbe"])
def test_probes_respond(probe: str, url: str) -> None:
    path = CONTAINER[probe]["httpGet"]["path"]
    with urllib.request.urlopen(f"{url}{path}", timeout=SECONDS) as response:
        assert (200, "http") == (response.status, CONTAINER[probe]["httpGet"]["port"])


def test_pods_are_not_restarted_because_of_the_database() -> None:
    paths = [CONTAINER[probe]["httpGet"]["path"] for probe in ("readinessProbe", "livenessProbe")]
    assert ["/_mockorders/health", "/_mockorders/health/live"] == paths


@pytest.mark.parametrize("found", [DEPLOYMENT["spec"]["selector"]["matchLabels"], SERVICE["spec"]["selector"]])
def test_selectors_are_the_labels_of_the_pods(found: dict[str, str]) -> None:
    assert DEPLOYMENT["spec"]["template"]["metadata"]["labels"] == found


def test_service_needs_no_stickiness() -> None:
    (port,) = SERVICE["spec"]["ports"]
    assert ("None", "http") == (SERVICE["spec"]["sessionAffinity"], port["targetPort"])


def test_one_of_two_pods_may_be_evicted() -> None:
    labels = BUDGET["spec"]["selector"]["matchLabels"]
    assert (1, SERVICE["spec"]["selector"]) == (BUDGET["spec"]["minAvailable"], labels)


@pytest.mark.parametrize(
    "host", ["mockorders", "mockorders.default", "mockorders.default.svc:80", "mockorders.default.svc.cluster.local"]
)
def test_control_api_accepts_the_names_of_the_service(host: str) -> None:
    with MockServer(fixtures="docs", allow_hosts=tuple(SETTINGS["MOCKORDERS_ALLOW_HOST"].split())) as server:
        request = urllib.request.Request(f"{server.url}/_mockorders/sandboxes", headers={"Host": host})
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            assert 200 == response.status


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed")
def test_kustomize_builds_all_objects(tmp_path: Path) -> None:
    folder = shutil.copytree(KUBERNETES, tmp_path / "kubernetes")
    (folder / "secret.example.env").rename(folder / "secret.env")
    done = finish([str(KUBECTL), "kustomize", str(folder)], check=True)
    built = {each["kind"]: each for each in yaml.safe_load_all(done.stdout)}
    assert {"ConfigMap", "Secret", "Service", "Deployment", "PodDisruptionBudget"} == set(built)
    (container,) = built["Deployment"]["spec"]["template"]["spec"]["containers"]
    names = [next(iter(each.values()))["name"] for each in container["envFrom"]]
    assert [built["ConfigMap"]["metadata"]["name"], built["Secret"]["metadata"]["name"]] == names
    assert (SETTINGS, True) == (built["ConfigMap"]["data"], container["image"].endswith("/mockorders:0.1.0"))
