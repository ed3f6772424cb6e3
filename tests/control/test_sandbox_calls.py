"""Creating, listing, resetting and deleting sandboxes."""

import time
from typing import Any

import pytest
from support.control import EMPTY, FROZEN, note, problem, state
from support.emulator import RunningEmulator, Start

# Sandboxes


async def test_sandbox_info_is_returned(start: Start) -> None:
    emulator = await start(clock=FROZEN)
    await note(emulator, "made")
    reply = await emulator.control("GET", "/sandboxes/docs")
    expected = {
        "name": "docs",
        "fixtures": "docs",
        "stale": False,
        "profile": "documented",
        "current_customer": 2,
        "clock": {"now": FROZEN, "frozen": True},
        "memory": {"used": 1_000, "limit": 2**29},
    }
    assert (200, expected) == (reply.status, {**reply.json, "memory": {**reply.json["memory"], "used": 1_000}})


async def test_sandboxes_are_listed(emulator: RunningEmulator) -> None:
    for name in ("docs", "docs.b", "empty.a"):
        await emulator.universe("/orders", name)
    listed = (await emulator.control("GET", "/sandboxes")).json
    sets = {each["name"]: each["fixtures"] for each in listed["sandboxes"]}
    assert (3, {"docs": "docs", "docs.b": "docs", "empty.a": "empty"}) == (listed["count"], sets)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_unknown_sandbox_is_404(emulator: RunningEmulator, method: str) -> None:
    problem(await emulator.control(method, "/sandboxes/nobody"), 404)
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/state", None),
        ("PUT", "/state", {}),
        ("GET", "/clock", None),
        ("PUT", "/clock", {"frozen": True}),
        ("POST", "/clock/advance", {"seconds": 1}),
        ("POST", "/reset", None),
        ("PUT", "", {}),
        ("PATCH", "", {}),
    ],
)
async def test_control_request_creates_the_sandbox(
    emulator: RunningEmulator, method: str, path: str, body: Any
) -> None:
    reply = await emulator.control(method, f"/sandboxes/empty.new{path}", json=body)
    info = await emulator.control("GET", "/sandboxes/empty.new")
    assert (True, 200, "empty") == (reply.status in {200, 204}, info.status, info.json["fixtures"])


async def test_deleted_sandbox_is_recreated(emulator: RunningEmulator) -> None:
    fresh = await state(emulator)
    await note(emulator, "gone")
    reply = await emulator.control("DELETE", "/sandboxes/docs")
    assert (204, b"") == (reply.status, reply.body)
    problem(await emulator.control("GET", "/sandboxes/docs"), 404)
    assert fresh == await state(emulator)


@pytest.mark.parametrize("name", ["docs", "docs-queued", "empty", "default"])
async def test_sandbox_is_created_from_a_set(emulator: RunningEmulator, name: str) -> None:
    reply = await emulator.control("PUT", "/sandboxes/mine", json={"fixtures": name})
    assert (200, name) == (reply.status, reply.json["fixtures"])
    assert await state(emulator, "mine") == await state(emulator, name)


async def test_sandbox_is_created_from_a_document(emulator: RunningEmulator) -> None:
    document = {"extends": "docs", "current_customer": 9, "universe": {"customers": [{"id": 9}]}}
    reply = await emulator.control("PUT", "/sandboxes/mine", json={"fixtures": document})
    customers = [each["id"] for each in (await state(emulator, "mine"))["universe"]["customers"]]
    assert (200, 9, [1, 2, 9, 164]) == (reply.status, reply.json["current_customer"], customers)


