"""A third API is one folder, its schemas and its records, and not one edit elsewhere; and who may import whom."""

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
from support.processes import DIRECT, MODULE, run_pytest, spawn

from mockorders import resources

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mockorders"

# ---- a toy: bricks, `name` and `studs`, behind a header `X-Toy-Box`

MODULES = {
    "__init__": '''
        """Toy: bricks in a box."""

        from mockorders.apis.base import Api
        from mockorders.apis.toy import rules
        from mockorders.apis.toy.dialect import Toy
        from mockorders.apis.toy.routes import ROUTES
        from mockorders.rules import declared

        API = Api(
            name="toy",
            title="Toy bricks API",
            bases=("/toy",),
            dialect=Toy(),
            routes=ROUTES,
            collections={"bricks": ("name",)},
            kept=frozenset({"toy/brick"}),
            rules=declared(rules),
            example=("-H", "X-Toy-Box: {name}", "{base}/toy/bricks"),
        )
    ''',
    "rules": '''
        """What the emulator decides about toys."""

        from mockorders.rules import Rule

        BOX = Rule("toy.box", "The header `X-Toy-Box` names the box.", "assumed", "ours")
        BRICKS = Rule("toy.bricks", "Bricks are listed by id.", "documented", "the box's lid")
        STUDS = Rule("toy.studs", "A brick has at least one stud.", "observed", "all bricks seen")
    ''',
    "routes": '''
        """The endpoints of toys."""

        from mockorders.apis.routing import Route
        from mockorders.apis.toy import handlers, rules

        ROUTES = (
            Route("GET", "/bricks", handlers.list_bricks, answer="bricks", query="none", rules=(rules.BRICKS,)),
            Route("GET", "/bricks/{id}", handlers.get_brick, answer="brick", query="none"),
            Route("POST", "/bricks", handlers.add_brick, answer="brick", query="none", body="new-brick", status=201),
        )
    ''',
    "handlers": '''
        """What toys do; they know no HTTP."""

        from mockorders.apis.toy import rules
        from mockorders.apis.toy.views import BRICK
        from mockorders.errors import NotFound


        def list_bricks(context, call):
            """Give all bricks, by id."""
            tables = context.tables("toy")
            return {"bricks": (yield from context.render_list(BRICK, tables, tables["bricks"]))}


        def get_brick(context, call):
            """Give one brick."""
            tables = context.tables("toy")
            brick = tables["bricks"].get(int(call.params["id"])) if call.params["id"].isdecimal() else None
            if brick is None:
                raise NotFound("no such brick", rule=rules.BRICKS)
            return context.render(BRICK, tables, brick)


        def add_brick(context, call):
            """Put a brick into the box."""
            tables = context.tables("toy")
            brick = {"id": tables["bricks"].next_id(), **call.body}
            tables["bricks"].put(brick)
            return context.render(BRICK, tables, brick)
    ''',
    "views": '''
        """The form of a brick."""

        from mockorders.storage.views import Form


        def brick(_, record):
            """Build the form."""
            return {**record, "area": record["studs"] * 64}


        BRICK = Form("toy/brick", brick)
    ''',
    "dialect": '''
        """How toys speak HTTP."""

        from mockorders.apis.messages import Call; from mockorders.apis.base import Given
        from mockorders.apis.toy import rules
        from mockorders.errors import Invalid, WrongMethod
        from mockorders.formats.parsing import Unreadable, parse_json


        class Toy:
            """The dialect of toys."""

            headers = ("X-Toy-Box",)

            content_type = "application/vnd.toy+json"
            methods = ("GET", "POST", "OPTIONS")

            def method(self, request):
                """Give the method."""
                return request.method

            def credential(self, request):
                """Find the box."""
                return Given(request.headers.get("X-Toy-Box"))

            def parse(self, request, match, terms):
                """Read and check a body."""
                call = Call(match.params)
                if match.route.body is not None:
                    try:
                        call.body = parse_json(request.body)
                    except Unreadable as error:
                        raise Invalid(str(error), rule=rules.BRICKS) from error
                    for mistake in terms.contract.mistakes(f"toy/{match.route.body}", call.body):
                        raise Invalid(mistake.sentence(), rule=rules.STUDS)
                return call

            def identify(self, request, suffix, default):
                """Speak for nobody."""
                return None

            def success(self, value):
                """Leave the answer bare."""
                return value

            def refuse(self, refusal):
                """Say what went wrong."""
                headers = {"Allow": ", ".join(refusal.allow)} if isinstance(refusal, WrongMethod) else {}
                return refusal.status, {"oops": list(refusal.messages)}, headers

            def dress(self, request, answer):
                """Leave the answer as it is."""
                return answer
    ''',
}

