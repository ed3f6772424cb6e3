"""The values of a record in cards: short ones by what they are, nested objects and lists each in their own."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from mockorders.apis.base import Api
from mockorders.apis.display import format_cents
from mockorders.control.references import RecordRef
from mockorders.dashboard.forms import DATES, format_json
from mockorders.dashboard.property_schema import LONG_KINDS, Property, record_property, sections
from mockorders.dashboard.record_labels import record_label
from mockorders.formats.plurals import singular
from mockorders.formats.pointer import unescape
from mockorders.storage.tables import Tables

MAX_TABLE_ROWS = 50
MAX_ELEMENT_CARDS = 20
MAX_TEXT_LENGTH = 2_000
HIDDEN = {"/id", "/label"}  # shown above the cards


class Value(NamedTuple):
    """A value to show: `kind` is text, time, date, number, word or json; `target` is the record that it refers to."""

    kind: str
    text: str
    target: RecordRef | None = None
    detail: str = ""


class Table(NamedTuple):
    """The objects of a list: a header for each property, and the values by row; `hidden_count` rows are left out."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Value]]
    hidden_count: int = 0


class Card(NamedTuple):
    """A part of a record: its values with labels, a table, and the names of the properties that are not set."""

    title: str
    rows: Sequence[tuple[str, Value]] = ()
    unset: Sequence[str] = ()
    table: Table | None = None

    @property
    def is_broad(self) -> bool:
        """Whether the card takes the whole width."""
        return self.table is not None or any(value.kind == "json" for _, value in self.rows)


class CardBuilder:
    """Builds the cards of the records of one API."""

    def __init__(self, api: Api, tables: Tables) -> None:
        self._api = api
        self._tables = tables

    def cards(self, ref: RecordRef, record: Mapping[str, Any]) -> list[Card]:
        """Return the cards of a record: short values, nested ones, and one with the names of those that are not set."""
        properties = [each for each in record_property(ref.schema).inner() if each.pointer not in HIDDEN]
        cards = [self._card(title, found, record) for title, found in sections(properties).items()]
        nested = [each for each in properties if not each.section]
        for each in nested:
            value = _child(record, each)
            if not _is_empty(value):
                cards += self._nested(each, value)
        shown = [card for card in cards if card.rows or card.table]
        names = [each.name for each in nested if _is_empty(_child(record, each))]
        unset = [*names, *chain.from_iterable(card.unset for card in cards if card not in shown)]
        return [*shown, Card("Not set", unset=unset)] if unset else shown

    def _card(self, title: str, properties: Sequence[Property], record: Mapping[str, Any]) -> Card:
        rows = []
        unset = []
        for each in properties:
            value = _child(record, each)
            if _is_empty(value):
                unset.append(each.name)
            else:
                rows.append((each.name, self._value(each, value)))
        return Card(title, rows, unset)

    def _nested(self, prop: Property, value: Any) -> Iterator[Card]:
        """Yield the cards of an object or a list."""
        if prop.kind == "object" and isinstance(value, Mapping):
            yield from self._object(prop, prop.name, value)
        elif prop.kind == "list" and isinstance(value, list):
            yield from self._list(prop, value)
        else:
            yield Card(prop.name, [("", self._value(prop, value))])

    def _object(self, prop: Property, title: str, value: Mapping[str, Any]) -> Iterator[Card]:
        inner = list(prop.inner())
        short = [each for each in inner if each.kind not in LONG_KINDS]
        long = [each for each in inner if each.kind in LONG_KINDS and not _is_empty(_child(value, each))]
        card = self._card(title, short, value)
        empty = [each.name for each in inner if each.kind in LONG_KINDS and each not in long]
        yield card._replace(unset=[*card.unset, *empty])
        for each in long:
            for card in self._nested(each, _child(value, each)):
                yield card._replace(title=f"{title} · {card.title}")

    def _list(self, prop: Property, value: Sequence[Any]) -> Iterator[Card]:
        element = prop.item(0)
        if element.kind != "object":
            values = [self._value(prop.item(index), each) for index, each in enumerate(value[:MAX_TABLE_ROWS])]
            hidden_count = max(0, len(value) - MAX_TABLE_ROWS)
            yield Card(prop.name, table=Table([], [[each] for each in values], hidden_count))
        elif any(each.kind in LONG_KINDS for each in element.inner()) and len(value) <= MAX_ELEMENT_CARDS:
            for index, each in enumerate(value):
                yield from self._object(prop.item(index), f"{singular(prop.name)} {index + 1}", each)
        else:
            yield Card(prop.name, table=self._table(element, value))

    def _table(self, element: Property, value: Sequence[Mapping[str, Any]]) -> Table:
        shown = value[:MAX_TABLE_ROWS]
        used = [each for each in element.inner() if any(not _is_empty(_child(row, each)) for row in shown)]
        rows = [[self._value(each, _child(row, each))._replace(detail="") for each in used] for row in shown]
        return Table([each.name for each in used], rows, max(0, len(value) - len(shown)))

    def _value(self, prop: Property, value: Any) -> Value:
        if prop.kind == "reference" and isinstance(value, int):
            target = RecordRef(self._api.name, prop.schema["x-references"], value)
            return Value("text", record_label(self._api, self._tables, target), target)
        if prop.unit == "cents" and isinstance(value, int):
            return Value("number", format_cents(value), detail=f"{value} cents")
        return _plain_value(prop, value)


def _plain_value(prop: Property, value: Any) -> Value:
    if _is_empty(value):
        return Value("word", "")
    if isinstance(value, str):
        return Value(prop.kind if prop.kind in DATES else "text", _shortened(value))
    if isinstance(value, Mapping | list):
        return Value("json", format_json(value, indent=2))
    return Value("word" if isinstance(value, bool) else "number", format_json(value), detail=prop.unit)


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[:MAX_TEXT_LENGTH]}…"


def _is_empty(value: Any) -> bool:
    """Check whether a value is null, missing, or without content."""
    return value is None or value == "" or value in ([], {})


def _child(value: Mapping[str, Any], prop: Property) -> Any:
    return value.get(unescape(prop.pointer.rpartition("/")[2]))
