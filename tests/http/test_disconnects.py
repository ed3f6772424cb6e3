"""Clients that disconnect before they get a response, or that close only their sending side."""

import asyncio
import json
import logging
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.bad_requests import CRATEJOY, ORDER, http
from support.connections import connected, delayed, ended, leave
from support.emulator import RunningEmulator, Start, eventually
from support.faults import fault, length_and_body, state
from support.journal import listed

from mockorders.observability.logs import JsonFormatter

NOTE = "the client disconnected before it got a response"
PARTIAL = "the client disconnected before it got the whole response"
EXPECT = {"Expect": "100-continue", **CRATEJOY}
PUT = http("PUT", ORDER, '{"note": "new"}', **CRATEJOY)
LIST = http("GET", "/v1/orders/", **CRATEJOY)

UPLOADS = {
    "no byte of the body": http("PUT", ORDER, Content_Length="1", **CRATEJOY),
    "a part of the body": http("PUT", ORDER, Content_Length="20", **CRATEJOY) + b'{"note":',
    "a part of a chunk": http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b'f\r\n{"note"',
    "no last chunk": http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b'd\r\n{"note": "a"}\r\n',
    "no body after Expect": http("PUT", ORDER, Content_Length="20", **EXPECT),
}
each_upload = pytest.mark.parametrize("request_", UPLOADS.values(), ids=UPLOADS.keys())
each_end = pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])


async def leave_during_upload(emulator: RunningEmulator, request: bytes = UPLOADS["a part of the body"]) -> Any:
    """Send a request without its whole body and disconnect; return the journal entry."""
    await emulator.control("GET", "/sandboxes/docs/state")  # so that the sandbox exists
    async with connected(emulator, request) as (_, writer):
        await writer.drain()
        leave(writer, reset=False)
    return await ended(emulator)


async def leave_during_delay(emulator: RunningEmulator, stage: str, *, reset: bool = False) -> Any:
    """Send a PUT that a fault delays for a minute, and disconnect; return the journal entry."""
    await fault(emulator, {"type": "delay", "ms": 60_000}, stage=stage, match={"method": "PUT"})
    async with connected(emulator, PUT) as (_, writer):
        await delayed(emulator)
        leave(writer, reset=reset)
    return await ended(emulator)


async def counters(emulator: RunningEmulator) -> dict[str, float]:
    """Return the sums of the request counters by status, and of the disconnects."""
    text = (await emulator.control("GET", "/metrics")).text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in {"mockorders_requests_total", "mockorders_disconnects_total"}:
                name = sample.labels.get("status", "disconnects")
                found[name] = found.get(name, 0) + sample.value
    return found


# While the body arrives


@each_end
@each_upload
async def test_client_that_leaves_during_its_upload_gets_an_entry_with_a_note(
    emulator: RunningEmulator, request_: bytes, reset: bool
) -> None:
    async with connected(emulator, request_) as (_, writer):
        await writer.drain()
        leave(writer, reset=reset)
    entry = await ended(emulator)
    assert ("PUT", None, None, [NOTE]) == (entry["method"], entry["status"], entry["response"], entry["notes"])


async def test_first_request_of_a_sandbox_is_recorded_in_it(start: Start) -> None:
    emulator = await start(fixtures="default")  # which is loaded in a thread
    async with connected(emulator, UPLOADS["no byte of the body"]) as (_, writer):
        leave(writer, reset=False)
    assert [NOTE] == (await ended(emulator))["notes"]


async def test_client_that_leaves_is_not_an_error(emulator: RunningEmulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await leave_during_upload(emulator)
    assert [] == [record for record in caplog.records if record.levelno > logging.INFO or record.exc_info]


async def test_upload_that_ends_early_changes_nothing(emulator: RunningEmulator) -> None:
    before = await state(emulator)
    await leave_during_upload(emulator, UPLOADS["no last chunk"])
    assert before == await state(emulator)


# During a delay


@each_end
@pytest.mark.parametrize("stage", ["before", "after"])
async def test_delay_ends_with_its_client(emulator: RunningEmulator, stage: str, reset: bool) -> None:
    entry = await leave_during_delay(emulator, stage, reset=reset)
    assert (None, [NOTE], "delay") == (entry["status"], entry["notes"], entry["fault"]["type"])


@pytest.mark.parametrize(("stage", "note"), [("before", None), ("after", "new")])
async def test_change_is_made_as_a_whole_or_not_at_all(emulator: RunningEmulator, stage: str, note: str | None) -> None:
    await leave_during_delay(emulator, stage)
    assert note == (await emulator.cratejoy("GET", "/orders/75572230/")).json["note"]


async def test_pipelined_request_after_a_delayed_one_is_not_executed(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "delay", "ms": 60_000}, times=1)
    async with connected(emulator, LIST.replace(b"close", b"keep-alive") + PUT) as (_, writer):
        await delayed(emulator)
        leave(writer, reset=False)
    await ended(emulator)
    assert ["GET"] == [each["method"] for each in (await listed(emulator))["requests"]]


