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

    def __init__(self) -> None:
        self._first: Sequence[EmulatorError] = ()
        self.count = 0

    def __iter__(self) -> Iterator[EmulatorError]:
        return iter(self._first)

    def add(self, error: EmulatorError) -> None:
        """Count an error, and keep it if it is one of the first."""
        self.count += 1
        if len(self._first) < MAX_ERRORS:
            self._first = (*self._first, EmulatorError(*[text[:MAX_TEXT_LENGTH] for text in error]))
