"""Health, rules, schemas, and the paths and methods of the control API."""

import json
from itertools import chain

import pytest
from support.control import FROZEN, problem, state
from support.emulator import RunningEmulator, Start

import mockorders
from mockorders.validation.schemas import read_schema

# Health, fidelity, paths


@pytest.mark.parametrize("path", ["/health", "/health/", "/health/live"])
async def test_health_returns_ok_and_the_version(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.control("GET", path)
    assert (200, {"status": "ok", "version": mockorders.__version__}) == (reply.status, reply.json)


async def test_health_creates_no_sandbox(emulator: RunningEmulator) -> None:
    await emulator.control("GET", "/health")
    assert {"count": 0, "sandboxes": []} == (await emulator.control("GET", "/sandboxes")).json


async def test_fidelity_lists_every_rule_with_its_evidence(emulator: RunningEmulator) -> None:
    rules = (await emulator.control("GET", "/fidelity")).json["rules"]
    assert {"name", "statement", "evidence", "source", "sentence"} == set(chain.from_iterable(rules))
    assert {"documented", "observed", "assumed"} == {rule["evidence"] for rule in rules}
    assert {"sandbox", "http", "cors", "faults", "universe", "cratejoy"} == {
        rule["name"].split(".")[0] for rule in rules
    }
    assert len(rules) == len({rule["name"] for rule in rules})


@pytest.mark.parametrize("path", ["", "/"])
async def test_start_page(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.control("GET", path)
    assert (200, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    assert [True] * 2 == [f"{emulator.url}{base}" in reply.text for base in ("/api/v1", "/v1")]


async def test_root_redirects_to_the_start_page(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/", allow_redirects=True)
    assert (200, True) == (reply.status, "<h1>Sandboxes" in reply.text)


GETS = ["/health", "/fidelity", "/sandboxes", "/sandboxes/docs", "/sandboxes/docs/state", "/sandboxes/docs/clock"]


@pytest.mark.parametrize("path", GETS)
async def test_trailing_slash_is_optional(start: Start, path: str) -> None:
    emulator = await start(clock=FROZEN)
    await state(emulator)
    replies = [await emulator.control("GET", path + slash) for slash in ("", "/")]
    assert (200, replies[0].status, replies[0].json) == (replies[1].status, replies[1].status, replies[1].json)


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/sandboxes/x/"), ("PUT", "/sandboxes/x/state/"), ("PUT", "/sandboxes/x/clock/"), ("POST", "/reset/"),
     ("POST", "/sandboxes/x/reset/"), ("POST", "/sandboxes/x/clock/advance/"), ("DELETE", "/sandboxes/x/")],
)  # fmt: skip
async def test_trailing_slash_is_optional_for_writes(emulator: RunningEmulator, method: str, path: str) -> None:
    await state(emulator, "x")
    body = {"now": FROZEN} if "clock" in path else {}
    reply = await emulator.control(method, path, json={"seconds": 1} if "advance" in path else body)
    assert reply.status in {200, 204}


@pytest.mark.parametrize("path", [*GETS, "/"])
async def test_head_is_get_without_the_body(emulator: RunningEmulator, path: str) -> None:
    await state(emulator)
    got = await emulator.control("GET", path)
    head = await emulator.control("HEAD", path)
    assert (got.status, got.headers["Content-Type"], b"") == (head.status, head.headers.get("Content-Type"), head.body)


@pytest.mark.parametrize(
    "path",
    ["/x", "/healthy", "/sandboxes/docs/x", "/sandboxes/docs/state/x", "/sandboxes/", "/reset/x", "/%00", "/%ff", "//"],
)
async def test_unknown_control_path_is_404(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.control("GET", path)
    if path == "/sandboxes/":
        assert 200 == reply.status
    else:
        problem(reply, 404)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/health", {"GET"}),
        ("DELETE", "/fidelity", {"GET"}),
        ("GET", "/reset", {"POST"}),
        ("POST", "/sandboxes", {"GET"}),
        ("POST", "/sandboxes/docs", {"GET", "PUT", "PATCH", "DELETE"}),
        ("GET", "/sandboxes/docs/reset", {"POST"}),
        ("PATCH", "/sandboxes/docs/state", {"GET", "PUT"}),
        ("POST", "/sandboxes/docs/clock", {"GET", "PUT"}),
        ("PUT", "/sandboxes/docs/clock/advance", {"POST"}),
        ("OPTIONS", "/sandboxes", {"GET"}),
    ],
)
async def test_unsupported_control_method_is_405(
    emulator: RunningEmulator, method: str, path: str, allow: set[str]
) -> None:
    reply = await emulator.control(method, path)
    problem(reply, 405)
    assert allow == set(reply.headers["Allow"].split(", ")) - {"HEAD"}


async def test_control_paths_never_belong_to_an_api(emulator: RunningEmulator) -> None:
    for path in ("", "/", "/health", "/x"):
        reply = await emulator.control("POST", f"{path}?key=docs@2")
        problem(reply, 404 if path == "/x" else 405)


# Schemas


async def test_schemas_are_listed_and_served(emulator: RunningEmulator) -> None:
    names = (await emulator.control("GET", "/schemas")).json["schemas"]
    assert {"cratejoy/order", "universe/order", "control/fault", "fixture-set"} <= set(names)
    for path in ("/schemas/cratejoy/order.json", "/schemas/cratejoy/order", "/schemas/cratejoy/order/"):
        reply = await emulator.control("GET", path)
        assert (200, read_schema("cratejoy/order")) == (reply.status, reply.json)


@pytest.mark.parametrize("path", ["/schemas/fixture-set", "/schemas/fixture-set.json"])
async def test_schema_of_fixture_files_is_complete(emulator: RunningEmulator, path: str) -> None:
    schema = (await emulator.control("GET", path)).json
    customer = schema["properties"]["universe"]["properties"]["customers"]["items"]["else"]
    assert ["id"] == customer["required"]
    assert "$ref" not in json.dumps(schema)


@pytest.mark.parametrize(
    "path",
    [
        "/schemas/cratejoy/nothing",
        "/schemas/%2e%2e/pyproject",
        "/schemas/a%2fb/c",
        "/schemas/nothing",
        "/schemas/.json",
    ],
)
async def test_unknown_schema_is_404(emulator: RunningEmulator, path: str) -> None:
    problem(await emulator.control("GET", path), 404)
