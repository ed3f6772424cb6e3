"""A bounded cache that evicts the least recently used values."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, ItemsView, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _one(_: object) -> int:
    return 1


class LruCache(Generic[K, V]):
    """Values by key, up to a total size; the least recently used values are evicted first.

    `size_of` returns the size of a value, in the unit of `limit`. Without it every value has size 1, and `limit` is the
    number of values. A value that is larger than the limit is evicted at once, with all others.
    """

    __slots__ = ("_limit", "_size", "_size_of", "_values")

    def __init__(self, limit: int, size_of: Callable[[V], int] = _one) -> None:
        self._limit = limit
        self._size = 0
        self._size_of = size_of
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[K]:
        return iter(self._values)

    def items(self) -> ItemsView[K, V]:
        """Return the keys and their values, the least recently used first."""
        return self._values.items()

    def get(self, key: K) -> V | None:
        """Return the value of a key and mark it as used, or return None."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Store a value, replacing the previous one of its key, and evict others until the total fits the limit."""
        previous = self._values.pop(key, None)
        if previous is not None:
            self._size -= self._size_of(previous)
        self._values[key] = value
        self._size += self._size_of(value)
        while self._size > self._limit:
            _, evicted = self._values.popitem(last=False)
            self._size -= self._size_of(evicted)

    def remove(self, key: K) -> None:
        """Remove the value of a key, if there is one."""
        value = self._values.pop(key, None)
        if value is not None:
            self._size -= self._size_of(value)

    def clear(self) -> None:
        """Remove all values."""
        self._values.clear()
        self._size = 0
