"""Pagination of long lists."""

from typing import NamedTuple

from aiohttp import web

from mockorders.formats.plurals import count

PAGE_SIZE = 25


class Pagination(NamedTuple):
    """The page of a list with `total` elements; `number` starts at 1 and never exceeds `pages`."""

    number: int
    total: int

    @classmethod
    def of(cls, request: web.Request, total: int) -> "Pagination":
        """Read the page number from `?page=`, limited to existing pages."""
        text = request.query.get("page", "")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
        return cls(min(max(number, 1), max(1, -(-total // PAGE_SIZE))), total)

    @property
    def pages(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def slice(self) -> slice:
        """The indices of the elements on this page."""
        return slice((self.number - 1) * PAGE_SIZE, self.number * PAGE_SIZE)

    @property
    def summary(self) -> str:
        """The elements on this page as text, such as `26 to 50 of 302`, or `2 results` if there is one page."""
        if not self.total:
            return "none"
        if self.pages == 1:
            return count(self.total, "result")
        return f"{self.slice.start + 1:,} to {min(self.slice.stop, self.total):,} of {self.total:,}"
