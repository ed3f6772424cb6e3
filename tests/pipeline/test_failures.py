"""Errors of the emulator at any step of a request are responded to, recorded, counted, logged and reported."""

import logging
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import pytest
from support.emulator import Reply, RunningEmulator
from support.faults import ORDER
from support.journal import last

DELAY = {"X-Mockorders-Fault": "delay=1"}
MALFORMED = {"X-Mockorders-Fault": "malformed"}
CLOSE = {"Connection": "close"}
LATEST = "/orders/latest?key=docs@2"
ALWAYS = 1_000_000
# a function that raises an error, the headers of a request that calls it, and how many times it does
Step = tuple[str, dict[str, str], int]
STEPS: list[Step] = [
    ("http.head.HeadParser._cors_headers", {}, ALWAYS),
    ("http.head.CorsPolicy.rejection", {}, ALWAYS),
    ("http.head.CorsPolicy.headers", {"Origin": "http://localhost"}, ALWAYS),
    ("pipeline.authentication.Authenticator.authenticate", {}, ALWAYS),
    ("pipeline.fault_injection.FaultInjection.decide", {}, ALWAYS),
    ("pipeline.fault_injection.FaultInjection.before", DELAY, ALWAYS),
    ("pipeline.response_cache.ResponseCache.replay", {}, ALWAYS),
    ("sandbox.execution.Executor._parse", {}, ALWAYS),
    ("sandbox.execution.Executor._respond", {}, ALWAYS),
    ("pipeline.fault_stages.FaultStages.after", DELAY, ALWAYS),
    ("pipeline.fault_injection.FaultInjection.after", MALFORMED, ALWAYS),
    ("pipeline.pipeline.finish_response", DELAY, ALWAYS),
    ("pipeline.recorder.Recorder.record", {}, 1),
    ("sandbox.journal.Journal.issue", {}, 1),
    ("observability.entry.JournalEntry.complete", {}, 1),
    ("observability.metrics.RequestMetrics.add", {}, 1),
    ("pipeline.delivery.write_response", {}, 1),
    ("http.response.send", CLOSE, 1),
]


class BugError(Exception):
    """A bug of the emulator."""


Break = Callable[..., None]


@pytest.fixture
def break_part(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Return a function that lets a part raise an error, a number of times."""

    def breaks(path: str, times: int = ALWAYS) -> None:
        calls: list[str] = []
        original = pkgutil.resolve_name(f"mockorders.{path}")

        def fail(*args: Any, **options: Any) -> Any:
            calls.append(path)
            if len(calls) <= times:
                raise BugError(path)
            return original(*args, **options)

        monkeypatch.setattr(f"mockorders.{path}", fail)

    return breaks


async def fail(emulator: RunningEmulator, headers: dict[str, str]) -> Reply:
    return await emulator.request("GET", LATEST, headers=headers)


async def errors(emulator: RunningEmulator, user: str = "docs") -> Any:
    return (await emulator.control("GET", f"/sandboxes/{user}/errors")).json


async def counted(emulator: RunningEmulator) -> list[str]:
    """Return the statuses of the requests that the metrics count."""
    text = (await emulator.control("GET", "/metrics")).text
    return re.findall(r'mockorders_requests_total{.*status="(\w+)".*} 1.0', text)


at_every_step = pytest.mark.parametrize("step", STEPS, ids=[each[0] for each in STEPS])


def sandbox_of(part: str) -> str:
    """Return the sandbox that reports an error: the anonymous one until the credential is known."""
    return "_" if part.endswith(".authenticate") else "docs"


@at_every_step
async def test_response_is_a_problem(emulator: RunningEmulator, break_part: Break, step: Step) -> None:
    break_part(step[0], step[2])
    reply = await fail(emulator, step[1])
    assert (500, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


@at_every_step
async def test_error_is_reported_by_the_sandbox(emulator: RunningEmulator, break_part: Break, step: Step) -> None:
    break_part(step[0], step[2])
    await fail(emulator, step[1])
    found = await errors(emulator, sandbox_of(step[0]))
    assert (1, ["/orders/latest"]) == (found["count"], [each["path"] for each in found["errors"]])


@at_every_step
async def test_error_is_in_the_journal(emulator: RunningEmulator, break_part: Break, step: Step) -> None:
    break_part(step[0], step[2])
    reply = await fail(emulator, step[1])
    entry = await last(emulator, sandbox_of(step[0]))
    assert (500, reply.headers["X-Mockorders-Request"]) == (entry["status"], entry["id"])


@at_every_step
async def test_error_is_counted(emulator: RunningEmulator, break_part: Break, step: Step) -> None:
    break_part(step[0], step[2])
    await fail(emulator, step[1])
    assert ["500"] == await counted(emulator)


@at_every_step
async def test_error_is_logged(
    emulator: RunningEmulator, break_part: Break, caplog: pytest.LogCaptureFixture, step: Step
) -> None:
    break_part(step[0], step[2])
    with caplog.at_level(logging.ERROR, "mockorders"):
        await fail(emulator, step[1])
    assert ["unhandled error in GET /orders/latest"] == [record.getMessage() for record in caplog.records]


async def test_broken_journal_is_a_problem_too(emulator: RunningEmulator, break_part: Break) -> None:
    break_part("pipeline.pipeline.Recorder.record")
    reply = await fail(emulator, {})
    assert (500, 1) == (reply.status, (await errors(emulator))["count"])


async def test_broken_log_is_reported(emulator: RunningEmulator, break_part: Break) -> None:
    break_part("pipeline.delivery.log_request")
    assert (200, 1) == ((await fail(emulator, {})).status, (await errors(emulator))["count"])


async def test_broken_error_format_is_a_problem(emulator: RunningEmulator, break_part: Break) -> None:
    break_part("apis.universe.dialect.Universe.render_error")
    reply = await emulator.universe("/orders/1")
    assert (500, 1) == (reply.status, (await errors(emulator))["count"])


async def test_changes_are_kept_with_a_note(emulator: RunningEmulator, break_part: Break) -> None:
    break_part("pipeline.fault_injection.FaultInjection.after")
    before = len((await emulator.cratejoy("GET", "/orders/")).json["results"])
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER, headers={"X-Mockorders-Fault": "delay=1"})
    after = len((await emulator.cratejoy("GET", "/orders/")).json["results"])
    note = "the emulator failed after the request was executed; its changes are kept"
    assert (500, note, before + 1) == (reply.status, reply.headers["X-Mockorders-Note"], after)


async def test_error_while_sending_closes_the_connection(emulator: RunningEmulator, break_part: Break) -> None:
    break_part("http.response._paced")
    with pytest.raises(Exception, match=r"payload|disconnected"):
        await emulator.request("GET", LATEST, headers={"X-Mockorders-Fault": "truncate=5"})
    entry = await last(emulator)
    assert ["the emulator failed while it sent the response"] == entry["notes"]


@pytest.mark.parametrize("text", ["/results/0000000002", "/results/00", "/results/01", "/results/-1", "/count/0"])
async def test_drift_at_an_index_that_is_none_changes_nothing(emulator: RunningEmulator, text: str) -> None:
    reply = await emulator.cratejoy("GET", "/orders/", headers={"X-Mockorders-Fault": f"drift={text}"})
    assert (200, True) == (reply.status, "changed nothing" in reply.headers["X-Mockorders-Note"])
