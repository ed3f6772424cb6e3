"""The parameters of an operation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from mockorders.apis.base import Api
from mockorders.apis.routing import Route
from mockorders.openapi.examples import ExecutedExample
from mockorders.openapi.schemas import SchemaComponents, class_name
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import load_schema, properties, schema_names


class Parameters:
    """The parameters of one route; `executed` are its examples, which use them."""

    def __init__(self, api: Api, route: Route, executed: Sequence[ExecutedExample], schemas: SchemaComponents) -> None:
        self._api = api
        self._route = route
        self._executed = executed
        self._schemas = schemas

    def document(self) -> list[dict[str, Any]]:
        """Return the parameter objects, those of the path first."""
        return [*self._of_path(), *self._of_query()]

    def _of_path(self) -> Iterator[dict[str, Any]]:
        for before, segment in pairwise(self._route.path.split("/")):
            if segment.startswith("{"):
                name = segment[1:-1]
                values = (each.match.params[name] for each in self._executed)
                yield {**self._parameter(name, self._property(before, name), "path", values), "required": True}

    def _property(self, collection: str, name: str) -> Mapping[str, Any]:
        """Return the schema of a path parameter: that of the record's property of the same name, or text."""
        schema = record_schema(self._api.name, collection)
        known = properties(schema) if schema in schema_names() else {}
        return known.get(name, {"type": "string"})

    def _of_query(self) -> Iterator[dict[str, Any]]:
        """Yield the declared parameters that are not credentials, and one for all others if the schema allows them."""
        if self._route.query_schema is None:
            return
        name = f"{self._api.name}/{self._route.query_schema}"
        declared = properties(name)
        credentials = {scheme.get("name") for scheme in self._api.documentation.security.values()}
        for each in declared:
            if each not in credentials:
                values = (executed.query[each] for executed in self._executed if each in executed.query)
                yield self._parameter(each, declared[each], "query", values)
        others = load_schema(name).get("additionalProperties")
        if isinstance(others, Mapping):
            yield self._of_other_names(others, name)

    def _of_other_names(self, others: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return the parameter for all names that the schema of the query, `name`, does not declare."""
        schema = load_schema(name)
        kept = {keyword: schema[keyword] for keyword in ("propertyNames",) if keyword in schema}
        values = {keyword: value for keyword, value in others.items() if keyword not in {"title", "description"}}
        free = {"description": others.get("description", ""), "type": "object", "additionalProperties": values, **kept}
        left = [
            {key: text for key, text in each.query.items() if key not in properties(name)} for each in self._executed
        ]
        parameter = self._parameter(others["title"], free, "query", filter(None, left))
        return {**parameter, "style": "form", "explode": True}

    def _parameter(self, name: str, schema: Mapping[str, Any], place: str, values: Iterable[Any]) -> dict[str, Any]:
        described = {keyword: schema[keyword] for keyword in ("description",) if schema.get(keyword)}
        plain = {keyword: value for keyword, value in schema.items() if keyword != "description"}
        inlined = self._schemas.inline(plain, class_name(f"{self._api.name}/{name}"))
        parameter = {"name": name, "in": place, **described, "schema": inlined}
        example = next(iter(values), None)
        if example is None:
            return parameter
        return {**parameter, "example": int(example) if plain.get("type") == "integer" else example}
