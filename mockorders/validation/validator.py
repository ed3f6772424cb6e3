"""The validator of all schemas.

jsonschema-rs quickly accepts valid values; jsonschema describes the violations of those it rejects.
"""

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockorders.validation.schemas import BASE, load_schema, schema_at
from mockorders.validation.violations import Violation

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

MAX_VIOLATIONS = 20


class DescriptionsNotLoadedError(Exception):
    """A value is invalid, and what describes its violations is not imported."""


class Validator:
    """Validates values against the schemas of `schemas/`, by names such as `cratejoy/order`. Schemas are compiled once.

    Values of the schemas named in `prerendered` are not checked: they were validated when they were rendered.
    """

    def __init__(self) -> None:
        self._fast_validators: dict[tuple[str, frozenset[str]], jsonschema_rs.Draft202012Validator] = {}
        self._validators: dict[tuple[str, frozenset[str]], jsonschema.Draft202012Validator] = {}
        self._are_descriptions_loaded = False

    async def load_descriptions(self) -> None:
        """Import what describes violations, in a thread: with jsonschema, this takes some 60 ms."""
        if not self._are_descriptions_loaded:
            await asyncio.to_thread(import_module, "mockorders.validation.messages")
            self._are_descriptions_loaded = True

    def violations(self, name: str, value: Any, prerendered: frozenset[str] = frozenset()) -> list[Violation]:
        """Return at most 20 violations, sorted by path; none if the value is valid.

        Raises KeyError if the schema does not exist.
        """
        return [] if self.is_valid(name, value, prerendered) else self.describe(name, value, prerendered)

    def loaded_violations(self, name: str, value: Any) -> list[Violation]:
        """Return what `violations` returns, without importing anything.

        Raises DescriptionsNotLoadedError if the value is invalid and `load_descriptions` was not called.
        """
        if self.is_valid(name, value):
            return []
        if not self._are_descriptions_loaded:
            raise DescriptionsNotLoadedError
        return self.describe(name, value)

    async def find_violations(self, name: str, value: Any) -> list[Violation]:
        """Return what `violations` returns, after `load_descriptions` if the value is invalid."""
        if self.is_valid(name, value):
            return []
        await self.load_descriptions()
        return self.describe(name, value)

    def is_valid(self, name: str, value: Any, prerendered: frozenset[str] = frozenset()) -> bool:
        """Return True only if the value is valid; if False, `describe` decides."""
        validator = self._fast_validators.get((name, prerendered))
        if validator is None:
            validator = self._fast_validators[name, prerendered] = _fast_validator(name, prerendered)
        try:
            return validator.is_valid(value)
        except ValueError:  # the value has a type that JSON does not have, such as JsonFloat
            return False

    def describe(
        self, name: str, value: Any, prerendered: frozenset[str] = frozenset(), limit: int = MAX_VIOLATIONS
    ) -> list[Violation]:
        """Return at most `limit` violations, sorted by path, as found by jsonschema."""
        from mockorders.validation.messages import build_validator, to_violations

        if (name, prerendered) not in self._validators:
            self._validators[name, prerendered] = build_validator(name, prerendered)
        return to_violations(self._validators[name, prerendered].iter_errors(value), name, limit)


def _fast_validator(name: str, prerendered: frozenset[str]) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs

    load_schema(name)  # raises KeyError instead of an error of jsonschema-rs
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{BASE}{name}.json"}, retriever=lambda uri: schema_at(uri, prerendered), validate_formats=True
    )
