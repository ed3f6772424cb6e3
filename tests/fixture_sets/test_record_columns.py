"""Records as columns: the same records again, which take less memory."""

import marshal
import sys
from typing import Any

import pytest

from mockorders.fixture_sets.record_columns import MAX_SHARED_KEYS, from_columns, to_columns

LONG = {f"property_{number}": number for number in range(MAX_SHARED_KEYS + 1)}


@pytest.mark.parametrize(
    "records",
    [
        [],
        [{"id": 1, "note": "a"}, {"id": 2, "note": None}],
        [{"id": 1, "note": "a"}, {"note": "b", "id": 2}, {"id": 3}, {"id": 4, "note": "c"}],
        [{"id": 1, "is_gift": True, "total": 1.0}, {"id": 2, "is_gift": 1, "total": 1}],
        [{"id": 1, "lines": [{"id": 7}], "address": {"city": "Waco"}}],
        [{"id": 1, "class": "annual"}, {"id": 2, "class": "monthly"}],
        [{"id": 1, "two words": 1, "self": 2, "_md": {}}],
        [{"id": 1, **LONG}, {"id": 2, **LONG}],
    ],
)
def test_columns_have_the_same_records(records: list[dict[str, Any]]) -> None:
    found = from_columns(marshal.loads(marshal.dumps(to_columns(records))))
    assert records == found
    assert list(map(repr, records)) == list(map(repr, found))  # the order of keys, and True and 1.0 are not 1


def test_equal_texts_and_integers_are_one_object() -> None:
    records = [{"id": 1_000 + number, "city": f"Waco {number // 2}", "total": 5_000 + number // 2} for number in (2, 3)]
    first, second = from_columns(to_columns(records))
    assert first["city"] is second["city"]
    assert first["total"] is second["total"]


def test_records_take_less_memory() -> None:
    records = [{f"property_{name}": number for name in range(16)} for number in range(100)]
    assert sum(map(sys.getsizeof, from_columns(to_columns(records)))) < sum(map(sys.getsizeof, records))
