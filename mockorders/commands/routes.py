"""`mockorders routes`: the endpoints of each API, with the schemas of what they take and answer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from mockorders.api import Api, Route, discover


def run(options: Mapping[str, Any]) -> None:
    """Write the table; as JSON, or as an OpenAPI document, where that is asked for."""
    if options["openapi"]:
        from mockorders.openapi import document

        click.echo(json.dumps(document(options["profile"]), indent=2, ensure_ascii=False))
        return
    apis = discover()
    if options["json"]:
        click.echo(json.dumps([_document(api, route) for api in apis for route in api.routes], indent=2))
        return
    for api in apis:
        bases = " and ".join(base or "/" for base in api.bases)
        click.echo(f"{click.style(api.title, bold=True)} at {bases}")
        for line in table([_row(api, route) for route in api.routes]):
            click.echo(f"  {line}")


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(api: Api, route: Route) -> tuple[str, str, str, str]:
    return route.method, route.path, f"{api.name}/{route.answer}", _title(route)


def _document(api: Api, route: Route) -> dict[str, Any]:
    return {
        "api": api.name,
        "method": route.method,
        "path": route.path,
        "title": _title(route),
        "bases": api.bases,
        "status": route.status,
        "answer": f"{api.name}/{route.answer}",
        "query": f"{api.name}/{route.query}",
        "body": None if route.body is None else f"{api.name}/{route.body}",
    }


def _title(route: Route) -> str:
    """Give what the handler says of itself."""
    return (route.handler.__doc__ or "").partition("\n")[0]
