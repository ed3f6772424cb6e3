"""The control API: sandboxes, their state and their time; what is wrong is said, and then nothing changes."""

import io
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Emulator, Reply, Start
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mockorders
from mockorders import content

FROZEN = "2017-03-21T00:00:00Z"
ORDER = "/orders/75572230/"
EMPTY: dict[str, Any] = {"universe": {"customers": [{"id": 7}]}}


async def note(emulator: Emulator, text: str, sandbox: str = "docs") -> None:
    """Change something in a sandbox."""
    reply = await emulator.cratejoy("PUT", ORDER, sandbox, json={"note": text})
    assert 200 == reply.status


async def state(emulator: Emulator, sandbox: str = "docs") -> Any:
    reply = await emulator.control("GET", f"/sandboxes/{quote(sandbox, safe='')}/state")
    assert (200, "application/json") == (reply.status, reply.headers["Content-Type"])
    return reply.json


def problem(reply: Reply, status: int, **members: Any) -> str:
    """Make sure of a problem document and some of its members; give its detail."""
    document = reply.json
    expected = {"type": "about:blank", "status": status, **members}
    assert (status, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert expected == {name: document.get(name) for name in expected}
    assert {str} == {type(document["title"]), type(document["detail"])}
    return str(document["detail"])


# ---- health, fidelity, paths


@pytest.mark.parametrize("path", ["/health", "/health/"])
async def test_health(emulator: Emulator, path: str) -> None:
    reply = await emulator.control("GET", path)
    assert (200, {"status": "ok", "version": mockorders.__version__}) == (reply.status, reply.json)


async def test_health_makes_no_sandbox(emulator: Emulator) -> None:
    await emulator.control("GET", "/health")
    assert {"count": 0, "sandboxes": []} == (await emulator.control("GET", "/sandboxes")).json


async def test_fidelity_lists_every_rule_with_its_evidence(emulator: Emulator) -> None:
    rules = (await emulator.control("GET", "/fidelity")).json["rules"]
    assert {"name", "statement", "evidence", "source", "sentence"} == {key for rule in rules for key in rule}
    assert {"documented", "observed", "assumed"} == {rule["evidence"] for rule in rules}
    assert {"sandbox", "http", "cors", "faults", "universe", "cratejoy"} == {
        rule["name"].split(".")[0] for rule in rules
    }
    assert len(rules) == len({rule["name"] for rule in rules})


@pytest.mark.parametrize("path", ["", "/"])
async def test_the_start_page(emulator: Emulator, path: str) -> None:
    reply = await emulator.control("GET", path)
    assert (200, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    assert [True] * 2 == [f"{emulator.url}{base}" in reply.text for base in ("/api/v1", "/v1")]


async def test_the_root_leads_to_the_start_page(emulator: Emulator) -> None:
    reply = await emulator.request("GET", "/", allow_redirects=True)
    assert (200, True) == (reply.status, "<h1>Sandboxes" in reply.text)


GETS = ["/health", "/fidelity", "/sandboxes", "/sandboxes/docs", "/sandboxes/docs/state", "/sandboxes/docs/clock"]


@pytest.mark.parametrize("path", GETS)
async def test_a_trailing_slash_is_optional(start: Start, path: str) -> None:
    emulator = await start(clock=FROZEN)
    await state(emulator)
    replies = [await emulator.control("GET", path + slash) for slash in ("", "/")]
    assert (200, replies[0].status, replies[0].json) == (replies[1].status, replies[1].status, replies[1].json)


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/sandboxes/x/"), ("PUT", "/sandboxes/x/state/"), ("PUT", "/sandboxes/x/clock/"), ("POST", "/reset/"),
     ("POST", "/sandboxes/x/reset/"), ("POST", "/sandboxes/x/clock/advance/"), ("DELETE", "/sandboxes/x/")],
)  # fmt: skip
async def test_a_trailing_slash_is_optional_for_writes(emulator: Emulator, method: str, path: str) -> None:
    await state(emulator, "x")
    body = {"now": FROZEN} if "clock" in path else {}
    reply = await emulator.control(method, path, json={"seconds": 1} if "advance" in path else body)
    assert reply.status in {200, 204}


