"""The contract: schemas become validators, once, and what does not fit them is said in words.

jsonschema is the meaning and the messages; jsonschema-rs only ever says the quick yes.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mockorders import content

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

BASE = "https://mockorders.invalid/schemas/"
MAX_MISTAKES = 20
UNKNOWN = "Unknown property"

Path = tuple[str | int, ...]


class Mistake(NamedTuple):
    """One place where a value does not fit its schema."""

    path: Path
    message: str

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)

    @property
    def field(self) -> str:
        """The place as people write it, such as `products[0].quantity`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")

    @property
    def unknown(self) -> bool:
        """Whether it is a property that the schema does not know."""
        return self.message.startswith(UNKNOWN)

    def sentence(self, whole: str = "body") -> str:
        """Say it in one sentence; `whole` names the value as a whole."""
        return self.message if self.unknown else f"{self.field or whole}: {self.message}"


class Contract:
    """Checks values against the schemas of `schemas/`, named as `cratejoy/order`.

    Views that were checked on their own may be left out of what embeds them (`kept`): their place may hold anything.
    """

    def __init__(self) -> None:
        self._quick: dict[tuple[str, frozenset[str]], jsonschema_rs.Draft202012Validator] = {}
        self._slow: dict[tuple[str, frozenset[str]], jsonschema.Draft202012Validator] = {}

    def mistakes(self, name: str, value: Any, kept: frozenset[str] = frozenset()) -> list[Mistake]:
        """List where a value does not fit, at most twenty places; empty where it does.

        Raises KeyError where there is no such schema.
        """
        return [] if self.fits(name, value, kept) else self.explain(name, value, kept)

    def fits(self, name: str, value: Any, kept: frozenset[str] = frozenset()) -> bool:
        """Say the quick yes; False only means to ask `explain`."""
        validator = self._quick.get((name, kept))
        if validator is None:
            validator = self._quick[name, kept] = _quick_validator(name, kept)
        try:
            return validator.is_valid(value)
        except ValueError:  # a value of a type that JSON does not have, such as Real
            return False

    def explain(
        self, name: str, value: Any, kept: frozenset[str] = frozenset(), most: int = MAX_MISTAKES
    ) -> list[Mistake]:
        """Do the same by jsonschema alone: the meaning of the schemas, in words; at most so many places."""
        from mockorders.wording import mistakes_of, validator

        if (name, kept) not in self._slow:
            self._slow[name, kept] = validator(name, kept)
        return mistakes_of(self._slow[name, kept].iter_errors(value), name, most)

    def coerce(self, name: str, value: Any) -> Any:
        """Read the text of form fields and query strings as the schema has it: integers and booleans."""
        return _coerce(resolve(name), value, name)


def retrieve(uri: str, kept: frozenset[str] = frozenset()) -> Any:
    """Give the schema behind a URI below BASE; an empty one, which anything fits, for what is kept."""
    name = uri.removeprefix(BASE).removesuffix(".json")
    return {} if name in kept else resolve(name)


@cache
def resolve(name: str) -> Any:
    """Read a schema; KeyError where there is none.

    Without its `$schema`, at which jsonschema would change to its own validator, which knows our types less well.
    """
    return {key: value for key, value in content.schema(name).items() if key != "$schema"}


@cache
def variant(name: str, profile: str) -> str:
    """Give the name of a schema as a profile has it: its own such as `cratejoy/order-observed`, where there is one."""
    own = f"{name}-{profile}"
    return own if own in content.schema_names() else name


@cache
def properties(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Give the properties of an object schema, its references followed, in their order there."""
    return flatten(resolve(name), name)


def flatten(schema: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    """Give the properties of a schema that stands in the file `name`, its own reference included."""
    found: dict[str, Mapping[str, Any]] = {}
    if "$ref" in schema:
        target = sibling(name, schema["$ref"])
        found.update(flatten(resolve(target), target))
    for key, value in schema.get("properties", {}).items():
        found[key] = {**found.get(key, {}), **value}
    return found


def sibling(name: str, reference: str) -> str:
    """Give the name of the schema that a `$ref` in the file `name` means."""
    return f"{name.rpartition('/')[0]}/{reference.removesuffix('.json')}"


def _quick_validator(name: str, kept: frozenset[str]) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs

    resolve(name)  # KeyError rather than jsonschema-rs's own
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{BASE}{name}.json"}, retriever=lambda uri: retrieve(uri, kept), validate_formats=True
    )


_INTEGER = re.compile(r"-?[0-9]{1,40}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def _coerce(schema: Mapping[str, Any], value: Any, name: str) -> Any:
    if "$ref" in schema and not isinstance(value, str):
        target = sibling(name, schema["$ref"])
        schema, name = {**resolve(target), "properties": flatten(schema, name)}, target
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {key: _coerce(known.get(key, {}), inner, name) for key, inner in value.items()}
    if isinstance(value, list):
        return [_coerce(_items(schema), inner, name) for inner in value]
    return _coerce_text(schema.get("type", ()), value)


def _items(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    choices: Iterator[Mapping[str, Any]] = iter([schema, *schema.get("anyOf", ())])
    return next((choice["items"] for choice in choices if "items" in choice), {})


def _coerce_text(types: Any, value: Any) -> Any:
    if "integer" in types and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if "boolean" in types and isinstance(value, str):
        return _BOOLEANS.get(value, value)
    return value
