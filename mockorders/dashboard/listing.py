"""Lists of records: search, filters and sorting, in steps that let other requests be served in between."""

from collections.abc import Callable, Generator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from mockorders.apis.display import Column
from mockorders.control.references import RecordRef
from mockorders.dashboard.search import find
from mockorders.formats.parsing import JsonFloat
from mockorders.storage.tables import Tables
from mockorders.validation.records import references

MAX_SORTED = 50_000
MAX_VALUES = 30
MAX_QUERY_LENGTH = 200
MAX_ID_DIGITS = 19
BATCH = 200
SORT_BATCH = 2_000
ID = "id"

Key: TypeAlias = "tuple[bool, Any, int]"


class ListQuery(NamedTuple):
    """What a list shows: text to search for, the wanted values of columns, the wanted references, and the order.

    `values` are by the slug of a column; `targets` are an id, or text in the record referred to, by property. `sort` is
    the slug of a column, or `id`; empty for the newest first.
    """

    text: str
    values: Mapping[str, str]
    targets: Mapping[str, str]
    sort: str
    descending: bool

    @classmethod
    def of(cls, query: Mapping[str, str], columns: Sequence[Column], ref: RecordRef) -> "ListQuery":
        """Read the parameters of a page; unknown ones are ignored."""
        slugs = [slug(column) for column in columns]
        statuses = [slug(column) for column in columns if column.kind == "status"]
        sort = query.get("sort", "")
        wanted = {name: text[:MAX_QUERY_LENGTH] for name, text in query.items() if text.strip()}
        return cls(
            text=query.get("q", "")[:MAX_QUERY_LENGTH],
            values={name: wanted[name] for name in statuses if name in wanted},
            targets={name: wanted[name].strip() for name in reference_names(ref) if name in wanted},
            sort=sort.removeprefix("-") if sort.removeprefix("-") in {ID, *slugs} else "",
            descending=sort.startswith("-"),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters, to link to the same list; those without a value are empty."""
        sort = f"-{self.sort}" if self.descending else self.sort
        return {"q": self.text, **self.values, **self.targets, "sort": sort}

    @property
    def is_filtered(self) -> bool:
        """Whether the list may leave out records."""
        return bool(self.text.strip() or self.values or self.targets)


class Listing(NamedTuple):
    """The ids of the records of a list, in order; `choices` are the values of each status column, by slug.

    `is_sorted` is false if there were too many records to sort.
    """

    ids: Sequence[int]
    choices: Mapping[str, Sequence[str]]
    is_sorted: bool = True


def slug(column: Column) -> str:
    """Return the name of a column in the address of a page."""
    return column.title.lower().replace(" ", "_")


def reference_names(ref: RecordRef) -> Mapping[str, str]:
    """Return the properties of a collection that refer to other records, with the collections of those."""
    return {steps[0]: target for steps, target in references(ref.schema) if len(steps) == 1}


def select(
    tables: Tables, ref: RecordRef, columns: Sequence[Column], query: ListQuery
) -> Generator[None, None, Listing]:
    """Return the records of a list. Yields between batches."""
    ids = yield from find(tables, ref, query.text)
    collection = tables[ref.collection]
    wanted = {}
    for name, text in query.targets.items():
        wanted[name] = yield from _target_ids(tables, RecordRef(ref.api, reference_names(ref)[name]), text)
    statuses = {slug(column): column for column in columns if column.kind == "status"}
    choices: dict[str, dict[str, None]] = {name: {} for name in statuses}
    found = []
    for number, identifier in enumerate(ids):
        record = collection[identifier]
        if all(record[name] in targets for name, targets in wanted.items()):
            values = {name: str(column.value(tables, record) or "") for name, column in statuses.items()}
            _note(choices, values)
            if all(values[name] == text for name, text in query.values.items()):
                found.append(identifier)
        if number % BATCH == BATCH - 1:
            yield
    sorted_choices = {name: sorted(known) for name, known in choices.items()}
    if len(found) > MAX_SORTED:
        return Listing(found, sorted_choices, is_sorted=False)
    key = _sort_key(tables, ref, columns, query)
    ordered = yield from sort_in_steps(found, key, descending=query.descending or not query.sort)
    return Listing(ordered, sorted_choices)


def sort_in_steps(
    ids: Sequence[int], key: Callable[[int], Key], *, descending: bool
) -> Generator[None, None, list[int]]:
    """Sort ids by keys. Yields between batches."""
    pairs = []
    for number, identifier in enumerate(ids):
        pairs.append((key(identifier), identifier))
        if number % BATCH == BATCH - 1:
            yield
    runs = []
    for start in range(0, len(pairs), SORT_BATCH):
        runs.append(sorted(pairs[start : start + SORT_BATCH], reverse=descending))
        yield
    ordered = merge(*runs, reverse=descending)
    result: list[int] = []
    while batch := list(islice(ordered, BATCH)):
        result += [identifier for _, identifier in batch]
        yield
    return result


def newest_first(tables: Tables, ref: RecordRef, columns: Sequence[Column]) -> Callable[[int], Key]:
    """Return the key by which the records of a collection are sorted by default, descending: time, then id."""
    return _sort_key(tables, ref, columns, ListQuery("", {}, {}, "", descending=True))


def _sort_key(tables: Tables, ref: RecordRef, columns: Sequence[Column], query: ListQuery) -> Callable[[int], Key]:
    column = next((each for each in columns if slug(each) == query.sort), None)
    if not query.sort:
        column = next((each for each in columns if each.kind == "time"), None)
    if column is None:
        return lambda identifier: (True, identifier, identifier)
    chosen = column
    collection = tables[ref.collection]

    def key(identifier: int) -> Key:
        value = chosen.value(tables, collection[identifier])
        is_missing = value is None or value == ""
        comparable = 0 if is_missing else _comparable(value, chosen.kind)
        is_last = is_missing != (query.descending or not query.sort)  # records without a value come last
        return is_last, comparable, identifier

    return key


def _comparable(value: Any, kind: str) -> tuple[int, Any]:
    """Return a value so that numbers sort before other values, and text regardless of case."""
    if kind == "number" or isinstance(value, int | JsonFloat):
        try:
            return 0, Decimal(str(value).replace(",", "").lstrip("$"))
        except InvalidOperation:
            pass
    return 1, str(value).casefold()


def _target_ids(tables: Tables, target: RecordRef, text: str) -> Generator[None, None, set[int]]:
    if text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS:
        return {int(text)}
    return set((yield from find(tables, target, text)))


def _note(choices: Mapping[str, dict[str, None]], values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if value and len(choices[name]) < MAX_VALUES:
            choices[name][value] = None