@pytest.mark.parametrize("path", [*GETS, "/"])
async def test_head_acts_as_get(emulator: Emulator, path: str) -> None:
    await state(emulator)
    got, head = await emulator.control("GET", path), await emulator.control("HEAD", path)
    assert (got.status, got.headers["Content-Type"], b"") == (head.status, head.headers.get("Content-Type"), head.body)


@pytest.mark.parametrize(
    "path",
    ["/x", "/healthy", "/sandboxes/docs/x", "/sandboxes/docs/state/x", "/sandboxes/", "/reset/x", "/%00", "/%ff", "//"],
)
async def test_an_unknown_path(emulator: Emulator, path: str) -> None:
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
        ("POST", "/sandboxes/docs", {"GET", "PUT", "DELETE"}),
        ("GET", "/sandboxes/docs/reset", {"POST"}),
        ("PATCH", "/sandboxes/docs/state", {"GET", "PUT"}),
        ("POST", "/sandboxes/docs/clock", {"GET", "PUT"}),
        ("PUT", "/sandboxes/docs/clock/advance", {"POST"}),
        ("OPTIONS", "/sandboxes", {"GET"}),
    ],
)
async def test_a_wrong_method(emulator: Emulator, method: str, path: str, allow: set[str]) -> None:
    reply = await emulator.control(method, path)
    problem(reply, 405)
    assert allow == set(reply.headers["Allow"].split(", ")) - {"HEAD"}


async def test_control_paths_are_never_an_api_s(emulator: Emulator) -> None:
    for path in ("", "/", "/health", "/x"):
        reply = await emulator.control("POST", f"{path}?key=docs@2")
        problem(reply, 404 if path == "/x" else 405)


# ---- sandboxes


async def test_a_sandbox_is_looked_at(start: Start) -> None:
    emulator = await start(clock=FROZEN)
    await note(emulator, "made")
    reply = await emulator.control("GET", "/sandboxes/docs")
    expected = {
        "name": "docs",
        "fixtures": "docs",
        "outdated": False,
        "profile": "documented",
        "current_customer": 2,
        "clock": {"now": FROZEN, "frozen": True},
    }
    assert (200, expected) == (reply.status, reply.json)


async def test_sandboxes_are_listed(emulator: Emulator) -> None:
    for name in ("docs", "docs.b", "empty.a"):
        await emulator.universe("/orders", name)
    listed = (await emulator.control("GET", "/sandboxes")).json
    shown = {each["name"]: each["fixtures"] for each in listed["sandboxes"]}
    assert (3, {"docs": "docs", "docs.b": "docs", "empty.a": "empty"}) == (listed["count"], shown)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_sandbox_that_there_is_not(emulator: Emulator, method: str) -> None:
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
    ],
)
async def test_a_call_makes_the_sandbox(emulator: Emulator, method: str, path: str, body: Any) -> None:
    reply = await emulator.control(method, f"/sandboxes/empty.new{path}", json=body)
    look = await emulator.control("GET", "/sandboxes/empty.new")
    assert (True, 200, "empty") == (reply.status in {200, 204}, look.status, look.json["fixtures"])


async def test_a_deleted_sandbox_begins_anew(emulator: Emulator) -> None:
    fresh = await state(emulator)
    await note(emulator, "gone")
    reply = await emulator.control("DELETE", "/sandboxes/docs")
    assert (204, b"") == (reply.status, reply.body)
    problem(await emulator.control("GET", "/sandboxes/docs"), 404)
    assert fresh == await state(emulator)


@pytest.mark.parametrize("name", ["docs", "docs-queued", "empty", "default"])
async def test_a_sandbox_is_made_of_a_set(emulator: Emulator, name: str) -> None:
    reply = await emulator.control("PUT", "/sandboxes/mine", json={"fixtures": name})
    assert (200, name) == (reply.status, reply.json["fixtures"])
    assert await state(emulator, "mine") == await state(emulator, name)


async def test_a_sandbox_is_made_of_a_document(emulator: Emulator) -> None:
    document = {"extends": "docs", "current_customer": 9, "universe": {"customers": [{"id": 9}]}}
    reply = await emulator.control("PUT", "/sandboxes/mine", json={"fixtures": document})
    customers = [each["id"] for each in (await state(emulator, "mine"))["universe"]["customers"]]
    assert (200, 9, [1, 2, 9, 164]) == (reply.status, reply.json["current_customer"], customers)


