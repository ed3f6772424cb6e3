"""Whole answers that are kept: what a repeated request gets for as long as nothing in its sandbox changes."""

from collections import OrderedDict
from typing import NamedTuple

from mockorders.api import Answer
from mockorders.journal import Body
from mockorders.reading import Reading
from mockorders.state import State, Work

BUDGET = 16 * 2**20
OVERHEAD = 1_024


class Whole(NamedTuple):
    """An answer that is kept: `plain` as the API gave it, `final` as it leaves, with the bytes of its `head`.

    `stamp` is that of the state it was made from, `notes` and `work` are what the journal tells of it.
    """

    plain: Answer
    final: Answer
    head: bytes
    body: Body
    stamp: object
    notes: tuple[str, ...]
    work: Work


class Wholes:
    """The whole answers of one server, by what was read of the request; the longest unused go first."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._size = 0
        self._wholes: OrderedDict[Reading, Whole] = OrderedDict()

    def find(self, reading: Reading, state: State) -> Whole | None:
        """Give the answer to a request without a body, if the sandbox's records are still those it was made from."""
        found = self._wholes.get(reading)
        if found is None or found.stamp is not state.stamp:
            return None
        self._wholes.move_to_end(reading)
        return found

    def keep(self, reading: Reading, whole: Whole) -> None:
        """Keep an answer, in the place of the one that was kept before."""
        before = self._wholes.pop(reading, None)
        self._size += _size(whole) - (0 if before is None else _size(before))
        self._wholes[reading] = whole
        while self._size > self._budget:
            self._size -= _size(self._wholes.popitem(last=False)[1])


def _size(whole: Whole) -> int:
    return OVERHEAD + len(whole.final.body[0])
