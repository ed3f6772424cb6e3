"""The parts that operations of an OpenAPI document share: schemas by reference, security schemes, problem answers."""

from collections.abc import Mapping
from typing import Any

from mockorders.apis.base import Api
from mockorders.validation.schemas import load_schema, resolve_ref

PROBLEM = "control/problem"
HEADERS = {
    "X-Mockorders-Request": "The request's number in the sandbox's journal.",
    "X-Mockorders-Note": "What the client is to be told beside the answer.",
}
PROBLEMS = {
    500: "The emulator failed: an answer that breaks its schema, or an error of its own.",
    503: "There are as many sandboxes as there can be, and the credential would make one more.",
}


class Components:
    """Collects what operations refer to; `document` gives it all."""

    def __init__(self) -> None:
        self._schemas: dict[str, Any] = {}
        self._security: dict[str, Any] = {}

    def schema(self, name: str) -> dict[str, str]:
        """Give a reference to a schema such as `cratejoy/order`, which is then there with all that it refers to."""
        key = name.replace("/", ".")
        if key not in self._schemas:
            self._schemas[key] = {}  # it may refer to itself
            self._schemas[key] = self._within(load_schema(name), name)
        return {"$ref": f"#/components/schemas/{key}"}

    def secure(self, api: Api) -> list[dict[str, list[str]]]:
        """Give the requirements of an API, whose security schemes are then there."""
        manual = api.documentation
        self._security |= {security_name(api, name): dict(scheme) for name, scheme in manual.security.items()}
        return [{security_name(api, name): [] for name in names} for names in manual.requirements]

    def problems(self) -> dict[str, dict[str, str]]:
        """Give references to the answers that only the emulator has, by status."""
        return {str(status): {"$ref": f"#/components/responses/problem-{status}"} for status in PROBLEMS}

    def document(self) -> dict[str, Any]:
        """Give the components object."""
        content = {"application/problem+json": {"schema": self.schema(PROBLEM)}}
        return {
            "schemas": dict(sorted(self._schemas.items())),
            "responses": {
                f"problem-{status}": {"description": text, "headers": headers(HEADERS), "content": content}
                for status, text in PROBLEMS.items()
            },
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()},
            "securitySchemes": self._security,
        }

    def _within(self, value: Any, name: str) -> Any:
        """Give what stands in the file `name`, with references that lead to components."""
        if isinstance(value, list):
            return [self._within(each, name) for each in value]
        if not isinstance(value, Mapping):
            return value
        found = {key: self._within(inner, name) for key, inner in value.items() if key != "$ref"}
        return {**self.schema(resolve_ref(name, value["$ref"])), **found} if "$ref" in value else found


def security_name(api: Api, scheme: str) -> str:
    """Give the name of an API's security scheme in the document."""
    return f"{api.name}.{scheme}"


def headers(names: Mapping[str, Any]) -> dict[str, Any]:
    """Give the headers of an answer: references to those that all have, text for the others."""
    return {
        name: {"$ref": f"#/components/headers/{name}"} if name in HEADERS else {"schema": {"type": "string"}}
        for name in names
    }
