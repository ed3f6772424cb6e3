"""The components that operations of an OpenAPI document share: schemas, security schemes and problem responses."""

from collections.abc import Mapping
from typing import Any

from mockorders.apis.base import Api
from mockorders.config import Profile
from mockorders.openapi.schemas import SchemaComponents, class_name

PROBLEM = "control/problem"
HEADERS = {
    "X-Mockorders-Request": "The request's number in the sandbox's journal.",
    "X-Mockorders-Note": "Notes for the client about this response.",
}
PROBLEMS = {
    500: "The emulator failed: the response violated its schema, or an internal error occurred.",
    503: "The maximum number of sandboxes is reached, and the credential would create another one.",
}


class Components:
    """Collects the components that operations refer to; `document` returns them."""

    def __init__(self, profile: Profile) -> None:
        self.schemas = SchemaComponents(profile)
        self._security: dict[str, Any] = {}

    def secure(self, api: Api) -> list[dict[str, list[str]]]:
        """Return the security requirements of an API, and collect its security schemes."""
        documentation = api.documentation
        self._security |= {security_name(api, name): dict(scheme) for name, scheme in documentation.security.items()}
        return [{security_name(api, name): [] for name in names} for names in documentation.requirements]

    def problems(self) -> dict[str, dict[str, str]]:
        """Return references to the responses that only the emulator has, by status."""
        return {str(status): {"$ref": f"#/components/responses/problem-{status}"} for status in PROBLEMS}

    def document(self) -> dict[str, Any]:
        """Return the components object."""
        content = {"application/problem+json": {"schema": self.schemas.reference(PROBLEM)}}
        return {
            "schemas": self.schemas.document(),
            "responses": {
                f"problem-{status}": {"description": text, "headers": response_headers(HEADERS), "content": content}
                for status, text in PROBLEMS.items()
            },
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()},
            "securitySchemes": self._security,
        }


def security_name(api: Api, scheme: str) -> str:
    """Return the name of an API's security scheme in the document."""
    return class_name(f"{api.name}/{scheme}")


def response_headers(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the headers of a response: references to the shared ones, schemas of the others."""
    return {
        name: {"$ref": f"#/components/headers/{name}"} if name in HEADERS else {"schema": {"type": "string"}}
        for name in names
    }
