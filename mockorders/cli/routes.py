"""`mockorders routes`: the endpoints of each API, with the schemas of their requests and responses."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import click

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.apis.routing import Route


def run(*, as_json: bool) -> None:
    """Print the endpoints as a table or as JSON."""
    apis = discover()
    if as_json:
        documents = chain.from_iterable(_documents(api) for api in apis)
        click.echo(json.dumps(list(documents), indent=2))
        return
    for api in apis:
        bases = " and ".join(base or "/" for base in api.base_paths)
        click.echo(f"{click.style(api.title, bold=True)} at {bases}")
        for line in table([_row(api, route) for route in api.routes]):
            click.echo(f"  {line}")


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(api: Api, route: Route) -> tuple[str, str, str, str]:
    return route.method, api.documented_path(route.path), f"{api.name}/{route.response_schema}", route.title


def _documents(api: Api) -> Iterator[dict[str, Any]]:
    return (_document(api, route) for route in api.routes)


def _document(api: Api, route: Route) -> dict[str, Any]:
    return {
        "api": api.name,
        "method": route.method,
        "path": route.path,
        "title": route.title,
        "bases": api.base_paths,
        "status": route.status,
        "response": f"{api.name}/{route.response_schema}",
        "query": None if route.query_schema is None else f"{api.name}/{route.query_schema}",
        "body": None if route.body_schema is None else f"{api.name}/{route.body_schema}",
    }
