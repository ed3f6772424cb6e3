"""The event stream of the dashboard."""

import asyncio
import re
import socket
import time
from contextlib import ExitStack
from typing import Self

import pytest
from support.emulator import RunningEmulator, eventually
from support.processes import quickest

from mockorders import MockServer
from mockorders.client.sandbox import Sandbox
from mockorders.dashboard import event_streams, events


class Stream:
    """An open event stream."""

    def __init__(self, emulator: RunningEmulator, path: str = "/live/docs", **headers: str) -> None:
        self._open = emulator.session.get(f"{emulator.url}/_mockorders{path}", headers=headers)

    async def __aenter__(self) -> Self:
        self.response = await self._open.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        self.response.close()

    async def event(self) -> tuple[str, str, str]:
        """Wait for an event; return its name, id and data."""
        async with asyncio.timeout(30):
            while True:
                text = (await self.response.content.readuntil(b"\n\n")).decode()
                found = dict(line.split(": ", 1) for line in text.splitlines() if line.startswith(("event", "id")))
                if "event" in found:
                    data = "\n".join(line[6:] for line in text.splitlines() if line.startswith("data: "))
                    return found["event"], found.get("id", ""), data

    async def lines(self) -> list[str]:
        """Wait for requests; return their ids."""
        _, _, data = await self.event()
        return re.findall(r'requests/(\d+)"', data)


async def test_requests_are_streamed_as_they_arrive(docs: RunningEmulator) -> None:
    async with Stream(docs, "/live/docs?from=1-1") as one, Stream(docs, "/live/docs?from=1-0") as other:
        assert ("text/event-stream", "no-store") == (one.response.content_type, one.response.headers["Cache-Control"])
        assert ["1"] == await other.lines()
        await docs.universe("/orders", key="docs")
        assert (["2"], ["2"]) == (await one.lines(), await other.lines())


async def test_buffering_by_proxies_is_disabled(docs: RunningEmulator) -> None:
    async with Stream(docs) as stream:
        assert "no" == stream.response.headers["X-Accel-Buffering"]


async def test_stream_resumes_after_the_last_event_id(docs: RunningEmulator) -> None:
    for _ in range(3):
        await docs.universe("/orders", key="docs")
    async with Stream(docs, "/live/docs?from=1-0", **{"Last-Event-ID": "1-2"}) as stream:
        name, identifier, _ = await stream.event()
    assert ("requests", "1-4") == (name, identifier)


async def test_stream_sends_only_requests_that_match_its_filters(docs: RunningEmulator) -> None:
    async with Stream(docs, "/live/docs?from=1-1&q=api:cratejoy") as stream:
        await docs.universe("/orders", key="docs")
        await docs.cratejoy("GET", "/orders/")
        assert ["3"] == await stream.lines()
    reply = await docs.control("GET", "/live/docs?q=api:nothing")
    assert 422 == reply.status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/sandboxes/docs/requests"),
        ("POST", "/sandboxes/docs/reset"),
        ("DELETE", "/sandboxes/docs"),
        ("PUT", "/sandboxes/docs"),
    ],
)
async def test_stream_requests_a_reload_when_its_requests_are_evicted(
    docs: RunningEmulator, method: str, path: str
) -> None:
    async with Stream(docs, "/live/docs?from=1-1") as stream:
        await docs.control(method, path, json={} if method == "PUT" else None)
        assert ("reload", "", "") == await stream.event()
        assert b"" == await stream.response.content.read()


async def test_burst_is_sent_as_one_event_with_a_count(docs: RunningEmulator) -> None:
    async with Stream(docs, "/live/docs?from=1-1") as stream:
        await docs.universe("/orders", key="docs")
        assert ["2"] == await stream.lines()
        for _ in range(70):
            await docs.universe("/orders", key="docs")
        received: list[str] = []
        missed = 0
        while len(received) + missed < 70:
            _, _, data = await stream.event()
            received += re.findall(r'requests/(\d+)"', data)
            missed += sum(map(int, re.findall(r"(\d+) more arrived", data)))
    assert "72" in received


async def test_number_of_streams_is_limited(docs: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "MAX_STREAMS", 2)
    async with Stream(docs), Stream(docs):
        reply = await docs.control("GET", "/live/docs")
        assert (503, True) == (reply.status, "Too many streams" in reply.text)


@pytest.mark.parametrize("position", ["2-0", "1-5", "9-9"])
async def test_stream_of_another_server_requests_a_reload(docs: RunningEmulator, position: str) -> None:
    async with Stream(docs, f"/live/docs?from={position}") as stream:
        assert ("reload", "", "") == await stream.event()


async def test_client_that_reads_nothing_is_disconnected(
    docs: RunningEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("WRITE_SECONDS", 0.2), ("INTERVAL_SECONDS", 0.001)):
        monkeypatch.setattr(events, name, seconds)
    monkeypatch.setattr(events, "event", lambda *_: "data: x\n\n" * 2**18)
    async with Stream(docs) as stream:
        stream.response.connection.transport.pause_reading()  # type: ignore[union-attr]
        monkeypatch.setattr(event_streams, "MAX_STREAMS", 1)

        async def another_opens() -> bool:
            await docs.universe("/orders", key="docs")
            async with Stream(docs) as another:
                return another.response.status == 200

        assert not await another_opens()
        assert await eventually(another_opens)


async def test_stream_rejects_head(docs: RunningEmulator) -> None:
    replies = [await docs.control("HEAD", path) for path in ("/live/docs", "/ui/docs/requests")]
    assert [405, 200] == [reply.status for reply in replies]


async def test_opening_a_stream_creates_no_sandbox(emulator: RunningEmulator) -> None:
    assert 404 == (await emulator.control("GET", "/live/new")).status
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


@pytest.mark.timing
def test_streams_end_when_the_server_stops() -> None:
    assert quickest(seconds_of_a_stop_with_streams, 0.3) < 0.3


def seconds_of_a_stop_with_streams() -> float:
    """Return how long a server takes to stop while five streams are open."""
    with MockServer(fixtures="docs") as server, ExitStack() as clients:
        Sandbox(server.url, "docs").create()
        port = int(server.url.rpartition(":")[2])
        for _ in range(5):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(f"GET /_mockorders/live/docs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        started = time.monotonic()
        server.stop()
        return time.monotonic() - started
