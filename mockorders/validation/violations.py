"""One place where a value does not match its schema."""

from typing import NamedTuple

from mockorders.formats import pointer

UNKNOWN_PROPERTY = "Unknown property"

Path = tuple[str | int, ...]


class Violation(NamedTuple):
    """One place where a value does not fit its schema."""

    path: Path
    message: str

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer."""
        return pointer.join(self.path)

    @property
    def field(self) -> str:
        """The place as people write it, such as `products[0].quantity`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")

    @property
    def is_unknown_property(self) -> bool:
        """Whether it is a property that the schema does not know."""
        return self.message.startswith(UNKNOWN_PROPERTY)

    def as_sentence(self, whole: str = "body") -> str:
        """Say it in one sentence; `whole` names the value as a whole."""
        return self.message if self.is_unknown_property else f"{self.field or whole}: {self.message}"
