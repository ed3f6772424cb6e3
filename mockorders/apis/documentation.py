"""What the OpenAPI document says of an API beside its routes, schemas and rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Example(NamedTuple):
    """A request of the documented pages; what the emulator answers to it is the example.

    `target` is path and query as in the table of routes, `credential` names the fixture set that has the records.
    """

    title: str
    method: str
    target: str
    credential: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class ApiDocs:
    """The words of an API's documentation.

    `security` are security schemes by name, as OpenAPI has them; each of `requirements` is a set of them that lets a
    request in. `ending` is what documented paths end with. `other_media_types` are further media types of answers, each with its
    schema. `forms` says that bodies may be form fields.
    """

    security: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    requirements: tuple[tuple[str, ...], ...] = ()
    examples: tuple[Example, ...] = ()
    ending: str = ""
    other_media_types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    forms: bool = False
