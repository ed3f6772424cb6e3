"""The schemas of an OpenAPI document, as components with names that are good names of classes."""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from mockorders.config import Profile
from mockorders.openapi.flattening import flatten, named_schema
from mockorders.openapi.portable import portable
from mockorders.openapi.subschemas import Schema, with_subschemas


def class_name(text: str) -> str:
    """Return a name such as `CratejoyOrder` for a text such as `cratejoy/order`."""
    words = re.split("[^A-Za-z0-9]+", text)
    return "".join(word[:1].upper() + word[1:] for word in words)


class SchemaComponents:
    """Collects schemas and all schemas they refer to. Objects and enums inside of them become components, too."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._names: dict[str, str] = {}
        self._schemas: dict[str, dict[str, Any]] = {}

    def reference(self, name: str) -> dict[str, str]:
        """Return a reference to a schema such as `cratejoy/order`."""
        if name not in self._names:
            schema = named_schema(name)
            # Both profiles have the same names, so that code with a generated client works with either.
            self._names[name] = self._reserve(class_name(name.removesuffix(f"-{self._profile}")))
            self._fill(self._names[name], portable(schema))
        return _reference(self._names[name])

    def copy(self, reference: Mapping[str, str], ending: str) -> dict[str, str]:
        """Return a reference to a copy of a schema, whose name has an ending."""
        original = reference["$ref"].rpartition("/")[2]
        name = f"{original}{ending}"
        self._schemas.setdefault(name, {**self._schemas[original], "title": name})
        return _reference(name)

    def choice(self, references: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """Return a schema for one of several; with a discriminator if they have a property with different constants."""
        if len(references) == 1:
            return dict(references[0])
        schemas = [self._schemas[each["$ref"].rpartition("/")[2]] for each in references]
        for name in schemas[0].get("properties", {}):
            constants = [schema.get("properties", {}).get(name, {}).get("const") for schema in schemas]
            texts = {each for each in constants if isinstance(each, str)}
            if len(texts) == len(references):
                mapping = {text: each["$ref"] for text, each in zip(constants, references, strict=True)}
                return {"oneOf": references, "discriminator": {"propertyName": name, "mapping": mapping}}
        return {"anyOf": references}

    def document(self) -> dict[str, Any]:
        """Return the schemas by name."""
        return dict(sorted(self._schemas.items()))

    def inline(self, schema: Any, name: str) -> Any:
        """Return a schema as part of the document; `name` is for the objects in it."""
        if not isinstance(schema, Mapping):
            return schema
        if "$ref" in schema and len(schema) == 1:
            return self.reference(schema["$ref"])
        flat = portable(flatten(schema))
        if "properties" in flat or len(flat.get("enum", ())) > 1:
            return self._fill(self._reserve(name), flat)
        return self._converted(flat, name)

    def _fill(self, name: str, schema: Schema) -> dict[str, str]:
        self._schemas[name] = {"title": name, **self._converted(schema, name)}
        return _reference(name)

    def _converted(self, schema: Schema, name: str) -> dict[str, Any]:
        return with_subschemas(_described(schema), lambda each, part: self.inline(each, f"{name}{class_name(part)}"))

    def _reserve(self, name: str) -> str:
        """Return the name, with a number if it is taken, and reserve it: the schema may refer to itself."""
        candidates = (name if number == 1 else f"{name}{number}" for number in count(1))
        free = next(candidate for candidate in candidates if candidate not in self._schemas)
        self._schemas[free] = {}
        return free


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _described(schema: Schema) -> dict[str, Any]:
    """Return a schema with its title as the first sentence of its description: generators name classes by titles."""
    sentences = (schema.get(keyword, "").rstrip(".") for keyword in ("title", "description"))
    text = " ".join(f"{sentence}." for sentence in sentences if sentence)
    others = {keyword: value for keyword, value in schema.items() if keyword not in {"title", "description"}}
    return {"description": text, **others} if text else others