async def test_a_sandbox_is_made_with_a_profile(emulator: Emulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs", json={"profile": "observed"})
    order = (await emulator.cratejoy("GET", "/orders/")).json["results"][0]
    assert (200, "observed", dict) == (reply.status, reply.json["profile"], type(order["customer"]))


async def test_a_sandbox_is_made_with_a_clock(emulator: Emulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21"})
    assert (200, {"now": FROZEN, "frozen": True}) == (reply.status, reply.json["clock"])
    assert "Tue, 21 Mar 2017 00:00:00 GMT" == (await emulator.universe("/orders")).headers["Date"]


async def test_a_sandbox_made_anew_forgets(emulator: Emulator) -> None:
    fresh = await state(emulator)
    await note(emulator, "gone")
    reply = await emulator.control("PUT", "/sandboxes/docs", json={})
    assert (200, fresh) == (reply.status, await state(emulator))


async def test_reset_leads_back_to_how_it_was_made(emulator: Emulator) -> None:
    made = {"fixtures": EMPTY, "profile": "observed", "clock": FROZEN}
    looked = (await emulator.control("PUT", "/sandboxes/mine", json=made)).json
    await emulator.control("PUT", "/sandboxes/mine/state", json={"profile": "documented"})
    await emulator.control("POST", "/sandboxes/mine/clock/advance", json={"seconds": 99})
    await emulator.control("POST", "/sandboxes/mine/reset")
    assert looked == (await emulator.control("GET", "/sandboxes/mine")).json
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
async def test_a_name_is_percent_encoded(emulator: Emulator, name: str) -> None:
    await note(emulator, "mine", name)
    path = "/sandboxes/" + "".join(f"%{byte:02X}" for byte in name.encode())
    look, there = await emulator.control("GET", path), await emulator.control("GET", f"{path}/state")
    assert (200, 200) == (look.status, there.status)
    assert (name, "mine") == (look.json["name"], there.json["cratejoy"]["orders"][0]["note"])


@pytest.mark.parametrize("name", ["docs@2", "docs@none", "@2", "a%20b", "%00", "%0A", "n" * 201, "%E2%80%8B%20"])
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("GET", "/state"), ("POST", "/reset")])
async def test_a_name_that_no_credential_has(emulator: Emulator, method: str, path: str, name: str) -> None:
    problem(await emulator.control(method, f"/sandboxes/{name}{path}", json={}), 422)
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


async def test_too_many_sandboxes(start: Start) -> None:
    emulator = await start(max_sandboxes=2)
    await note(emulator, "kept")
    await state(emulator, "docs.b")
    before = await state(emulator)
    for method, path in (("GET", "/state"), ("PUT", ""), ("GET", "/clock")):
        problem(await emulator.control(method, f"/sandboxes/docs.c{path}", json={}), 503)
    put = await emulator.control("PUT", "/sandboxes/docs.b", json={})
    assert (200, before) == (put.status, await state(emulator))


# ---- reset


async def test_reset_puts_one_back(emulator: Emulator) -> None:
    fresh = await state(emulator)
    await note(emulator, "a")
    await note(emulator, "b", "docs.b")
    changed = await state(emulator, "docs.b")
    reply = await emulator.control("POST", "/sandboxes/docs/reset")
    assert (204, b"") == (reply.status, reply.body)
    assert (fresh, changed) == (await state(emulator), await state(emulator, "docs.b"))


async def test_reset_puts_all_back(emulator: Emulator) -> None:
    fresh = await state(emulator)
    for name in ("docs", "docs.b"):
        await note(emulator, "a", name)
        await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"now": FROZEN, "frozen": True})
    reply = await emulator.control("POST", "/reset")
    assert (204, b"") == (reply.status, reply.body)
    assert [fresh] * 2 == [await state(emulator, name) for name in ("docs", "docs.b")]
    looks = [(await emulator.control("GET", f"/sandboxes/{name}")).json for name in ("docs", "docs.b")]
    assert [False] * 2 == [look["clock"]["frozen"] for look in looks]


