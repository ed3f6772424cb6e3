"""The OpenAPI document of the control API: valid, complete, and what the API does."""

import json
import re
import sysconfig
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.control import FROZEN
from support.control_document import document, operation_of, resolve
from support.emulator import RunningEmulator
from support.faults import EXAMPLES
from support.processes import MODULE, finish

from mockorders import MockServer
from mockorders.app import _control_routes
from mockorders.client import models
from mockorders.control.routes import ROUTES
from mockorders.dashboard import routes as dashboard
from mockorders.validation.schemas import properties
from mockorders.validation.validator import Validator

PAGE = (Path(__file__).parents[2] / "docs/reference/control-api.md").read_text(encoding="utf-8")
SCHEMATHESIS = Path(sysconfig.get_path("scripts")) / "schemathesis"
SCHEMATHESIS_SECONDS = 600
STATIC = "/_mockorders/static/"


def operations() -> Iterator[tuple[str, str, Any]]:
    """Yield every operation with its method and path."""
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_document_is_valid() -> None:
    assert [] == list(OpenAPIV31SpecValidator(document()).iter_errors())


def test_document_has_every_route_of_the_server() -> None:
    routes = chain.from_iterable(_control_routes().resources())
    paths = {(route.method, route.resource.canonical.removesuffix("{slash}")) for route in routes if route.resource}
    served = {each for each in paths if each[0] != "HEAD" and not each[1].startswith(STATIC)}
    pages = {(method, f"/_mockorders{re.sub(':[^}]+}+', '}', path)}") for method, path, _ in dashboard.ROUTES}
    assert served - pages == {(method, path) for method, path, _ in operations()}


def test_every_operation_has_its_own_id() -> None:
    assert len(ROUTES) == len({each["operationId"] for _, _, each in operations()})


def test_every_route_names_what_it_returns() -> None:
    unnamed = {route.path for route in ROUTES if route.response is None and route.status != 204}
    assert {"/docs", "/docs/control", "/metrics"} == unnamed


async def test_document_is_served(emulator: RunningEmulator) -> None:
    reply = await emulator.control("GET", "/control.json")
    assert (200, "application/json", document()) == (reply.status, reply.headers["Content-Type"], reply.json)


def test_command_line_prints_the_document() -> None:
    assert document() == json.loads(finish([*MODULE, "openapi", "--control"], check=True).stdout)


# ---- every operation responds as it says; see also `check_control_reply`, which checks the responses of all tests

ONE = "/sandboxes/docs"
RECORD = f"{ONE}/records/universe/orders"
FAULT: dict[str, Any] = {"effect": {"type": "reset"}, "match": {"path": "/nothing"}}
CALLS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/health", None),
    ("GET", "/health/live", None),
    ("GET", "/fidelity", None),
    ("GET", "/schemas", None),
    ("GET", "/schemas/control/fault.json", None),
    ("GET", "/openapi.json?profile=observed", None),
    ("GET", "/control.json", None),
    ("GET", "/docs", None),
    ("GET", "/docs/control", None),
    ("GET", "/metrics", None),
    ("PUT", ONE, {"fixtures": "docs", "profile": "documented", "clock": FROZEN}),
    ("PATCH", ONE, {"current_customer": 164}),
    ("GET", "/sandboxes", None),
    ("GET", ONE, None),
    ("PUT", f"{ONE}/snapshots/start", None),
    ("GET", RECORD, None),
    ("GET", f"{RECORD}/489", None),
    ("PATCH", f"{RECORD}/489", {"completed": False}),
    ("PUT", f"{ONE}/records/cratejoy/settings/9", {}),
    ("DELETE", f"{ONE}/records/cratejoy/settings/9", None),
    ("POST", RECORD, {"customer": {"email": "ada@example.com"}}),
    ("POST", f"{ONE}/records", {"universe": {"customers": [{"id": 7}], "orders": [{"customer": 7}]}}),
    ("GET", f"{ONE}/diff?from=start", None),
    ("GET", f"{ONE}/state", None),
    ("PUT", f"{ONE}/state", {"extends": "docs"}),
    ("POST", f"{ONE}/snapshots/start/restore", None),
    ("DELETE", f"{ONE}/snapshots/start", None),
    ("GET", f"{ONE}/clock", None),
    ("PUT", f"{ONE}/clock", {"frozen": True}),
    ("POST", f"{ONE}/clock/advance", {"seconds": 61}),
    ("POST", f"{ONE}/faults", FAULT),
    ("GET", f"{ONE}/faults", None),
    ("PATCH", f"{ONE}/faults/1", {"paused": True}),
    ("DELETE", f"{ONE}/faults/1", None),
    ("DELETE", f"{ONE}/faults", None),
    ("GET", f"{ONE}/requests?status=200&wait=0", None),
    ("GET", f"{ONE}/requests.har", None),
    ("GET", f"{ONE}/requests/1", None),
    ("GET", f"{ONE}/requests/1/explain", None),
    ("DELETE", f"{ONE}/requests", None),
    ("GET", f"{ONE}/errors", None),
    ("POST", f"{ONE}/reset", None),
    ("POST", "/reset", None),
    ("POST", f"{ONE}/finish", None),
    ("DELETE", ONE, None),
)


