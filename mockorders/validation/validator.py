"""The contract: schemas become validators, once, and what does not fit them is said in words.

jsonschema is the meaning and the messages; jsonschema-rs only ever says the quick yes.
"""

from typing import TYPE_CHECKING, Any

from mockorders.validation.schemas import BASE, resolve, retrieve
from mockorders.validation.violations import Mistake

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

MAX_MISTAKES = 20


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
        from mockorders.validation.messages import mistakes_of, validator

        if (name, kept) not in self._slow:
            self._slow[name, kept] = validator(name, kept)
        return mistakes_of(self._slow[name, kept].iter_errors(value), name, most)


def _quick_validator(name: str, kept: frozenset[str]) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs

    resolve(name)  # KeyError rather than jsonschema-rs's own
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{BASE}{name}.json"}, retriever=lambda uri: retrieve(uri, kept), validate_formats=True
    )
