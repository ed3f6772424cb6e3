"""Sorted indexes over an immutable collection, and query results as bitmaps of record positions.

Position n is the nth record of the collection by id. Counting, combining and paging bitmaps takes microseconds,
whatever the size of the collection.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from pyroaring import FrozenBitMap

SCAN_BATCH = 2_000
MATCH_BATCH = 100
MAX_PREFIXES = 256
MAX_DIRECT_POSITIONS = 1_000
CACHED_MATCHES = 64
BITMAP_BYTES = 100
VALUE_BYTES = 80
POSITION_BYTES = 4
NULL = -1

Bitmap: TypeAlias = "FrozenBitMap"
Item = TypeVar("Item")


def bitmap_of(positions: Iterable[int]) -> Bitmap:
    """Return an immutable bitmap of record positions, which may be in any order."""
    from pyroaring import FrozenBitMap  # imported by the first filter, to keep start-up fast

    return FrozenBitMap(positions)


class SortedIndex:
    """A sorted index of one property over an immutable collection. Queries return bitmaps of record positions.

    Bitmaps are stored for up to 256 prefixes of the order: one after each distinct value if there are at most 256, else
    at equal distances. A range is the union of the nearest stored prefix and the positions after it. Created by
    `build_index`.
    """

    __slots__ = ("_matches", "_order", "_prefix_ends", "_prefixes", "_ranks", "_size", "_starts")

    def __init__(self, size: int, ranks: Iterable[Any], starts: "array[int]", order: "array[int]") -> None:
        self._size = size
        self._ranks = tuple(ranks)  # unlike a list, a tuple of scalars is not traversed by the garbage collector
        self._starts = starts
        self._order = order
        self._prefix_ends: Sequence[int] = starts
        self._prefixes = [bitmap_of(())]
        self._matches: dict[object, Bitmap] = {}

    def store_prefixes(self) -> Generator[None, None, None]:
        """Store the bitmaps of the prefixes. Yields between prefixes."""
        last = len(self._order)
        if len(self._ranks) > MAX_PREFIXES:
            self._prefix_ends = [*range(0, last, -(-last // MAX_PREFIXES)), last]
        for start, end in pairwise(self._prefix_ends):
            self._prefixes.append(self._prefixes[-1] | bitmap_of(self._order[start:end]))
            yield

    @property
    def size(self) -> int:
        """The approximate number of bytes in memory, with all results that `matching` can cache."""
        bitmap = self._size // 8 + BITMAP_BYTES
        values = VALUE_BYTES * len(self._ranks) + POSITION_BYTES * len(self._order)
        return values + bitmap * len(self._prefixes) + CACHED_MATCHES * (self._size // 8)

    @property
    def not_null(self) -> Bitmap:
        """The positions of records whose value is not null."""
        return self._prefixes[-1]

    @property
    def null(self) -> Bitmap:
        """The positions of records whose value is null."""
        return self.not_null.flip(0, self._size)

    def equal(self, rank: Any) -> Bitmap:
        """Return the positions of records whose value equals the rank."""
        at = bisect_left(self._ranks, rank)
        if at == len(self._ranks) or self._ranks[at] != rank:
            return bitmap_of(())
        start = self._starts[at]
        end = self._starts[at + 1]
        if end - start <= MAX_DIRECT_POSITIONS:
            return bitmap_of(self._order[start:end])
        return self._prefix(end) - self._prefix(start)

    def any_of(self, ranks: Iterable[Any]) -> Bitmap:
        """Return the positions of records whose value equals one of the ranks."""
        return bitmap_of(()).union(*map(self.equal, ranks))

    def less_than(self, rank: Any) -> Bitmap:
        """Return the positions of records whose value is less than the rank."""
        return self._prefix(self._starts[bisect_left(self._ranks, rank)])

    def at_most(self, rank: Any) -> Bitmap:
        """Return the positions of records whose value is at most the rank."""
        return self._prefix(self._starts[bisect_right(self._ranks, rank)])

    def matching(self, name: object, test: Callable[[Any], bool]) -> Generator[None, None, Bitmap]:
        """Return the positions of records whose value passes the test. Yields between batches.

        Up to 64 results are cached by `name`.
        """
        if name in self._matches:
            return self._matches[name]
        passing = array("I")
        for number, rank in enumerate(self._ranks):
            if test(rank):
                passing += self._order[self._starts[number] : self._starts[number + 1]]
            if number % MATCH_BATCH == MATCH_BATCH - 1:
                yield
        found = bitmap_of(passing)
        if len(self._matches) >= CACHED_MATCHES:
            self._matches.clear()
        self._matches[name] = found
        return found

    def _prefix(self, end: int) -> Bitmap:
        """Return the first `end` positions of the order."""
        at = bisect_right(self._prefix_ends, end) - 1
        rest = self._order[self._prefix_ends[at] : end]
        return self._prefixes[at] | bitmap_of(rest) if rest else self._prefixes[at]


def build_index(values: Iterable[Any], rank: Callable[[Any], Any]) -> Generator[None, None, SortedIndex]:
    """Return a sorted index of values, one for each position, compared by their ranks. Yields between batches.

    Allocates only scalars: traversing a list per value would make the garbage collector block the event loop.
    """
    numbers: dict[Any, int] = {}
    numbered = array("q")
    for batch in batches(values):
        numbered.extend(NULL if value is None else numbers.setdefault(rank(value), len(numbers)) for value in batch)
        yield
    ranks = yield from _sort(numbers)
    starts, order = yield from _group(numbered, numbers, ranks)
    index = SortedIndex(len(numbered), ranks, starts, order)
    yield from index.store_prefixes()
    return index


def _sort(values: Iterable[Any]) -> Generator[None, None, list[Any]]:
    """Return the values in ascending order. Yields between batches."""
    runs = []
    for batch in batches(values):
        runs.append(sorted(batch))
        yield
    result: list[Any] = []
    for batch in batches(merge(*runs)):
        result += batch
        yield
    return result


def _group(
    numbered: "array[int]", numbers: Mapping[Any, int], ranks: Sequence[Any]
) -> Generator[None, None, tuple["array[int]", "array[int]"]]:
    """Return the start of each rank in the order, and the order: positions by rank, then ascending.

    `numbered` holds the number of each position's rank, or NULL.
    """
    counts = yield from _count(numbered, len(ranks))
    starts = array("I", [0])
    places = array("I", [0]) * len(ranks)
    for batch in batches(ranks):
        for rank in batch:
            places[numbers[rank]] = starts[-1]
            starts.append(starts[-1] + counts[numbers[rank]])
        yield
    order = array("I", [0]) * starts[-1]
    for offset in range(0, len(numbered), SCAN_BATCH):
        for position, number in enumerate(numbered[offset : offset + SCAN_BATCH], offset):
            if number != NULL:
                order[places[number]] = position
                places[number] += 1
        yield
    return starts, order


def _count(numbered: "array[int]", size: int) -> Generator[None, None, "array[int]"]:
    """Return the number of occurrences of each number below `size`."""
    counts = array("I", [0]) * size
    for batch in batches(numbered):
        for number in batch:
            if number != NULL:
                counts[number] += 1
        yield
    return counts


def batches(items: Iterable[Item], size: int = SCAN_BATCH) -> Iterator[list[Item]]:
    """Return the items in lists of at most `size`."""
    remaining = iter(items)
    return iter(lambda: list(islice(remaining, size)), [])


class ResultSet:
    """The result of a query on a collection: a bitmap of positions in its base, and the ids of new records.

    The ids of the base and of new records are ascending, and no id is in both.
    """

    def __init__(self, ids: Sequence[int], bitmap: Bitmap, new: Sequence[int] = ()) -> None:
        self._ids = ids
        self._bitmap = bitmap
        self._new = new

    def __len__(self) -> int:
        return len(self._bitmap) + len(self._new)

    def page(self, start: int, end: int) -> list[int]:
        """Return the ids at the indexes from `start` up to, not including, `end`; ascending."""
        if not self._bitmap:
            return list(self._new[start:end])
        numbers = range(len(self._new))
        first = bisect_left(numbers, start, key=self._place)
        last = bisect_left(numbers, end, key=self._place)
        known = [self._ids[position] for position in self._bitmap[start - first : end - last]]
        return sorted([*known, *self._new[first:last]])

    def _place(self, number: int) -> int:
        """Return the index in the whole result of the new record with this number."""
        return number + self._bitmap.range_cardinality(0, bisect_left(self._ids, self._new[number]))
