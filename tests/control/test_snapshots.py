"""Snapshots and diffs: restore undoes changes, the patch repeats them."""

import json
import time
from collections.abc import Callable
from copy import deepcopy
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.emulator import Reply, RunningEmulator, Start
from support.examples import examples

from mockorders.config import Settings
from mockorders.emulator import Emulator

ORDER = 75572230
CUSTOMER = 586402305
FROZEN = "2017-03-21T00:00:00Z"
NEW_ORDER = {
    "customer": {"id": CUSTOMER},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
}


async def snapshot(emulator: RunningEmulator, name: str = "then", user: str = "docs") -> Reply:
    """Take a snapshot."""
    return await emulator.control("PUT", f"/sandboxes/{user}/snapshots/{name}")


async def restore(emulator: RunningEmulator, name: str = "then", user: str = "docs") -> None:
    """Restore a snapshot."""
    reply = await emulator.control("POST", f"/sandboxes/{user}/snapshots/{name}/restore")
    assert (204, b"") == (reply.status, reply.body)


async def state(emulator: RunningEmulator, user: str = "docs") -> bytes:
    """Return the state as bytes."""
    return (await emulator.control("GET", f"/sandboxes/{user}/state")).body


async def diff(emulator: RunningEmulator, name: str = "then", user: str = "docs") -> Any:
    """Return the changes since a snapshot."""
    reply = await emulator.control("GET", f"/sandboxes/{user}/diff?from={name}")
    assert 200 == reply.status, reply.text
    return reply.json


async def note(emulator: RunningEmulator, text: str | None, order: int = ORDER, user: str = "docs") -> None:
    """Set the note of an order."""
    assert 200 == (await emulator.cratejoy("PUT", f"/orders/{order}/", user, json={"note": text})).status


async def change(emulator: RunningEmulator, place: str, body: Any, user: str = "docs") -> None:
    """Patch a record; None deletes it, a complete record replaces it."""
    method = "DELETE"
    options = {}
    if body is not None:
        method = "PUT" if "id" in body else "PATCH"
        options["json"] = body
    reply = await emulator.control(method, f"/sandboxes/{user}/records/{place}", **options)
    assert reply.status in {200, 204}, reply.text


def patched(document: Any, patch: list[dict[str, Any]]) -> Any:
    """Apply an RFC 6902 patch (add, remove, replace) to a copy. Raises KeyError or IndexError if it does not apply."""
    result = deepcopy(document)
    for operation in patch:
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]]
        holder = result
        for step in steps:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        place: Any = int(last) if isinstance(holder, list) else last
        if operation["op"] == "add" and isinstance(holder, list):
            assert place <= len(holder)
            holder.insert(place, operation["value"])
            continue
        if operation["op"] != "add":
            del holder[place]
        if operation["op"] == "replace" and isinstance(holder, list):
            holder.insert(place, operation["value"])
        elif operation["op"] in {"add", "replace"}:
            assert place not in holder
            holder[place] = operation["value"]
    return result


# Snapshots


async def test_restore_returns_to_the_snapshot(emulator: RunningEmulator) -> None:
    before = await state(emulator)
    listed_orders = (await emulator.cratejoy("GET", "/orders/?with=all")).body
    created = await snapshot(emulator)
    assert (200, "then") == (created.status, created.json["name"])
    await note(emulator, "changed")
    await emulator.cratejoy("POST", "/orders/", json=NEW_ORDER)
    await change(emulator, "universe/orders/489", None)
    assert before != await state(emulator)
    await restore(emulator)
    assert (before, listed_orders) == (
        await state(emulator),
        (await emulator.cratejoy("GET", "/orders/?with=all")).body,
    )
    assert 489 == (await emulator.universe("/orders/latest", "docs@164")).json["order"]["id"]


async def test_snapshot_can_be_restored_repeatedly(emulator: RunningEmulator) -> None:
    await note(emulator, "kept")
    await snapshot(emulator)
    before = await state(emulator)
    for text in ("one", "two", None):
        await note(emulator, text)
        await restore(emulator)
        assert before == await state(emulator)


