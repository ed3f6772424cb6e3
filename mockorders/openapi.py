"""The OpenAPI 3.1 document of all APIs, made from their routes, schemas, rules and samples."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from mockorders import rules
from mockorders.__version__ import __version__
from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.apis.routing import Route
from mockorders.components import HEADERS, Components, headers
from mockorders.config import Profile
from mockorders.errors import BadCredential, Invalid, NotFound, Refusal, TooLarge, TooSlow
from mockorders.rules import Rule
from mockorders.samples import Carried, Stage
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import properties, resolve, schema_names, variant

FORM = "application/x-www-form-urlencoded"
GENERAL = (rules.CREDENTIAL, rules.FIXTURE_SET, rules.TRAILING_SLASH, rules.HEAD, rules.PREFLIGHT)
REFUSED: Mapping[type[Refusal], str] = {
    Invalid: "A parameter or the body cannot be taken.",
    BadCredential: "There is no credential that is let in.",
    NotFound: "There is no such record, or not for who asks.",
    TooSlow: "The body does not arrive in time.",
    TooLarge: "The body is over 1 MiB.",
}


def document(profile: Profile = "documented") -> dict[str, Any]:
    """Make the document, with the answers as a profile has them. Blocks for some tenths of a second."""
    apis, components = discover(), Components()
    paths: dict[str, dict[str, Any]] = {}
    stage = Stage(apis, profile)
    for api in apis:
        carried = stage.carry_out(api)
        for route in api.routes:
            mine = [each for each in carried if each.match.route is route]
            operation = _Operation(api, route, mine, profile).document(components)
            paths.setdefault(_path(api, route), _servers(api))[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": "/", "description": "This emulator."}],
        "tags": [_tag(api) for api in apis],
        "paths": paths,
        "components": components.document(),
        "x-mockorders-rules": _shown(rules.CORE),
    }


class _Operation:
    """One route, as it is documented; `carried` are its samples."""

    def __init__(self, api: Api, route: Route, carried: Sequence[Carried], profile: Profile) -> None:
        self._api = api
        self._route = route
        self._carried = carried
        self._profile = profile

    def document(self, components: Components) -> dict[str, Any]:
        """Give the operation object."""
        api, route, name = self._api, self._route, getattr(self._route.handler, "__name__", "")
        of_route = (*route.rules, *route.refusals)
        made = {
            "operationId": f"{api.name}_{name}",
            "summary": name.replace("_", " ").capitalize(),
            "description": _listed(of_route),
            "tags": [api.name],
            "security": components.secure(api),
            "parameters": [*self._path_parameters(), *self._query_parameters()],
            "responses": {**self._responses(components), **components.problems()},
            "x-mockorders-rules": _shown(of_route),
        }
        return made if route.body is None else {**made, "requestBody": self._body(route.body, components)}

    def _path_parameters(self) -> Iterator[dict[str, Any]]:
        steps = self._route.path.split("/")
        for before, step in pairwise(steps):
            if step.startswith("{"):
                name = step[1:-1]
                given = (each.match.params[name] for each in self._carried)
                yield {**_parameter(name, self._property(before, name), "path", given), "required": True}

    def _property(self, collection: str, name: str) -> Mapping[str, Any]:
        """Give the schema of a record's property, where the path names a collection and a property of its records."""
        schema = record_schema(self._api.name, collection)
        known = properties(schema) if schema in schema_names() else {}
        return known.get(name, {"type": "string"})

    def _query_parameters(self) -> Iterator[dict[str, Any]]:
        """Give the declared parameters, less those that are credentials; where any other name is one too, those."""
        schema = f"{self._api.name}/{self._route.query}"
        declared, others = properties(schema), resolve(schema).get("additionalProperties")
        credentials = {scheme.get("name") for scheme in self._api.documented.security.values()}
        for name in declared:
            if name not in credentials:
                yield _parameter(
                    name, declared[name], "query", (c.query[name] for c in self._carried if name in c.query)
                )
        if isinstance(others, Mapping):
            left = [{name: text for name, text in c.query.items() if name not in declared} for c in self._carried]
            free = {"type": "object", "additionalProperties": others, **_pick(others, "description")}
            free |= _pick(resolve(schema), "propertyNames")
            yield _parameter(others["title"], free, "query", filter(None, left)) | {"style": "form", "explode": True}

    def _body(self, name: str, components: Components) -> dict[str, Any]:
        schema = f"{self._api.name}/{name}"
        examples = _examples((each, each.sample.body) for each in self._carried)
        content = {"application/json": {"schema": components.schema(schema), **examples}}
        if self._api.documented.forms:
            nested = [key for key, value in properties(schema).items() if "object" in value.get("type", ())]
            deep = {key: {"style": "deepObject", "explode": True} for key in nested}
            content[FORM] = {"schema": components.schema(schema), "encoding": deep}
        return {"required": True, "content": content}

    def _responses(self, components: Components) -> dict[str, Any]:
        """Give the answers by status: the success, and what the dialect makes of each refusal that there can be."""
        api, route = self._api, self._route
        kinds: dict[int, list[type[Refusal]]] = {route.status: []}
        named: dict[int, dict[str, str]] = {}
        for kind in self._refusals():
            status, _, more = api.dialect.refuse(kind("", rule=rules.NO_ROUTE))
            kinds.setdefault(status, []).append(kind)
            named.setdefault(status, {}).update(more)
        return {
            str(status): {
                "description": " ".join((["Success."] if status == route.status else []) + [REFUSED[k] for k in each]),
                "headers": headers({**HEADERS, **named.get(status, {})}),
                "content": self._content(status, bool(each), components),
            }
            for status, each in sorted(kinds.items())
        }

    def _refusals(self) -> list[type[Refusal]]:
        return [kind for kind in REFUSED if kind is not NotFound or "{" in self._route.path]

    def _content(self, status: int, refused: bool, components: Components) -> dict[str, Any]:
        api, schemas = self._api, []
        if status == self._route.status:
            schemas.append(components.schema(variant(f"{api.name}/{self._route.answer}", self._profile)))
        if refused:
            schemas.append(components.schema(f"{api.name}/error"))
        examples = _examples((each, each.value) for each in self._carried if each.status == status)
        schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        dressed = {media: {"schema": dict(schema)} for media, schema in api.documented.dressed.items()}
        return {api.dialect.content_type.partition(";")[0]: {"schema": schema, **examples}, **dressed}


