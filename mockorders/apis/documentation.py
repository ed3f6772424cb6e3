"""The parts of an API's OpenAPI document that its routes, schemas and rules do not contain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Example(NamedTuple):
    """A documented request; the emulator's response to it becomes the example.

    `target` is a path as in the table of routes, and a query. `credential` names the fixture set with the records.
    """

    title: str
    method: str
    target: str
    credential: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class ApiDocs:
    """The documentation of an API.

    `security` are OpenAPI security schemes by name; each of `requirements` names schemes that together authenticate a
    request. `other_media_types` are further media types of responses, each with its schema. `forms` is set if bodies
    may be form fields.
    """

    security: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    requirements: tuple[tuple[str, ...], ...] = ()
    examples: tuple[Example, ...] = ()
    other_media_types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    forms: bool = False
