"""A chart of requests by status and time, as the numbers that its template draws."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mockorders.formats.timestamps import format_time
from mockorders.observability.entry import JournalEntry

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = ("2xx", "3xx", "4xx", "5xx", "none")
MAX_BARS = 30
WIDTH, HEIGHT = 600, 120
BAR_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)


class Bar(NamedTuple):
    """A rectangle of the chart."""

    kind: str
    x: float
    y: float
    width: float
    height: float


class TableRow(NamedTuple):
    """The requests of a span of time: when it begins, how many of each kind."""

    at: str
    counts: Sequence[int]


class Chart(NamedTuple):
    """What is drawn, up to the last request: blocks, and the same as a table; `most` is what the tallest bar means."""

    blocks: Sequence[Bar]
    rows: Sequence[TableRow]
    totals: Sequence[tuple[str, int]]
    most: int
    seconds: int
    begin: str

    @classmethod
    def of(cls, entries: Sequence[JournalEntry]) -> "Chart | None":
        """Count requests; None where there are none."""
        if not entries:
            return None
        times = [int((entry.at - EPOCH).total_seconds()) for entry in entries]
        step = _step(max(times) - min(times))
        bars: dict[int, Counter[str]] = {}
        for entry, at in zip(entries, times, strict=True):
            bars.setdefault(at // step, Counter())[kind_of(entry)] += 1
        totals = sum(bars.values(), Counter())
        most, first = max(bar.total() for bar in bars.values()), max(bars) - MAX_BARS + 1
        return cls(
            [block for number, bar in bars.items() for block in _blocks(number - first, bar, most)],
            [TableRow(_time(number * step), [bars[number][kind] for kind in KINDS]) for number in sorted(bars)],
            [(kind, totals[kind]) for kind in KINDS if totals[kind]],
            most,
            step,
            _time(first * step),
        )


def kind_of(entry: JournalEntry) -> str:
    """Give the class of an entry's status, such as `2xx`; `none` where nothing was answered."""
    return "none" if entry.status is None else f"{entry.status // 100}xx"


def _step(seconds: int) -> int:
    return next((step for step in BAR_SECONDS if seconds / step < MAX_BARS - 1), seconds // (MAX_BARS - 2) + 1)


def _time(seconds: int) -> str:
    try:
        return format_time(EPOCH + timedelta(seconds=seconds))
    except OverflowError:  # a bar may begin before the first day that there is
        return format_time(datetime.min.replace(tzinfo=UTC))


def _blocks(number: int, bar: Counter[str], most: int) -> list[Bar]:
    width, blocks, y = WIDTH / MAX_BARS, [], float(HEIGHT)
    for kind in KINDS:
        if bar[kind]:
            height = HEIGHT * bar[kind] / most
            y -= height
            blocks.append(Bar(kind, round(number * width, 2), round(y, 2), round(width * 0.8, 2), round(height, 2)))
    return blocks
