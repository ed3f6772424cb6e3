"""The endpoints of the real services, as far as they are publicly known: for docs/coverage.md."""

from collections.abc import Iterator
from typing import NamedTuple

from mockorders.rules import Evidence


class KnownEndpoint(NamedTuple):
    """An endpoint of a real service, such as `GET /orders/{id}`, and why it is believed to exist.

    `date` is the year of the newest evidence.
    """

    endpoint: str
    evidence: Evidence
    source: str
    date: int


def known(endpoints: str, evidence: Evidence, source: str, date: int) -> Iterator[KnownEndpoint]:
    """Yield endpoints with the same evidence, separated by commas: paths with methods, such as `GET PUT /orders/{id}`.

    A path whose methods are unknown has the method `?`.
    """
    for each in endpoints.split(","):
        *methods, path = each.split()
        yield from (KnownEndpoint(f"{method} {path}", evidence, source, date) for method in methods)