async def test_later_snapshot_replaces_one_of_the_same_name(emulator: RunningEmulator) -> None:
    for text in ("a", "b", "c"):
        await note(emulator, text)
        await snapshot(emulator, text)
    notes = []
    for name in ("b", "a", "c", "b"):
        await restore(emulator, name)
        notes.append((await emulator.cratejoy("GET", f"/orders/{ORDER}/")).json["note"])
    assert ["b", "a", "c", "b"] == notes
    await snapshot(emulator, "a")
    await note(emulator, "d")
    await restore(emulator, "a")
    assert "b" == (await emulator.cratejoy("GET", f"/orders/{ORDER}/")).json["note"]


@pytest.mark.parametrize("name", ["a", "a%20b", "%C3%A9", "a.b", "restore", "x" * 100])
async def test_snapshot_can_have_any_name(emulator: RunningEmulator, name: str) -> None:
    assert 200 == (await snapshot(emulator, name)).status
    await note(emulator, "changed")
    assert 1 == len((await diff(emulator, name))["lines"])
    await restore(emulator, name)
    assert [] == (await diff(emulator, name))["lines"]


async def test_snapshot_includes_current_customer_and_profile(emulator: RunningEmulator) -> None:
    before = (await state(emulator), (await emulator.universe("/orders", "docs")).body)
    await snapshot(emulator)
    document = {"extends": "docs", "current_customer": 164, "profile": "observed"}
    await emulator.control("PUT", "/sandboxes/docs/state", json=document)
    await restore(emulator)
    assert before == (await state(emulator), (await emulator.universe("/orders", "docs")).body)


async def test_restore_leaves_clock_faults_and_journal_unchanged(emulator: RunningEmulator) -> None:
    await snapshot(emulator)
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": {"type": "delay", "ms": 1}})
    await note(emulator, "changed")
    await restore(emulator)
    paths = ("clock", "faults", "requests")
    clock, faults, requests = [(await emulator.control("GET", f"/sandboxes/docs/{path}")).json for path in paths]
    assert {"now": FROZEN, "frozen": True} == clock
    assert ([1], 1) == ([each["hits"] for each in faults["faults"]], requests["count"])


@pytest.mark.parametrize("path", ["/sandboxes/docs/reset", "/reset"])
async def test_snapshots_survive_a_reset(emulator: RunningEmulator, path: str) -> None:
    await note(emulator, "kept")
    await snapshot(emulator)
    before = await state(emulator)
    await emulator.control("POST", path)
    assert before != await state(emulator)
    assert ['order 75572230: note "kept" → null'] == (await diff(emulator))["lines"]
    await restore(emulator)
    assert before == await state(emulator)


async def test_snapshots_belong_to_one_sandbox(emulator: RunningEmulator) -> None:
    await snapshot(emulator)
    assert 404 == (await emulator.control("POST", "/sandboxes/docs.other/snapshots/then/restore")).status


async def test_order_after_a_restore_has_an_unused_id(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    await snapshot(emulator)
    for _ in range(2):
        assert 201 == (await emulator.cratejoy("POST", "/orders/", json=NEW_ORDER)).status
        await restore(emulator)
    assert 2 == (await emulator.cratejoy("GET", "/orders/")).json["count"]


@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("POST", "/snapshots/nothing/restore"),
        ("DELETE", "/snapshots/nothing"),
        ("GET", "/diff?from=nothing"),
        ("GET", "/diff?from="),
    ],
)
async def test_unknown_snapshot_is_404(emulator: RunningEmulator, method: str, tail: str) -> None:
    before = await state(emulator)
    reply = await emulator.control(method, f"/sandboxes/docs{tail}")
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert before == await state(emulator)


async def test_only_the_deleted_snapshot_is_deleted(emulator: RunningEmulator) -> None:
    for name in ("a", "b"):
        await snapshot(emulator, name)
    reply = await emulator.control("DELETE", "/sandboxes/docs/snapshots/a")
    assert (204, b"") == (reply.status, reply.body)
    assert 404 == (await emulator.control("POST", "/sandboxes/docs/snapshots/a/restore")).status
    await restore(emulator, "b")


# Diffs


async def test_diff_without_changes_is_empty(emulator: RunningEmulator) -> None:
    await snapshot(emulator)
    await emulator.cratejoy("GET", "/orders/")
    assert {"from": "then", "patch": [], "lines": []} == await diff(emulator)
    await note(emulator, "changed")
    await note(emulator, None)
    assert {"from": "then", "patch": [], "lines": []} == await diff(emulator)


