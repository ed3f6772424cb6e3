"""One place where a value does not match its schema."""

from typing import NamedTuple

from mockorders.formats import pointer

UNKNOWN = "Unknown property"

Path = tuple[str | int, ...]


class Mistake(NamedTuple):
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
    def unknown(self) -> bool:
        """Whether it is a property that the schema does not know."""
        return self.message.startswith(UNKNOWN)

    def sentence(self, whole: str = "body") -> str:
        """Say it in one sentence; `whole` names the value as a whole."""
        return self.message if self.unknown else f"{self.field or whole}: {self.message}"
