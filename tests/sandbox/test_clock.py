"""Timestamps are parsed leniently and written strictly; the clock of a sandbox runs, freezes, is set and moved."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.emulator import RunningEmulator, Start
from support.processes import wait_until

from mockorders.formats.timestamps import format_time, parse_time
from mockorders.sandbox.clock import Clock

MARCH = datetime(2017, 3, 15, 20, 0, 24, tzinfo=UTC)
LAST_SECOND = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-03-15T20:00:24Z", MARCH),
        ("2017-03-15 20:00:24Z", MARCH),
        ("2017-03-15T20:00:24", MARCH),
        ("2017-03-15 20:00:24", MARCH),
        (" 2017-03-15T20:00:24Z ", MARCH),
        ("2017-03-15T20:00:24.000Z", MARCH),
        ("2017-03-15T20:00:24.5Z", MARCH.replace(microsecond=500_000)),
        ("2017-03-15T20:00:24,5Z", MARCH.replace(microsecond=500_000)),
        ("2017-03-15T20:00:24.123456Z", MARCH.replace(microsecond=123_456)),
        ("2017-03-15T20:00Z", MARCH.replace(second=0)),
        ("2017-03-15T20Z", MARCH.replace(minute=0, second=0)),
        ("2017-03-15", MARCH.replace(hour=0, minute=0, second=0)),
        ("20170315T200024Z", MARCH),
        ("2017-03-15T22:00:24+02:00", MARCH),
        ("2017-03-15T22:00:24+0200", MARCH),
        ("2017-03-15T22:00:24+02", MARCH),
        ("2017-03-15T22:00:24 02:00", MARCH),
        ("2017-03-15T22:00:24 0200", MARCH),
        ("2017-03-15 22:00:24 02:00", MARCH),
        ("2017-03-15T13:00:24-07:00", MARCH),
        ("2017-03-16T01:30:24+05:30", MARCH),
        ("2017-03-15T20:00:24+00:00", MARCH),
        ("2016-02-29T00:00:00Z", datetime(2016, 2, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", LAST_SECOND),
    ],
)
def test_times_are_read(text: str, expected: datetime) -> None:
    read = parse_time(text)
    assert (expected, UTC) == (read, read.tzinfo)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "now",
        "2017",
        "2017-3-5",
        "15/03/2017",
        "March 15, 2017",
        "1489608024",
        "2017-02-29",
        "2017-13-01",
        "2017-00-01",
        "2017-03-32",
        "0000-01-01",
        "10000-01-01",
        "-2017-03-15",
        "2017-03-15T24:00:01Z",
        "2017-03-15T20:60:00Z",
        "2016-12-31T23:59:60Z",
        "2017-03-15T20:00:24+25:00",
        "2017-03-15T20:00:24ZZ",
        "2017-03-15T20:00:24Z; DROP",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-02:00",
        "\u0662\u0660\u0661\u0667-03-15",
        "2017-03-15\x00",
        "9" * 10_000,
    ],
)
def test_invalid_time_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (MARCH, "2017-03-15T20:00:24Z"),
        (MARCH.replace(microsecond=999_999), "2017-03-15T20:00:24Z"),
        (MARCH.astimezone(timezone(timedelta(hours=5, minutes=30))), "2017-03-15T20:00:24Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(476, 9, 4, tzinfo=UTC), "0476-09-04T00:00:00Z"),
        (LAST_SECOND, "9999-12-31T23:59:59Z"),
    ],
)
def test_times_are_written_in_utc_to_the_second(time: datetime, expected: str) -> None:
    assert expected == format_time(time)


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS)


@settings(deadline=None, derandomize=True, database=None)
@given(MOMENTS)
def test_every_time_round_trips(time: datetime) -> None:
    assert time == parse_time(time.isoformat())
    assert time.replace(microsecond=0) == parse_time(format_time(time))


# The clock


class Later(datetime):
    """The real time plus two seconds."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Later":
        return super().now(tz) + timedelta(seconds=2)


