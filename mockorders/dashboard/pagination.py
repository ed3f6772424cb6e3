"""Long lists, a page at a time."""

from typing import NamedTuple

from aiohttp import web

PAGE_SIZE = 25


class Pagination(NamedTuple):
    """Which part of a list is shown; pages are counted from 1."""

    number: int
    total: int

    @classmethod
    def of(cls, request: web.Request, total: int) -> "Pagination":
        """Read the page from the query; one that there is not becomes the nearest that there is."""
        text = request.query.get("page", "")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
        return cls(min(max(number, 1), max(1, -(-total // PAGE_SIZE))), total)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def slice(self) -> slice:
        """What is shown."""
        return slice((self.number - 1) * PAGE_SIZE, self.number * PAGE_SIZE)

    @property
    def summary(self) -> str:
        """Say which part is shown, such as `26 to 50 of 302`."""
        if not self.total:
            return "none"
        return f"{self.slice.start + 1:,} to {min(self.slice.stop, self.total):,} of {self.total:,}"
