"""Requests that are in progress while the data of their sandbox is replaced."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from dataclasses import replace
from typing import Any

import pytest
from support.bad_requests import CRATEJOY, ORDER, http
from support.connections import connected, delayed
from support.contracts import documented_set
from support.emulator import Reply, RunningEmulator, eventually, settle, skip_time
from support.faults import fault, hits, length_and_body, raw, state
from support.journal import listed

from mockorders.apis import discover
from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Call, Request
from mockorders.apis.routing import HandlerContext, RouteMatch
from mockorders.config import Settings
from mockorders.emulator import Emulator
from mockorders.errors import DataReplaced
from mockorders.sandbox.call_context import CallReport
from mockorders.sandbox.execution import Executor, Invocation
from mockorders.sandbox.sandbox import Sandbox
from mockorders.validation.validator import Validator

REPLACED = "the sandbox's data was replaced, for example by a reset, while this request was in progress"
NOTE = "the sandbox was reset, or its data replaced, while this request was in progress"
DELAY_MS = 1_000  # skipped once the data was replaced
SANDBOX = "/sandboxes/docs"
UPLOAD = http("PUT", ORDER, Content_Length="15", **CRATEJOY)
BODY = b'{"note": "late"}'[:15]


async def reset(emulator: RunningEmulator) -> None:
    await emulator.control("POST", f"{SANDBOX}/reset")


async def reset_all(emulator: RunningEmulator) -> None:
    await emulator.control("POST", "/reset")


async def restore(emulator: RunningEmulator) -> None:
    assert 204 == (await emulator.control("POST", f"{SANDBOX}/snapshots/before/restore")).status


async def put_state(emulator: RunningEmulator) -> None:
    before = (await emulator.control("GET", "/sandboxes/docs.pristine/state")).json
    assert 200 == (await emulator.control("PUT", f"{SANDBOX}/state", json=before)).status


async def recreate(emulator: RunningEmulator) -> None:
    assert 200 == (await emulator.control("PUT", SANDBOX, json={"fixtures": "docs"})).status


async def delete(emulator: RunningEmulator) -> None:
    assert 204 == (await emulator.control("DELETE", SANDBOX)).status


Replace = Callable[[RunningEmulator], Awaitable[None]]
each_replacement = pytest.mark.parametrize("replacement", [reset, reset_all, restore, put_state, recreate, delete])
each_stage = pytest.mark.parametrize("stage", ["before", "after"])


async def replaced_during_delay(emulator: RunningEmulator, replacement: Replace, stage: str = "before") -> Reply:
    """Replace the data while a fault delays a PUT; return the response to it."""
    await emulator.control("PUT", f"{SANDBOX}/snapshots/before")
    await fault(emulator, {"type": "delay", "ms": DELAY_MS}, stage=stage)
    writing = asyncio.create_task(emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "late"}))
    await delayed(emulator)
    await replacement(emulator)
    skip_time(DELAY_MS / 1000)
    return await writing


# What the late request may not change


@each_stage
@each_replacement
async def test_late_write_does_not_change_the_new_records(
    emulator: RunningEmulator, replacement: Replace, stage: str
) -> None:
    before = await state(emulator)
    await replaced_during_delay(emulator, replacement, stage)
    assert before == await state(emulator)


@each_stage
@pytest.mark.parametrize("replacement", [reset, reset_all, recreate, delete])
async def test_late_request_is_not_journaled(emulator: RunningEmulator, replacement: Replace, stage: str) -> None:
    await replaced_during_delay(emulator, replacement, stage)
    await emulator.cratejoy("GET", "/orders/")
    assert [("1", "GET")] == [(each["id"], each["method"]) for each in (await listed(emulator))["requests"]]


async def test_late_upload_does_not_count_for_new_faults(emulator: RunningEmulator) -> None:
    await emulator.control("GET", f"{SANDBOX}/state")
    async with connected(emulator, UPLOAD) as (reader, writer):
        await eventually(lambda: in_progress(emulator))
        await reset(emulator)
        await fault(emulator, {"type": "status", "status": 503})
        writer.write(BODY)
        assert b"HTTP/1.1 409 Conflict\r\n" == await reader.readline()
    assert [0] == await hits(emulator)


async def in_progress(emulator: RunningEmulator) -> Any:
    """Return the requests in progress."""
    return (await listed(emulator, query="?status=in-progress"))["requests"]


async def test_request_of_a_client_that_gave_up_does_not_change_a_reset_sandbox(emulator: RunningEmulator) -> None:
    before = await state(emulator)
    await fault(emulator, {"type": "delay", "ms": DELAY_MS})
    giving_up = asyncio.create_task(emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "late"}))
    await delayed(emulator)
    giving_up.cancel()
    await reset(emulator)
    skip_time(DELAY_MS / 1000)
    await settle(emulator)
    await emulator.cratejoy("GET", "/orders/")
    assert (before, ["1"]) == (await state(emulator), [each["id"] for each in (await listed(emulator))["requests"]])


async def test_snapshots_are_kept(emulator: RunningEmulator) -> None:
    await replaced_during_delay(emulator, reset)
    await restore(emulator)


# What the late request gets


@each_stage
@each_replacement
async def test_late_request_gets_a_409_and_a_note(emulator: RunningEmulator, replacement: Replace, stage: str) -> None:
    reply = await replaced_during_delay(emulator, replacement, stage)
    assert (409, {"errors": [REPLACED]}) == (reply.status, reply.json)
    assert NOTE == reply.headers["X-Mockorders-Note"]


async def test_late_request_to_universe_gets_a_409(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "delay", "ms": DELAY_MS})
    reading = asyncio.create_task(emulator.universe("/orders"))
    await delayed(emulator)
    await reset(emulator)
    skip_time(DELAY_MS / 1000)
    reply = await reading
    assert (409, {"status": "error", "messages": [REPLACED]}) == (reply.status, reply.json)


async def test_request_that_is_not_in_the_journal_has_no_id(emulator: RunningEmulator) -> None:
    assert "X-Mockorders-Request" not in (await replaced_during_delay(emulator, reset)).headers


@pytest.mark.parametrize("replacement", [restore, put_state])
async def test_journal_that_is_kept_has_the_late_request(emulator: RunningEmulator, replacement: Replace) -> None:
    reply = await replaced_during_delay(emulator, replacement)
    entry = (await listed(emulator))["requests"][-1]
    explained = (await emulator.control("GET", f"{SANDBOX}/requests/{entry['id']}/explain")).json
    assert (reply.headers["X-Mockorders-Request"], 409) == (entry["id"], entry["status"])
    assert "sandbox.data-replaced" == explained["rejection"]["rule"]


async def test_response_that_is_being_sent_is_sent_as_a_whole(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "drip", "bytes_per_second": 10_000})
    reading = asyncio.create_task(raw(emulator))
    await eventually(lambda: listed_count(emulator))
    await reset(emulator)
    length, body = length_and_body(await reading)
    assert (length, 0) == (len(body), await listed_count(emulator))


async def listed_count(emulator: RunningEmulator) -> int:
    return int((await listed(emulator))["count"])


async def test_other_sandboxes_are_not_affected(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "delay", "ms": DELAY_MS}, "docs.other")
    reading = asyncio.create_task(emulator.cratejoy("GET", "/orders/", "docs.other"))
    await delayed(emulator, "docs.other")
    await reset(emulator)
    skip_time(DELAY_MS / 1000)
    assert 200 == (await reading).status


# Clearing the journal, reloading, and long reads


async def test_request_is_executed_but_not_recorded_if_the_journal_is_cleared(emulator: RunningEmulator) -> None:
    async def clear(emulator: RunningEmulator) -> None:
        await emulator.control("DELETE", f"{SANDBOX}/requests")

    reply = await replaced_during_delay(emulator, clear)
    assert (200, "late", 0) == (reply.status, reply.json["note"], await listed_count(emulator))
    assert "X-Mockorders-Request" not in reply.headers


async def test_reloaded_fixtures_end_a_request_in_progress() -> None:
    core = Emulator.of(Settings(fixtures=("docs",)))
    sandbox = await core.sandboxes.get_or_create("docs")
    before = sandbox.generation
    sandbox.apply_reload(sandbox.dataset, sandbox.dataset._replace(name="fresh"), core.settings)
    assert before + 1 == sandbox.generation


def test_replacement_between_two_steps_of_a_read_ends_it(contract: Validator) -> None:
    api = next(each for each in discover() if each.name == "cratejoy")
    core = Emulator.of(Settings(fixtures=("docs",)))
    sandbox = Sandbox("docs", documented_set().dataset, core.sandboxes._shared)
    route = replace(api.routes[0], handler=two_steps)
    request = Request("GET", "/v1/orders", "", {})
    invocation = Invocation(api, RouteMatch(route, {}, ()), request, sandbox, None)
    steps = Executor(RequestContract(contract, strict=False)).execute(invocation, CallReport())
    next(steps)
    core.sandboxes.reset(sandbox)
    with pytest.raises(DataReplaced):
        next(steps)


def two_steps(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    yield
    return {}