def _info() -> dict[str, Any]:
    return {
        "title": "mockorders",
        "version": __version__,
        "summary": "A local emulator of order APIs, for integration tests.",
        "description": "\n\n".join(rule.statement for rule in GENERAL),
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _tag(api: Api) -> dict[str, Any]:
    """Give an API as a tag, with the rules that are not those of single routes."""
    of_routes = {rule.name for route in api.routes for rule in (*route.rules, *route.refusals)}
    general = [rule for rule in api.rules if rule.name not in of_routes]
    bases = ", ".join(f"`{base or '/'}`" for base in api.bases)
    text = f"{api.title}, under {bases}.\n\n{_listed(general)}"
    return {"name": api.name, "description": text, "x-mockorders-rules": _shown(general)}


def _path(api: Api, route: Route) -> str:
    """Give a route's path as the documents have it."""
    return api.bases[-1] + route.path + api.documented.ending


def _servers(api: Api) -> dict[str, Any]:
    """Begin a path: with the other bases under which it is found, where it has any that end as the documented one."""
    documented = api.bases[-1]
    others = [base.removesuffix(documented) for base in api.bases[:-1] if base.endswith(documented)]
    return {"servers": [{"url": "/"}, *({"url": base} for base in others)]} if others else {}


def _parameter(name: str, schema: Mapping[str, Any], place: str, given: Any) -> dict[str, Any]:
    plain = {key: value for key, value in schema.items() if key != "description"}
    made = {"name": name, "in": place, **_pick(schema, "description"), "schema": plain}
    example = next(iter(given), None)
    if example is None:
        return made
    return {**made, "example": int(example) if plain.get("type") == "integer" else example}


def _examples(values: Any) -> dict[str, Any]:
    """Give named examples, the first of each value; nothing where there is none."""
    found: dict[str, Any] = {}
    for carried, value in values:
        if value is not None and value not in [each["value"] for each in found.values()]:
            title = carried.sample.title
            found[re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")] = {"summary": title, "value": value}
    return {"examples": found} if found else {}


def _pick(schema: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {key: schema[key]} if key in schema else {}


def _listed(listed: Sequence[Rule]) -> str:
    """Write rules as a list, each with its evidence, its source and the documentation's own sentence."""
    return "\n".join(
        f"- {rule.statement} *{rule.evidence}: {rule.source}*{f' “{rule.sentence}”' if rule.sentence else ''}"
        for rule in listed
    )


def _shown(listed: Sequence[Rule]) -> list[dict[str, Any]]:
    return [asdict(rule) for rule in listed]