async def test_reset_takes_a_put_state_back(emulator: Emulator) -> None:
    fresh = await state(emulator)
    await emulator.control("PUT", "/sandboxes/docs/state", json=EMPTY)
    await emulator.control("POST", "/sandboxes/docs/reset")
    assert fresh == await state(emulator)


async def test_reset_begins_to_count_requests_anew(emulator: Emulator) -> None:
    first = (await emulator.universe("/orders")).headers["X-Mockorders-Request"]
    await emulator.control("POST", "/sandboxes/docs/reset")
    assert first == (await emulator.universe("/orders")).headers["X-Mockorders-Request"]


@pytest.mark.parametrize("path", ["/reset", "/sandboxes/docs/reset"])
async def test_reset_takes_under_5_ms(emulator: Emulator, path: str) -> None:
    taken = []
    for number in range(20):
        await note(emulator, f"changed {number}")
        before = time.perf_counter()
        await emulator.control("POST", path)
        taken.append(time.perf_counter() - before)
    assert min(taken) < 0.005


# ---- state


async def test_state_is_a_fixture_document(emulator: Emulator) -> None:
    document = await state(emulator)
    assert {"current_customer", "profile", "universe", "cratejoy"} == set(document)
    assert {"customers": [1, 2, 164], "orders": [2, 3, 489]} == ids(document["universe"])
    assert [75572230, 730837920] == ids(document["cratejoy"])["orders"]


async def test_state_goes_in_and_comes_out(emulator: Emulator) -> None:
    await note(emulator, "moved")
    document = await state(emulator)
    reply = await emulator.control("PUT", "/sandboxes/empty.b/state", json=document)
    assert (200, document, document) == (reply.status, reply.json, await state(emulator, "empty.b"))


