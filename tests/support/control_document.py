"""Check responses of the control API against its OpenAPI document."""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs

from mockorders.control.openapi import control_document, plain_path
from mockorders.control.routes import ROUTES

if TYPE_CHECKING:
    from support.emulator import Reply

MAX_CHECKED_BYTES = 2**18  # a test of long responses measures how long the event loop is held

document = cache(control_document)


class Operation(NamedTuple):
    """An operation of the document: its path, method and responses by status."""

    path: str
    method: str
    responses: Mapping[str, Any]


@cache
def _patterns() -> list[tuple[re.Pattern[str], Operation]]:
    """Return a pattern for the path of each route, with its operation."""
    found = []
    for route in ROUTES:
        pattern = re.sub(
            r"[{](\w+)(?::((?:[^{}]|[{][^{}]*[}])*))?[}]", lambda each: f"({each[2] or '[^/]+'})", route.path
        )
        path = plain_path(route)
        responses = document()["paths"][path][route.method.lower()]["responses"]
        operation = Operation(path, route.method, responses)
        found.append((re.compile(f"{route.method} {pattern}/?"), operation))
    return found


def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation of a request to a path below `/_mockorders`, or None."""
    sent = f"{method} {unquote(path.partition('?')[0])}"
    return next((operation for pattern, operation in _patterns() if pattern.fullmatch(sent)), None)


def check_control_reply(method: str, path: str, reply: "Reply") -> None:
    """Check that the response to a request of an operation has a status and a body of the document."""
    operation = operation_of(method, path)
    if operation is None:
        return
    assert str(reply.status) in operation.responses, f"{method} {path}: the document has no status {reply.status}"
    if len(reply.body) <= MAX_CHECKED_BYTES:
        _check_body(operation, reply)


def _check_body(operation: Operation, reply: "Reply") -> None:
    validator = _validator(operation.path, operation.method, reply.status)
    if validator is None:
        assert (operation, b"") == (operation, reply.body)
        return
    is_json = "json" in reply.headers["Content-Type"]
    value = reply.json if is_json else reply.text
    assert (operation.path, []) == (operation.path, [error.message for error in validator.iter_errors(value)])


@cache
def _validator(path: str, method: str, status: int) -> Any:
    """Return the validator of a response, or None if it has no body."""
    response = resolve(document()["paths"][path][method.lower()]["responses"][str(status)])
    for media in response.get("content", {}).values():
        schema = {**media["schema"], "components": document()["components"]}
        return jsonschema_rs.Draft202012Validator(schema)
    return None


def resolve(value: Mapping[str, Any]) -> Any:
    """Return what a reference in the document refers to; other values unchanged."""
    if "$ref" not in value:
        return value
    kind, name = value["$ref"].rsplit("/", 2)[1:]
    return document()["components"][kind][name]
