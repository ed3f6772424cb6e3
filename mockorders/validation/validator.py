"""The contract: schemas become validators, once, and what does not fit them is said in words.

jsonschema is the meaning and the messages; jsonschema-rs only ever says the quick yes.
"""

from typing import TYPE_CHECKING, Any

from mockorders.validation.schemas import BASE, load_schema, schema_at
from mockorders.validation.violations import Violation

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

MAX_VIOLATIONS = 20


class Validator:
    """Checks values against the schemas of `schemas/`, named as `cratejoy/order`.

    Views that were checked on their own may be left out of what embeds them (`kept`): their place may hold anything.
    """

    def __init__(self) -> None:
        self._fast_validators: dict[tuple[str, frozenset[str]], jsonschema_rs.Draft202012Validator] = {}
        self._validators: dict[tuple[str, frozenset[str]], jsonschema.Draft202012Validator] = {}

    def violations(self, name: str, value: Any, prerendered: frozenset[str] = frozenset()) -> list[Violation]:
        """List where a value does not fit, at most twenty places; empty where it does.

        Raises KeyError where there is no such schema.
        """
        return [] if self.is_valid(name, value, prerendered) else self.describe(name, value, prerendered)

    def is_valid(self, name: str, value: Any, prerendered: frozenset[str] = frozenset()) -> bool:
        """Say the quick yes; False only means to ask `explain`."""
        validator = self._fast_validators.get((name, prerendered))
        if validator is None:
            validator = self._fast_validators[name, prerendered] = _fast_validator(name, prerendered)
        try:
            return validator.is_valid(value)
        except ValueError:  # a value of a type that JSON does not have, such as Real
            return False

    def describe(
        self, name: str, value: Any, prerendered: frozenset[str] = frozenset(), limit: int = MAX_VIOLATIONS
    ) -> list[Violation]:
        """Do the same by jsonschema alone: the meaning of the schemas, in words; at most so many places."""
        from mockorders.validation.messages import build_validator, to_violations

        if (name, prerendered) not in self._validators:
            self._validators[name, prerendered] = build_validator(name, prerendered)
        return to_violations(self._validators[name, prerendered].iter_errors(value), name, limit)


def _fast_validator(name: str, prerendered: frozenset[str]) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs

    load_schema(name)  # KeyError rather than jsonschema-rs's own
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{BASE}{name}.json"}, retriever=lambda uri: schema_at(uri, prerendered), validate_formats=True
    )
