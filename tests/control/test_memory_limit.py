"""`--max-memory`: what would exceed it is rejected with 507 and changes nothing; deleting gives memory back."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.control import state
from support.emulator import Reply, RunningEmulator, Start, eventually

LIMIT = 600_000  # half of it for a sandbox
TEXT = "x" * 100_000
SMALL = 10_000
MANY_HISTORIES = {
    "generate": {
        "seed": 1,
        "universe": {
            "customers": 1,
            "orders": 0,
            "histories": [{"customer": n, "orders": 100_000, "first_id": n * 1_000_000} for n in range(1, 40)],
        },
    }
}


@pytest.fixture
async def small(start: Start) -> RunningEmulator:
    return await start(max_memory=LIMIT)


async def put_customer(emulator: RunningEmulator, number: int, name: str = "docs") -> Reply:
    path = f"/sandboxes/{name}/records/universe/customers/{number}"
    return await emulator.control("PUT", path, json={"first_name": TEXT})


async def put_fault(emulator: RunningEmulator, _: int) -> Reply:
    effect = {"type": "status", "status": 500, "body": TEXT}
    return await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": effect})


async def put_header_fault(emulator: RunningEmulator, _: int) -> Reply:
    effect = {"type": "status", "status": 500, "headers": {"X-Long": TEXT}}
    return await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": effect})


async def put_snapshot(emulator: RunningEmulator, number: int) -> Reply:
    return await emulator.control("PUT", f"/sandboxes/docs/snapshots/{number}")


async def put_state(emulator: RunningEmulator, number: int) -> Reply:
    customers = [{"id": each, "first_name": TEXT} for each in range(number + 1)]
    return await emulator.control("PUT", "/sandboxes/docs/state", json={"universe": {"customers": customers}})


async def put_sandbox(emulator: RunningEmulator, number: int) -> Reply:
    customers = [{"id": each, "first_name": TEXT} for each in range(number + 1)]
    document = {"fixtures": {"extends": "docs", "universe": {"customers": customers}}}
    return await emulator.control("PUT", "/sandboxes/docs", json=document)


async def patch_customer(emulator: RunningEmulator, number: int) -> Reply:
    path = "/sandboxes/docs/records/universe/customers/2"
    return await emulator.control("PATCH", path, json={"first_name": (number + 1) * TEXT})


async def create_order(emulator: RunningEmulator, number: int) -> Reply:
    """Create an order of a customer who has a payment method."""
    for path in ("customers/7", "payment_methods/8") if number == 0 else ():
        body = {"email": "new@example.com"} if path == "customers/7" else {"customer_id": 7}
        await emulator.control("PUT", f"/sandboxes/docs/records/cratejoy/{path}", json=body)
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 61})
    line = {"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}
    order = {"customer": {"email": "new@example.com"}, "products": 10 * [line]}
    return await emulator.cratejoy("POST", "/orders/", json=order)


async def update_order(emulator: RunningEmulator, number: int) -> Reply:
    return await emulator.cratejoy("PUT", "/orders/730837920/", json={"note": (number + 1) * TEXT})


OPERATIONS = [
    put_customer,
    patch_customer,
    create_order,
    update_order,
    put_fault,
    put_header_fault,
    put_snapshot,
    put_state,
    put_sandbox,
]
Operation = Callable[[RunningEmulator, int], Awaitable[Reply]]


async def everything(emulator: RunningEmulator) -> Any:
    """Return all data of the sandbox."""
    records = await state(emulator)
    info = (await emulator.control("GET", "/sandboxes/docs")).json
    info.pop("clock")
    info.pop("memory")
    faults = (await emulator.control("GET", "/sandboxes/docs/faults")).body
    snapshots = (await emulator.control("GET", "/sandboxes/docs/diff?from=missing")).json["detail"]
    return info, records, faults, snapshots


async def fill(emulator: RunningEmulator, operation: Operation) -> Reply:
    """Repeat an operation until it is rejected; return the response to that."""
    for number in range(100):
        before = await everything(emulator)
        held = await used(emulator)
        reply = await operation(emulator, number)
        if reply.status >= 300:
            assert before == await everything(emulator)
            await becomes(emulator, held, held + SMALL)
            return reply
    raise AssertionError


async def becomes(emulator: RunningEmulator, lowest: int, highest: int) -> None:
    """Wait until the used memory is in a range: what a request held is freed after its response."""

    async def is_between() -> bool:
        return lowest <= await used(emulator) <= highest

    await eventually(is_between)


async def used(emulator: RunningEmulator, name: str = "docs") -> int:
    found: int = (await emulator.control("GET", f"/sandboxes/{name}")).json["memory"]["used"]
    return found


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_operation_above_the_limit_changes_nothing(small: RunningEmulator, operation: Operation) -> None:
    reply = await fill(small, operation)
    problem = reply.json
    assert (507, "sandbox.memory", LIMIT // 2) == (reply.status, problem["rule"], problem["limit"])
    assert problem["used"] + problem["needed"] > problem["limit"]
    assert "--max-memory" in problem["detail"]


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_reset_and_deletion_give_memory_back(small: RunningEmulator, operation: Operation) -> None:
    await fill(small, operation)
    await small.control("DELETE", "/sandboxes/docs")
    await state(small)
    await becomes(small, 0, 0)
    assert (await operation(small, 0)).status < 300


@pytest.mark.parametrize("operation", [put_customer, create_order, put_fault])
async def test_reset_gives_memory_back(small: RunningEmulator, operation: Operation) -> None:
    await fill(small, operation)
    await small.control("POST", "/sandboxes/docs/reset")
    await becomes(small, 0, 0)


async def test_deleted_faults_and_snapshots_give_memory_back(small: RunningEmulator) -> None:
    await put_customer(small, 50)
    before = await used(small)
    await put_snapshot(small, 1)
    await put_fault(small, 1)
    await put_customer(small, 50)
    await small.control("DELETE", "/sandboxes/docs/snapshots/1")
    await small.control("DELETE", "/sandboxes/docs/faults")
    await becomes(small, before, before + SMALL)


async def test_record_can_be_deleted_and_shortened_at_the_limit(small: RunningEmulator) -> None:
    await fill(small, put_customer)
    path = "/sandboxes/docs/records/universe/customers/0"
    shortened = await small.control("PUT", path, json={"first_name": ""})
    deleted = await small.control("DELETE", path)
    assert (200, 204, 200) == (shortened.status, deleted.status, (await put_customer(small, 0)).status)


async def test_full_sandbox_does_not_affect_others(small: RunningEmulator) -> None:
    await fill(small, put_customer)
    assert 200 == (await put_customer(small, 1, "docs.other")).status


async def test_all_sandboxes_together_are_limited(small: RunningEmulator) -> None:
    replies = [await put_customer(small, 1, f"docs.{number}") for number in range(6)]
    assert [200] * 5 + [507] == [reply.status for reply in replies]
    assert LIMIT == replies[-1].json["limit"]


async def test_snapshots_count_only_what_they_add(small: RunningEmulator) -> None:
    await put_customer(small, 50)
    before = await used(small)
    for number in range(3):
        await put_snapshot(small, number)
    assert await used(small) < before + 30_000


async def test_replaced_snapshots_do_not_add_up(small: RunningEmulator) -> None:
    for number in range(20):
        assert 200 == (await put_customer(small, 50)).status, number
        assert 200 == (await put_snapshot(small, 1)).status, number


async def test_restored_snapshot_gives_back_what_was_added_since(small: RunningEmulator) -> None:
    await put_snapshot(small, 1)
    before = await used(small)
    await put_customer(small, 50)
    await small.control("POST", "/sandboxes/docs/snapshots/1/restore")
    await becomes(small, before, before)


async def test_generated_records_are_rejected_before_they_are_generated(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PUT", "/sandboxes/x", json={"fixtures": MANY_HISTORIES})
    assert (507, "sandbox.memory") == (reply.status, reply.json["rule"])
    assert "Generating 3,900,052 records" in reply.json["detail"]
    assert 404 == (await emulator.control("GET", "/sandboxes/x")).status


async def test_generations_at_the_same_time_share_the_limit(start: Start) -> None:
    emulator = await start(max_memory=16 * 2**20)
    document = {"fixtures": {"generate": {"seed": 1, "universe": {"customers": 1, "orders": 3_000}}}}
    requests = [emulator.control("PUT", f"/sandboxes/x{number}", json=document) for number in range(8)]
    statuses = sorted(reply.status for reply in await asyncio.gather(*requests))
    assert [200] * 4 + [507] * 4 == statuses


async def test_sandboxes_share_the_set_that_they_extend(emulator: RunningEmulator) -> None:
    for number in range(3):
        document = {"fixtures": {"extends": "default", "universe": {"customers": [{"id": 7}]}}}
        await emulator.control("PUT", f"/sandboxes/x{number}", json=document)
    assert await used(emulator, "x2") < 100_000


async def test_document_is_counted_while_it_is_read(start: Start) -> None:
    emulator = await start(max_memory=10 * 2**20)
    await everything(emulator)
    before = await total(emulator)
    reply = await emulator.control("PUT", "/sandboxes/docs/state", data=document_of(2 * 2**20))
    assert 200 == reply.status
    await eventually(lambda: is_total(emulator, before))


async def test_document_without_room_changes_nothing(start: Start) -> None:
    emulator = await start(max_memory=10 * 2**20)
    before = await everything(emulator)
    reply = await emulator.control("PUT", "/sandboxes/docs/state", data=document_of(3 * 2**20))
    assert (507, "sandbox.memory", before) == (reply.status, reply.json["rule"], await everything(emulator))
    assert "Reading the body" in reply.json["detail"]


def document_of(length: int) -> io.BytesIO:
    """Return a document without records; a file, whose length the client declares."""
    return io.BytesIO(json.dumps({"description": "x" * length}).encode())


async def total(emulator: RunningEmulator) -> float:
    text = (await emulator.control("GET", "/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("mockorders_memory_bytes"))


async def is_total(emulator: RunningEmulator, expected: float) -> bool:
    return expected == await total(emulator)


async def test_set_that_is_too_large_is_rejected(start: Start) -> None:
    emulator = await start(max_memory=100 * 2**20)
    reply = await emulator.control("PUT", "/sandboxes/x", json={"fixtures": {"extends": "large"}})
    assert (507, 404) == (reply.status, (await emulator.control("GET", "/sandboxes/x")).status)


async def filter_customers(emulator: RunningEmulator) -> Reply:
    """Send a filter to a sandbox with fixtures of its own."""
    return await emulator.cratejoy("GET", "/customers/?email__like=%25new%25", user="x")


async def put_own_customers(emulator: RunningEmulator, number: int) -> None:
    customers = [{"id": each, "email": f"new{each}@example.com"} for each in range(1, number + 1)]
    document = {"fixtures": {"cratejoy": {"customers": customers}}}
    assert 200 == (await emulator.control("PUT", "/sandboxes/x", json=document)).status


async def test_index_that_a_filter_builds_is_counted(emulator: RunningEmulator) -> None:
    await put_own_customers(emulator, 1_000)
    before = await used(emulator, "x")
    await filter_customers(emulator)
    assert 50_000 < await used(emulator, "x") - before < 500_000


async def test_index_is_not_kept_without_room(emulator: RunningEmulator, start: Start) -> None:
    await put_own_customers(emulator, 1_000)
    before = await used(emulator, "x")
    full = await start(max_memory=2 * before + SMALL)
    await put_own_customers(full, 1_000)
    statuses = [(await filter_customers(full)).status for _ in range(2)]
    assert ([200, 200], before) == (statuses, await used(full, "x"))
