"""Sorted indexes: held against looking at each record."""

from collections.abc import Generator
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.apis.cratejoy.filters.filters import compile_filter, order_model
from mockorders.storage import index as module
from mockorders.storage.collection import Base, Collection, Log
from mockorders.storage.index import Index, Selection, bits_of, build, positions

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=200)
PLACES = st.sets(st.integers(0, 2_000), max_size=300)


def finished(steps: Generator[None, None, Any]) -> Any:
    """Give what comes of work in steps."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@given(values=VALUES, rank=st.integers(-1, 10), parts=st.integers(1, 7))
def test_an_index_knows_what_each_record_says(values: list[int | None], rank: int, parts: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PARTS", parts)
        patch.setattr(module, "STEP", 5)
        index: Index = finished(build(values, lambda value: value))
    chosen = {
        eq: index.equal(rank),
        ne: index.some & ~index.equal(rank),
        lt: index.below(rank),
        le: index.up_to(rank),
        gt: index.some & ~index.up_to(rank),
        ge: index.some & ~index.below(rank),
    }
    for compare, bits in chosen.items():
        expected = [at for at, value in enumerate(values) if value is not None and compare(value, rank)]
        assert expected == list(positions(bits))
    for _ in range(2):
        fitting = index.fitting("even", lambda value: value % 2 == 0)
        assert [at for at, value in enumerate(values) if value is not None and value % 2 == 0] == list(
            positions(fitting)
        )
    assert index.equal(rank) | index.equal(3) == index.any_of([rank, 3])


@given(places=PLACES, start=st.integers(0, 310), length=st.integers(0, 310))
def test_a_page_of_bits_is_a_slice(places: set[int], start: int, length: int) -> None:
    bits = bits_of(places, 2_001)
    assert sorted(places) == list(positions(bits))
    assert sorted(places)[start : start + length] == list(positions(bits, start, start + length))


@given(ids=PLACES, new=PLACES, start=st.integers(0, 400), length=st.integers(0, 50))
def test_a_selection_is_a_sorted_list(ids: set[int], new: set[int], start: int, length: int) -> None:
    known = sorted(ids)
    chosen = known[::2]
    selection = Selection(known, bits_of(range(0, len(known), 2), len(known)), sorted(new - ids))
    expected = sorted({*chosen, *(new - ids)})
    assert (len(expected), expected[start : start + length]) == (len(selection), selection.page(start, start + length))


@given(
    kept=st.dictionaries(st.integers(1, 60), st.sampled_from(["open", "closed", None]), max_size=40),
    changes=st.lists(st.tuples(st.integers(1, 80), st.sampled_from(["open", "closed", None, "gone"])), max_size=30),
    operator=st.sampled_from(["eq", "ne", "in", "nin", "is_null", "lt", "ge", "like"]),
)
def test_a_collection_selects_what_matches(
    kept: dict[int, str | None], changes: list[tuple[int, str | None]], operator: str
) -> None:
    model = {identifier: {"id": identifier, "note": note} for identifier, note in kept.items()}
    collection = Collection("orders", Base(list(model.values())), Log())
    for identifier, note in changes:
        if note == "gone":
            model.pop(identifier, None)
            if collection.get(identifier) is not None:
                collection.delete(identifier)
        else:
            model[identifier] = {"id": identifier, "note": note}
            collection.put(model[identifier])
    made = compile_filter(order_model(), f"note__{operator}", {"is_null": "true", "in": "open,x"}.get(operator, "open"))
    selection = finished(collection.select([made.condition], lambda record: made.test(record["note"])))
    expected = sorted(identifier for identifier, record in model.items() if made.test(record["note"]))
    assert (len(expected), expected) == (len(selection), selection.page(0, 100))


@pytest.mark.parametrize("name", [name for name in order_model().own if name not in order_model().derived])
def test_every_property_can_be_put_in_order(name: str) -> None:
    """An index that could not be made would fail the first who filters by it."""
    made = compile_filter(order_model(), f"{name}__is_null", "false")
    assert made.condition.chosen is not None
