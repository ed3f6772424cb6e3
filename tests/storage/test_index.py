"""Sorted indexes, compared with a scan of all records."""

import subprocess
import sys
from collections.abc import Generator
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.apis.cratejoy.filters.compiler import compile_filter
from mockorders.apis.cratejoy.filters.model import filter_model
from mockorders.apis.cratejoy.resources.orders import ORDERS
from mockorders.storage import index as module
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.change_log import ChangeLog
from mockorders.storage.index import ResultSet, SortedIndex, bitmap_of, build_index
from mockorders.storage.selection import select
from mockorders.storage.tables import Tables

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=200)
STORED = [name for name, derive in ORDERS.representation.values.items() if derive is None]
PLACES = st.sets(st.integers(0, 2_000), max_size=300)


def finished(steps: Generator[None, None, Any]) -> Any:
    """Run work in steps and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@given(
    values=VALUES,
    rank=st.integers(-1, 10),
    other=st.integers(-1, 10),
    prefixes=st.integers(1, 12),
    direct=st.integers(0, 20),
)
def test_each_query_agrees_with_a_scan(
    values: list[int | None], rank: int, other: int, prefixes: int, direct: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_PREFIXES", prefixes)
        patch.setattr(module, "MAX_DIRECT_POSITIONS", direct)
        patch.setattr(module, "SCAN_BATCH", 5)
        index: SortedIndex = finished(build_index(values, lambda value: value))
        results = {
            eq: index.equal(rank),
            ne: index.not_null - index.equal(rank),
            lt: index.less_than(rank),
            le: index.at_most(rank),
            gt: index.not_null - index.at_most(rank),
            ge: index.not_null - index.less_than(rank),
        }
        either = index.any_of([rank, other, rank])
    for compare, bitmap in results.items():
        expected = [at for at, value in enumerate(values) if value is not None and compare(value, rank)]
        assert expected == list(bitmap)
    assert [at for at, value in enumerate(values) if value in {rank, other}] == list(either)
    assert [at for at, value in enumerate(values) if value is None] == list(index.null)
    assert [at for at, value in enumerate(values) if value is not None] == list(index.not_null)


@given(values=VALUES)
def test_cached_match_agrees_with_a_scan(values: list[int | None]) -> None:
    index: SortedIndex = finished(build_index(values, lambda value: value))
    expected = [at for at, value in enumerate(values) if value is not None and value % 2 == 0]
    for _ in range(2):
        assert expected == list(finished(index.matching("even", lambda value: value % 2 == 0)))


def test_match_yields_after_every_100_values() -> None:
    index: SortedIndex = finished(build_index(range(1_000), lambda value: value))
    assert 10 == sum(1 for _ in index.matching("all", lambda _: True))


def test_cached_matches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED_MATCHES", 2)
    index: SortedIndex = finished(build_index(["a"], str))
    evaluated: list[str] = []

    def record(value: str) -> bool:
        evaluated.append(value)
        return True

    for name in (1, 2, 2, 3, 1):
        finished(index.matching(name, record))
    assert ["a"] * 4 == evaluated


@given(ids=PLACES, new=PLACES, start=st.integers(0, 400), length=st.integers(0, 50))
def test_page_of_a_result_set_is_a_slice(ids: set[int], new: set[int], start: int, length: int) -> None:
    known = sorted(ids)
    result_set = ResultSet(known, bitmap_of(range(0, len(known), 2)), sorted(new - ids))
    expected = sorted({*known[::2], *(new - ids)})
    assert (len(expected), expected[start : start + length]) == (
        len(result_set),
        result_set.page(start, start + length),
    )


@given(
    records=st.dictionaries(st.integers(1, 60), st.sampled_from(["open", "closed", None]), max_size=40),
    changes=st.lists(st.tuples(st.integers(1, 80), st.sampled_from(["open", "closed", None, "gone"])), max_size=30),
    operator=st.sampled_from(["eq", "ne", "in", "nin", "is_null", "lt", "ge", "like"]),
)
def test_collection_selects_matching_records(
    records: dict[int, str | None], changes: list[tuple[int, str | None]], operator: str
) -> None:
    model = {identifier: {"id": identifier, "note": note} for identifier, note in records.items()}
    tables = Tables("cratejoy", {"orders": BaseCollection(list(model.values()))}, ChangeLog())
    collection = tables["orders"]
    for identifier, note in changes:
        if note == "gone":
            model.pop(identifier, None)
            if collection.get(identifier) is not None:
                collection.delete(identifier)
        else:
            model[identifier] = {"id": identifier, "note": note}
            collection.put(model[identifier])
    compiled = compile_filter(
        filter_model(ORDERS), f"note__{operator}", {"is_null": "true", "in": "open,x"}.get(operator, "open")
    )
    result_set = finished(select(tables, "orders", [compiled.condition], lambda record: compiled.test(record["note"])))
    expected = sorted(identifier for identifier, record in model.items() if compiled.test(record["note"]))
    assert (len(expected), expected) == (len(result_set), result_set.page(0, 100))


@pytest.mark.parametrize("name", STORED)
def test_every_property_can_be_indexed(name: str) -> None:
    """An index that cannot be built would fail the first request that filters by it."""
    compiled = compile_filter(filter_model(ORDERS), f"{name}__is_null", "false")
    assert compiled.condition.values is None


def test_bitmaps_are_imported_by_the_first_filter() -> None:
    code = (
        "import sys, mockorders.app, mockorders.apis.cratejoy.filters.search; print('pyroaring' in sys.modules); "
        "from mockorders.storage.index import bitmap_of; bitmap_of([1]); print('pyroaring' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert ["False", "True"] == printed.split()


def test_number_and_bytes_of_value_indexes_are_limited() -> None:
    class Index(NamedTuple):
        size: int

    small = BaseCollection().value_indexes
    large = BaseCollection().value_indexes
    for number in range(100):
        small.put(number, Index(1))
        large.put(number, Index(10 * 2**20))
    assert (64, 12) == (len(small), len(large))