ID = {"type": "integer", "minimum": 0, "description": "Identifier."}
NAME = {"type": "string", "description": "Name.", "default": ""}
STUDS = {"type": "integer", "minimum": 1, "description": "Studs.", "default": 4}
AREA = {"type": "integer", "description": "In square millimetres."}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SCHEMAS: Mapping[str, Any] = {
    "none": {"type": "object", "properties": {}},
    "record-bricks": closed(id=ID, name=NAME, studs=STUDS),
    "brick": closed(id=ID, name=NAME, studs=STUDS, area=AREA),
    "bricks": closed(bricks={"type": "array", "items": {"$ref": "brick.json"}}),
    "new-brick": closed(name=NAME, studs=STUDS),
    "error": closed(oops={"type": "array", "items": {"type": "string"}}),
}
BOX = {"description": "A box.", "extends": "docs", "toy": {"bricks": [{"id": 2, "name": "red"}, {"id": 1, "studs": 8}]}}
BRICKS = [{"id": 1, "name": "", "studs": 8, "area": 512}, {"id": 2, "name": "red", "studs": 4, "area": 256}]


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    json: Any


class Toys:
    """The emulator with a third API, in a process of its own."""

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
    """Give a copy of the checkout with one more folder in `apis`, one more in `schemas`, and one more fixture file."""
    home = tmp_path_factory.mktemp("home")
    for name in ("mockorders", "schemas", "fixtures"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "mockorders/apis/toy").mkdir()
    for name, text in MODULES.items():
        lines = [line[8:] for line in text.strip("\n").splitlines()]
        (home / f"mockorders/apis/toy/{name}.py").write_text("\n".join(lines).rstrip() + "\n")
    (home / "schemas/toy").mkdir()
    for name, schema in SCHEMAS.items():
        (home / f"schemas/toy/{name}.json").write_text(json.dumps(schema))
    (home / "fixtures/box.json").write_text(json.dumps(BOX))
    return home