async def test_a_state_fills_defaults_in(emulator: Emulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs/state", json=EMPTY)
    customer = {"id": 7, "first_name": "", "last_name": "", "email": "", "label": None}
    assert (200, [customer]) == (reply.status, reply.json["universe"]["customers"])
    assert {"customers": [7], "orders": []} == ids(reply.json["universe"])
    assert set() == {identifier for found in ids(reply.json["cratejoy"]).values() for identifier in found}


async def test_a_state_may_extend_a_set(emulator: Emulator) -> None:
    document = {"extends": "docs", "universe": {"orders": [{"id": 3, "deleted": True}]}}
    reply = await emulator.control("PUT", "/sandboxes/empty.b/state", json=document)
    assert (200, [2, 489]) == (reply.status, ids(reply.json["universe"])["orders"])


async def test_the_clock_is_no_part_of_the_state(emulator: Emulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    document = await state(emulator)
    await emulator.control("PUT", "/sandboxes/docs/state", json={**document, "clock": "2001-01-01"})
    assert {"now": FROZEN, "frozen": True} == (await emulator.control("GET", "/sandboxes/docs/clock")).json


async def test_a_put_state_is_answered_from(emulator: Emulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/state", json={"current_customer": 7, **EMPTY})
    universe, cratejoy = await emulator.universe("/orders", "docs"), await emulator.cratejoy("GET", "/orders/")
    assert ({"status": "ok", "orders": []}, []) == (universe.json, cratejoy.json["results"])


async def test_a_state_is_a_file_for_fixtures(emulator: Emulator, start: Start, tmp_path: Path) -> None:
    await note(emulator, "from a file")
    document = await state(emulator)
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    other = await start(fixtures=str(file))
    assert document == await state(other, "anything")
    assert (await emulator.cratejoy("GET", "/orders/")).json == (await other.cratejoy("GET", "/orders/", "x")).json


def ids(tables: Mapping[str, list[Any]]) -> dict[str, list[int]]:
    return {name: [record["id"] for record in records] for name, records in tables.items()}


TEXTS = st.text(max_size=20).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text))
INFOS = st.dictionaries(st.sampled_from(["gift_message", "gift_recipient_name", "gift_recipient_email"]), TEXTS)
UPDATES = st.fixed_dictionaries(
    {},
    optional={"note": TEXTS | st.none(), "is_gift": st.booleans(), "gift_message": TEXTS, "order_gift_info": INFOS},
)
LINES = st.builds(
    lambda quantity: {"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": quantity},
    st.integers(min_value=1, max_value=10_000),
)
ORDERS = st.builds(
    lambda lines, coupons, more: {"customer": {"id": 586402305}, "products": lines, "coupons": coupons, **more},
    st.lists(LINES, min_size=1, max_size=3),
    st.lists(st.sampled_from(["CODE1", "CODE2"]), unique=True),
    st.fixed_dictionaries({}, optional={"order_gift_info": INFOS, "ship_address_id": st.just(8675309)}),
)
WRITES = st.lists(
    st.tuples(st.sampled_from(["75572230", "730837920"]), UPDATES) | st.tuples(st.none(), ORDERS), max_size=6
)


@settings(max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
async def test_any_state_goes_in_and_comes_out(emulator: Emulator, writes: list[tuple[str | None, Any]]) -> None:
    for name in ("docs.a", "empty.b"):
        await emulator.control("PUT", f"/sandboxes/{name}", json={"clock": FROZEN})
    for order, body in writes:
        await emulator.control("POST", "/sandboxes/docs.a/clock/advance", json={"seconds": 61})
        method, path = ("POST", "/orders/") if order is None else ("PUT", f"/orders/{order}/")
        reply = await emulator.cratejoy(method, path, "docs.a", json=body)
        assert reply.status in {200, 201}, reply.text
    document = await state(emulator, "docs.a")
    put = await emulator.control("PUT", "/sandboxes/empty.b/state", json=document)
    assert (200, document) == (put.status, put.json)
    assert document == await state(emulator, "empty.b")
    for path in ("/orders/?with=all&limit=100", "/orders/?with=&limit=1&page=1"):
        first, second = [await emulator.cratejoy("GET", path, name) for name in ("docs.a", "empty.b")]
        assert (200, first.body) == (second.status, second.body)
    for path in ("/orders?order=desc", "/orders/2", "/orders/489"):
        first, second = [await emulator.universe(path, name) for name in ("docs.a", "empty.b")]
        assert (200, first.body) == (second.status, second.body)


# ---- clock


async def test_the_clock_runs(emulator: Emulator) -> None:
    reply = await emulator.control("GET", "/sandboxes/docs/clock")
    now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    assert (200, False, True) == (reply.status, reply.json["frozen"], reply.json["now"][:16] >= now[:13])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"now": FROZEN, "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "2017-03-21", "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "2017-03-21 01:00+01:00", "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "2017-03-21T00:00:00.999999Z", "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "0001-01-01", "frozen": True}, {"now": "0001-01-01T00:00:00Z", "frozen": True}),
        ({"now": "9999-12-31T23:59:59Z", "frozen": True}, {"now": "9999-12-31T23:59:59Z", "frozen": True}),
        ({"now": FROZEN, "frozen": False}, {"now": FROZEN, "frozen": False}),
        ({"now": FROZEN}, {"now": FROZEN, "frozen": False}),
    ],
)
async def test_the_clock_is_set(emulator: Emulator, wanted: Any, expected: Any) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs/clock", json=wanted)
    assert (200, expected) == (reply.status, reply.json)


async def test_a_frozen_clock_stays_where_it_is_put(emulator: Emulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"frozen": True})
    reply = await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN})
    assert {"now": FROZEN, "frozen": True} == reply.json
    reply = await emulator.control("PUT", "/sandboxes/docs/clock", json={"frozen": False})
    assert {"now": FROZEN, "frozen": False} == reply.json


async def test_the_clock_is_the_sandbox_s_own(emulator: Emulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    assert not (await emulator.control("GET", "/sandboxes/docs.b/clock")).json["frozen"]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(61, "2017-03-21T00:01:01Z"), (0, FROZEN), (-1, "2017-03-20T23:59:59Z"), (86_400 * 365, "2018-03-21T00:00:00Z")],
)
async def test_the_clock_is_moved(emulator: Emulator, seconds: int, expected: str) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    reply = await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": seconds})
    assert (200, {"now": expected, "frozen": True}) == (reply.status, reply.json)
    assert reply.json == (await emulator.control("GET", "/sandboxes/docs/clock")).json


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_both_apis_answer_at_the_ends_of_time(emulator: Emulator, now: str) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})
    body = {
        "customer": {"id": 586402305},
        "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
    }
    replies = [
        await emulator.universe("/orders"),
        await emulator.cratejoy("GET", "/orders/"),
        await emulator.cratejoy("POST", "/orders/", json=body),
    ]
    assert [200, 200, 201] == [reply.status for reply in replies]


