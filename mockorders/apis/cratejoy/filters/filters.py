"""Filters of the Merchant API: `[relation.]property[__op]=value`, read by the schemas, decided record by record."""

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.filters import types
from mockorders.apis.cratejoy.filters.types import FieldType, InvalidFilterValue
from mockorders.apis.cratejoy.views import RELATIONS, Relation, order_url
from mockorders.formats.matching import matches_glob
from mockorders.storage.collection import SCAN_BATCH, IndexedCondition, Record
from mockorders.storage.index import Bitmap, ResultSet, SortedIndex, bitmap_of
from mockorders.storage.state import Tables
from mockorders.validation.schemas import properties

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}
OPERATORS = (*COMPARISONS, "like", "ilike", "in", "nin", "is_null")

Test = Callable[[Any], bool]


class UnknownProperty(ValueError):
    """A filter over a property that there is not; the text is its name."""


class FilterModel(NamedTuple):
    """What can be filtered: the properties of a record, and its relations with theirs."""

    properties: Mapping[str, Mapping[str, Any]]
    relations: Mapping[str, Relation]
    derived: Mapping[str, Callable[[Record], Any]]

    def find(self, name: str) -> tuple[Relation | None, str, Mapping[str, Any]]:
        """Find a property by its name: relation, property there, schema. UnknownProperty where there is none."""
        if name in self.properties:
            return None, name, self.properties[name]
        head, dot, tail = name.partition(".")
        prop, relation = tail if dot else "id", self.relations.get(head)
        schema = None if relation is None else properties(relation.schema).get(prop)
        if schema is None:
            raise UnknownProperty(name)
        return relation, prop, schema


class Comparison(NamedTuple):
    """A comparison with a value: how it is decided for one, and for all at once, where an index can."""

    test: Test
    select: Callable[[SortedIndex], Bitmap] | None = None


class Filter(NamedTuple):
    """One filter, ready to be asked; `indexed` is the value for which an index over `prop` gives all that can match.

    `condition` is what an index in order can decide.
    """

    relation: Relation | None
    prop: str
    test: Test
    condition: IndexedCondition
    derive: Callable[[Record], Any] | None = None
    indexed: Any = None

    def matches(self, tables: Tables, record: Record) -> bool:
        """Say whether a record matches; of several members, one is enough."""
        if self.relation is not None:
            return any(self.test(each.get(self.prop)) for each in self.relation.members(tables, record))
        return self.test(record[self.prop] if self.derive is None else self.derive(record))


def _gift_info(_: Any, order: Record) -> Any:
    return order["order_gift_info"]


def _addresses(source: Any, customer: Record) -> Any:
    return source["addresses"].where("customer_id", customer["id"])


@cache
def order_model() -> FilterModel:
    """Give what orders can be filtered by."""
    known = properties("cratejoy/order-relations")
    return FilterModel(
        {name: schema for name, schema in known.items() if name not in RELATIONS},
        {**RELATIONS, "order_gift_info": Relation("cratejoy/gift-info", _gift_info)},
        {"type": lambda _: "order", "url": lambda order: order_url(order["id"])},
    )


@cache
def customer_model() -> FilterModel:
    """Give what customers can be filtered by, when an order is created."""
    return FilterModel(
        properties("cratejoy/customer"),
        {"addresses": Relation("cratejoy/address", _addresses)},
        {"type": lambda _: "customer"},
    )


def compile_filter(model: FilterModel, name: str, value: Any, *, body_is_json: bool = False) -> Filter:
    """Make one filter of its name and value; a `body_is_json` value is JSON's, else text.

    Raises UnknownProperty, or Unfit with what was expected.
    """
    path, operator = _split(model, name)
    relation, prop, schema = model.find(path)
    kind = types.field_type(schema)
    test, chosen = _comparison(kind, operator, value, typed=body_is_json)
    derive = model.derived.get(prop) if relation is None else None
    condition = IndexedCondition(prop, kind.rank, None if relation is not None or derive is not None else chosen)
    plain = operator == "eq" and kind.name == "integer"
    if plain and (relation is None or (relation is RELATIONS["customer"] and prop == "id")):
        return Filter(relation, prop, test, condition, derive, kind.read(value, typed=body_is_json))
    return Filter(relation, prop, test, condition, derive)


