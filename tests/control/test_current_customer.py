"""Changing the current customer of a sandbox, and which customer a request was for."""

import asyncio
import json
from typing import Any

import pytest
from support.control import FROZEN, problem, state
from support.emulator import RunningEmulator, Start, basic, eventually
from support.journal import last
from support.universe import ids

SANDBOX = "/sandboxes/docs"
LOGGED_OUT = {"status": "error", "messages": ["Please log in to access your online benefits."]}
ORDERS = {1: [], 2: [2, 3], 164: [489]}


async def log_in(emulator: RunningEmulator, customer: Any, sandbox: str = "docs") -> Any:
    """Change the current customer; return the sandbox's settings."""
    reply = await emulator.control("PATCH", f"/sandboxes/{sandbox}", json={"current_customer": customer})
    assert 200 == reply.status, reply.text
    return reply.json


async def current_customer(emulator: RunningEmulator) -> Any:
    return (await emulator.control("GET", SANDBOX)).json["current_customer"]


async def seen(emulator: RunningEmulator) -> list[int]:
    """Return the ids of the orders of a request that selects no customer."""
    return await ids(emulator, "/orders", "docs")


# Log in and out


@pytest.mark.parametrize("customer", [1, 2, 164])
async def test_customer_logs_in(emulator: RunningEmulator, customer: int) -> None:
    await emulator.control("PUT", SANDBOX, json={"clock": FROZEN})
    info = await log_in(emulator, customer)
    assert info == (await emulator.control("GET", SANDBOX)).json
    assert (customer, ORDERS[customer]) == (info["current_customer"], await seen(emulator))


async def test_null_logs_out(emulator: RunningEmulator) -> None:
    info = await log_in(emulator, None)
    assert (None, LOGGED_OUT) == (info["current_customer"], (await emulator.universe("/orders", "docs")).json)


async def test_cached_responses_follow_at_once(emulator: RunningEmulator) -> None:
    found = []
    for customer in (2, 164, 1, 164, 2):
        await log_in(emulator, customer)
        found.append([await seen(emulator), await seen(emulator)])
    assert [[ORDERS[customer]] * 2 for customer in (2, 164, 1, 164, 2)] == found


async def test_customer_with_an_id_above_2_to_the_53(emulator: RunningEmulator) -> None:
    identifier = 2**63 - 1
    record = f"{SANDBOX}/records/universe/customers/{identifier}"
    assert 200 == (await emulator.control("PUT", record, json={})).status
    assert identifier == (await log_in(emulator, identifier))["current_customer"]


async def test_empty_patch_changes_nothing(emulator: RunningEmulator) -> None:
    await log_in(emulator, 164)
    reply = await emulator.control("PATCH", SANDBOX, json={})
    assert (200, 164) == (reply.status, reply.json["current_customer"])


async def test_patch_creates_the_sandbox(emulator: RunningEmulator) -> None:
    assert 2 == (await log_in(emulator, 2, "empty.new"))["current_customer"]
    assert 1 == (await emulator.control("GET", "/sandboxes")).json["count"]


async def test_other_sandboxes_keep_their_customer(emulator: RunningEmulator) -> None:
    await log_in(emulator, 164)
    assert [2, 3] == await ids(emulator, "/orders", "docs.other")


