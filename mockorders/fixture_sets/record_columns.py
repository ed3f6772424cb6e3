"""Records as columns: what files with many records contain, in less space and read in less time than records.

Records with the same properties, in the same order, become one list of values for each property. Those that are read
from columns share their keys, as the attributes of instances of one class do, which takes half of the memory.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import make_dataclass
from functools import cache
from itertools import chain, groupby
from keyword import iskeyword
from typing import Any

SHARED_TYPES = (str, int)  # not bool, of which True equals 1
MAX_SHARED_KEYS = 30  # of the attributes of instances, in CPython

Records = list[dict[str, Any]]
Columns = tuple[tuple[str, ...], Sequence[Sequence[Any]]]  # the names of properties, and the values of each


def to_columns(records: Records) -> list[Columns]:
    """Return records, each of which has properties, as columns, in which equal texts and integers are one object."""
    known: dict[Any, Any] = {}
    return [
        (names, [[_shared(each, known) for each in column] for column in zip(*_rows(members), strict=True)])
        for names, members in groupby(records, tuple)
    ]


def from_columns(parts: Iterable[Columns]) -> Records:
    """Return the records of columns."""
    return list(chain.from_iterable(_maker(names)(values) for names, values in parts))


def _rows(records: Iterable[dict[str, Any]]) -> Iterable[Iterable[Any]]:
    return (record.values() for record in records)


def _shared(value: Any, known: dict[Any, Any]) -> Any:
    return known.setdefault(value, value) if type(value) in SHARED_TYPES else value


@cache
def _maker(names: tuple[str, ...]) -> Callable[[Sequence[Sequence[Any]]], Iterable[dict[str, Any]]]:
    """Return a function that returns the records with these properties from the values of each."""
    if len(names) > MAX_SHARED_KEYS or any(iskeyword(name) or not name.isidentifier() for name in names):
        return lambda columns: (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
    record_type = make_dataclass("Record", names, repr=False, eq=False, match_args=False)
    return lambda columns: map(vars, map(record_type, *columns))