# While the response is written


async def test_partly_written_response_keeps_its_status_and_gets_a_note(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "drip", "bytes_per_second": 100})
    async with connected(emulator, LIST) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        leave(writer, reset=True)
    entry = await eventually(lambda: noted(emulator))
    assert (200, [PARTIAL]) == (entry["status"], entry["notes"])


async def noted(emulator: RunningEmulator) -> Any:
    """Return the last entry if it has a note."""
    entry = (await listed(emulator))["requests"][-1]
    return entry if entry["notes"] else None


# Where it is shown


async def test_explain_says_where_the_request_ended(emulator: RunningEmulator) -> None:
    entry = await leave_during_upload(emulator)
    explained = (await emulator.control("GET", f"/sandboxes/docs/requests/{entry['id']}/explain")).json
    results = {each["check"]: each["result"] for each in explained["checks"]}
    assert (f"ended here: {NOTE}", "not reached") == (results["body"], results["handler"])
    assert "http.disconnect" in [rule["name"] for rule in explained["rules"]]


async def test_har_has_the_note(emulator: RunningEmulator) -> None:
    await leave_during_upload(emulator)
    exported = (await emulator.control("GET", "/sandboxes/docs/requests.har")).json["log"]["entries"][0]
    assert (0, f"request 1; {NOTE}") == (exported["response"]["status"], exported["comment"])


async def test_dashboard_names_the_outcome(emulator: RunningEmulator) -> None:
    await leave_during_upload(emulator)
    page = (await emulator.control("GET", "/ui/docs/requests?q=status:disconnected")).text
    assert "1 of 1 request matches" in page
    assert NOTE in (await emulator.control("GET", "/ui/docs/requests/1")).text


async def test_metrics_count_a_disconnect_without_a_status(emulator: RunningEmulator) -> None:
    await leave_during_upload(emulator)
    assert {"none": 1.0, "disconnects": 1.0} == await counters(emulator)


async def test_metrics_count_a_partly_written_response_once(emulator: RunningEmulator) -> None:
    await test_partly_written_response_keeps_its_status_and_gets_a_note(emulator)
    assert {"200": 1.0, "disconnects": 1.0} == await counters(emulator)


async def test_closing_faults_are_no_disconnects(emulator: RunningEmulator) -> None:
    async with connected(emulator, LIST.replace(b"\r\n\r\n", b"\r\nX-Mockorders-Fault: reset\r\n\r\n")):
        await ended(emulator)
    assert {"none": 1.0, "disconnects": 0.0} == await counters(emulator)


async def test_log_has_the_note(emulator: RunningEmulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mockorders.requests")
    await leave_during_upload(emulator)
    record = next(each for each in caplog.records if each.name == "mockorders.requests")
    line = json.loads(JsonFormatter().format(record))
    assert (None, NOTE) == (line["status"], line["interruption"])
    assert record.getMessage().startswith("PUT /v1/orders/75572230/ - ")
    assert record.getMessage().endswith(f" ms ({NOTE})")


# Half-closed connections


HALF_CLOSED = {
    "GET": (LIST, 1),
    "GET on a persistent connection": (LIST.replace(b"close", b"keep-alive"), 1),
    "PUT": (PUT, 1),
    "chunked PUT": (http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b"2\r\n{}\r\n0\r\n\r\n", 1),
    "pipelined": (LIST.replace(b"close", b"keep-alive") + PUT, 2),
    "first of a sandbox": (LIST.replace(CRATEJOY["Authorization"].encode(), b"Basic bmV3Om5ldw=="), 1),
}


@pytest.mark.parametrize(("request_", "responses"), HALF_CLOSED.values(), ids=HALF_CLOSED.keys())
async def test_half_closed_client_gets_its_responses(start: Start, request_: bytes, responses: int) -> None:
    emulator = await start(fixtures="default")
    async with connected(emulator, request_) as (reader, writer):
        writer.write_eof()
        received = await asyncio.wait_for(reader.read(), 10)
    assert responses == received.count(b"HTTP/1.1 ")


async def test_half_closed_client_gets_a_slow_response_as_a_whole(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "drip", "bytes_per_second": 20_000})
    async with connected(emulator, LIST) as (reader, writer):
        writer.write_eof()
        length, body = length_and_body(await asyncio.wait_for(reader.read(), 10))
    assert length == len(body)


async def test_idle_connection_closes_with_its_client(emulator: RunningEmulator) -> None:
    async with connected(emulator, b"") as (reader, writer):
        writer.write_eof()
        assert b"" == await asyncio.wait_for(reader.read(), 10)
