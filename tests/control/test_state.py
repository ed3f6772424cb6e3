"""Reading and replacing the state of a sandbox."""

import json
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.control import EMPTY, FROZEN, note, state
from support.emulator import RunningEmulator, Start
from support.examples import examples

from mockorders.validation.records import fill_defaults


async def test_state_is_a_fixture_document(emulator: RunningEmulator) -> None:
    document = await state(emulator)
    assert {"current_customer", "profile", "universe", "cratejoy"} == set(document)
    assert {
        "customers": [1, 2, 164],
        "orders": [2, 3, 489],
        "plans": [1, 2, 3],
        "fanclubs": [],
        "item_types": [],
    } == ids(document["universe"])
    assert [75572230, 730837920] == ids(document["cratejoy"])["orders"]


async def test_put_state_is_returned_unchanged(emulator: RunningEmulator) -> None:
    await note(emulator, "moved")
    document = await state(emulator)
    reply = await emulator.control("PUT", "/sandboxes/empty.b/state", json=document)
    assert (200, document, document) == (reply.status, reply.json, await state(emulator, "empty.b"))


@pytest.mark.parametrize("records", [100, 1_000, 2_000])
async def test_state_of_any_length_is_returned_unchanged(emulator: RunningEmulator, records: int) -> None:
    customers = [{"id": number, "first_name": "A", "email": "a@example.com"} for number in range(1, records + 1)]
    document = {"current_customer": None, "universe": {"customers": customers}}
    first = await emulator.control("PUT", "/sandboxes/docs/state", json=document)
    assert (200, records) == (first.status, len(first.json["universe"]["customers"]))
    assert first.json == (await emulator.control("PUT", "/sandboxes/empty.b/state", json=first.json)).json


async def test_put_state_fills_in_defaults(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs/state", json=EMPTY)
    customer = fill_defaults("universe/record-customers", {"id": 7})
    assert (200, [customer]) == (reply.status, reply.json["universe"]["customers"])
    assert {"customers": [7], "orders": [], "plans": [], "fanclubs": [], "item_types": []} == ids(
        reply.json["universe"]
    )
    assert [] == list(chain.from_iterable(ids(reply.json["cratejoy"]).values()))


async def test_put_state_can_extend_a_set(emulator: RunningEmulator) -> None:
    document = {"extends": "docs", "universe": {"orders": [{"id": 3, "deleted": True}]}}
    reply = await emulator.control("PUT", "/sandboxes/empty.b/state", json=document)
    assert (200, [2, 489]) == (reply.status, ids(reply.json["universe"])["orders"])


async def test_state_excludes_the_clock(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    document = await state(emulator)
    await emulator.control("PUT", "/sandboxes/docs/state", json={**document, "clock": "2001-01-01"})
    assert {"now": FROZEN, "frozen": True} == (await emulator.control("GET", "/sandboxes/docs/clock")).json


async def test_put_state_is_used_by_the_apis(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/state", json={"current_customer": 7, **EMPTY})
    universe = await emulator.universe("/orders", "docs")
    cratejoy = await emulator.cratejoy("GET", "/orders/")
    assert ({"status": "ok", "orders": []}, []) == (universe.json, cratejoy.json["results"])


async def test_state_is_a_valid_fixture_file(emulator: RunningEmulator, start: Start, tmp_path: Path) -> None:
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


@settings(
    max_examples=examples(30), deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(writes=WRITES)
async def test_any_valid_state_round_trips(emulator: RunningEmulator, writes: list[tuple[str | None, Any]]) -> None:
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
