"""Filters, compiled from their names and values."""

from typing import Any, NamedTuple

from mockorders.apis.cratejoy.filters.model import FilterModel, UnknownProperty
from mockorders.apis.cratejoy.filters.operators import OPERATORS, Operand, Test, compare, compare_json, lookup_query
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue, field_type, json_rank
from mockorders.apis.cratejoy.resources.metadata import value_at
from mockorders.apis.cratejoy.resources.relations import Derive, Relation
from mockorders.formats.suggestions import did_you_mean
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.storage.value_index import Condition, Related, Values
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import properties

METADATA = "_md."


class Filter(NamedTuple):
    """A compiled filter. `condition` decides the same by an index.

    `lookup` is set if the filter compares an integer property of the record for equality: the name and the value.
    """

    relation: Relation | None
    prop: str
    test: Test
    condition: Condition
    derive: Derive | None = None
    lookup: tuple[str, int] | None = None

    def matches(self, tables: Tables, record: Record) -> bool:
        """Check whether a record matches; if there are several members of a relation, one that matches is enough."""
        if self.relation is not None:
            return any(map(self.test, self.relation.values(tables, record, self.prop)))
        return self.test(record[self.prop] if self.derive is None else self.derive(tables, record))


def compile_filter(model: FilterModel, name: str, value: Any, *, body_is_json: bool = False) -> Filter:
    """Return the filter of a name and a value, which is JSON if `body_is_json`, else text.

    Raises UnknownProperty, or InvalidFilterValue with what was expected.
    """
    path, operator = _split(model, name)
    if path.startswith(METADATA) and "_md" in model.relations:
        return _metadata_filter(model.relations["_md"], path, operator, value)
    relation, prop, schema = model.find(path)
    operand = Operand(field_type(schema), value, body_is_json)
    comparison = compare(operator, operand)
    derive = model.representation.values[prop] if relation is None else None
    field = None if relation is None else relation.field
    values = _values(relation, prop, derive)
    condition = Condition(path, operand.field_type.rank, comparison.query, values, field, _related(relation, prop))
    is_lookup = operator == "eq" and operand.field_type.name == "integer" and derive is None
    looked_up = _looked_up(relation, prop) if is_lookup else None
    lookup = None if looked_up is None else (looked_up, operand.read())
    return Filter(relation, prop, comparison.test, condition, derive, lookup)


def _values(relation: Relation | None, prop: str, derive: Derive | None) -> Values | None:
    """Return the function that returns the values of a property; None if it is stored in the record."""
    if relation is not None:
        return lambda source, record: relation.values(source, record, prop)
    if derive is not None:
        return lambda source, record: (derive(source, record),)
    return None


def _related(relation: Relation | None, prop: str) -> Related | None:
    """Return the stored property that decides a filter over a relation to one record, if it is one."""
    if relation is None or relation.field is None or not relation.collection:
        return None
    if relation.representation.values[prop] is not None:
        return None
    is_stored = prop in properties(record_schema("cratejoy", relation.collection))
    return Related(relation.collection, prop) if is_stored else None


def _metadata_filter(relation: Relation, path: str, operator: str, value: Any) -> Filter:
    """Return the filter of a value in the metadata, which is compared as one of the type that the value has."""
    steps = path.removeprefix(METADATA).split(".")
    comparison = compare_json(operator, value)

    def derive(source: Any, record: Record) -> Any:
        return next((value_at(each["data"], steps) for each in relation.find(source, record)), None)

    condition = Condition(path, json_rank, comparison.query, _values(None, path, derive))
    return Filter(None, path, comparison.test, condition, derive)


def equals(field: str, value: int) -> Filter:
    """Return the filter for a value of a field of integers, which need not be a property of the resource."""

    def test(other: Any) -> bool:
        return bool(other == value)

    condition = Condition(field, int, lookup_query(lambda index: index.equal(value)))
    return Filter(None, field, test, condition, lookup=(field, value))


def _looked_up(relation: Relation | None, prop: str) -> str | None:
    """Return the field of the record that has the value of a property, if there is one."""
    if relation is None:
        return prop
    return relation.field if prop == "id" else None


def _split(model: FilterModel, name: str) -> tuple[str, str]:
    path, separator, operator = name.rpartition("__")
    if not separator:
        return name, "eq"
    if operator in OPERATORS:
        return path, operator
    if not (path.startswith(METADATA) and "_md" in model.relations):
        _check_known(model, path, name)
    message = f"expected one of the operators {', '.join(OPERATORS)}, got {operator!r}"
    message += did_you_mean(operator, OPERATORS)
    raise InvalidFilterValue(message)


def _check_known(model: FilterModel, path: str, name: str) -> None:
    """Raise UnknownProperty with the whole name if a filter has no such property."""
    try:
        model.find(path)
    except UnknownProperty:
        raise UnknownProperty(name) from None
