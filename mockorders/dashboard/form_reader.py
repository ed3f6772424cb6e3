"""Read the submitted form of a record, and carry out the buttons that change its structure."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from mockorders.dashboard.form_tree import OpenObject, field_of
from mockorders.dashboard.forms import NUMBERS, Unparsed, is_unchanged
from mockorders.dashboard.property_schema import MISSING, Property
from mockorders.formats.parsing import ParseError
from mockorders.formats.pointer import find, split, unescape

MAX_SUBMITTED_ELEMENTS = 50
MAX_DEPTH = 12
MAX_DIGITS = 6
LIST_PREFIX = "count:"
SET_PREFIX = "set:"
UNSET_PREFIX = "unset:"


class FormReader:
    """Reads a form into a record. Fields that were not changed, or not sent, keep the value of the original.

    `errors` has the pointer and the message of each text that cannot be parsed.
    """

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.errors: list[tuple[str, str]] = []

    def read(self, prop: Property, original: Any) -> Any:
        """Return the value of a property, or `MISSING`."""
        pointer = prop.pointer
        if f"{UNSET_PREFIX}{pointer}" in self._form:
            is_set = original not in (MISSING, None, prop.empty)
            return prop.empty if is_set else original
        if f"{LIST_PREFIX}{pointer}" in self._form:
            return self._list(prop, original)
        if prop.kind == "object" and (not pointer or f"{SET_PREFIX}{pointer}" in self._form):
            return self._object(prop, original)
        return self._leaf(prop, original) if pointer in self._form else original

    def _object(self, prop: Property, original: Any) -> dict[str, Any]:
        value = dict(original) if isinstance(original, Mapping) else {}
        if prop.pointer.count("/") > MAX_DEPTH:
            return value
        for each in prop.inner():
            name = unescape(each.pointer.rpartition("/")[2])
            read = self.read(each, value.get(name, MISSING))
            if read is MISSING:
                value.pop(name, None)
            else:
                value[name] = read
        return value

    def _list(self, prop: Property, original: Any) -> Any:
        text = self._form[f"{LIST_PREFIX}{prop.pointer}"]
        length = min(int(text), MAX_SUBMITTED_ELEMENTS) if text.isascii() and text.isdecimal() else 0
        before = original if isinstance(original, list) else []
        if not length and not before:
            return original
        elements = []
        for index in range(length):
            element = prop.item(index)
            current = before[index] if index < len(before) else _blank(element)
            read = self._object if element.kind == "object" else self.read
            elements.append(read(element, current))
        return [each for each in elements if each is not MISSING]

    def _leaf(self, prop: Property, original: Any) -> Any:
        before = field_of(prop, original)
        after = before.with_input(self._form)
        if is_unchanged(before, after):
            return original
        if after.kind != "text" and not after.text.strip() and prop.can_be_unset:
            return prop.empty
        if after.kind == "text" and after.null and not after.text and prop.can_be_unset:
            return prop.empty
        try:
            value = after.read()
            return Unparsed(value) if after.kind in NUMBERS and isinstance(value, str) else value
        except ParseError as error:
            self.errors.append((prop.pointer, str(error)))
            return Unparsed(after.text)


def change_structure(record: Property, value: Any, action: str) -> tuple[Any, str]:
    """Return a value after a button of the form, such as `add:/products`, and the pointer that gets the focus.

    Unknown actions change nothing.
    """
    verb, _, pointer = action.partition(":")
    changed = deepcopy(value)
    place = pointer.rpartition("/")[0] if verb == "remove" else pointer
    prop = _property_at(record, place)
    parents = find(changed, place.rpartition("/")[0])
    if prop is None or not parents:
        return changed, ""
    current = next(iter(find(changed, place)), MISSING)
    if current is MISSING and isinstance(parents[0], list):
        return changed, ""
    elements = current if isinstance(current, list) else []
    after: Any = current
    if verb == "add" and prop.kind == "list":
        after = [*elements, _blank(prop.item(0), shown=True)]
        place = f"{place}/{len(elements)}"
    elif verb == "remove":
        after = [each for index, each in enumerate(elements) if f"{place}/{index}" != pointer]
    elif verb == "set" and prop.kind == "object":
        after = OpenObject()
    elif verb == "unset" and prop.can_be_unset:
        after = prop.empty
    parents[0][_key(parents[0], prop.pointer)] = after
    return changed, place


def _property_at(record: Property, pointer: str) -> Property | None:
    """Return the property at a pointer, or None if there is none."""
    prop: Property | None = record
    for token in pointer.split("/")[1:]:
        if prop is None:
            return None
        if prop.kind == "list" and token.isascii() and token.isdecimal() and len(token) < MAX_DIGITS:
            prop = prop.item(int(token))
        else:
            prop = next((each for each in prop.inner() if each.pointer.rpartition("/")[2] == token), None)
    return None if prop is record else prop


def _key(parent: Any, pointer: str) -> Any:
    token = split(pointer)[-1]
    return int(token) if isinstance(parent, list) else token


def _blank(prop: Property, *, shown: bool = False) -> Any:
    """Return a new element of a list; one that is not an object is only kept if it is filled in."""
    if prop.kind == "object":
        return {}
    return Unparsed("") if shown else MISSING
