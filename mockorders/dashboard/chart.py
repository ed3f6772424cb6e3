"""A bar chart of requests by status and time: the numbers that the template draws."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from mockorders.formats.timestamps import format_time
from mockorders.observability.entry import JournalEntry
from mockorders.observability.status_filter import NO_RESPONSE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = ("2xx", "3xx", "4xx", "5xx", NO_RESPONSE)
MAX_BARS = 30
WIDTH = 600
HEIGHT = 120
BAR_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)


class Bar(NamedTuple):
    """A rectangle of the chart, in units of its SVG view box."""

    kind: str
    x: float
    y: float
    width: float
    height: float


class TableRow(NamedTuple):
    """Number of requests by kind, in the order of `KINDS`, in the interval that begins `at` (ISO 8601)."""

    at: str
    counts: Sequence[int]


class Chart(NamedTuple):
    """The last `MAX_BARS` intervals of `seconds` each, up to the last request, as rectangles and as a table.

    `highest` is the number of requests of the highest bar, `begin` the start of the first interval (ISO 8601).
    """

    bars: Sequence[Bar]
    rows: Sequence[TableRow]
    totals: Sequence[tuple[str, int]]
    highest: int
    seconds: int
    begin: str

    @classmethod
    def of(cls, entries: Sequence[JournalEntry]) -> "Chart | None":
        """Count requests; return None if there are none."""
        if not entries:
            return None
        times = [int((entry.at - EPOCH).total_seconds()) for entry in entries]
        seconds = _bar_seconds(max(times) - min(times))
        counts: dict[int, Counter[str]] = {}
        for entry, at in zip(entries, times, strict=True):
            counts.setdefault(at // seconds, Counter())[kind_of(entry)] += 1
        totals = sum(counts.values(), Counter())
        highest = max(count.total() for count in counts.values())
        first = max(counts) - MAX_BARS + 1
        bars = (_bars(number - first, count, highest) for number, count in counts.items())
        return cls(
            list(chain.from_iterable(bars)),
            [_table_row(number * seconds, counts[number]) for number in sorted(counts)],
            [(kind, totals[kind]) for kind in KINDS if totals[kind]],
            highest,
            seconds,
            _time(first * seconds),
        )


def kind_of(entry: JournalEntry) -> str:
    """Return the class of an entry's status, such as `2xx`, or `none` if no response was sent."""
    return NO_RESPONSE if entry.status is None else f"{entry.status // 100}xx"


def _bar_seconds(span: int) -> int:
    """Return the shortest interval with which a span of so many seconds fits into the chart."""
    return next((each for each in BAR_SECONDS if span / each < MAX_BARS - 1), span // (MAX_BARS - 2) + 1)


def _table_row(begin: int, count: Counter[str]) -> TableRow:
    return TableRow(_time(begin), [count[kind] for kind in KINDS])


def _time(seconds: int) -> str:
    try:
        return format_time(EPOCH + timedelta(seconds=seconds))
    except OverflowError:  # the first bar begins before the year 1
        return format_time(datetime.min.replace(tzinfo=UTC))


def _bars(number: int, count: Counter[str], highest: int) -> list[Bar]:
    """Return the stacked rectangles of one interval, bottom first; `number` is its position in the chart."""
    width = WIDTH / MAX_BARS
    bars = []
    y = float(HEIGHT)
    for kind in filter(count.get, KINDS):
        height = HEIGHT * count[kind] / highest
        y -= height
        bars.append(Bar(kind, round(number * width, 2), round(y, 2), round(width * 0.8, 2), round(height, 2)))
    return bars
