"""Every method of the Python client, synchronous and asynchronous."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from support.client import CUSTOMER, FROZEN, ORDER, Client, Step, endpoints, ids, step

from mockorders.client.endpoints import ClockApi, SandboxApi

TIME = datetime(2017, 3, 21, tzinfo=UTC)


# Calls to make first, the call under test, and its expected result


def has(**expected: Any) -> Callable[[Any], bool]:
    """Expect an object with these attributes."""
    return lambda value: expected.items() <= value.items()


ADDRESS = {"id": 1, "customer_id": CUSTOMER}
FREEZE = step("clock.freeze", FROZEN)
FAULT = step("fault", "status", status=503)
RULE = {"times": None, "after": 0, "probability": 1, "stage": "before", "paused": False}
DEFAULTS = {**RULE, "id": "1", "hits": 0, "remaining": None}
TEXT = {"type": "status", "status": 503, "body": "x"}
NOTE = step("patch_record", "cratejoy", "orders", ORDER, {"note": "n"})
CALLS: list[tuple[list[Step], Step, Any]] = [
    ([], step("create"), has(fixtures="docs", profile="documented", current_customer=2)),
    ([], step("create", fixtures="empty", profile="observed"), has(fixtures="empty", profile="observed")),
    ([], step("create", fixtures={"extends": "empty", "current_customer": 1}), has(current_customer=1)),
    ([], step("create", clock=FROZEN), has(clock={"now": FROZEN, "frozen": True})),
    ([], step("create", clock=TIME), has(clock={"now": FROZEN, "frozen": True})),
    ([FREEZE], step("info"), has(clock={"now": FROZEN, "frozen": True})),
    ([], step("log_in", 164), has(current_customer=164)),
    ([step("log_in", 164)], step("info"), has(current_customer=164)),
    ([step("log_in", 164)], step("log_out"), has(current_customer=None)),
    ([FREEZE], step("delete"), None),
    ([FREEZE, step("delete"), step("create")], step("info"), lambda value: not value["clock"]["frozen"]),
    ([NOTE], step("reset"), None),
    ([NOTE, step("reset")], step("diff"), {"from": None, "patch": [], "lines": []}),
    ([], step("state"), lambda value: {"universe", "cratejoy", "current_customer", "profile"} <= set(value)),
    ([], step("put_state", {"extends": "empty", "current_customer": 1}), has(current_customer=1)),
    ([step("put_state", {"extends": "empty"})], step("records", "cratejoy", "orders"), []),
    ([], step("snapshot", "a"), ["a"]),
    ([step("snapshot", "b")], step("snapshot", "a"), ["a", "b"]),
    ([step("snapshot", "a"), NOTE], step("restore", "a"), None),
    ([step("snapshot", "a"), NOTE, step("restore", "a")], step("diff", "a"), {"from": "a", "patch": [], "lines": []}),
    ([step("snapshot", "a")], step("delete_snapshot", "a"), None),
    (
        [NOTE],
        step("diff"),
        has(**{"from": None, "lines": [f'order {ORDER}: note null → "n"']}),
    ),
    ([], step("records", "cratejoy", "orders"), ids(ORDER, 730837920)),
    ([], step("record", "universe", "orders", 489), has(id=489)),
    ([NOTE], step("record", "cratejoy", "orders", ORDER), has(id=ORDER, note="n")),
    ([], NOTE, has(id=ORDER, note="n")),
    ([], step("add_record", "cratejoy", "addresses", {"customer": CUSTOMER}), has(customer_id=CUSTOMER)),
    (
        [],
        step("add_records", {"cratejoy": {"addresses": [{"customer": CUSTOMER}]}}),
        lambda value: [CUSTOMER] == [each["customer_id"] for each in value["cratejoy"]["addresses"]],
    ),
    ([], step("put_record", "cratejoy", "addresses", 1, ADDRESS), has(**ADDRESS)),
    (
        [step("put_record", "cratejoy", "addresses", 1, ADDRESS)],
        step("delete_record", "cratejoy", "addresses", 1),
        None,
    ),
    ([FREEZE], step("clock.now"), TIME),
    ([], FREEZE, {"now": FROZEN, "frozen": True}),
    ([], step("clock.freeze", TIME), {"now": FROZEN, "frozen": True}),
    ([], step("clock.freeze"), has(frozen=True)),
    ([FREEZE], step("clock.run"), has(frozen=False)),
    ([FREEZE], step("clock.set", frozen=False), has(frozen=False)),
    ([], step("clock.set", now=FROZEN, frozen=True), {"now": FROZEN, "frozen": True}),
    ([FREEZE], step("clock.set", now="2020-01-01"), {"now": "2020-01-01T00:00:00Z", "frozen": True}),
    ([FREEZE], step("clock.advance", seconds=61), {"now": "2017-03-21T00:01:01Z", "frozen": True}),
    ([FREEZE], step("clock.advance", seconds=-1), {"now": "2017-03-20T23:59:59Z", "frozen": True}),
    ([], FAULT, {**DEFAULTS, "match": {}, "effect": {"type": "status", "status": 503}}),
    ([FAULT], FAULT, has(id="2")),
    ([], step("faults"), []),
    ([FAULT, FAULT], step("faults"), ids("1", "2")),
    ([FAULT], step("delete_fault", "1"), None),
    ([FAULT, FAULT, step("delete_fault", {"id": "1"})], step("faults"), ids("2")),
    ([FAULT], step("change_fault", "1", times=3, effect={"status": 500}), has(times=3, remaining=3)),
    ([FAULT], step("change_fault", {"id": "1"}, effect={"body": "x"}), has(effect=TEXT)),
    ([FAULT], step("pause_fault", "1"), has(paused=True)),
    ([FAULT, step("pause_fault", "1")], step("resume_fault", {"id": "1"}), has(paused=False)),
    ([FAULT], step("clear_faults"), None),
    ([FAULT, step("clear_faults")], step("faults"), []),
    ([], step("requests"), []),
    ([], step("clear_requests"), None),
    ([], step("errors"), {"count": 0, "errors": []}),
    ([FREEZE], step("finish"), {"errors": {"count": 0, "errors": []}, "unused_faults": [], "deleted": True}),
    ([], step("finish"), has(deleted=True)),
    ([FAULT], step("finish"), has(deleted=False)),
    ([FAULT, step("finish")], step("faults"), ids("1")),
    ([], step("har"), lambda value: (value["log"]["version"], value["log"]["entries"]) == ("1.2", [])),
]


@pytest.mark.parametrize(
    ("before", "call", "expected"), CALLS, ids=[f"{number}-{call[0]}" for number, (_, call, _) in enumerate(CALLS)]
)
async def test_each_method_returns_the_expected_value(
    client: Client, before: list[Step], call: Step, expected: Any
) -> None:
    for name, args, options in before:
        await client(name, *args, **options)
    value = await client(call[0], *call[1], **call[2])
    assert expected(value) if callable(expected) else expected == value


def test_table_covers_every_method() -> None:
    seen = {call[0] for _, call, _ in CALLS}
    assert endpoints(SandboxApi) | {f"clock.{name}" for name in endpoints(ClockApi)} == seen | {
        "request",  # these two need a request: see the journal's tests
        "explain",
    }


# Faults: conditions, timing, and parameters of the effect


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        (
            "reset",
            {"method": "POST", "stage": "after", "times": 1},
            {
                "match": {"method": "POST"},
                "effect": {"type": "reset"},
                "stage": "after",
                "times": 1,
                "remaining": 1,
            },
        ),
        (
            "status",
            {"status": 503, "body": {"a": 1}, "headers": {"X-A": "b"}, "api": "cratejoy", "path": "/v1/*"},
            {
                "match": {"api": "cratejoy", "path": "/v1/*"},
                "effect": {"type": "status", "status": 503, "body": {"a": 1}, "headers": {"X-A": "b"}},
            },
        ),
        (
            "delay",
            {"ms": 1.5, "after": 2, "probability": 0.5, "query": {"a": "b"}, "header": {"X-A": "b"}},
            {
                "match": {"query": {"a": "b"}, "header": {"X-A": "b"}},
                "effect": {"type": "delay", "ms": 1.5},
                "after": 2,
                "probability": 0.5,
            },
        ),
        ("delay", {"uniform": (1, 2)}, {"match": {}, "effect": {"type": "delay", "uniform": [1, 2]}}),
        (
            "close",
            {"match": {"body": {"/note": "n"}, "method": "GET"}, "method": "PUT"},
            {"match": {"body": {"/note": "n"}, "method": "PUT"}, "effect": {"type": "close"}},
        ),
        (
            "rate_limit",
            {"requests": 5, "window": 60, "times": None},
            {"match": {}, "effect": {"type": "rate_limit", "requests": 5, "window": 60}, "times": None},
        ),
        (
            "drift",
            {"pointer": "/id", "how": "wrong_type"},
            {"match": {}, "effect": {"type": "drift", "pointer": "/id", "how": "wrong_type"}},
        ),
    ],
)
async def test_fault_options_are_sent_in_the_right_place(
    client: Client, kind: str, options: Any, expected: Any
) -> None:
    assert {**DEFAULTS, **expected} == await client("fault", kind, **options)


async def test_fault_applies_and_counts_its_hits(client: Client) -> None:
    fault = await client("fault", "status", status=503, method="PUT", times=1)
    assert [200, 503, 200] == [await client.order(), await client.order("PUT"), await client.order("PUT")]
    assert [(1, 0)] == [(each["hits"], each["remaining"]) for each in await client("faults")]
    await client("delete_fault", fault)
    assert [] == await client("faults")


# The journal


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["1", "2", "3"]),
        ({"method": "GET"}, ["1", "3"]),
        ({"status": 200, "path": "/v1/*", "api": "cratejoy"}, ["1", "2", "3"]),
        ({"api": "universe"}, []),
        ({"status": "404,2xx"}, ["1", "2", "3"]),
        ({"status": "rejected"}, []),
        ({"since": "2"}, ["3"]),
        ({"since": {"id": "1"}, "method": None}, ["2", "3"]),
        ({"path": "/a b&c=ü"}, []),
    ],
)
async def test_requests_are_listed_and_filtered(client: Client, filters: dict[str, Any], expected: list[str]) -> None:
    for method in ("GET", "PUT", "GET"):
        await client.order(method)
    assert ids(*expected)(await client("requests", **filters))
    har = await client("har", **filters)
    assert [f"request {identifier}" for identifier in expected] == [each["comment"] for each in har["log"]["entries"]]


async def test_requests_are_deleted(client: Client) -> None:
    await client.order()
    await client("clear_requests")
    assert [] == await client("requests")


@pytest.mark.timing
async def test_requests_are_waited_for(client: Client) -> None:
    await client.order()
    begun = datetime.now(UTC)
    assert ids("1")(await client("requests", wait=5, min=1))
    assert datetime.now(UTC) - begun < timedelta(seconds=4)
    assert ids("1")(await client("requests", wait=1, min=2))
    assert timedelta(seconds=1) <= datetime.now(UTC) - begun < timedelta(seconds=5)


async def test_request_is_returned_and_explained(client: Client) -> None:
    await client.order("PUT", "n")
    (request,) = await client("requests")
    assert request == await client("request", "1")
    assert (await client("explain", request)) == (await client("explain", "1"))
    assert has(id="1", status=200, sandbox=client.name)(await client("explain", "1"))


# Times


@pytest.mark.parametrize("time", [TIME, TIME.astimezone(timezone(timedelta(hours=-7))), "2017-03-21T02:00+02:00"])
async def test_times_are_aware_datetimes_or_strings(client: Client, time: datetime | str) -> None:
    assert {"now": FROZEN, "frozen": True} == await client("clock.freeze", time)
    assert TIME == await client("clock.now")
    assert (await client("clock.now")).utcoffset() == timedelta()


@pytest.mark.parametrize(("call", "name"), [("clock.freeze", "t"), ("clock.set", "now"), ("create", "clock")])
async def test_naive_datetime_is_rejected(client: Client, call: str, name: str) -> None:
    with pytest.raises(ValueError, match="aware"):
        await client(call, **{name: TIME.replace(tzinfo=None)})
