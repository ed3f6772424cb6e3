"""The operations of an OpenAPI document, one for each route."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from mockorders import rules
from mockorders.apis.base import Api
from mockorders.apis.routing import Route
from mockorders.config import Profile
from mockorders.errors import ApiError, ContentTooLarge, InvalidCredentials, InvalidRequest, NotFound, RequestTimeout
from mockorders.openapi.components import HEADERS, Components, response_headers
from mockorders.openapi.examples import ExecutedExample
from mockorders.openapi.parameters import Parameters
from mockorders.rules import Rule
from mockorders.validation.schemas import load_schema, properties, schema_for_profile

FORM_TYPE = "application/x-www-form-urlencoded"
ERROR_DESCRIPTIONS: Mapping[type[ApiError], str] = {
    InvalidRequest: "A parameter or the body is invalid.",
    InvalidCredentials: "The credential is missing or not accepted.",
    NotFound: "The record does not exist, or belongs to another customer.",
    RequestTimeout: "The body did not arrive in time.",
    ContentTooLarge: "The body is larger than 1 MiB.",
}


class Operation:
    """The documentation of one route; `executed` are its examples with their responses."""

    def __init__(self, api: Api, route: Route, executed: Sequence[ExecutedExample], profile: Profile) -> None:
        self._api = api
        self._route = route
        self._executed = executed
        self._profile = profile

    def document(self, components: Components) -> dict[str, Any]:
        """Return the operation object."""
        api = self._api
        route = self._route
        name = route.name
        rules_of_route = (*route.rules, *route.error_rules)
        operation = {
            "operationId": f"{api.name}_{name}",
            "summary": name.replace("_", " ").capitalize(),
            "description": rules_markdown(rules_of_route),
            "tags": [api.name],
            "security": [*components.secure(api), *([] if route.needs_credential else [{}])],
            "parameters": Parameters(api, route, self._executed, components.schemas).document(),
            "responses": {**self._responses(components), **components.problems()},
            "x-mockorders-rules": rules_json(rules_of_route),
        }
        if route.body_schema is not None:
            operation["requestBody"] = self._body(route.body_schema, components)
        return operation

    def _body(self, name: str, components: Components) -> dict[str, Any]:
        schema = f"{self._api.name}/{name}"
        examples = _examples((each, each.example.body) for each in self._executed)
        reference = components.schemas.reference(schema)
        content = {"application/json": {"schema": reference, **examples}}
        if self._api.documentation.forms:
            nested = [key for key, value in properties(schema).items() if "object" in value.get("type", ())]
            deep = {key: {"style": "deepObject", "explode": True} for key in nested}
            # Generated clients choose the media type by the class of the body.
            content[FORM_TYPE] = {"schema": components.schemas.copy(reference, "Form"), "encoding": deep}
        return {"required": not load_schema(schema).get("x-optional", False), "content": content}

    def _responses(self, components: Components) -> dict[str, Any]:
        """Return the responses by status: the success, and each error as the dialect renders it."""
        descriptions: dict[int, list[str]] = {self._route.status: []}
        more_headers: dict[int, dict[str, str]] = {self._route.status: {}}
        for kind, description in self._errors():
            status, _, more = self._api.dialect.render_error(kind("", rule=rules.NO_ROUTE))
            descriptions.setdefault(status, []).append(description)
            more_headers.setdefault(status, {}).update(more)
        return {
            str(status): {
                "description": " ".join(self._success(status) + errors),
                "headers": response_headers({**HEADERS, **more_headers[status]}),
                **self._content(status, bool(errors), components),
            }
            for status, errors in sorted(descriptions.items())
        }

    def _success(self, status: int) -> list[str]:
        return ["Success."] if status == self._route.status else []

    def _errors(self) -> Iterator[tuple[type[ApiError], str]]:
        """Yield the errors that the route can have, with their descriptions."""
        for kind, description in ERROR_DESCRIPTIONS.items():
            if kind is not NotFound or "{" in self._route.path:
                yield kind, description

    def _content(self, status: int, has_errors: bool, components: Components) -> dict[str, Any]:
        """Return the member `content`, or an empty mapping if responses of this status have no body."""
        api = self._api
        if status == HTTPStatus.NO_CONTENT:
            return {}
        schemas = []
        if status == self._route.status:
            schemas.append(
                components.schemas.reference(
                    schema_for_profile(f"{api.name}/{self._route.response_schema}", self._profile)
                )
            )
        if has_errors:
            schemas.append(components.schemas.reference(f"{api.name}/error"))
        examples = _examples((each, each.value) for each in self._executed if each.status == status)
        schema = components.schemas.choice(schemas)
        other_media_types = {
            media: {"schema": dict(schema)} for media, schema in api.documentation.other_media_types.items()
        }
        media_type = api.dialect.content_type.partition(";")[0]
        return {"content": {media_type: {"schema": schema, **examples}, **other_media_types}}


def _examples(values: Iterable[tuple[ExecutedExample, Any]]) -> dict[str, Any]:
    """Return the member `examples`, with one example for each distinct value, or an empty mapping."""
    named: dict[str, Any] = {}
    for executed, value in values:
        if value is not None and value not in [each["value"] for each in named.values()]:
            title = executed.example.title
            named[re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")] = {"summary": title, "value": value}
    return {"examples": named} if named else {}


def rules_markdown(listed: Sequence[Rule]) -> str:
    """Return rules as a Markdown list, each with its evidence, its source and the documentation's own sentence."""
    return "\n".join(map(_rule_markdown, listed))


def _rule_markdown(rule: Rule) -> str:
    quotation = f" “{rule.sentence}”" if rule.sentence else ""
    return f"- {rule.statement} *{rule.evidence}: {rule.source}*{quotation}"


def rules_json(listed: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return rules as JSON objects."""
    return [asdict(rule) for rule in listed]
