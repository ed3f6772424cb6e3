"""Schema violations."""

from typing import NamedTuple

from mockorders.formats import pointer
from mockorders.formats.suggestions import did_you_mean

UNKNOWN_PROPERTY = "Unknown property"

Path = tuple[str | int, ...]


class Violation(NamedTuple):
    """One place where a value does not match its schema; `path` has the keys and indexes that lead to it.

    `known` are the properties that the schema has there, if the property at the place is unknown; or the values that it
    lists, if the value, `given`, is another one.
    """

    path: Path
    message: str
    known: tuple[str, ...] = ()
    given: str = ""

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer."""
        return pointer.join(self.path)

    @property
    def field(self) -> str:
        """The place in dotted form, such as `products[0].quantity`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")

    @property
    def is_unknown_property(self) -> bool:
        """Whether the violation is a property that the schema does not have."""
        return self.message.startswith(UNKNOWN_PROPERTY)

    @property
    def suggestion(self) -> str:
        """The most similar known name, as the end of a message, or an empty text."""
        return did_you_mean(self.given or str(self.path[-1]), self.known) if self.known else ""

    @property
    def advice(self) -> str:
        """The message, with the most similar known name if there is one."""
        return self.message + self.suggestion

    def as_sentence(self, root: str = "body") -> str:
        """Return field and message as one sentence; `root` is the field if the whole value is invalid."""
        return self.message if self.is_unknown_property else f"{self.field or root}: {self.message}"