async def test_every_operation_succeeds_as_documented(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", ONE, json={"fixtures": "docs"})
    failed = []
    for method, path, body in CALLS:
        if path.startswith(f"{ONE}/requests"):
            await emulator.universe("/orders/489")
        if (method, path) == ("DELETE", ONE):
            await emulator.control("GET", f"{ONE}/state")
        reply = await emulator.control(method, path, json=body)
        if reply.status not in {200, 201, 204}:
            failed.append((method, path, reply.text))
    assert [] == failed


def test_every_operation_is_called() -> None:
    called = [operation_of(method, path) for method, path, _ in CALLS]
    assert len(ROUTES) == len({(each.method, each.path) for each in called if each is not None})


# ---- the schemas


@pytest.mark.parametrize(
    ("model", "schema"),
    [
        (models.RuleInfo, "rule"),
        (models.ClockInfo, "clock-info"),
        (models.SandboxInfo, "sandbox-info"),
        (models.Diff, "diff"),
        (models.FaultMatch, "fault"),
        (models.FaultInfo, "fault-info"),
        (models.FaultChanges, "fault-patch"),
        (models.EmulatorError, "emulator-error"),
        (models.EmulatorErrors, "errors-response"),
        (models.SandboxOutcome, "outcome"),
        (models.CustomerInfo, "customer-info"),
        (models.RecordedRequest, "recorded-request"),
        (models.WaitOptions, "requests-parameters"),
    ],
)
def test_models_of_the_python_client_have_the_documented_properties(model: Any, schema: str) -> None:
    found: Any = properties(f"control/{schema}")
    if model is models.FaultMatch:
        found = found["match"]["properties"]
    assert set(found) == {*model.__required_keys__, *model.__optional_keys__}


WRONG = [
    {},
    {"type": "fire"},
    {"type": "status"},
    {"type": "status", "status": 503, "ms": 1},
    {"type": "delay", "ms": 1, "uniform": [1, 2]},
    {"type": "delay"},
    {"type": "reset", "status": 503},
    {"type": "drift", "pointer": "/x", "how": "x"},
]


@pytest.mark.parametrize("effect", [*EXAMPLES.values(), *WRONG], ids=json.dumps)
def test_effects_are_valid_in_the_document_if_they_are_valid(contract: Validator, effect: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/ControlEffect", "components": document()["components"]}
    is_valid = Draft202012Validator(schema).is_valid(effect)
    assert is_valid == (contract.violations("control/effect", effect) == [])
    assert is_valid == (effect not in WRONG)


def test_each_effect_has_its_parameters_in_the_document() -> None:
    choices = [resolve(each) for each in resolve({"$ref": "#/components/schemas/ControlEffect"})["oneOf"]]
    names = set(chain.from_iterable(choice["properties"] for choice in choices))
    assert {"status", "ms", "bytes", "bytes_per_second", "pointer", "requests"} < names


@pytest.mark.slow
@pytest.mark.timeout(2 * SCHEMATHESIS_SECONDS)
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    (excluded,) = re.findall(r"control\.json --exclude-checks (\S+)", PAGE)
    options = ["--checks", "all", "--exclude-checks", excluded, "--no-color", "--seed", "2013"]
    options += ["--max-examples", "5", "--generation-database", "none"]
    (tmp_path / "schemathesis.toml").write_text("[parameters]\nwait = 0\n", encoding="utf-8")
    with MockServer(max_sandboxes=1_000_000) as server:
        command = [str(SCHEMATHESIS), "run", f"{server.url}/_mockorders/control.json", *options]
        done = finish(command, cwd=tmp_path, timeout=SCHEMATHESIS_SECONDS)
    assert 0 == done.returncode, done.stdout
    count = len(ROUTES) - 1  # it does not call the path of the document itself
    assert f"{count} selected / {count} total" in done.stdout
