"""Deleting records, and what prevents it."""

import asyncio

import pytest
from support.emulator import RunningEmulator
from support.records import path, record, records, state

from mockorders import concurrency, create_app
from mockorders.control import references
from mockorders.control.inputs import EMULATOR
from mockorders.control.records import delete
from mockorders.control.references import EXPECTED, RecordRef, ReferencedRecordError
from mockorders.errors import ProblemError
from mockorders.sandbox.sandbox import Sandbox

CUSTOMER = 586402305
ORDER = 75572230
NEW = {"email": "new@example.com"}


async def test_unreferenced_record_is_deleted(emulator: RunningEmulator) -> None:
    reply = await emulator.control("DELETE", path("universe.orders", 489))
    assert (204, b"") == (reply.status, reply.body)
    assert [2, 3] == [each["id"] for each in await records(emulator, "universe.orders")]
    assert 404 == (await emulator.control("DELETE", path("universe.orders", 489))).status


@pytest.mark.parametrize(
    ("collection", "identifier"),
    [
        ("cratejoy.customers", CUSTOMER),
        ("cratejoy.addresses", 8675309),
        ("cratejoy.payment_methods", 1234),
        ("cratejoy.product_instances", 645769439),
        ("universe.customers", 2),
    ],
)
async def test_referenced_record_cannot_be_deleted(emulator: RunningEmulator, collection: str, identifier: int) -> None:
    before = await state(emulator)
    reply = await emulator.control("DELETE", path(collection, identifier))
    assert (422, "application/problem+json", "") == (
        reply.status,
        reply.headers["Content-Type"],
        reply.json["pointer"],
    )
    assert f"{collection.partition('.')[0]}." in reply.json["referrers"][0]["collection"]
    assert before == await state(emulator)


async def test_problem_names_what_refers_to_the_record(emulator: RunningEmulator) -> None:
    reply = await emulator.control("DELETE", path("universe.customers", 2))
    assert {
        "type": "/_mockorders/problems#record-is-referenced",
        "title": "Record is referenced",
        "status": 422,
        "detail": "Cannot delete customer 2: order 2 refers to it, and 1 more",
        "pointer": "",
        "message": EXPECTED,
        "violations": [{"pointer": "", "message": EXPECTED}],
        "referrers": [{"collection": "universe.orders", "id": 2}, {"collection": "universe.orders", "id": 3}],
    } == reply.json


async def test_problem_names_at_most_100_referrers(emulator: RunningEmulator) -> None:
    order = await record(emulator, "universe.orders", 2)
    for identifier in range(1000, 1100):
        await emulator.control("PUT", path("universe.orders", identifier), json={**order, "id": identifier})
    reply = await emulator.control("DELETE", path("universe.customers", 2))
    assert "Cannot delete customer 2: order 2 refers to it, and at least 99 more" == reply.json["detail"]
    assert 100 == len(reply.json["referrers"])


async def test_current_customer_without_orders_is_deleted_and_restored(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/snapshots/before")
    for order in (2, 3):
        await emulator.control("DELETE", path("universe.orders", order))
    assert 204 == (await emulator.control("DELETE", path("universe.customers", 2))).status
    assert "error" == (await emulator.universe("/orders", "docs")).json["status"]
    left = await state(emulator)
    assert 200 == (await emulator.control("PUT", "/sandboxes/docs/state", json=left)).status
    await emulator.control("POST", "/sandboxes/docs/snapshots/before/restore")
    assert "ok" == (await emulator.universe("/orders", "docs")).json["status"]


@pytest.fixture
async def instance(monkeypatch: pytest.MonkeyPatch) -> tuple[Sandbox, RecordRef]:
    """Return an unreferenced product instance whose deletion yields after each record that it searches."""
    monkeypatch.setattr(references, "SCAN_BATCH", 1)
    monkeypatch.setattr(concurrency, "STEP_SECONDS", -1)
    emulator = next(iter(create_app(fixtures="docs")._subapps))[EMULATOR]
    sandbox = await emulator.sandboxes.get_or_create("docs")
    instances = sandbox.tables("cratejoy")["product_instances"]
    instances.put({**instances[645769439], "id": 9})
    sandbox.state.commit()
    return sandbox, RecordRef("cratejoy", "product_instances", 9)


def refer(sandbox: Sandbox, instance: int) -> None:
    """Let the order refer to a product instance."""
    orders = sandbox.tables("cratejoy")["orders"]
    line = {**orders[ORDER]["products"][0], "instance_id": instance}
    orders.put({**orders[ORDER], "products": [line]})
    sandbox.state.commit()


async def test_reference_added_during_the_search_prevents_the_deletion(instance: tuple[Sandbox, RecordRef]) -> None:
    sandbox, ref = instance
    deleting = asyncio.create_task(delete(sandbox, ref))
    await asyncio.sleep(0)
    refer(sandbox, 9)
    with pytest.raises(ReferencedRecordError, match=f"order {ORDER} refers to it"):
        await deleting
    assert 9 in sandbox.tables("cratejoy")["product_instances"].ids


async def test_unrelated_change_during_the_search_does_not_prevent_the_deletion(
    instance: tuple[Sandbox, RecordRef],
) -> None:
    sandbox, ref = instance
    deleting = asyncio.create_task(delete(sandbox, ref))
    await asyncio.sleep(0)
    refer(sandbox, 645769439)
    await deleting
    assert 9 not in sandbox.tables("cratejoy")["product_instances"].ids


async def test_deletion_during_endless_changes_is_409(instance: tuple[Sandbox, RecordRef]) -> None:
    sandbox, ref = instance
    deleting = asyncio.create_task(delete(sandbox, ref))
    while not deleting.done():
        refer(sandbox, 645769439)
        await asyncio.sleep(0)
    with pytest.raises(ProblemError, match="Records are changing"):
        await deleting


async def test_state_is_valid_after_every_possible_delete(emulator: RunningEmulator) -> None:
    gone = 0
    for api, tables in (await state(emulator)).items():
        for collection, held in tables.items() if isinstance(tables, dict) else ():
            for each in held:
                reply = await emulator.control("DELETE", path(f"{api}.{collection}", each["id"]))
                gone += reply.status == 204
    left = await state(emulator)
    reply = await emulator.control("PUT", "/sandboxes/docs/state", json=left)
    assert (200, left, True) == (reply.status, reply.json, gone > 5)


async def test_record_can_be_deleted_once_unreferenced(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", path("cratejoy.customers", 7), json=NEW)
    await emulator.control("PUT", path("cratejoy.addresses", 8), json={"customer_id": 7})
    assert 422 == (await emulator.control("DELETE", path("cratejoy.customers", 7))).status
    assert 204 == (await emulator.control("DELETE", path("cratejoy.addresses", 8))).status
    assert 204 == (await emulator.control("DELETE", path("cratejoy.customers", 7))).status
