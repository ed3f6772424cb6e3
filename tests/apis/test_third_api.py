"""A third API is a package, its schemas and its records: no other file changes. What import-linter cannot check."""

import ast
import base64
import itertools
import json
import shutil
import subprocess
import textwrap
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support import toy_api
from support.processes import DIRECT, MODULE, run_pytest, spawn
from support.sources import trees

from mockorders import resources
from mockorders.apis import discover

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mockorders"

BRICKS = [{"id": 1, "name": "", "studs": 8, "area": 512}, {"id": 2, "name": "red", "studs": 4, "area": 256}]


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    json: Any


class Toys:
    """The emulator with a third API, in its own process."""

    def __init__(self, url: str, greeting: str) -> None:
        self.url = url
        self.greeting = greeting

    def call(self, method: str, path: str, body: Any = None, *, box: str | None = "box", **headers: str) -> Reply:
        """Send a request as a box."""
        given = {**headers, **({} if box is None else {"X-Toy-Box": box})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, given, method=method)
        try:
            with DIRECT.open(request, timeout=10) as response:
                return Reply(response.status, dict(response.headers), json.load(response))
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), json.load(error))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the checkout and add the toy API, its schemas and a fixture file."""
    home = tmp_path_factory.mktemp("home")
    for name in ("mockorders", "schemas", "fixtures"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    toy_api.write_package(home / "mockorders/apis")
    toy_api.write_schemas(home / "schemas")
    (home / "fixtures/box.json").write_text(json.dumps(toy_api.BOX))
    return home


@pytest.fixture(scope="module")
def toys(home: Path) -> Iterator[Toys]:
    """Serve that copy; each test uses its own box."""
    command = [*MODULE, "--port", "0", "--fixtures", "box"]
    with spawn(command, cwd=home, environment={"PYTHONPATH": str(home)}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        greeting = [process.stdout.readline() for _ in range(8)]
        yield Toys(greeting[0].strip().removeprefix("mockorders ready on "), "".join(greeting))
        process.terminate()


BOXES = itertools.count()


@pytest.fixture
def box() -> str:
    """Return the name of a new box."""
    return f"box.{next(BOXES)}"


def test_toy_api_lists_records(toys: Toys, box: str) -> None:
    reply = toys.call("GET", "/toy/bricks", box=box)
    expected = (200, "application/vnd.toy+json", {"bricks": BRICKS})
    assert expected == (reply.status, reply.headers["Content-Type"], reply.json)


@pytest.mark.parametrize("path", ["/toy/bricks/2", "/toy/bricks/2/"])
def test_toy_api_returns_a_record(toys: Toys, box: str, path: str) -> None:
    reply = toys.call("GET", path, box=box)
    assert (200, BRICKS[1]) == (reply.status, reply.json)


def test_toy_api_creates_a_record(toys: Toys, box: str) -> None:
    reply = toys.call("POST", "/toy/bricks", {"name": "blue", "studs": 2}, box=box)
    brick = {"id": 3, "name": "blue", "studs": 2, "area": 128}
    assert (201, brick) == (reply.status, reply.json)
    assert [*BRICKS, brick] == toys.call("GET", "/toy/bricks", box=box).json["bricks"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("GET", "/toy/bricks/9"), (404, "no such brick")),
        (("GET", "/toy/planes"), (404, "GET /toy/planes: no such path, expected one of GET /toy/bricks, ")),
        (("GET", "/toy"), (404, "GET /toy: no such path, ")),
        (("GET", "/toy/boxes"), (404, "GET /toy/boxes: the real service has this path, the emulator does not")),
        (("PUT", "/toy/bricks"), (405, "PUT /toy/bricks: expected GET, POST")),
        (("DELETE", "/toy/bricks"), (404, "DELETE /toy/bricks: the real service has this method, the emulator does ")),
        (("POST", "/toy/bricks", {"name": "x", "studs": 0}), (400, "studs: expected an integer")),
        (("POST", "/toy/bricks", {"name": "x"}), (400, "studs: is required, expected an integer")),
        (("POST", "/toy/bricks", {"name": "x", "studs": 1, "wheels": 4}), (400, "Unknown property 'wheels'")),
    ],
)
def test_toy_api_rejects_in_its_own_format(
    toys: Toys, box: str, arguments: tuple[Any, ...], expected: tuple[int, str]
) -> None:
    reply = toys.call(*arguments, box=box)
    assert expected == (reply.status, reply.json["oops"][0][: len(expected[1])])
    assert BRICKS == toys.call("GET", "/toy/bricks", box=box).json["bricks"]


def test_toy_api_lists_allowed_methods(toys: Toys, box: str) -> None:
    assert "GET, POST" == toys.call("PUT", "/toy/bricks", box=box).headers["Allow"]


def test_toy_api_requires_a_credential(toys: Toys) -> None:
    reply = toys.call("GET", "/toy/bricks", box=None)
    assert (401, ["oops"]) == (reply.status, list(reply.json))


def test_toy_api_has_isolated_sandboxes(toys: Toys, box: str) -> None:
    toys.call("POST", "/toy/bricks", {"name": "blue", "studs": 2}, box=f"{box}1")
    counts = [len(toys.call("GET", "/toy/bricks", box=f"{box}{number}").json["bricks"]) for number in (1, 2)]
    assert [3, 2] == counts


def test_all_apis_share_a_sandbox(toys: Toys) -> None:
    toys.call("POST", "/toy/bricks", {"name": "blue", "studs": 2}, box="box.shared")
    token = base64.b64encode(b"box.shared:any").decode()
    universe = toys.call("GET", "/orders/latest?key=box.shared@164", box=None)
    cratejoy = toys.call("GET", "/v1/orders/75572230/", box=None, Authorization=f"Basic {token}")
    state = toys.call("GET", "/_mockorders/sandboxes/box.shared/state", box=None)
    assert (489, 75572230) == (universe.json["order"]["id"], cratejoy.json["id"])
    assert [1, 2, 3] == [brick["id"] for brick in state.json["toy"]["bricks"]]


def test_toy_api_state_is_reset_and_replaced(toys: Toys, box: str) -> None:
    toys.call("POST", "/toy/bricks", {"name": "blue", "studs": 2}, box=box)
    state = toys.call("PUT", f"/_mockorders/sandboxes/{box}/state", {"toy": {"bricks": [{"id": 5}]}})
    assert (200, [{"id": 5, "name": "", "studs": 4}]) == (state.status, state.json["toy"]["bricks"])
    assert [5] == [brick["id"] for brick in toys.call("GET", "/toy/bricks", box=box).json["bricks"]]


def test_toy_api_records_are_validated(toys: Toys) -> None:
    reply = toys.call("PUT", "/_mockorders/sandboxes/box.bad/state", {"toy": {"bricks": [{"id": 5, "studs": 0}]}})
    assert (422, "/toy/bricks/0/studs") == (reply.status, reply.json["pointer"])


def test_toy_api_records_are_added(toys: Toys, box: str) -> None:
    added = toys.call("POST", f"/_mockorders/sandboxes/{box}/records/toy/bricks", {"name": "blue"})
    assert (201, 3, "blue") == (added.status, added.json["record"]["id"], added.json["record"]["name"])
    rejected = toys.call("POST", f"/_mockorders/sandboxes/{box}/records", {"toy": {"bricks": [{"nmae": "x"}]}})
    assert (422, "/toy/bricks/0/nmae") == (rejected.status, rejected.json["pointer"])


def test_toy_api_rules_are_listed(toys: Toys) -> None:
    rules = toys.call("GET", "/_mockorders/fidelity").json["rules"]
    found = {rule["name"]: rule["evidence"] for rule in rules if rule["name"].startswith("toy.")}
    assert {"toy.box": "assumed", "toy.bricks": "documented", "toy.studs": "observed"} == found


def test_toy_api_has_openapi_and_metrics(toys: Toys, box: str) -> None:
    paths = toys.call("GET", "/_mockorders/openapi.json").json["paths"]
    found = {(path, method) for path in paths for method in paths[path] if path.startswith("/toy")}
    assert {("/toy/bricks", "get"), ("/toy/bricks", "post"), ("/toy/bricks/{id}", "get")} == found
    assert ["201", "400", "401", "408", "413", "500", "503"] == list(paths["/toy/bricks"]["post"]["responses"])
    toys.call("GET", "/toy/bricks/2", box=box)
    with DIRECT.open(f"{toys.url}/_mockorders/metrics", timeout=10) as response:
        assert b'mockorders_requests_total{api="toy",method="GET",route="/bricks/{id}",status="200"}' in response.read()


def test_its_documentation_is_found(toys: Toys) -> None:
    document = toys.call("GET", "/_mockorders/openapi.json").json
    operation = document["paths"]["/toy/bricks/{id}"]["get"]
    content = operation["responses"]["200"]["content"]["application/vnd.toy+json"]
    assert [{"ToyBox": []}] == operation["security"]
    assert {"the-red-brick": {"summary": "The red brick", "value": BRICKS[1]}} == content["examples"]


def test_its_generator_is_found(toys: Toys, box: str) -> None:
    document = {"generate": {"seed": 1, "toy": {"bricks": 2}}}
    assert 200 == toys.call("PUT", f"/_mockorders/sandboxes/{box}", {"fixtures": document}).status
    assert [100, 101] == [brick["id"] for brick in toys.call("GET", "/toy/bricks", box=box).json["bricks"]]


def test_it_accepts_any_query_parameter_without_a_query_schema(toys: Toys, box: str) -> None:
    assert 200 == toys.call("GET", "/toy/bricks?color=red&color=blue", box=box).status


def test_toy_api_is_in_the_greeting(toys: Toys) -> None:
    url = toys.url.replace("127.0.0.1", "localhost")
    assert f"Toy bricks API: {url}/toy  credential demo" in toys.greeting
    assert f"curl -H 'X-Toy-Box: demo' {url}/toy/bricks" in toys.greeting


def test_invalid_definition_ends_pytest_with_one_line(home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(home, broken)
    (broken / "schemas/toy/error.json").unlink()
    (tmp_path / "test_toy.py").write_text("def test_toy(mockorders):\n    pass\n")
    done = run_pytest(plugins=["mockorders"], environment={"PYTHONPATH": str(broken)}, cwd=tmp_path)
    message = "API toy: mockorders/apis/toy/routes.py: error responses: expected a file schemas/toy/error.json"
    assert 4 == done.returncode, done.stdout
    assert message in done.stdout + done.stderr


def test_pytest_fixture_has_the_toy_api(toys: Toys, home: Path, tmp_path: Path) -> None:
    test = """
        def test_it(mockorders, mockorders_server):
            access = mockorders.toy
            assert (mockorders_server.url + "/toy", mockorders.name) == (access.base_url, access.key)
    """
    (tmp_path / "test_toy.py").write_text(textwrap.dedent(test))
    environment = {"PYTHONPATH": str(home)}
    done = run_pytest("--mockorders-url", toys.url, plugins=["mockorders"], environment=environment, cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout


def test_other_apis_are_unchanged(toys: Toys) -> None:
    path = "/orders?key=docs.toy@2"
    reply = toys.call("GET", path, box=None)
    assert ("ok", [2, 3]) == (reply.json["status"], [order["id"] for order in reply.json["orders"]])


# ---- what import-linter cannot check

APIS = sorted(path.parent.name for path in (PACKAGE / "apis").glob("*/__init__.py"))
OF_APIS = ("client.apis.", *(f"apis.{api}." for api in APIS))  # the first is generated from the schemas of all APIs
PROGRAMS = {"cli.group", "cli.main", "cli.param_types", "cli.serve", "health"}


def modules() -> dict[str, ast.Module]:
    """Return the syntax trees by dotted name."""
    return {path.removesuffix(".py").replace("/", "."): tree for path, tree in trees().items()}


def shared_modules() -> dict[str, ast.Module]:
    """Return the modules that belong to no API."""
    return {name: tree for name, tree in modules().items() if not name.startswith(OF_APIS)}


def test_apis_and_shared_modules_are_distinguished() -> None:
    assert [api.name for api in discover()] == APIS
    assert {"apis.base", "pipeline.pipeline", "fixture_sets.builder"} <= shared_modules().keys()


def test_no_shared_module_names_an_api() -> None:
    named = [
        (name, node.value)
        for name, tree in shared_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in APIS
    ]
    assert [] == named


def test_only_programs_read_the_environment() -> None:
    readers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers <= PROGRAMS


def test_data_is_found_next_to_the_package() -> None:
    assert {"schemas", "fixtures"} == {resources.folder(name).name for name in ("schemas", "fixtures")}