@pytest.fixture(scope="module")
def toys(home: Path) -> Iterator[Toys]:
    """Serve that copy; each test takes a box of its own."""
    command = [*MODULE, "--port", "0", "--fixtures", "box"]
    with spawn(command, cwd=home, environment={"PYTHONPATH": str(home)}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        greeting = [process.stdout.readline() for _ in range(7)]
        yield Toys(greeting[0].strip().removeprefix("mockorders ready on "), "".join(greeting))
        process.terminate()


BOXES = itertools.count()


@pytest.fixture
def box() -> str:
    """Give the name of a fresh box."""
    return f"box.{next(BOXES)}"


def test_it_lists(toys: Toys, box: str) -> None:
    reply = toys.call("GET", "/toy/bricks", box=box)
    expected = (200, "application/vnd.toy+json", {"bricks": BRICKS})
    assert expected == (reply.status, reply.headers["Content-Type"], reply.json)


@pytest.mark.parametrize("path", ["/toy/bricks/2", "/toy/bricks/2/"])
def test_it_gets(toys: Toys, box: str, path: str) -> None:
    reply = toys.call("GET", path, box=box)
    assert (200, BRICKS[1]) == (reply.status, reply.json)


def test_it_creates(toys: Toys, box: str) -> None:
    reply = toys.call("POST", "/toy/bricks", {"name": "blue", "studs": 2}, box=box)
    brick = {"id": 3, "name": "blue", "studs": 2, "area": 128}
    assert (201, brick) == (reply.status, reply.json)
    assert [*BRICKS, brick] == toys.call("GET", "/toy/bricks", box=box).json["bricks"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("GET", "/toy/bricks/9"), (404, "no such brick")),
        (("GET", "/toy/planes"), (404, "GET /toy/planes: no such path, expected one of GET /bricks, ")),
        (("GET", "/toy"), (404, "GET /toy: no such path, ")),
        (("DELETE", "/toy/bricks"), (405, "DELETE /toy/bricks: expected GET, POST")),
        (("POST", "/toy/bricks", {"name": "x", "studs": 0}), (400, "studs: expected an integer")),
        (("POST", "/toy/bricks", {"name": "x"}), (400, "studs: is required, expected an integer")),
        (("POST", "/toy/bricks", {"name": "x", "studs": 1, "wheels": 4}), (400, "Unknown property 'wheels'")),
    ],
)
def test_it_refuses_in_its_own_words(toys: Toys, box: str, asked: tuple[Any, ...], expected: tuple[int, str]) -> None:
    reply = toys.call(*asked, box=box)
    assert expected == (reply.status, reply.json["oops"][0][: len(expected[1])])
    assert BRICKS == toys.call("GET", "/toy/bricks", box=box).json["bricks"]


def test_a_wrong_method_names_the_right_ones(toys: Toys, box: str) -> None:
    assert "GET, POST" == toys.call("PUT", "/toy/bricks", box=box).headers["Allow"]


def test_it_asks_for_a_credential(toys: Toys) -> None:
    reply = toys.call("GET", "/toy/bricks", box=None)
    assert (401, ["oops"]) == (reply.status, list(reply.json))


def test_its_sandboxes_are_apart(toys: Toys, box: str) -> None:
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


def test_it_is_reset_and_put_in_place(toys: Toys, box: str) -> None:
    toys.call("POST", "/toy/bricks", {"name": "blue", "studs": 2}, box=box)
    state = toys.call("PUT", f"/_mockorders/sandboxes/{box}/state", {"toy": {"bricks": [{"id": 5}]}})
    assert (200, [{"id": 5, "name": "", "studs": 4}]) == (state.status, state.json["toy"]["bricks"])
    assert [5] == [brick["id"] for brick in toys.call("GET", "/toy/bricks", box=box).json["bricks"]]


def test_its_records_are_checked(toys: Toys) -> None:
    reply = toys.call("PUT", "/_mockorders/sandboxes/box.bad/state", {"toy": {"bricks": [{"id": 5, "studs": 0}]}})
    assert (422, "/toy/bricks/0/studs") == (reply.status, reply.json["pointer"])


def test_its_rules_are_listed(toys: Toys) -> None:
    rules = toys.call("GET", "/_mockorders/fidelity").json["rules"]
    found = {rule["name"]: rule["evidence"] for rule in rules if rule["name"].startswith("toy.")}
    assert {"toy.box": "assumed", "toy.bricks": "documented", "toy.studs": "observed"} == found


def test_it_is_documented_and_counted(toys: Toys, box: str) -> None:
    paths = toys.call("GET", "/_mockorders/openapi.json").json["paths"]
    found = {(path, method) for path in paths for method in paths[path] if path.startswith("/toy")}
    assert {("/toy/bricks", "get"), ("/toy/bricks", "post"), ("/toy/bricks/{id}", "get")} == found
    assert ["201", "400", "401", "408", "413", "500", "503"] == list(paths["/toy/bricks"]["post"]["responses"])
    toys.call("GET", "/toy/bricks/2", box=box)
    with DIRECT.open(f"{toys.url}/_mockorders/metrics", timeout=10) as response:
        assert b'mockorders_requests_total{api="toy",method="GET",route="/bricks/{id}",status="200"}' in response.read()