def search(tables: Tables, filters: Sequence[Filter]) -> Generator[None, None, ResultSet]:
    """Find the orders that match all filters; in steps."""

    def matches(order: Record) -> bool:
        return all(each.matches(tables, order) for each in filters)

    orders, narrowed = tables["orders"], _narrowed(tables, filters)
    if narrowed is None:
        return (yield from orders.select([each.condition for each in filters], matches))
    found, step = [], max(1, SCAN_BATCH // len(filters))
    for number, order in enumerate(narrowed):
        if matches(order):
            found.append(order["id"])
        if number % step == step - 1:
            yield
    return ResultSet((), bitmap_of(()), found)


def _narrowed(tables: Tables, filters: Sequence[Filter]) -> Sequence[Record] | None:
    """Give the orders that may match, by id, where a filter names one id or customer; else None."""
    orders = tables["orders"]
    for each in filters:
        if each.indexed is None:
            continue
        if each.relation is not None or each.prop == "customer_id":
            return orders.where("customer_id", each.indexed)
        if each.prop == "id":
            return [order for order in (orders.get(each.indexed),) if order is not None]
    return None


def _split(model: FilterModel, name: str) -> tuple[str, str]:
    path, dunder, operator = name.rpartition("__")
    if not dunder:
        return name, "eq"
    if operator in OPERATORS:
        return path, operator
    try:
        model.find(path)
    except UnknownProperty:
        raise UnknownProperty(name) from None
    message = f"a comparison of {', '.join(OPERATORS)}, got {operator!r}"
    raise InvalidFilterValue(message)


def _comparison(kind: FieldType, operator: str, value: Any, *, typed: bool) -> Comparison:
    if operator == "is_null":
        wanted = types.BOOLEAN.read(value, typed=typed)
        return Comparison(lambda each: (each is None) is wanted, lambda index: index.null if wanted else index.not_null)
    if kind.name == "object":
        message = "the comparison is_null only, as it is an object or a list"
        raise InvalidFilterValue(message)
    if operator in {"like", "ilike"}:
        like = _like(kind, value, fold=operator == "ilike")
        return Comparison(like, lambda index: index.matching((operator, value), like))
    if operator in {"in", "nin"}:
        return _membership(kind, kind.read_list(value, typed=typed), wanted=operator == "in")
    compare, other = COMPARISONS[operator], kind.rank(kind.read(value, typed=typed))
    return Comparison(
        lambda each: each is not None and compare(kind.rank(each), other), _INDEX_QUERIES[operator](other)
    )


def _membership(kind: FieldType, values: Sequence[Any], *, wanted: bool) -> Comparison:
    ranks = {kind.rank(each) for each in values}
    return Comparison(
        lambda each: each is not None and (kind.rank(each) in ranks) is wanted,
        lambda index: index.any_of(ranks) if wanted else index.not_null - index.any_of(ranks),
    )


# How a sorted index decides each comparison.
_INDEX_QUERIES: Mapping[str, Callable[[Any], Callable[[SortedIndex], Bitmap]]] = {
    "eq": lambda rank: lambda index: index.equal(rank),
    "ne": lambda rank: lambda index: index.not_null - index.equal(rank),
    "lt": lambda rank: lambda index: index.less_than(rank),
    "le": lambda rank: lambda index: index.at_most(rank),
    "gt": lambda rank: lambda index: index.not_null - index.at_most(rank),
    "ge": lambda rank: lambda index: index.not_null - index.less_than(rank),
}


def _like(kind: FieldType, value: Any, *, fold: bool) -> Test:
    if kind.name != "text" or not isinstance(value, str):
        message = "like and ilike over text only"
        raise InvalidFilterValue(message)
    parts = (value.lower() if fold else value).split("%")
    if fold:
        return lambda each: each is not None and matches_glob(parts, each.lower())
    return lambda each: each is not None and matches_glob(parts, each)
