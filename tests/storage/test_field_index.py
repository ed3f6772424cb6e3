"""Ids by the value of a field."""

from typing import Any

import pytest

from mockorders.storage.base_collection import INDEX_BATCH, BaseCollection
from mockorders.storage.field_index import FieldIndex


@pytest.fixture
def index() -> FieldIndex:
    index = FieldIndex()
    index.add([("a", 1), (None, 2), ("b", 3), ("a", 4)])
    index.add([("a", 5), (7, 6)])
    return index


@pytest.mark.parametrize(("value", "ids"), [("a", [1, 4, 5]), ("b", [3]), (None, [2]), (7, [6]), ("c", []), (1, [])])
def test_ids_of_a_value(index: FieldIndex, value: Any, ids: list[int]) -> None:
    assert ids == list(index.ids(value))


def test_index_is_a_mapping(index: FieldIndex) -> None:
    assert {"a": [1, 4, 5], None: [2], "b": [3], 7: [6]} == {value: list(ids) for value, ids in index.items()}
    assert 4 == len(index)


@pytest.mark.parametrize(("records", "yields"), [(0, 0), (INDEX_BATCH, 0), (INDEX_BATCH + 1, 1)])
def test_index_is_built_in_batches(records: int, yields: int) -> None:
    base = BaseCollection({"id": number, "half": number // 2} for number in range(records))
    assert yields == len(list(base.build_index("half")))
    assert [each for each in (2, 3) if each < records] == list(base.index("half").ids(1))
