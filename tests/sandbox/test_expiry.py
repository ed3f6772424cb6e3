"""Sandboxes that nobody uses are deleted: after `sandbox_idle`, and at `max_sandboxes` if they are unchanged."""

import asyncio
import logging
import time
from typing import Any

import pytest
from support.emulator import RunningEmulator, Serve, Start, eventually

from mockorders import create_app
from mockorders.app import make_app
from mockorders.config import Settings
from mockorders.emulator import Emulator
from mockorders.real_time import monotonic
from mockorders.sandbox import registry

ORDER = 75572230
HOUR = 3600


async def names(emulator: RunningEmulator) -> list[str]:
    return sorted(each["name"] for each in (await emulator.control("GET", "/sandboxes")).json["sandboxes"])


async def removed(emulator: RunningEmulator, reason: str) -> str:
    text = (await emulator.control("GET", "/metrics")).text
    start = f'mockorders_sandboxes_removed_total{{reason="{reason}"}} '
    return next(line.removeprefix(start) for line in text.splitlines() if line.startswith(start))


# ---- at the limit

TOUCHES: list[tuple[str, str, Any]] = [
    ("PATCH", "/records/cratejoy/orders/75572230", {"note": "n"}),
    ("PUT", "/state", {}),
    ("POST", "/faults", {"effect": {"type": "reset"}}),
    ("PUT", "/snapshots/a", None),
    ("PUT", "/clock", {"frozen": True}),
    ("POST", "/clock/advance", {"seconds": 60}),
    ("PATCH", "", {"current_customer": 1}),
    ("PUT", "", {"fixtures": "empty"}),
    ("PUT", "", {"profile": "observed"}),
    ("PUT", "", {"clock": "2017-03-21T00:00:00Z"}),
]
USES: list[tuple[str, str, Any]] = [
    ("PUT", "", {}),
    ("GET", "/state", None),
    ("GET", "/requests", None),
    ("POST", "/reset", None),
]


@pytest.fixture
def core() -> Emulator:
    return Emulator.of(Settings(fixtures=("docs",), max_sandboxes=2))


@pytest.fixture
async def full(serve: Serve, core: Emulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """Start an emulator for two sandboxes, in which a sandbox counts as idle at once; `a` is older than `b`."""
    monkeypatch.setattr(registry, "MIN_IDLE_SECONDS", 0)
    emulator = await serve(make_app(core))
    for name in ("a", "b"):
        await emulator.universe("/orders", name)
    return emulator


@pytest.mark.parametrize(("method", "path", "body"), TOUCHES)
async def test_changed_sandbox_is_kept(full: RunningEmulator, method: str, path: str, body: Any) -> None:
    for name in ("a", "b"):
        assert (await full.control(method, f"/sandboxes/{name}{path}", json=body)).status < 300
    assert 503 == (await full.universe("/orders", "c")).status
    assert ["a", "b"] == await names(full)


@pytest.mark.parametrize(("method", "path", "body"), USES)
async def test_longest_unused_sandbox_is_replaced(full: RunningEmulator, method: str, path: str, body: Any) -> None:
    assert (await full.control(method, f"/sandboxes/a{path}", json=body)).status < 300
    assert 200 == (await full.universe("/orders", "c")).status
    assert ["a", "c"] == await names(full)


async def test_request_uses_a_sandbox(full: RunningEmulator) -> None:
    await full.universe("/orders", "a")
    await full.control("PUT", "/sandboxes/c", json={})
    assert ["a", "c"] == await names(full)


async def test_replaced_sandbox_is_counted_and_logged(full: RunningEmulator, caplog: pytest.LogCaptureFixture) -> None:
    await full.universe("/orders", "c")
    assert ("1.0", "0.0") == (await removed(full, "limit"), await removed(full, "idle"))
    assert ["deleted an unused, unchanged sandbox: --max-sandboxes (2) is reached"] == caplog.messages


async def test_sandbox_that_somebody_waits_on_is_kept(full: RunningEmulator, core: Emulator) -> None:
    watched = await core.sandboxes.get_or_create("a")
    waiting = asyncio.create_task(full.control("GET", "/sandboxes/a/requests?wait=60&min=2"))
    await eventually(lambda: watched.journal.is_watched)
    await full.universe("/orders", "b")
    await full.universe("/orders", "c")
    assert ["a", "c"] == await names(full)
    await full.universe("/orders", "a")
    assert 2 == (await waiting).json["count"]


async def test_sandbox_in_use_is_kept(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    await emulator.universe("/orders", "a")
    assert 503 == (await emulator.universe("/orders", "b")).status


# ---- after some time


async def test_unused_sandbox_is_deleted(
    serve: Serve, core: Emulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(registry, "CHECK_SECONDS", 0.01)
    emulator = await serve(make_app(core))
    for name in ("a", "b"):
        await emulator.cratejoy("PUT", f"/orders/{ORDER}/", name, json={"note": name})
    (await core.sandboxes.get_or_create("a")).used_at -= 25 * HOUR
    await eventually(lambda: core.sandboxes.get("a") is None)
    assert (["b"], "1.0") == (await names(emulator), await removed(emulator, "idle"))
    assert ["deleted sandboxes that were not used for 86400 s (--sandbox-idle): 1"] == caplog.messages


async def test_server_deletes_unused_sandboxes(start: Start) -> None:
    emulator = await start(sandbox_idle=0.2)
    await emulator.universe("/orders", "a")

    async def is_empty() -> bool:
        return [] == await names(emulator)

    assert await eventually(is_empty)


@pytest.mark.parametrize("never", [0, None])
async def test_sandboxes_can_be_kept_forever(never: int | None) -> None:
    assert [] == list(create_app(sandbox_idle=never).cleanup_ctx)


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_negative_time_is_an_error(seconds: float) -> None:
    with pytest.raises(ValueError, match="sandbox_idle: expected a number of seconds"):
        create_app(sandbox_idle=seconds)


# ---- many sandboxes


async def stalls(work: Any) -> float:
    """Return the longest processor time in seconds between two steps of the event loop while a coroutine ran."""
    longest = 0.0
    task = asyncio.ensure_future(work)
    while not task.done():
        before = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - before)
    await task
    return longest


@pytest.mark.timing
@pytest.mark.parametrize("touched", [True, False])
async def test_10_000_sandboxes_block_no_request(caplog: pytest.LogCaptureFixture, touched: bool) -> None:
    caplog.set_level(logging.CRITICAL)
    emulator = Emulator.of(Settings(fixtures=("docs",)))
    make_app(emulator)
    sandboxes = emulator.sandboxes
    for number in range(10_000):
        sandbox = await sandboxes.get_or_create(f"docs.{number}")
        sandbox.used_at = monotonic() - HOUR
        if touched:
            sandbox.current_customer = 0
    assert await stalls(sandboxes.make_room("new")) < 0.05
    expired = asyncio.create_task(sandboxes.expire(0.01))
    assert await stalls(eventually(lambda: not len(sandboxes))) < 0.05
    expired.cancel()