async def test_a_clock_that_runs_over_the_end_of_time_harms_nobody(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    near = await emulator.control(
        "PUT", "/sandboxes/docs/clock", json={"now": "9999-12-31T23:59:59.9Z", "frozen": False}
    )
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        reply = await emulator.universe("/orders")
        listed = await emulator.control("GET", "/sandboxes")
    assert (True, 200, 200) == (near.status in {200, 422}, reply.status, listed.status)
    assert "Traceback" not in caplog.text


# ---- what is wrong

PUTS = ["/sandboxes/docs", "/sandboxes/docs/state", "/sandboxes/docs/clock", "/sandboxes/docs/clock/advance"]
UNREADABLE = [
    b"",
    b"{",
    b"{'a': 1}",
    b'{"clock": NaN}',
    b'{"clock": "a", "clock": "b"}',
    b'{"clock": "\xff"}',
    b'{"clock": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 65 + b"1" + b"}" * 65,
    b'{"seconds": %b}' % (b"9" * 5_000),
]


@pytest.mark.parametrize("path", PUTS)
@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:20]))
async def test_a_body_that_cannot_be_parsed(emulator: Emulator, path: str, body: bytes) -> None:
    before = await whole(emulator)
    reply = await emulator.control("POST" if "advance" in path else "PUT", path, data=body)
    assert "expected " in problem(reply, 400)
    assert before == await whole(emulator)


UNFIT: list[tuple[str, Any, str, str]] = [
    (PUTS[0], [], "", "expected an object, got []"),
    (PUTS[0], None, "", "expected an object, got null"),
    (PUTS[0], {"fixture": "docs"}, "/fixture", "Unknown property 'fixture'"),
    (PUTS[0], {"fixtures": 1}, "/fixtures", "expected text or an object, got 1"),
    (PUTS[0], {"fixtures": "nope"}, "/fixtures", "expected one of "),
    (PUTS[0], {"fixtures": "large"}, "/fixtures", "expected one of "),
    (PUTS[0], {"profile": "real"}, "/profile", 'expected one of "documented", "observed", got "real"'),
    (PUTS[0], {"clock": "noon"}, "/clock", "expected a time such as "),
    (PUTS[0], {"clock": 0}, "/clock", "expected text, got 0"),
    (PUTS[0], {"clock": "0001-01-01T00:00:00+14:00"}, "/clock", "expected a time such as "),
    (PUTS[0], {"fixtures": {"extends": "nope"}}, "/fixtures/extends", "expected the name of a set "),
    (
        PUTS[0],
        {"fixtures": {"universe": {"customers": [{}]}}},
        "/fixtures/universe/customers/0",
        "expected an integer `id`",
    ),
    (PUTS[0], {"fixtures": {"clock": "noon"}}, "/fixtures/clock", "expected a time such as "),
    (PUTS[1], [], "", "expected an object, got []"),
    (PUTS[1], {"amazon": {}}, "/amazon", "expected one of "),
    (PUTS[1], {"universe": {"carts": []}}, "/universe/carts", "expected one of "),
    (PUTS[1], {"universe": {"orders": {}}}, "/universe/orders", "expected a list, got {}"),
    (PUTS[1], {"universe": {"orders": [1]}}, "/universe/orders/0", "expected an object, got 1"),
    (PUTS[1], {"universe": {"customers": [{}]}}, "/universe/customers/0", "expected an integer `id`"),
    (PUTS[1], {"universe": {"customers": [{"id": 1}, {"id": 1}]}}, "/universe/customers/1", "expected an integer `id`"),
    (PUTS[1], {"universe": {"customers": [{"id": 1.0}]}}, "/universe/customers/0", "expected an integer `id`"),
    (PUTS[1], {"universe": {"customers": [{"id": 1, "x": 1}]}}, "/universe/customers/0/x", "Unknown property 'x'"),
    (PUTS[1], {"universe": {"customers": [{"id": -1}]}}, "/universe/customers/0/id", "expected an integer"),
    (PUTS[1], {"universe": {"customers": [{"id": 2**63}]}}, "/universe/customers/0/id", "expected an integer"),
    (
        PUTS[1],
        {"cratejoy": {"addresses": [{"id": 1, "customer_id": 5}]}},
        "/cratejoy/addresses/0/customer_id",
        "expected ",
    ),
    (PUTS[1], {"current_customer": "2"}, "/current_customer", 'expected an integer or null, got "2"'),
    (PUTS[1], {"profile": "real"}, "/profile", "expected one of "),
    (PUTS[1], {"generate": {"seed": 1, "amazon": {}}}, "/generate/amazon", "expected the name of an API"),
    (PUTS[2], {}, "", "expected an object of at least 1 entries, got {}"),
    (PUTS[2], {"now": "noon"}, "/now", "expected a time such as "),
    (PUTS[2], {"now": 5, "frozen": True}, "/now", "expected text, got 5"),
    (PUTS[2], {"now": FROZEN, "frozen": "yes"}, "/frozen", 'expected true or false, got "yes"'),
    (PUTS[2], {"now": FROZEN, "speed": 2}, "/speed", "Unknown property 'speed'"),
    (PUTS[2], {"now": "2017-02-30"}, "/now", "expected a time such as "),
    (PUTS[3], {}, "/seconds", "is required, expected an integer"),
    (PUTS[3], {"seconds": "61"}, "/seconds", 'expected an integer, got "61"'),
    (PUTS[3], {"seconds": 1.5}, "/seconds", "expected an integer, got 1.5"),
    (PUTS[3], {"seconds": True}, "/seconds", "expected an integer, got true"),
    (PUTS[3], {"seconds": 10**12}, "/seconds", "expected seconds that lead to a year from 1 to 9999"),
    (PUTS[3], {"seconds": -(10**12)}, "/seconds", "expected seconds that lead to a year from 1 to 9999"),
    (PUTS[3], {"seconds": 10**39}, "/seconds", "expected seconds that lead to a year from 1 to 9999"),
    (PUTS[3], {"seconds": 1, "minutes": 1}, "/minutes", "Unknown property 'minutes'"),
]


