"""Control requests whose body arrives after the data of their sandbox was replaced."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.bad_requests import connect, http, read
from support.control import FROZEN, problem, state
from support.emulator import Reply, RunningEmulator, settle

SANDBOX = "/sandboxes/docs"
ORDER = f"{SANDBOX}/records/cratejoy/orders/75572230"
LATE: list[tuple[str, str, Any]] = [
    ("PUT", f"{SANDBOX}/state", {"current_customer": None}),
    ("PATCH", SANDBOX, {"current_customer": None}),
    ("PATCH", ORDER, {"note": "late"}),
    ("POST", f"{SANDBOX}/records/cratejoy/orders", {}),
    ("POST", f"{SANDBOX}/records", {"cratejoy": {"orders": [{}]}}),
    ("PUT", f"{SANDBOX}/records/universe/customers/7", {"first_name": "late"}),
    ("PUT", f"{SANDBOX}/clock", {"now": FROZEN, "frozen": True}),
    ("POST", f"{SANDBOX}/clock/advance", {"seconds": 60}),
    ("POST", f"{SANDBOX}/faults", {"effect": {"type": "status", "status": 503}}),
]
UI = "/ui/docs"
LATE_FORMS: list[tuple[str, bytes]] = [
    ("records/cratejoy/orders/75572230/edit", b"/note=late"),
    ("records/cratejoy/orders/75572230/delete", b"confirmed="),
    ("records/cratejoy/orders/new", b"/note=late"),
    ("state/clock", b"now=2017-03-21T00:00:00Z&frozen=true"),
    ("state/advance", b"seconds=60"),
    ("state/snapshots", b"snapshot=late"),
    ("faults", b"effect=status&status=503"),
    ("customer", b"customer=2"),
]
Replace = Callable[[RunningEmulator], Awaitable[Any]]
REPLACEMENTS: dict[str, Replace] = {
    "reset": lambda emulator: emulator.control("POST", f"{SANDBOX}/reset"),
    "reset of all": lambda emulator: emulator.control("POST", "/reset"),
    "recreated": lambda emulator: emulator.control("PUT", SANDBOX, json={"fixtures": "docs"}),
    "deleted": lambda emulator: emulator.control("DELETE", SANDBOX),
}


async def late(emulator: RunningEmulator, request: tuple[str, str, Any], replace: Replace) -> Reply:
    """Send a request, and its body after the data was replaced; return the response."""
    method, path, value = request
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    await emulator.control("GET", f"{SANDBOX}/clock")
    reader, writer = await connect(emulator)
    writer.write(http(method, f"/_mockorders{path}", Content_Length=str(len(body)), Origin="http://localhost"))
    await writer.drain()
    await settle(emulator)
    await replace(emulator)
    writer.write(body)
    async with asyncio.timeout(10):
        reply = await read(reader)
    writer.close()
    return reply


@pytest.mark.parametrize("replacement", REPLACEMENTS)
@pytest.mark.parametrize("late_request", LATE, ids=lambda request: " ".join(request[:2]))
async def test_late_body_is_409_and_changes_nothing(
    emulator: RunningEmulator, late_request: tuple[str, str, Any], replacement: str
) -> None:
    before = await everything(emulator)
    reply = await late(emulator, late_request, REPLACEMENTS[replacement])
    assert "the sandbox's data was replaced" in problem(reply, 409)
    assert before == await everything(emulator)


async def everything(emulator: RunningEmulator) -> list[Any]:
    frozen = (await emulator.control("GET", f"{SANDBOX}/clock")).json["frozen"]
    faults = (await emulator.control("GET", f"{SANDBOX}/faults")).json
    return [await state(emulator), frozen, faults]


async def test_late_body_is_accepted_if_nothing_was_replaced(emulator: RunningEmulator) -> None:
    reply = await late(emulator, LATE[0], lambda emulator: emulator.cratejoy("GET", "/orders/"))
    assert 200 == reply.status


@pytest.mark.parametrize(("path", "form"), LATE_FORMS)
async def test_late_form_of_the_dashboard_is_409_and_changes_nothing(
    emulator: RunningEmulator, path: str, form: bytes
) -> None:
    await emulator.control("GET", f"{SANDBOX}/clock")
    unreadable = await emulator.control("POST", f"{UI}/{path}", data=b"\xff", headers={"Origin": emulator.url})
    assert 400 == unreadable.status  # the module of the form is imported from now on
    before = await everything(emulator)
    reply = await late(emulator, ("POST", f"{UI}/{path}", form), REPLACEMENTS["reset"])
    assert 409 == reply.status
    assert before == await everything(emulator)
