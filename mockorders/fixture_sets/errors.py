"""Errors of fixture sets."""

from collections.abc import Sequence
from typing import NamedTuple

from mockorders.errors import ProblemError


class FixtureViolation(NamedTuple):
    """One violation in fixtures: its file or document, its JSON pointer, and a message."""

    origin: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.origin}{': ' + self.pointer if self.pointer else ''}: {self.message}"


class FixtureError(ProblemError):
    """A fixture set is unknown, unreadable or invalid.

    `origin` is its file, `pointer` the location in it; `more` are further violations. `violations` has all of them.
    """

    def __init__(self, origin: str, pointer: str, message: str, more: Sequence[FixtureViolation] = ()) -> None:
        first = FixtureViolation(origin, pointer, message)
        super().__init__(
            422,
            "Invalid fixtures",
            f"{first} (and {len(more)} more)" if more else str(first),
            pointer=pointer,
            message=message,
            violations=[{"pointer": each.pointer, "message": each.message} for each in (first, *more)],
        )
        self.violations = (first, *more)

    @classmethod
    def of(cls, violations: Sequence[FixtureViolation]) -> "FixtureError":
        """Return the error of one or several violations."""
        first, *more = violations
        return cls(*first, more)

    def below(self, parent: str) -> "FixtureError":
        """Return the same error with pointers relative to a document that contains the fixtures at `parent`."""
        return FixtureError.of([each._replace(pointer=parent + each.pointer) for each in self.violations])

    def __str__(self) -> str:
        separator = "\n  " if len(self.violations) > 1 else " "
        return f"{self.title}:{separator}{separator.join(self.lines)}"

    @property
    def lines(self) -> list[str]:
        """A sentence for each violation."""
        return list(map(str, self.violations))


class UnreadableFixtureError(FixtureError):
    """A fixture set or its file does not exist or cannot be read."""
