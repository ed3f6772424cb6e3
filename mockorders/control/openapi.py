"""The OpenAPI 3.1 document of the control API, built from its routes and schemas."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mockorders.__version__ import __version__
from mockorders.apis import discover
from mockorders.control.routes import JSON, ROUTES, STATE, ControlRoute
from mockorders.formats.plurals import singular
from mockorders.http.dispatch import CONTROL_PATH
from mockorders.openapi.components import PROBLEM
from mockorders.openapi.schemas import SchemaComponents, class_name
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import load_schema, properties

SECURITY = "ControlToken"
PATH_PARAMETERS = "control/path-parameters"
SETTINGS = ("current_customer", "profile")  # of a fixture set, that the state of a sandbox has too
PROBLEMS: Mapping[int, str] = {
    400: "The body cannot be parsed.",
    401: "The token of `--control-token` is missing or wrong.",
    403: "The request is from a page of another origin, or has a host name that is not allowed.",
    404: "The sandbox does not exist, or does not have what the path names.",
    408: "The body did not arrive in time.",
    409: "The data was replaced or changed while the request was in progress.",
    413: "The body is too large.",
    415: "The content coding of the body is not supported.",
    422: "The request is invalid.",
    500: "The emulator failed.",
    503: "The maximum number of sandboxes is reached, or the store failed.",
    507: "The sandbox would need more memory than `--max-memory` allows.",
}
ALWAYS = (401, 403, 500)
OF_SANDBOXES = (422, 503, 507)
OF_BODIES = (400, 408, 409, 413, 415, 422, 507)

_VARIABLE = re.compile(r"[{](\w+)(?::(?:[^{}]|[{][^{}]*[}])*)?[}]")


def control_document() -> dict[str, Any]:
    """Return the document. It does not depend on the settings of a server."""
    schemas = _Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(plain_path(route), {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": "/", "description": "This emulator."}],
        "tags": [{"name": name} for name in dict.fromkeys(map(_tag, ROUTES))],
        "paths": paths,
        "components": _components(schemas),
    }


def plain_path(route: ControlRoute) -> str:
    """Return the path of a route as in the document, such as `/_mockorders/sandboxes/{name}`."""
    return CONTROL_PATH + _VARIABLE.sub(r"{\1}", route.path)


def _components(schemas: "_Schemas") -> dict[str, Any]:
    """Return the components, with the schemas that the paths refer to."""
    return {
        "responses": {f"problem-{status}": _problem(text, schemas) for status, text in PROBLEMS.items()},
        "schemas": schemas.document(),
        "securitySchemes": {SECURITY: {"type": "http", "scheme": "bearer", "description": "With `--control-token`."}},
    }


def _info() -> dict[str, Any]:
    return {
        "title": "mockorders: control API",
        "version": __version__,
        "summary": "Reads and changes the sandboxes of a running emulator.",
        "description": "Except `GET`, `DELETE` and `finish`, requests create the sandbox if it does not exist.",
        "license": {"name": "MIT", "identifier": "MIT"},
    }


class _Schemas(SchemaComponents):
    """The schemas of the document; the one of all records is composed of those of the collections."""

    def __init__(self) -> None:
        super().__init__("documented")
        self._state: dict[str, str] = {}

    def reference(self, name: str) -> dict[str, str]:
        """Return a reference to a schema such as `control/fault`, or to `STATE`."""
        if name != STATE:
            return super().reference(name)
        if not self._state:
            self._state = self.inline(_state_schema(), class_name(STATE))
        return self._state


def _state_schema() -> dict[str, Any]:
    known = properties("fixture-set")
    settings = {name: known[name] for name in SETTINGS}
    records = {api.name: _tables_schema(api.name, api.collections) for api in discover()}
    return {
        "title": "All records of a sandbox",
        "description": "A fixture document: `PUT` accepts it.",
        "type": "object",
        "properties": {**settings, **records},
        "required": [*settings, *records],
        "additionalProperties": False,
    }


def _tables_schema(api: str, collections: Any) -> dict[str, Any]:
    lists = {name: _list_schema(api, name) for name in collections}
    return {"type": "object", "properties": lists, "required": list(lists), "additionalProperties": False}


def _list_schema(api: str, collection: str) -> dict[str, Any]:
    records = {"$ref": record_schema(api, collection)}
    return {"type": "array", "items": records, "x-singular": singular(collection)}


def _operation(route: ControlRoute, schemas: _Schemas) -> dict[str, Any]:
    name = getattr(route.handler, "__name__", "")
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": _summary(route),
        "tags": [_tag(route)],
        "security": [{}, {SECURITY: []}],
        "parameters": [*_path_parameters(route, schemas), *_query_parameters(route, schemas)],
        "responses": {str(route.status): _success(route, schemas), **_problems(route)},
    }
    if route.body is not None:
        content = {JSON: {"schema": schemas.reference(route.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _summary(route: ControlRoute) -> str:
    """Return the first sentence of the handler's docstring."""
    text = " ".join((route.handler.__doc__ or "").split())
    return text.partition(". ")[0].rstrip(".") + "."


def _tag(route: ControlRoute) -> str:
    """Return the part of the API that a route belongs to, such as `faults`; `server` if it is not about a sandbox."""
    _, *segments = re.split("[/.]", plain_path(route).removeprefix(CONTROL_PATH))
    if segments[0] != "sandboxes":
        return "server"
    named = {"requests", "records", "faults", "clock", "snapshots"}
    return next((each for each in segments if each in named), "sandboxes")


def _path_parameters(route: ControlRoute, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    known = properties(PATH_PARAMETERS)
    for name in _VARIABLE.findall(route.path):
        yield {**_parameter(name, known[name], schemas), "in": "path", "required": True}


def _query_parameters(route: ControlRoute, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    if route.query is None:
        return
    required = load_schema(route.query).get("required", ())
    for name, schema in properties(route.query).items():
        yield {**_parameter(name, schema, schemas), "in": "query", "required": name in required}


def _parameter(name: str, schema: Mapping[str, Any], schemas: _Schemas) -> dict[str, Any]:
    plain = {keyword: value for keyword, value in schema.items() if keyword != "description"}
    return {"name": name, "description": schema["description"], "schema": schemas.inline(plain, class_name(name))}


def _success(route: ControlRoute, schemas: _Schemas) -> dict[str, Any]:
    if route.media_type != JSON:
        return {"description": "Success.", "content": {route.media_type: {"schema": {"type": "string"}}}}
    if route.response is None:
        return {"description": "Success, without a body."}
    return {"description": "Success.", "content": {JSON: {"schema": schemas.reference(route.response)}}}


def _problems(route: ControlRoute) -> dict[str, dict[str, str]]:
    """Return references to the problems that a route can respond with, by status."""
    return {str(status): {"$ref": f"#/components/responses/problem-{status}"} for status in sorted(_statuses(route))}


def _statuses(route: ControlRoute) -> set[int]:
    variables = _VARIABLE.findall(route.path)
    statuses = {*ALWAYS, *route.errors}
    if "name" in variables:
        statuses.update(OF_SANDBOXES)
    if set(variables) - {"name"}:
        statuses.add(404)
    if route.query is not None:
        statuses.add(422)
    if route.body is not None:
        statuses.update(OF_BODIES)
    return statuses


def _problem(text: str, schemas: _Schemas) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": schemas.reference(PROBLEM)}}
    return {"description": text, "content": content}


@cache
def control_text() -> bytes:
    """Return the document as JSON."""
    from mockorders.formats.serialization import dump_json

    return dump_json(control_document())
