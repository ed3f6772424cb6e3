"""An error in the definition of an API is reported at startup, with the API, the file and what was expected."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from support import toy_api
from support.processes import MODULE, finish

from mockorders import apis, create_app, resources
from mockorders.apis import definition, discover
from mockorders.apis.cratejoy import display as cratejoy_display
from mockorders.apis.cratejoy import documentation as cratejoy_documentation
from mockorders.apis.cratejoy import generator as cratejoy_generator
from mockorders.apis.cratejoy import live_checks as cratejoy_live_checks
from mockorders.apis.cratejoy.dialect import Cratejoy
from mockorders.apis.cratejoy.routes import ROUTES as CRATEJOY_ROUTES
from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Request
from mockorders.apis.parts import (
    REQUIRED_NAMES,
    DisplayModule,
    DocumentationModule,
    GeneratorModule,
    LiveChecksModule,
)
from mockorders.apis.routing import RouteMatch
from mockorders.apis.universe import display as universe_display
from mockorders.apis.universe import documentation as universe_documentation
from mockorders.apis.universe import generator as universe_generator
from mockorders.apis.universe import live_checks as universe_live_checks
from mockorders.conformance.live import probe
from mockorders.errors import ApiDefinitionError
from mockorders.formats.query_strings import parse_query
from mockorders.validation import records, schemas
from mockorders.validation.validator import Validator

# Checked by mypy: the modules match the protocols.
GENERATORS: tuple[GeneratorModule, ...] = (universe_generator, cratejoy_generator)
DOCUMENTATION: tuple[DocumentationModule, ...] = (universe_documentation, cratejoy_documentation)
DISPLAYS: tuple[DisplayModule, ...] = (universe_display, cratejoy_display)
LIVE_CHECKS: tuple[LiveChecksModule, ...] = (universe_live_checks, cratejoy_live_checks)

CACHES = (
    discover,
    schemas._read_text,
    schemas.schema_names,
    schemas.load_schema,
    schemas.properties,
    schemas.schema_for_profile,
    records.references,
)
PACKAGE = "mockorders/apis/toy"


class Toy(NamedTuple):
    """The files of the toy API, which can be changed before `discover` imports them."""

    package: Path
    schemas: Path

    def change(self, file: str, old: str, new: str) -> None:
        """Replace text in a file, such as `routes.py` or `schemas/brick.json`."""
        path = self._path(file)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def delete(self, file: str) -> None:
        self._path(file).unlink()

    def _path(self, file: str) -> Path:
        return self.schemas / file.removeprefix("schemas/") if file.startswith("schemas/") else self.package / file


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    """Add a complete API to those that `discover` finds."""
    package = toy_api.write_package(tmp_path / "apis")
    own = toy_api.write_schemas(tmp_path / "schemas")
    for shipped in resources.folder("schemas").iterdir():
        (tmp_path / "schemas" / shipped.name).symlink_to(shipped)
    monkeypatch.setattr(apis, "__path__", [*apis.__path__, str(package.parent)])
    for module in (definition, schemas):
        monkeypatch.setattr(module, "folder", lambda name: tmp_path / name)
    clear()
    yield Toy(package, own)
    clear()


def clear() -> None:
    """Remove the toy API and its schemas from the process."""
    for name in [name for name in sys.modules if name.startswith("mockorders.apis.toy")]:
        del sys.modules[name]
    vars(apis).pop("toy", None)
    for cached in CACHES:
        cached.cache_clear()


def test_complete_definition_is_accepted(toy: Toy) -> None:
    found = {api.name: api for api in discover()}
    assert ["cratejoy", "toy", "universe"] == sorted(found)
    assert all((found["toy"].generator, found["toy"].display, found["toy"].live_checks))
    assert ["The red brick"] == [example.title for example in found["toy"].documentation.examples]


@pytest.mark.parametrize("module", ["generator", "documentation", "display", "live_checks"])
def test_optional_modules_can_be_missing(toy: Toy, module: str) -> None:
    toy.delete(f"{module}.py")
    found = {api.name: api for api in discover()}
    assert not getattr(found["toy"], module) or module == "documentation"
    assert () == found["toy"].documentation.examples or module != "documentation"


def test_name_of_an_optional_module_can_be_imported(toy: Toy) -> None:
    toy.change("generator.py", "def generate(", "def random_bricks(")
    toy.change("generator.py", '"""Random bricks."""', "from builtins import len as generate")
    assert 3 == len(discover())


async def test_api_without_live_checks_has_no_responses_to_check(toy: Toy) -> None:
    toy.delete("live_checks.py")
    api = next(api for api in discover() if api.name == "toy")
    assert [] == [response async for response in probe(api, "http://127.0.0.1:1", {}, 1)]


def test_without_a_query_schema_any_parameter_is_accepted(contract: Validator) -> None:
    route = replace(CRATEJOY_ROUTES[1], query_schema=None)
    pairs = parse_query("color=red&color=blue")
    request = Request("GET", "/orders/1", "color=red&color=blue", {}, "GET", pairs)
    call = Cratejoy().parse_call(request, RouteMatch(route, {}, ("GET",)), RequestContract(contract, strict=False))
    assert {"filters": pairs, "pairs": pairs} == call.query


# What is left out or wrong: file, the text and its replacement, and the message.
CHANGES = {
    "API": ("__init__.py", "API = ", "TOY = ", "__init__.py: expected `API`, an instance of Api"),
    "name": (
        "__init__.py",
        'name="toy"',
        'name="toys"',
        "__init__.py: name: expected 'toy', as the folder is named, got 'toys'",
    ),
    "base-none": ("__init__.py", '("/toy",)', "()", "__init__.py: base_paths: expected at least one"),
    "base-form": (
        "__init__.py",
        '("/toy",)',
        '("toy",)',
        "__init__.py: base_paths: expected a path such as /v1, got 'toy'",
    ),
    "base-taken": (
        "__init__.py",
        '("/toy",)',
        '("/toy", "/v1")',
        "__init__.py: base_paths: expected no base path of cratejoy, got '/v1'",
    ),
    "curl": (
        "__init__.py",
        "{base}",
        "{url}",
        "__init__.py: curl_example: expected no placeholders but {base}, {name} and {login}",
    ),
    "rule": (
        "__init__.py",
        "declared(rules)",
        "()",
        "__init__.py: rules: expected 'toy.box', which the dialect uses",
    ),
    "prerendered": (
        "__init__.py",
        'frozenset({"toy/brick"})',
        "frozenset()",
        "__init__.py: prerendered_schemas: expected 'toy/brick', the schema of views.BRICK",
    ),
    "prerendered-unknown": (
        "__init__.py",
        '"toy/brick"',
        '"toy/brik", "toy/brick"',
        "__init__.py: prerendered_schemas: expected a file schemas/toy/brik.json",
    ),
    "index": (
        "__init__.py",
        '("name",)',
        '("color",)',
        "schemas/toy/record-bricks.json: expected a property 'color', by which records are looked up",
    ),
    "response": (
        "routes.py",
        'response_schema="bricks-response"',
        'response_schema="list"',
        "routes.py: GET /bricks: response_schema: expected a file schemas/toy/list.json",
    ),
    "query": (
        "routes.py",
        'response_schema="bricks-response"',
        'response_schema="bricks-response", query_schema="parameters"',
        "routes.py: GET /bricks: query_schema: expected a file schemas/toy/parameters.json",
    ),
    "body": (
        "routes.py",
        '"new-brick"',
        '"added-brick"',
        "routes.py: POST /bricks: body_schema: expected a file schemas/toy/added-brick.json",
    ),
    "route-twice": (
        "routes.py",
        '"POST"',
        '"GET"',
        "routes.py: GET /bricks: expected a path that GET /bricks does not match",
    ),
    "route-hidden": (
        "routes.py",
        '"POST",\n        "/bricks"',
        '"GET",\n        "/bricks/new"',
        "routes.py: GET /bricks/new: expected a path that GET /bricks/{id} does not match",
    ),
    "method": (
        "dialect.py",
        '("GET", "POST", "OPTIONS")',
        '("GET", "OPTIONS")',
        "dialect.py: methods: expected POST, which POST /bricks uses",
    ),
    "dialect": ("dialect.py", "def parse_call(", "def parse(", "dialect.py: expected a method 'parse_call'"),
    "dialect-class": (
        "dialect.py",
        "class Toy(Dialect)",
        "class Toy",
        "dialect.py: expected a subclass of Dialect, got Toy",
    ),
    "customers": (
        "__init__.py",
        'collections={"bricks": ("name",)},',
        'collections={"bricks": ("name",)}, customer_collection="children",',
        "__init__.py: customer_collection: expected one of bricks, got 'children'",
    ),
    "reference": (
        "schemas/record-bricks.json",
        '"description": "Name."',
        '"x-references": "boxes"',
        "schemas/toy/record-bricks.json: name: x-references: expected one of bricks, got 'boxes'",
    ),
    "generator": ("generator.py", "def generate(", "def make(", "generator.py: expected `generate`"),
    "documentation": ("documentation.py", "DOCS = ", "MANUAL = ", "documentation.py: expected `DOCS`"),
    "columns": ("display.py", "COLUMNS = ", "TABLE = ", "display.py: expected `COLUMNS`"),
    "lifecycle": ("display.py", "def lifecycle(", "def events(", "display.py: expected `lifecycle`"),
    "live-checks": ("live_checks.py", "LIVE_CHECKS = ", "CHECKS = ", "live_checks.py: expected `LIVE_CHECKS`"),
    "authenticate": ("live_checks.py", "def authenticate(", "def sign(", "live_checks.py: expected `authenticate`"),
}
DELETIONS = {
    "__init__.py": "__init__.py: expected this file, with `API`",
    "schemas/error.json": "routes.py: error responses: expected a file schemas/toy/error.json",
    "schemas/bricks-response.json": (
        "routes.py: GET /bricks: response_schema: expected a file schemas/toy/bricks-response.json"
    ),
    "schemas/record-bricks.json": "__init__.py: collections: bricks: expected a file schemas/toy/record-bricks.json",
    "schemas/generate.json": "generator.py: plans: expected a file schemas/toy/generate.json",
}


def message_of(start: Callable[[], object]) -> str:
    with pytest.raises(ApiDefinitionError) as caught:
        start()
    return str(caught.value)


def expected_message(text: str) -> str:
    return f"API toy: {text if text.startswith('schemas/') else f'{PACKAGE}/{text}'}"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_invalid_definition_is_a_startup_error(toy: Toy, change: tuple[str, str, str, str]) -> None:
    *replacement, message = change
    toy.change(*replacement)
    assert expected_message(message) == message_of(discover)


@pytest.mark.parametrize(("file", "message"), DELETIONS.items(), ids=DELETIONS)
def test_missing_file_is_a_startup_error(toy: Toy, file: str, message: str) -> None:
    toy.delete(file)
    assert expected_message(message) == message_of(discover)


def test_create_app_raises_it(toy: Toy) -> None:
    toy.delete("schemas/error.json")
    assert expected_message(DELETIONS["schemas/error.json"]) == message_of(create_app)


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["routes"], ["fixtures"], ["validate", "-"]])
def test_every_command_prints_it_and_fails(toy: Toy, command: list[str]) -> None:
    """The package is found and its schemas are not."""
    code = (
        "import sys; from mockorders import apis; from mockorders.cli.main import main;"
        f"apis.__path__.append({str(toy.package.parent)!r}); main({command!r})"
    )
    done = finish([MODULE[0], "-c", code], input="{}")
    message = expected_message(DELETIONS["schemas/error.json"])
    assert (1, f"mockorders: {message}\n") == (done.returncode, done.stderr)


def test_check_of_definitions_imports_only_what_startup_needs() -> None:
    code = "import sys; from mockorders.apis import discover; discover(); print(*sys.modules)"
    loaded = set(finish([MODULE[0], "-c", code], check=True).stdout.split())
    optional = {f"mockorders.apis.{api.name}.{module}" for api in discover() for module in REQUIRED_NAMES}
    assert set() == loaded & {*optional, "faker", "jinja2", "mockorders.apis.documentation", "mockorders.apis.fakes"}