async def test_patch_leaves_records_clock_faults_and_journal_unchanged(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", f"{SANDBOX}/clock", json={"now": FROZEN, "frozen": True})
    await emulator.control("POST", f"{SANDBOX}/faults", json={"effect": {"type": "delay", "ms": 1}})
    await seen(emulator)
    before = await state(emulator)
    info = await log_in(emulator, 164)
    assert {**before, "current_customer": 164} == await state(emulator)
    counts = [(await emulator.control("GET", f"{SANDBOX}/{part}")).json["count"] for part in ("faults", "requests")]
    assert ([1, 1], {"now": FROZEN, "frozen": True}) == (counts, info["clock"])


@pytest.mark.parametrize(
    ("body", "pointer", "message"),
    [
        (
            {"current_customer": 999},
            "/current_customer",
            "expected the id of one of universe.customers, or null, got 999",
        ),
        (
            {"current_customer": -1},
            "/current_customer",
            "expected the id of one of universe.customers, or null, got -1",
        ),
        ({"current_customer": 10**39}, "/current_customer", "expected the id of one of universe.customers, or null"),
        ({"current_customer": 586402305}, "/current_customer", "expected the id of one of universe.customers, or null"),
        ({"current_customer": "164"}, "/current_customer", 'expected an integer or null, got "164"'),
        ({"current_customer": 164.0}, "/current_customer", "expected an integer or null, got 164.0"),
        ({"current_customer": True}, "/current_customer", "expected an integer or null, got true"),
        ({"current_customer": [164]}, "/current_customer", "expected an integer or null, got [164]"),
        ({"current_customer": 164, "profile": "observed"}, "/profile", "Unknown property 'profile'"),
        ({"currentCustomer": 164}, "/currentCustomer", "Unknown property 'currentCustomer'"),
        ([], "", "expected an object, got []"),
        (None, "", "expected an object, got null"),
    ],
)
async def test_invalid_patch_is_rejected_and_changes_nothing(
    emulator: RunningEmulator, body: Any, pointer: str, message: str
) -> None:
    for name in ("docs", "docs.new"):
        if name == "docs":
            await emulator.control("PUT", SANDBOX, json={})
        reply = await emulator.control("PATCH", f"/sandboxes/{name}", data=json.dumps(body))
        assert message in problem(reply, 422, pointer=pointer)
    assert (1, 2) == ((await emulator.control("GET", "/sandboxes")).json["count"], await current_customer(emulator))


async def test_invalid_sandbox_name_is_rejected(emulator: RunningEmulator) -> None:
    problem(await emulator.control("PATCH", "/sandboxes/docs@2", json={"current_customer": 2}), 422)


# Snapshots, resets, export


async def test_reset_restores_the_customer_of_the_fixtures(emulator: RunningEmulator) -> None:
    await log_in(emulator, 164)
    await emulator.control("POST", f"{SANDBOX}/reset")
    assert (2, [2, 3]) == (await current_customer(emulator), await seen(emulator))


async def test_snapshot_restores_its_customer(emulator: RunningEmulator) -> None:
    await log_in(emulator, 164)
    await emulator.control("PUT", f"{SANDBOX}/snapshots/then")
    await log_in(emulator, None)
    await emulator.control("POST", f"{SANDBOX}/snapshots/then/restore")
    assert (164, [489]) == (await current_customer(emulator), await seen(emulator))


@pytest.mark.parametrize(("customer", "line"), [(164, "2 → 164"), (None, "2 → null")])
async def test_diff_has_the_change(emulator: RunningEmulator, customer: int | None, line: str) -> None:
    await log_in(emulator, customer)
    diff = (await emulator.control("GET", f"{SANDBOX}/diff")).json
    patch = [{"op": "replace", "path": "/current_customer", "value": customer}]
    assert (patch, [f"current customer: {line}"]) == (diff["patch"], diff["lines"])


async def test_exported_state_has_the_customer(emulator: RunningEmulator) -> None:
    await log_in(emulator, 164)
    await emulator.control("PUT", "/sandboxes/docs.copy/state", json=await state(emulator))
    assert [489] == await ids(emulator, "/orders", "docs.copy")


async def test_deleted_customer_is_logged_out(emulator: RunningEmulator) -> None:
    await log_in(emulator, 1)
    await emulator.control("DELETE", f"{SANDBOX}/records/universe/customers/1")
    assert LOGGED_OUT == (await emulator.universe("/orders", "docs")).json


# The customer of a request

BEARER = {"Authorization": "Bearer customer-164"}
COOKIE = {"Cookie": "mockorders_customer=164"}


@pytest.mark.parametrize(
    ("target", "headers", "customer"),
    [
        ("/orders?key=docs", {}, {"id": 2, "source": "sandbox"}),
        ("/orders?key=docs@164", {}, {"id": 164, "source": "credential"}),
        ("/orders?key=docs%40164", {}, {"id": 164, "source": "credential"}),
        ("/orders?key=docs@none", {}, {"id": None, "source": "credential"}),
        ("/orders?key=docs@999", {}, {"id": 999, "source": "credential"}),
        ("/orders?key=docs@1", COOKIE, {"id": 164, "source": "cookie"}),
        ("/orders?key=docs@1", {"Cookie": "mockorders_customer=x"}, {"id": None, "source": "cookie"}),
        ("/orders?key=docs@1", {**COOKIE, **BEARER}, {"id": 164, "source": "bearer"}),
        ("/orders?key=docs", {"Authorization": "Bearer x"}, {"id": None, "source": "bearer"}),
        ("/orders/0?key=docs", COOKIE, {"id": 164, "source": "cookie"}),
        ("/nothing?key=docs", COOKIE, {"id": 164, "source": "cookie"}),
        ("/orders?key=docs", {**COOKIE, "X-Mockorders-Fault": "status=503"}, {"id": 164, "source": "cookie"}),
        ("/orders", COOKIE, None),
        ("/nothing", COOKIE, None),
        ("/v1/orders/", basic("docs"), None),
        ("/v1/orders/", {**basic("docs"), **COOKIE}, None),
        ("/v1/orders/", COOKIE, None),
    ],
)
async def test_journal_and_explanation_have_the_customer_and_its_source(
    emulator: RunningEmulator, target: str, headers: dict[str, str], customer: Any
) -> None:
    for _ in range(2):  # the second response may be cached
        reply = await emulator.request("GET", target, headers=headers)
        name = "_" if customer is None and "docs" not in target and not headers.get("Authorization") else "docs"
        explained = f"/sandboxes/{name}/requests/{reply.headers['X-Mockorders-Request']}/explain"
        explanation = (await emulator.control("GET", explained)).json
        assert [customer, customer] == [(await last(emulator, name))["customer"], explanation["customer"]]


async def test_preflight_has_no_customer(emulator: RunningEmulator) -> None:
    await emulator.request("OPTIONS", "/orders?key=docs", headers={"Origin": "http://localhost:3000"})
    assert (await last(emulator, "_"))["customer"] is None


async def test_entry_keeps_the_customer_of_its_time(emulator: RunningEmulator) -> None:
    await seen(emulator)
    await log_in(emulator, 164)
    await seen(emulator)
    await log_in(emulator, None)
    requests = (await emulator.control("GET", f"{SANDBOX}/requests")).json["requests"]
    assert [2, 164] == [each["customer"]["id"] for each in requests]


@pytest.mark.parametrize("cached", [False, True])
async def test_login_during_a_delay_applies_to_response_and_entry(start: Start, cached: bool) -> None:
    emulator = await start(fixtures="docs")
    if cached:
        await log_in(emulator, 164)
        await seen(emulator)
    await emulator.control("POST", f"{SANDBOX}/faults", json={"effect": {"type": "delay", "ms": 500}})
    pending = asyncio.create_task(seen(emulator))

    async def is_delayed() -> bool:
        faults = (await emulator.control("GET", f"{SANDBOX}/faults")).json["faults"]
        return bool(faults[0]["hits"])

    await eventually(is_delayed)
    await log_in(emulator, 1)
    found = await pending
    entry = await last(emulator)
    assert (ORDERS[entry["customer"]["id"]], {"id": 1, "source": "sandbox"}) == (found, entry["customer"])