@pytest.fixture
def two_seconds_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that makes every clock see a real time that is two seconds later."""
    return lambda: monkeypatch.setattr(sys.modules[Clock.__module__], "datetime", Later)


def await_a_later_time() -> None:
    before = datetime.now(UTC)
    wait_until(lambda: datetime.now(UTC) > before)


def near(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=5)


def test_clock_runs_with_real_time() -> None:
    clock = Clock()
    first = clock.now()
    await_a_later_time()
    assert (False, True, True) == (clock.frozen, near(first, datetime.now(UTC)), clock.now() > first)
    assert first.tzinfo is UTC


def test_frozen_clock_does_not_advance() -> None:
    clock = Clock(MARCH)
    await_a_later_time()
    assert (True, MARCH, MARCH) == (clock.frozen, clock.now(), clock.now())


@pytest.mark.parametrize("frozen", [True, False])
def test_set_clock_stays_frozen_or_running(frozen: bool) -> None:
    clock = Clock(LAST_SECOND if frozen else None)
    clock.set(MARCH)
    await_a_later_time()
    assert (frozen, True, frozen) == (clock.frozen, near(MARCH, clock.now()), clock.now() == MARCH)


def test_set_clock_freezes_and_resumes_at_its_time() -> None:
    clock = Clock()
    clock.set(MARCH)
    clock.set(frozen=True)
    stood = clock.now()
    await_a_later_time()
    assert (stood, True) == (clock.now(), near(MARCH, stood))
    clock.set(frozen=False)
    assert timedelta() <= clock.now() - stood < timedelta(seconds=5)


@pytest.mark.parametrize("seconds", [0, 59, 60, 61, -61, 0.5, 86_400 * 365])
def test_clock_is_moved(seconds: float) -> None:
    clock = Clock(MARCH)
    clock.advance(seconds)
    assert (True, MARCH + timedelta(seconds=seconds)) == (clock.frozen, clock.now())


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_running_clock_keeps_running_when_moved(seconds: int) -> None:
    clock = Clock()
    clock.advance(seconds)
    assert (False, True) == (clock.frozen, near(clock.now(), datetime.now(UTC) + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [10**12, -(10**12), 10**30, float("inf")])
def test_clock_is_unchanged_if_it_cannot_be_moved_that_far(seconds: float) -> None:
    clock = Clock(MARCH)
    with pytest.raises(OverflowError):
        clock.advance(seconds)
    assert MARCH == clock.now()


@pytest.mark.parametrize("now", [LAST_SECOND, LAST_SECOND.replace(microsecond=999_999), datetime(1, 1, 1, tzinfo=UTC)])
def test_running_clock_stops_at_the_end_of_time_or_is_rejected(
    now: datetime, two_seconds_pass: Callable[[], None]
) -> None:
    clock = Clock()
    try:
        clock.set(now)
    except OverflowError:
        assert near(clock.now(), datetime.now(UTC))
        return
    two_seconds_pass()
    assert clock.now() >= now


# The clock of a sandbox


async def test_clock_dates_responses_and_orders(start: Start) -> None:
    emulator: RunningEmulator = await start(clock="2020-02-29T12:00:00Z")
    reply = await emulator.cratejoy("GET", "/orders/")
    assert "Sat, 29 Feb 2020 12:00:00 GMT" == reply.headers["Date"]


async def test_clock_at_the_end_of_time_breaks_no_request(
    emulator: RunningEmulator, two_seconds_pass: Callable[[], None]
) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": "9999-12-31T23:59:59Z", "frozen": False})
    two_seconds_pass()
    first = await emulator.cratejoy("GET", "/orders/")
    back = await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": "2020-01-01T00:00:00Z"})
    assert (200, 200) == (first.status, back.status)


def test_elapsed_time_passes_while_the_clock_is_frozen(real_seconds: list[float]) -> None:
    clock = Clock(MARCH)
    before = clock.elapsed()
    real_seconds.append(105.0)
    assert (MARCH, timedelta(seconds=5)) == (clock.now(), clock.elapsed() - before)


def test_elapsed_time_includes_advances_and_earlier_freezes(real_seconds: list[float]) -> None:
    clock = Clock(MARCH)
    before = clock.elapsed()
    real_seconds.append(105.0)
    clock.advance(10)
    clock.set(frozen=False)
    real_seconds.append(1000.0)  # the clock runs, in its own time
    clock.set(MARCH, frozen=True)
    real_seconds.append(1002.0)
    assert timedelta(seconds=7) == clock.elapsed() - before
