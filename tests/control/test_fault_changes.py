"""Changing and pausing faults through the control API."""

from typing import Any

import pytest
from support.emulator import RunningEmulator
from support.faults import TEAPOT, fault, hits


async def change(emulator: RunningEmulator, identifier: str, patch: Any) -> Any:
    """Change a fault; return the reply."""
    return await emulator.control("PATCH", f"/sandboxes/docs/faults/{identifier}", json=patch)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({}, {}),
        ({"effect": {"status": 500}}, {"effect": {"type": "status", "status": 500, "body": "x"}}),
        ({"effect": {"body": None}}, {"effect": {"type": "status", "status": 503}}),
        ({"effect": {"type": "reset", "status": None, "body": None}}, {"effect": {"type": "reset"}}),
        ({"match": {"method": "PUT"}}, {"match": {"path": "/orders*", "method": "PUT"}}),
        ({"match": {"path": None}}, {"match": {}}),
        ({"match": None}, {"match": {}}),
        ({"times": None}, {"times": None, "remaining": None}),
        ({"times": 5, "after": 1}, {"times": 5, "after": 1, "remaining": 5}),
        ({"probability": 0.5, "stage": "after"}, {"probability": 0.5, "stage": "after"}),
        ({"stage": None, "paused": True}, {"paused": True}),
    ],
)
async def test_patch_changes_some_members(emulator: RunningEmulator, patch: Any, expected: Any) -> None:
    effect = {"type": "status", "status": 503, "body": "x"}
    identifier = await fault(emulator, effect, match={"path": "/orders*"}, times=2)
    before = (await emulator.control("GET", "/sandboxes/docs/faults")).json["faults"][0]
    reply = await change(emulator, identifier, patch)
    assert (200, {**before, **expected}) == (reply.status, reply.json)
    assert [reply.json] == (await emulator.control("GET", "/sandboxes/docs/faults")).json["faults"]


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ([], ""),
        ({"tims": 1}, "/tims"),
        ({"times": 0}, "/times"),
        ({"times": "1"}, "/times"),
        ({"effect": {"status": 1000}}, "/effect/status"),
        ({"effect": {"status": None}}, "/effect"),
        ({"effect": None}, "/effect"),
        ({"effect": {"type": "reset"}}, "/effect"),
        ({"match": {"api": "cratejoi"}}, "/match/api"),
        ({"match": []}, "/match"),
        ({"paused": "yes"}, "/paused"),
    ],
)
async def test_invalid_patch_changes_nothing(emulator: RunningEmulator, patch: Any, pointer: str) -> None:
    identifier = await fault(emulator, TEAPOT)
    before = (await emulator.control("GET", "/sandboxes/docs/faults")).json
    reply = await change(emulator, identifier, patch)
    assert (422, True) == (reply.status, reply.json["pointer"].startswith(pointer))
    assert before == (await emulator.control("GET", "/sandboxes/docs/faults")).json


async def test_unknown_fault_cannot_be_changed(emulator: RunningEmulator) -> None:
    assert 404 == (await change(emulator, "7", {"paused": True})).status


async def test_paused_fault_neither_applies_nor_counts(emulator: RunningEmulator) -> None:
    identifier = await fault(emulator, TEAPOT, after=1, times=2)
    statuses = [(await emulator.universe("/orders")).status for _ in range(2)]
    await change(emulator, identifier, {"paused": True})
    statuses += [(await emulator.universe("/orders")).status for _ in range(2)]
    await change(emulator, identifier, {"paused": False})
    statuses += [(await emulator.universe("/orders")).status for _ in range(2)]
    assert [200, 418, 200, 200, 418, 200] == statuses


async def test_fault_can_be_added_paused(emulator: RunningEmulator) -> None:
    identifier = await fault(emulator, TEAPOT, paused=True)
    assert 200 == (await emulator.universe("/orders")).status
    await change(emulator, identifier, {"paused": False})
    assert 418 == (await emulator.universe("/orders")).status


async def test_changed_fault_keeps_its_place_and_its_hits(emulator: RunningEmulator) -> None:
    first = await fault(emulator, TEAPOT)
    await fault(emulator, {"type": "status", "status": 503})
    assert 418 == (await emulator.universe("/orders")).status
    await change(emulator, first, {"effect": {"status": 500}})
    assert 500 == (await emulator.universe("/orders")).status
    assert [2, 0] == await hits(emulator)


async def test_limit_below_the_hits_leaves_the_fault_spent(emulator: RunningEmulator) -> None:
    identifier = await fault(emulator, TEAPOT)
    for _ in range(3):
        await emulator.universe("/orders")
    assert 0 == (await change(emulator, identifier, {"times": 1})).json["remaining"]
    assert 200 == (await emulator.universe("/orders")).status


async def test_quota_begins_again_with_a_new_rate_limit(emulator: RunningEmulator) -> None:
    identifier = await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 1000})
    assert [200, 429] == [(await emulator.universe("/orders")).status for _ in range(2)]
    await change(emulator, identifier, {"after": 0})
    assert 429 == (await emulator.universe("/orders")).status
    await change(emulator, identifier, {"effect": {"requests": 2}})
    assert [200, 200, 429] == [(await emulator.universe("/orders")).status for _ in range(3)]


async def test_memory_of_a_changed_fault_is_that_of_its_rule(emulator: RunningEmulator) -> None:
    async def used() -> int:
        return int((await emulator.control("GET", "/sandboxes/docs")).json["memory"]["used"])

    identifier = await fault(emulator, TEAPOT)
    before = await used()
    await change(emulator, identifier, {"effect": {"body": "x" * 100_000}})
    assert 100_000 <= await used() - before < 110_000
    await change(emulator, identifier, {"effect": {"body": None}})
    assert before <= await used() < before + 1_000
