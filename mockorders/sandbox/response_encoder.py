"""Encode the values of handlers as JSON, if they match their schemas."""

from typing import Any

from mockorders.caching import LruCache
from mockorders.errors import ResponseValidationError
from mockorders.storage.encoding import outline, without_rendered
from mockorders.validation.validator import Validator

MAX_OUTLINES = 1_024
MAX_OUTLINE_BYTES = 512
NOTHING_PRERENDERED: frozenset[str] = frozenset()


class ResponseEncoder:
    """Encodes values, and validates them; what is around rendered lists only once, as long as that is remembered."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self._valid: LruCache[tuple[str, bytes], bool] = LruCache(MAX_OUTLINES)

    def encode(self, schema: str, value: Any, prerendered: frozenset[str] = NOTHING_PRERENDERED) -> list[bytes]:
        """Return a value as JSON, in pieces. Raises ResponseValidationError if it does not match the schema.

        Values of the schemas in `prerendered` are not validated again, because they were when they were rendered.
        """
        found = outline(value)
        if schema in prerendered:
            return found.filled()
        key = (schema, found.text)
        if not found.lists or len(found.text) > MAX_OUTLINE_BYTES:
            self._validate(schema, value, prerendered)
        elif self._valid.get(key) is None:
            self._validate(schema, value, prerendered)
            self._valid.put(key, True)
        return found.filled()

    def _validate(self, schema: str, value: Any, prerendered: frozenset[str]) -> None:
        for violation in self._validator.violations(schema, without_rendered(value), prerendered):
            raise ResponseValidationError(schema, violation.pointer, violation.message)
