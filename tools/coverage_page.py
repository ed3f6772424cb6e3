"""Generate docs/reference/coverage.md from the known endpoints and the routes: `python -m tools.coverage_page FILE`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.apis.coverage import KnownEndpoint

HEAD = """\
# Coverage: which endpoints are emulated

All endpoints of the two services that are publicly known, and whether the emulator has them. A `?` stands for unknown
methods. The date is the year of the newest evidence; [Fidelity](fidelity.md) has that of every decision. `make docs`
generates this page from the code.
"""
_PARAMETER = re.compile(r"\{\w+\}")


def markdown() -> str:
    """Return the page: a section for each API, a row for each known endpoint."""
    return "\n".join([HEAD, *map(_section, discover())])


def missing(api: Api) -> list[str]:
    """Return the endpoints of an API that are emulated, but not among the known ones."""
    listed = {_shape(each.endpoint) for each in api.coverage}
    emulated = [f"{route.method} {route.path}" for route in api.routes]
    return [each for each in emulated if _shape(each) not in listed]


def _section(api: Api) -> str:
    lines = [f"## {api.title}\n", "| endpoint | emulated | evidence | source | date |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *_rows(api)]) + "\n"


def _rows(api: Api) -> Iterator[str]:
    emulated = {_shape(f"{route.method} {route.path}") for route in api.routes}
    for each in api.coverage:
        answer = "yes" if _shape(each.endpoint) in emulated else "no"
        yield f"| `{_documented(api, each)}` | {answer} | {each.evidence} | {each.source} | {each.date} |"


def _documented(api: Api, known: KnownEndpoint) -> str:
    return f"{known.method} {api.documented_path(known.path)}"


def _shape(endpoint: str) -> str:
    """Return an endpoint without the names of its parameters."""
    return _PARAMETER.sub("{}", endpoint)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
