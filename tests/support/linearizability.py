"""Is a recorded history of concurrent operations that of one object that executes them one by one?

A history is linearizable if each operation can be given a moment between its call and its return, so that a sequential
model yields the same results in the order of these moments (Herlihy and Wing, 1990). The search is that of Wing and
Gong (1993): execute one of the operations that may be next, remember what was tried (Lowe, 2017), and go back if none
fits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Any, NamedTuple, Protocol

MAX_STEPS = 2_000_000
SHOWN = 12


class Call(Protocol):
    """What a client asks for."""

    def outcomes(self, state: Any) -> Iterable[tuple[Any, Any]]:
        """Yield the results that are right in a state, each with the state that follows."""


@dataclass(frozen=True, eq=False)
class Operation:
    """A call, its result, and the times before and after. `place` is where it was sent to, for messages.

    A call without a response may have been executed at any time since, or not; if `latest` is given, not later.
    """

    call: Call
    result: Any
    start: float
    end: float = inf
    place: str = ""
    latest: float = inf

    @property
    def is_known(self) -> bool:
        """Whether there was a response."""
        return self.end != inf


class Position(NamedTuple):
    """How far a search is: the executed operations with and without a response, as bits, and the state.

    All operations with a response before number `base` are executed; bit 0 of `executed` is that one. In `guessed` are
    also the operations without a response that it is too late for.
    """

    base: int
    executed: int
    guessed: int
    state: Any

    @property
    def number(self) -> int:
        """How many operations with a response are executed."""
        return self.base + self.executed.bit_count()

    def has(self, number: int) -> bool:
        """Return whether an operation with a response is executed."""
        return number < self.base or bool(self.executed >> number - self.base & 1)

    @property
    def last(self) -> int:
        """The highest number of an executed operation with a response."""
        return self.base + self.executed.bit_length() - 1

    def executing(self, number: int, state: Any) -> "Position":
        """Return the position after an operation with a response."""
        base = self.base
        executed = self.executed | 1 << number - base
        while executed & 1:
            executed >>= 1
            base += 1
        return Position(base, executed, self.guessed, state)


class Search:
    """Looks for an order of the operations that the model confirms."""

    def __init__(self, history: Sequence[Operation]) -> None:
        ordered = sorted(history, key=lambda each: each.start)
        self._known = [each for each in ordered if each.is_known]
        self._unknown = [each for each in ordered if not each.is_known]
        self._furthest = Position(0, 0, 0, None)

    def explain(self, initial: Any) -> str | None:
        """Return None if there is an order, else where every order ends. Raises RuntimeError if that takes too long."""
        if not self._known:
            return None
        start = Position(0, 0, 0, initial)
        seen = {start}
        stack = [self._following(start)]
        while stack:
            position = next(stack[-1], None)
            if position is None:
                stack.pop()
            elif position.base == len(self._known):
                return None
            elif position not in seen:
                seen.add(position)
                stack.append(self._following(position))
                self._furthest = max(self._furthest, position, key=lambda each: each.number)
            if len(seen) > MAX_STEPS:
                message = f"the search was given up after {MAX_STEPS} steps"
                raise RuntimeError(message)
        return self._describe()

    def _following(self, position: Position) -> Iterator[Position]:
        """Yield the positions after one more operation: one that was called before any of the others had returned."""
        open_numbers = list(self._open(position))
        first_end = min(self._known[number].end for number in open_numbers)
        for number in open_numbers:
            operation = self._known[number]
            if operation.start <= first_end:
                for result, state in operation.call.outcomes(position.state):
                    if result == operation.result:
                        yield self._without_late_guesses(position.executing(number, state))
        yield from self._guesses(position, first_end)

    def _open(self, position: Position) -> Iterator[int]:
        """Yield the numbers of operations with a response that are not executed, up to one after another's end."""
        first_end = inf
        for number in range(position.base, len(self._known)):
            operation = self._known[number]
            if operation.start > first_end:
                return
            if not position.has(number):
                first_end = min(first_end, operation.end)
                yield number

    def _without_late_guesses(self, position: Position) -> Position:
        time = self._known[position.last].start
        late = sum([1 << number for number, each in enumerate(self._unknown) if each.latest < time])
        return position._replace(guessed=position.guessed | late)

    def _guesses(self, position: Position, first_end: float) -> Iterator[Position]:
        """Yield the positions after an operation without a response, if it changes something."""
        for number, operation in enumerate(self._unknown):
            if operation.start > first_end:
                return
            if position.guessed >> number & 1:
                continue
            for _, state in operation.call.outcomes(position.state):
                if state != position.state:
                    yield position._replace(guessed=position.guessed | 1 << number, state=state)

    def _describe(self) -> str:
        furthest = self._furthest
        after = [self._known[number] for number in self._open(furthest)]
        before = [each for number, each in enumerate(self._known) if furthest.has(number)]
        lines = chain(
            [f"{furthest.number} of {len(self._known)} operations can be put in order, such as the last of them:"],
            map(_line, before[-SHOWN:]),
            [f"which leads to {furthest.state}; then none of these fits:"],
            map(_line, after),
        )
        return "\n".join(lines)


def _line(operation: Operation) -> str:
    return f"  {operation.start:.6f} to {operation.end:.6f} {operation.place}: {operation.call} -> {operation.result}"


def explain(history: Sequence[Operation], initial: Any) -> str | None:
    """Return None if a history is linearizable from an initial state, else what cannot be put in order."""
    return Search(history).explain(initial)