@pytest.mark.parametrize(
    ("path", "body", "pointer", "expected"),
    UNFIT,
    ids=[f"{path[16:]} {json.dumps(body)[:70]}" for path, body, *_ in UNFIT],
)
async def test_a_body_that_does_not_fit(emulator: Emulator, path: str, body: Any, pointer: str, expected: str) -> None:
    before = await whole(emulator)
    reply = await emulator.control("POST" if "advance" in path else "PUT", path, data=json.dumps(body))
    problem(reply, 422, pointer=pointer)
    assert expected == reply.json["expected"][: len(expected)]
    assert before == await whole(emulator)


async def test_a_state_over_a_mebibyte_is_taken(emulator: Emulator) -> None:
    document = {"universe": {"customers": [{"id": number, "label": "x" * 1_000} for number in range(3_000)]}}
    reply = await emulator.control("PUT", "/sandboxes/docs/state", data=io.BytesIO(json.dumps(document).encode()))
    assert (200, 3_000) == (reply.status, len(reply.json["universe"]["customers"]))


async def whole(emulator: Emulator) -> Any:
    """Give all that a refused call could have changed."""
    for name in ("docs", "docs.b"):
        await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"frozen": True})
    sandboxes = (await emulator.control("GET", "/sandboxes")).json
    return [sandboxes, await state(emulator), await state(emulator, "docs.b")]


# ---- schemas


async def test_schemas_are_listed_and_given(emulator: Emulator) -> None:
    names = (await emulator.control("GET", "/schemas")).json["schemas"]
    assert {"cratejoy/order", "universe/order", "control/fault", "fixture-set"} <= set(names)
    for path in ("/schemas/cratejoy/order.json", "/schemas/cratejoy/order", "/schemas/cratejoy/order/"):
        reply = await emulator.control("GET", path)
        assert (200, content.schema("cratejoy/order")) == (reply.status, reply.json)


@pytest.mark.parametrize("path", ["/schemas/cratejoy/nothing", "/schemas/%2e%2e/pyproject", "/schemas/a%2fb/c"])
async def test_there_is_no_such_schema(emulator: Emulator, path: str) -> None:
    problem(await emulator.control("GET", path), 404)
