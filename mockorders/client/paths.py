"""Paths, queries and bodies of control requests."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

Document = Mapping[str, Any]


def quote_segment(segment: object) -> str:
    """Percent-encode one segment of a path, including dots if it has nothing else (`.` and `..` are relative)."""
    text = quote(str(segment), safe="")
    return text if text.strip(".") else text.replace(".", "%2E")


def path_of(*segments: object) -> str:
    """Return the path that consists of these segments."""
    return "".join(f"/{quote_segment(segment)}" for segment in segments)


def query_of(parameters: Document) -> str:
    """Return a query string without the parameters that are None."""
    query = {name: id_of(value) for name, value in without_none(parameters).items()}
    return f"?{urlencode(query)}" if query else ""


def id_of(value: Any) -> Any:
    """Return the id of an object; other values unchanged."""
    return value["id"] if isinstance(value, Mapping) else value


def without_none(values: Document) -> dict[str, Any]:
    """Return the members that are not None."""
    return {name: value for name, value in values.items() if value is not None}