LINES: list[tuple[list[tuple[str, Any]], list[str]]] = [
    ([(f"cratejoy/orders/{ORDER}", {"note": "Ring twice"})], ['order 75572230: note null → "Ring twice"']),
    ([(f"cratejoy/orders/{ORDER}", {"total": 5, "is_gift": True})], [
        "order 75572230: is_gift false → true",
        "order 75572230: total 3500 → 5",
    ]),
    ([("universe/orders/489", {"plan": {"name": "Other"}})], ['order 489: plan.name "Plan Name 30" → "Other"']),
    ([("universe/orders/489", None)], ["order 489: removed"]),
    ([("universe/customers/7", {"id": 7})], ["customer 7: added"]),
    ([("cratejoy/addresses/8675309", {"city": "Dallas"})], ['address 8675309: city "Austin" → "Dallas"']),
    ([("cratejoy/payment_methods/1234", {"label": "x"})], ['payment method 1234: label null → "x"']),
    ([("cratejoy/product_instances/645769439", {"price": 1})], ["product instance 645769439: price 3500 → 1"]),
    (
        [(f"cratejoy/orders/{ORDER}", {"note": "n"}), ("universe/orders/2", None), ("universe/customers/1", None)],
        ["customer 1: removed", "order 2: removed", 'order 75572230: note null → "n"'],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), LINES, ids=[each[1][0] for each in LINES])
async def test_diff_lines_describe_the_changes(
    emulator: RunningEmulator, changes: list[tuple[str, Any]], expected: list[str]
) -> None:
    before = json.loads(await state(emulator))
    await snapshot(emulator)
    for place, body in changes:
        await change(emulator, place, body)
    difference = await diff(emulator)
    assert sorted(expected) == sorted(difference["lines"])
    assert json.loads(await state(emulator)) == patched(before, difference["patch"])


async def test_diff_of_a_created_order_lists_its_related_records(emulator: RunningEmulator) -> None:
    await snapshot(emulator)
    identifier = (await emulator.cratejoy("POST", "/orders/", json=NEW_ORDER)).json["id"]
    lines = (await diff(emulator))["lines"]
    assert f"order {identifier}: added" in lines
    kinds = sorted(line.split()[0] for line in lines)
    assert ["fulfillment", "order", "shipment", "subscription", "transaction"] == kinds


async def test_names_with_slashes_and_tildes_are_escaped_in_the_patch() -> None:
    from mockorders.sandbox.diff import _changes

    was = {"a/b": {"~": 1, "x": 1}, "y": 1}
    now = {"a/b": {"~": 2}, "z~/": [1]}
    patch = list(_changes("", was, now))
    assert {"/a~1b/~0", "/a~1b/x", "/y", "/z~0~1"} == {operation["path"] for operation in patch}
    assert now == patched(was, patch)


async def test_patch_covers_the_current_customer_and_the_profile(emulator: RunningEmulator) -> None:
    before = json.loads(await state(emulator))
    await snapshot(emulator)
    document = {"extends": "docs-queued", "current_customer": None, "profile": "observed"}
    await emulator.control("PUT", "/sandboxes/docs/state", json=document)
    difference = await diff(emulator)
    assert json.loads(await state(emulator)) == patched(before, difference["patch"])
    assert any(line.startswith("current customer: 2 → ") for line in difference["lines"])
    assert 'profile: "documented" → "observed"' in difference["lines"]


async def test_patch_transforms_one_set_into_another(start: Start) -> None:
    emulator = await start(fixtures="default")
    await snapshot(emulator, user="default")
    before = json.loads(await state(emulator, "default"))
    for extends in ("edge", "empty", "default"):
        await emulator.control("PUT", "/sandboxes/default/state", json={"extends": extends})
        difference = await diff(emulator, user="default")
        assert json.loads(await state(emulator, "default")) == patched(before, difference["patch"])
        assert (extends == "default") == (difference["lines"] == [])


# Random changes


WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.sampled_from([ORDER, 730837920]), st.none() | st.text('aé~/"', max_size=4)),
        st.tuples(st.just("gift"), st.sampled_from([ORDER, 730837920]), st.text("ab", max_size=2)),
        st.tuples(st.just("order"), st.integers(0, 90), st.none()),
        st.tuples(st.just("customer"), st.integers(0, 9), st.text("ab", max_size=2)),
        st.tuples(st.just("drop"), st.integers(0, 9), st.none()),
        st.tuples(st.just("drop order"), st.sampled_from([2, 3, 489]), st.none()),
        st.tuples(st.just("rejected"), st.just(ORDER), st.none()),
    ),
    max_size=8,
)
NUMBERS = count()


async def write(emulator: RunningEmulator, user: str, what: str, number: int, text: str | None) -> None:
    """Change something; a rejected change has no effect."""
    records = f"/sandboxes/{user}/records"
    if what in {"note", "gift", "rejected"}:
        body = {
            "note": {"note": text},
            "gift": {"order_gift_info": {"gift_message": text}},
            "rejected": {"note": "never", "total": 1},
        }[what]
        await emulator.cratejoy("PUT", f"/orders/{number}/", user, json=body)
    elif what == "order":
        await emulator.control("POST", f"/sandboxes/{user}/clock/advance", json={"seconds": number})
        await emulator.cratejoy("POST", "/orders/", user, json=NEW_ORDER)
    elif what == "customer":
        await emulator.control("PUT", f"{records}/universe/customers/{number}", json={"first_name": text})
    else:
        place = f"universe/orders/{number}" if what == "drop order" else f"universe/customers/{number}"
        await emulator.control("DELETE", f"{records}/{place}")


@given(first=WRITES, second=WRITES, third=WRITES)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_restore_undoes_any_changes_and_the_patch_repeats_them(
    emulator: RunningEmulator, first: list[Any], second: list[Any], third: list[Any]
) -> None:
    user = f"docs.{next(NUMBERS)}"
    states = []
    for name, steps in (("none", []), ("one", first), ("two", second), ("three", third)):
        for step in steps:
            await write(emulator, user, *step)
        await snapshot(emulator, name, user)
        states.append(await state(emulator, user))
    names = ("none", "one", "two", "three")
    for name, then in zip(names, states, strict=True):
        difference = await diff(emulator, name, user)
        assert json.loads(states[-1]) == patched(json.loads(then), difference["patch"])
        assert bool(difference["patch"]) == bool(difference["lines"]) == (json.loads(then) != json.loads(states[-1]))
    for name, then in list(zip(names, states, strict=True))[::-1]:
        await restore(emulator, name, user)
        assert then == await state(emulator, user)
        assert [] == (await diff(emulator, name, user))["patch"]


async def test_state_round_trips_through_put(emulator: RunningEmulator) -> None:
    await note(emulator, "é")
    await emulator.cratejoy("POST", "/orders/", json=NEW_ORDER)
    before = await state(emulator)
    await emulator.control("POST", "/sandboxes/docs/reset")
    reply = await emulator.control("PUT", "/sandboxes/docs/state", data=before)
    assert (200, before, before) == (reply.status, reply.body, await state(emulator))


# Speed


@pytest.mark.timing
@pytest.mark.slow
async def test_reset_or_a_restore_of_the_large_set_takes_under_5_ms() -> None:
    core = Emulator.of(Settings(fixtures=("large",)))
    sandbox = await core.sandboxes.get_or_create("large")
    orders = sandbox.tables("cratejoy")["orders"]
    ids = list(orders.ids[:500])
    before = [orders[each]["note"] for each in ids]
    assert len(orders.ids) >= 100_000
    created = sandbox.snapshot()
    acts: list[Callable[[], None]] = [lambda: core.sandboxes.reset(sandbox), lambda: sandbox.restore(created)]
    for act in acts:
        times = []
        for _ in range(5):
            orders = sandbox.tables("cratejoy")["orders"]
            for each in ids:
                orders.put({**orders[each], "note": "changed"})
            sandbox.state.commit()
            started = time.perf_counter()
            act()
            times.append(time.perf_counter() - started)
            orders = sandbox.tables("cratejoy")["orders"]
            assert before == [orders[each]["note"] for each in ids]
        assert min(times) < 0.005