def test_it_is_greeted(toys: Toys) -> None:
    assert f"Toy bricks API: {toys.url}/toy  credential demo" in toys.greeting
    assert f"curl -H 'X-Toy-Box: demo' {toys.url}/toy/bricks" in toys.greeting


def test_the_pytest_fixture_reaches_it(toys: Toys, home: Path, tmp_path: Path) -> None:
    test = """
        def test_it(mockorders, mockorders_server):
            assert (mockorders_server.url + "/toy", mockorders.name) == mockorders.toy
    """
    (tmp_path / "test_toy.py").write_text(textwrap.dedent(test))
    environment = {"PYTHONPATH": str(home)}
    done = run_pytest("--mockorders-url", toys.url, plugins=["mockorders"], environment=environment, cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout


def test_the_other_two_are_as_they_were(toys: Toys) -> None:
    path = "/orders?key=docs.toy@2"
    reply = toys.call("GET", path, box=None)
    assert ("ok", [2, 3]) == (reply.json["status"], [order["id"] for order in reply.json["orders"]])


# ---- who may import whom


def modules() -> dict[str, ast.Module]:
    """Give the parsed modules of the package by their names, without `mockorders.`."""
    return {
        file.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): ast.parse(
            file.read_text(encoding="utf-8")
        )
        for file in sorted(PACKAGE.rglob("*.py"))
    }


def imports(tree: ast.Module) -> set[str]:
    """Give what a module imports of the package, wherever in it, without `mockorders.`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert 0 == node.level
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("mockorders.") for name in found if name.startswith("mockorders.")}


PARSED = modules()
MODULE_IMPORTS = {name: imports(tree) for name, tree in PARSED.items()}
DOORS = ("apis", "control", "commands")
WIRING = {"app", "server", "cli", "__main__", "__init__", "pytest_plugin"}
CORE = sorted(name for name in MODULE_IMPORTS if name.partition(".")[0] not in DOORS and name not in WIRING)
APIS = sorted(path.name for path in (PACKAGE / "apis").iterdir() if (path / "__init__.py").is_file())


def test_the_walk_sees_imports() -> None:
    assert {"control.control_app", "pipeline.Pipeline"} <= MODULE_IMPORTS["app"]
    assert (True, ["cratejoy", "universe"]) == ({"pipeline", "store", "seeding"} <= set(CORE), APIS)


@pytest.mark.parametrize("module", CORE)
def test_the_core_knows_neither_apis_nor_control(module: str) -> None:
    assert [] == [name for name in MODULE_IMPORTS[module] if name.partition(".")[0] in {*DOORS, *WIRING}]


@pytest.mark.parametrize("api", APIS)
def test_no_api_knows_another(api: str) -> None:
    own = (f"apis.{api}.", f"apis.{api}")
    found = {name for module in MODULE_IMPORTS if f"{module}.".startswith(own[0]) for name in MODULE_IMPORTS[module]}
    assert [] == sorted(name for name in found if name.partition(".")[0] in DOORS and not name.startswith(own))


def test_control_knows_no_api() -> None:
    found = {name for module in MODULE_IMPORTS if module.startswith("control") for name in MODULE_IMPORTS[module]}
    assert [] == sorted(name for name in found if name.startswith(("apis", "commands")))


def test_nothing_imports_the_command_line() -> None:
    found = {module for module, names in MODULE_IMPORTS.items() if any(name.split(".")[0] == "cli" for name in names)}
    assert {"__main__"} == found


def test_no_core_module_names_an_api() -> None:
    named = [
        (name, api)
        for name in CORE
        for api in APIS
        for node in ast.walk(PARSED[name])
        if isinstance(node, ast.Constant) and node.value == api
    ]
    assert [] == named


def test_only_programs_read_the_environment() -> None:
    readers = {
        name
        for name, tree in PARSED.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers <= {"cli", "commands.serve", "health"}


def test_the_data_is_found_beside_the_package() -> None:
    assert {"schemas", "fixtures"} == {resources.folder(name).name for name in ("schemas", "fixtures")}
