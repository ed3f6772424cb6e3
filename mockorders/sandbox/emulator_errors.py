"""The emulator's own errors in a sandbox: unhandled errors, and responses that violate their schema."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

MAX_ERRORS = 20
MAX_TEXT_LENGTH = 1_000


class EmulatorError(NamedTuple):
    """One error: the id of its request, empty if that is not in the journal; its method and path, and a message."""

    request: str
    method: str
    path: str
    message: str


class EmulatorErrors:
    """The number of errors since the sandbox was created or reset, and the first 20 of them.

    They do not depend on the journal, which evicts requests and can be cleared. Long texts are cut.
    """

    __slots__ = ("_first", "count")

    def __init__(self, count: int = 0, first: Sequence[EmulatorError] = ()) -> None:
        self._first = tuple(first)
        self.count = count

    def __iter__(self) -> Iterator[EmulatorError]:
        return iter(self._first)

    def add(self, error: EmulatorError) -> None:
        """Count an error, and keep it if it is one of the first."""
        self.extend(EmulatorErrors(1, [EmulatorError(*[text[:MAX_TEXT_LENGTH] for text in error])]))

    def extend(self, later: "EmulatorErrors") -> None:
        """Count errors that occurred later, and keep those that are among the first."""
        self.count += later.count
        if later.count and len(self._first) < MAX_ERRORS:
            self._first = (*self._first, *later)[:MAX_ERRORS]
