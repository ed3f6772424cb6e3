"""The endpoints of the real services that are publicly known: for messages and docs/reference/coverage.md."""

from collections.abc import Iterator
from typing import NamedTuple

from mockorders.rules import Evidence


class KnownEndpoint(NamedTuple):
    """An endpoint of a real service, and why it is believed to exist.

    `path` is canonical, such as `/orders/{id}`, and `method` is `?` if the methods of the path are unknown. `date` is
    the year of the newest evidence.
    """

    method: str
    path: str
    evidence: Evidence
    source: str
    date: int

    @property
    def endpoint(self) -> str:
        """Method and path, such as `GET /orders/{id}`."""
        return f"{self.method} {self.path}"


def known(endpoints: str, evidence: Evidence, source: str, date: int) -> Iterator[KnownEndpoint]:
    """Yield endpoints with the same evidence, separated by commas: paths with methods, such as `GET PUT /orders/{id}`.

    A path whose methods are unknown has the method `?`.
    """
    for each in endpoints.split(","):
        *methods, path = each.split()
        yield from (KnownEndpoint(method, path, evidence, source, date) for method in methods)
