"""The least recently used cache: its limit, and what it evicts first."""

from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from mockorders.caching import LruCache

LIMIT = 10
OPERATIONS = st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.text(max_size=12))), max_size=40)


def test_least_recently_used_value_is_evicted() -> None:
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert [1, None, 3] == [cache.get("a"), cache.get("b"), cache.get("c")]


def test_clear_removes_all_values() -> None:
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.clear()
    assert (None, 0) == (cache.get("a"), len(cache))


@given(operations=OPERATIONS)
def test_cache_agrees_with_a_naive_model(operations: list[tuple[int, str | None]]) -> None:
    cache: LruCache[int, str] = LruCache(LIMIT, len)
    model: OrderedDict[int, str] = OrderedDict()
    for key, value in operations:
        if value is None:
            assert model.get(key) == cache.get(key)
            if key in model:
                model.move_to_end(key)
            continue
        model.pop(key, None)
        model[key] = value
        while sum(map(len, model.values())) > LIMIT:
            model.popitem(last=False)
        cache.put(key, value)
        assert len(model) == len(cache)
