"""Filters, compiled from their names and values."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.filters.model import FilterModel, UnknownProperty
from mockorders.apis.cratejoy.filters.operators import OPERATORS, Operand, Test, compare
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue, field_type
from mockorders.apis.cratejoy.views import RELATIONS, Relation
from mockorders.formats.suggestions import did_you_mean
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.storage.value_index import Condition, Values


class Filter(NamedTuple):
    """A compiled filter. `condition` decides the same by an index.

    `lookup_id` is set if the filter compares an id for equality, so that a lookup by id narrows the search.
    """

    relation: Relation | None
    prop: str
    test: Test
    condition: Condition
    derive: Callable[[Record], Any] | None = None
    lookup_id: int | None = None

    def matches(self, tables: Tables, record: Record) -> bool:
        """Check whether a record matches; if there are several members of a relation, one that matches is enough."""
        if self.relation is not None:
            return any(self.test(each.get(self.prop)) for each in self.relation.members(tables, record))
        return self.test(record[self.prop] if self.derive is None else self.derive(record))


def compile_filter(model: FilterModel, name: str, value: Any, *, body_is_json: bool = False) -> Filter:
    """Return the filter of a name and a value, which is JSON if `body_is_json`, else text.

    Raises UnknownProperty, or InvalidFilterValue with what was expected.
    """
    path, operator = _split(model, name)
    relation, prop, schema = model.find(path)
    operand = Operand(field_type(schema), value, body_is_json)
    comparison = compare(operator, operand)
    derive = model.derived.get(prop) if relation is None else None
    values = _values(relation, prop, derive)
    field = None if relation is None else relation.field
    condition = Condition(path, operand.field_type.rank, comparison.query, values, field)
    is_plain = relation is None or (relation is RELATIONS["customer"] and prop == "id")
    lookup_id = operand.read() if is_plain and operator == "eq" and operand.field_type.name == "integer" else None
    return Filter(relation, prop, comparison.test, condition, derive, lookup_id)


def _values(relation: Relation | None, prop: str, derive: Callable[[Record], Any] | None) -> Values | None:
    """Return the function that returns the values of a property; None if it is stored in the record."""
    if relation is not None:
        return lambda source, record: [each.get(prop) for each in relation.members(source, record)]
    if derive is not None:
        return lambda _, record: (derive(record),)
    return None


def _split(model: FilterModel, name: str) -> tuple[str, str]:
    path, separator, operator = name.rpartition("__")
    if not separator:
        return name, "eq"
    if operator in OPERATORS:
        return path, operator
    try:
        model.find(path)
    except UnknownProperty:
        raise UnknownProperty(name) from None
    message = f"expected one of the operators {', '.join(OPERATORS)}, got {operator!r}"
    message += did_you_mean(operator, OPERATORS)
    raise InvalidFilterValue(message)