async def test_sandbox_is_created_with_a_profile(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs", json={"profile": "observed"})
    order = (await emulator.cratejoy("GET", "/orders/")).json["results"][0]
    assert (200, "observed", dict) == (reply.status, reply.json["profile"], type(order["customer"]))


async def test_sandbox_is_created_with_a_clock(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21"})
    assert (200, {"now": FROZEN, "frozen": True}) == (reply.status, reply.json["clock"])
    assert "Tue, 21 Mar 2017 00:00:00 GMT" == (await emulator.universe("/orders")).headers["Date"]


async def test_recreated_sandbox_has_no_history(emulator: RunningEmulator) -> None:
    fresh = await state(emulator)
    await note(emulator, "gone")
    reply = await emulator.control("PUT", "/sandboxes/docs", json={})
    assert (200, fresh) == (reply.status, await state(emulator))


async def test_reset_restores_the_created_state(emulator: RunningEmulator) -> None:
    settings = {"fixtures": EMPTY, "profile": "observed", "clock": FROZEN}
    created = (await emulator.control("PUT", "/sandboxes/mine", json=settings)).json
    await emulator.control("PUT", "/sandboxes/mine/state", json={"profile": "documented"})
    await emulator.control("POST", "/sandboxes/mine/clock/advance", json={"seconds": 99})
    await emulator.control("POST", "/sandboxes/mine/reset")
    assert created == (await emulator.control("GET", "/sandboxes/mine")).json
    assert [7] == [each["id"] for each in (await state(emulator, "mine"))["universe"]["customers"]]


NAMES = [
    "a",
    "a/b",
    "a%2Fb",
    "%",
    "..",
    ".",
    "a.b.c",
    "ü",
    "\U0001f600",
    "{x}",
    "a?b",
    "a#b",
    "a@b",
    "x@",
    "&=+",
    "state",
]
NAMES += ["n" * 200, "@2x", "_", "a\\b", "'\""]


@pytest.mark.parametrize("name", NAMES)
async def test_name_is_percent_encoded(emulator: RunningEmulator, name: str) -> None:
    await note(emulator, "mine", name)
    path = "/sandboxes/" + "".join(f"%{byte:02X}" for byte in name.encode())
    info = await emulator.control("GET", path)
    there = await emulator.control("GET", f"{path}/state")
    assert (200, 200) == (info.status, there.status)
    assert (name, "mine") == (info.json["name"], there.json["cratejoy"]["orders"][0]["note"])


@pytest.mark.parametrize("name", ["docs@2", "docs@none", "@2", "a%20b", "%00", "%0A", "n" * 201, "%E2%80%8B%20"])
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("GET", "/state"), ("POST", "/reset")])
async def test_invalid_sandbox_name_is_rejected(emulator: RunningEmulator, method: str, path: str, name: str) -> None:
    problem(await emulator.control(method, f"/sandboxes/{name}{path}", json={}), 422)
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


async def test_sandbox_limit_is_enforced(start: Start) -> None:
    emulator = await start(max_sandboxes=2)
    await note(emulator, "kept")
    await state(emulator, "docs.b")
    before = await state(emulator)
    for method, path in (("GET", "/state"), ("PUT", ""), ("GET", "/clock")):
        problem(await emulator.control(method, f"/sandboxes/docs.c{path}", json={}), 503)
    put = await emulator.control("PUT", "/sandboxes/docs.b", json={})
    assert (200, before) == (put.status, await state(emulator))


# Reset


async def test_reset_of_one_sandbox_restores_it(emulator: RunningEmulator) -> None:
    fresh = await state(emulator)
    await note(emulator, "a")
    await note(emulator, "b", "docs.b")
    changed = await state(emulator, "docs.b")
    reply = await emulator.control("POST", "/sandboxes/docs/reset")
    assert (204, b"") == (reply.status, reply.body)
    assert (fresh, changed) == (await state(emulator), await state(emulator, "docs.b"))


async def test_reset_of_all_sandboxes_restores_them(emulator: RunningEmulator) -> None:
    fresh = await state(emulator)
    for name in ("docs", "docs.b"):
        await note(emulator, "a", name)
        await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"now": FROZEN, "frozen": True})
    reply = await emulator.control("POST", "/reset")
    assert (204, b"") == (reply.status, reply.body)
    assert [fresh] * 2 == [await state(emulator, name) for name in ("docs", "docs.b")]
    infos = [(await emulator.control("GET", f"/sandboxes/{name}")).json for name in ("docs", "docs.b")]
    assert [False] * 2 == [info["clock"]["frozen"] for info in infos]


async def test_reset_discards_a_put_state(emulator: RunningEmulator) -> None:
    fresh = await state(emulator)
    await emulator.control("PUT", "/sandboxes/docs/state", json=EMPTY)
    await emulator.control("POST", "/sandboxes/docs/reset")
    assert fresh == await state(emulator)


async def test_reset_restarts_request_ids(emulator: RunningEmulator) -> None:
    first = (await emulator.universe("/orders")).headers["X-Mockorders-Request"]
    await emulator.control("POST", "/sandboxes/docs/reset")
    assert first == (await emulator.universe("/orders")).headers["X-Mockorders-Request"]


@pytest.mark.timing
@pytest.mark.parametrize("path", ["/reset", "/sandboxes/docs/reset"])
async def test_reset_takes_under_5_ms(emulator: RunningEmulator, path: str) -> None:
    seconds = []
    for number in range(20):
        await note(emulator, f"changed {number}")
        before = time.perf_counter()
        await emulator.control("POST", path)
        seconds.append(time.perf_counter() - before)
    assert min(seconds) < 0.005


@pytest.mark.parametrize(("name", "accepted"), [("shop", True), ("other", False)])
async def test_sandbox_info_has_whether_its_name_is_listed(start: Start, name: str, accepted: bool) -> None:
    emulator = await start(credentials={"shop": None})
    replies = [
        await emulator.control(method, f"/sandboxes/{name}", json=body)
        for method, body in (("PUT", {}), ("PATCH", {}), ("GET", None))
    ]
    assert [accepted] * 3 == [reply.json["accepted"] for reply in replies]
