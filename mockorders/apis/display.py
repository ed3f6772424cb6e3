"""How the dashboard shows an API's orders: the columns of their table, and the events of one order."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables


class Column(NamedTuple):
    """One column of a table; `kind` is `text`, `number`, `time`, or `status`, a word shown as a chip."""

    title: str
    value: Callable[[Tables, Record], Any]
    kind: str = "text"


class TimelineEvent(NamedTuple):
    """An event in the life of a record, at a date or time such as `2017-03-01` or `2017-03-01T00:00:00Z`."""

    at: str
    title: str
    detail: str = ""


def field(name: str) -> Callable[[Tables, Record], Any]:
    """Return the function that returns a property of a record, for a column."""
    return lambda _, record: record[name]


def full_name(tables: Tables, record: Record) -> str:
    """Return the name of a record's customer; empty if there is no such customer."""
    customer = tables["customers"].get(record["customer_id"])
    return "" if customer is None else person_name(customer)


def person_name(record: Record) -> str:
    """Return the first and last name in a record; empty if it has none."""
    return f"{record.get('first_name') or ''} {record.get('last_name') or ''}".strip()


def format_cents(amount: int) -> str:
    """Return an amount in cents as decimal text: 4259 is `42.59`."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}.{rest:02}"


def with_dates(events: Iterable[tuple[str | None, str, str]]) -> list[TimelineEvent]:
    """Return the events that have a date."""
    return [TimelineEvent(at, title, detail) for at, title, detail in events if at is not None]
