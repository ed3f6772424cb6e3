"""Filters, compared with a model that is written by hand and not derived from the schemas."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.cratejoy_filters import NUMBERED, SETS, SHOPS, WORDS, Property, Shop
from support.examples import IN_CI, examples

from mockorders import MockServer

# The type of each property as documented.
ORDER = {
    "integer": (
        "card_refunded_amount credit_applied customer_id gift_card_discount gross_shipping id prorated_charge "
        "refund_applied refunded_amount store_id sub_total total total_app_fees total_label_cost total_pending_fees "
        "total_price total_shipping total_tax transaction_fee transaction_fee_status"
    ),
    "boolean": "gift_renewal_notif is_gift is_renewal is_test",
    "text": "gift_message note type url",
    "time": "placed_at",
    "word": "financial_status fulfillment_status status",
    "object": "order_gift_info",
}
ADDRESS = {
    "integer": "id status",
    "text": "city company country icon phone_number state status_message street to type unit zip_code",
}
RELATED = {
    "customer": {"integer": "id", "text": "country email first_name last_name location name type"},
    "products": {
        "integer": "discount id order_id price quantity shipping subscription_id tax",
        "number": "ship_weight",
        "text": "type",
        "object": "instance",
    },
    "coupons": {
        "integer": "cart_id coupon_id id num_renewals order_id subscription_coupon_id",
        "text": "code_primary code_used name",
    },
    "bill_address": ADDRESS,
    "ship_address": ADDRESS,
    "fulfillments": {
        "integer": "cycle_number id shipment_id shipping subscription_id tax total_cycles",
        "boolean": "is_test test",
        "text": "type",
        "object": "instance order",
        "time": "adjusted_fulfillment_date fulfillment_date",
        "word": "status",
    },
    "transactions": {
        "integer": "id total",
        "boolean": "is_test",
        "text": "url",
        "time": "created_at",
        "word": "result",
    },
    "subscriptions": {
        "integer": "credit id product_billing_id store_id",
        "boolean": "autorenew is_test",
        "text": "billing_name note type",
        "object": "billing customer term",
        "time": "end_date skipped_date start_date",
        "word": "status",
    },
}
COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")


def _properties(relation: str, kinds: Mapping[str, str]) -> Iterator[Property]:
    for kind, names in kinds.items():
        for name in names.split():
            yield Property(relation, name, kind)


PROPERTIES = [
    *_properties("", ORDER),
    *chain.from_iterable(_properties(relation, kinds) for relation, kinds in RELATED.items()),
]


def operators(prop: Property) -> tuple[str, ...]:
    """Return the operators of a property type; enums without integers have no order."""
    if prop.kind == "object":
        return ("is_null",)
    ordered = prop.kind != "word" or prop.name in NUMBERED
    compared = COMPARED if ordered else ("eq", "ne")
    return (*compared, "in", "nin", "is_null", *(("like", "ilike") if prop.kind == "text" else ()))


def holds(operator: str, one: Any, other: Any) -> bool:
    """Compare two values that are not null."""
    comparisons: dict[str, Callable[[], bool]] = {
        "eq": lambda: bool(one == other),
        "ne": lambda: bool(one != other),
        "lt": lambda: bool(one < other),
        "le": lambda: bool(one <= other),
        "gt": lambda: bool(one > other),
        "ge": lambda: bool(one >= other),
        "in": lambda: one in other,
        "nin": lambda: one not in other,
        "like": lambda: matches_pattern(other, one),
        "ilike": lambda: matches_pattern(other.lower(), one.lower()),
    }
    return comparisons[operator]()


def matches_pattern(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("%"))), text, re.DOTALL) is not None


class Query(NamedTuple):
    """A filter: its query string, and the comparison that it stands for."""

    prop: Property
    operator: str
    text: str
    meaning: Any

    @property
    def pair(self) -> tuple[str, str]:
        bare = self.operator == "eq" and not self.text.startswith("=")
        return (self.prop.name if bare else f"{self.prop.name}__{self.operator}", self.text)

    def matches(self, order: Mapping[str, Any]) -> bool:
        values = self.prop.values(order)
        if self.operator == "is_null":
            return any((value is None) is self.meaning for value in values)
        return any(value is not None and holds(self.operator, self.prop.rank(value), self.meaning) for value in values)


@pytest.fixture(scope="module", autouse=True)
def _shops() -> Iterator[None]:
    with MockServer(fixtures="default") as server:
        SHOPS.update({name: Shop(server, name) for name in SETS})
        yield
        for shop in SHOPS.values():
            shop.close()
        SHOPS.clear()


def integers(shop: Shop, prop: Property) -> st.SearchStrategy[tuple[str, Any]]:
    near = st.sampled_from(shop.known(prop) or [0])
    numbers = st.builds(lambda value, step: int(value) + step, near, st.sampled_from((0, 0, 0, 1, -1)))
    return (numbers | st.integers()).map(lambda number: (str(number), number))


def numbers(shop: Shop, prop: Property) -> st.SearchStrategy[tuple[str, Any]]:
    near = st.sampled_from(shop.known(prop) or [0.0])
    return st.builds(lambda value, step: (f"{value + step:f}", value + step), near, st.sampled_from((0.0, 0.0, 0.125)))


def booleans(_: Shop, __: Property) -> st.SearchStrategy[tuple[str, Any]]:
    return st.sampled_from([("true", True), ("false", False), ("1", True), ("0", False), ("True", True)])


def words(_: Shop, prop: Property) -> st.SearchStrategy[tuple[str, Any]]:
    if prop.name not in NUMBERED:
        return st.sampled_from([(word, word) for word in WORDS[prop.name]])
    numbered = list(enumerate(WORDS[prop.name]))
    return st.sampled_from([(word, at) for at, word in numbered] + [(str(at + 1), at) for at, _ in numbered])


def texts(shop: Shop, prop: Property) -> st.SearchStrategy[tuple[str, Any]]:
    near = st.sampled_from(shop.known(prop) or ["x"])
    return (near | near.map(str.upper) | near.map(lambda text: text[:-1])).map(lambda text: (text, text))


def times(shop: Shop, prop: Property) -> st.SearchStrategy[tuple[str, Any]]:
    near = st.sampled_from(shop.known(prop) or ["2017-03-15T20:00:24Z"]).map(datetime.fromisoformat)
    return st.builds(_written, near, st.sampled_from((0, 0, 1, -1)), st.sampled_from(sorted(WRITTEN)))


def _written(time: datetime, seconds: int, form: str) -> tuple[str, Any]:
    moved = time if abs(time.year - 5000) > 4990 else time + timedelta(seconds=seconds)
    return WRITTEN[form](moved), midnight(moved) if form == "day" else moved


def midnight(time: datetime) -> datetime:
    return datetime(time.year, time.month, time.day, tzinfo=UTC)


def _at(offset: timedelta) -> Callable[[datetime], str]:
    def written(time: datetime) -> str:
        if abs(time.year - 5000) > 4990:
            return time.isoformat()
        wall = (time + offset).replace(tzinfo=None)
        sign = "-" if offset < timedelta() else "+"
        minutes = int(abs(offset).total_seconds()) // 60
        return f"{wall.isoformat()}{sign}{minutes // 60:02d}:{minutes % 60:02d}"

    return written


WRITTEN: dict[str, Callable[[datetime], str]] = {
    "zulu": lambda time: time.replace(tzinfo=None).isoformat() + "Z",
    "space": lambda time: time.replace(tzinfo=None).isoformat(" ") + "Z",
    "bare": lambda time: time.replace(tzinfo=None).isoformat(),
    "day": lambda time: time.date().isoformat(),
    "east": _at(timedelta(hours=5, minutes=30)),
    "west": _at(timedelta(hours=-7)),
}
KINDS: dict[str, Callable[[Shop, Property], st.SearchStrategy[tuple[str, Any]]]] = {
    "integer": integers,
    "number": numbers,
    "boolean": booleans,
    "word": words,
    "text": texts,
    "time": times,
}


@st.composite
def patterns(draw: st.DrawFn, shop: Shop, prop: Property) -> str:
    """Draw a value close to an existing one, with `%` at any position and some letters in the other case."""
    text = draw(st.sampled_from(shop.known(prop) or ["x"]))
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    pieces = [text[:low], text[low:high], text[high:]]
    changed = [draw(st.sampled_from((each, each, each.swapcase(), "", "_", "%"))) for each in pieces]
    return draw(st.sampled_from(("%", "", "%%"))).join(changed)


def queries_of(shop: Shop, prop: Property, operator: str) -> st.SearchStrategy[Query]:
    """Draw a valid filter: a value close to existing ones."""

    def filter_of(value: tuple[str, Any]) -> Query:
        return Query(prop, operator, *value)

    if operator == "is_null":
        return booleans(shop, prop).map(filter_of)
    if operator in {"like", "ilike"}:
        return patterns(shop, prop).map(lambda pattern: filter_of((pattern, pattern)))
    value = KINDS[prop.kind](shop, prop)
    if operator not in {"in", "nin"}:
        return value.map(filter_of)
    several = st.lists(value.map(_before_comma), min_size=1, max_size=5)
    return several.map(lambda values: filter_of((",".join(text for text, _ in values), [each for _, each in values])))


def _before_comma(value: tuple[str, Any]) -> tuple[str, Any]:
    """Cut a text at the first comma, where a list would be split."""
    text, meaning = value
    return (text.partition(",")[0], meaning.partition(",")[0] if isinstance(meaning, str) else meaning)


@st.composite
def queries(draw: st.DrawFn, shop: Shop) -> Query:
    """Draw any property, and an operator that it supports."""
    prop = draw(st.sampled_from(PROPERTIES))
    return draw(queries_of(shop, prop, draw(st.sampled_from(operators(prop)))))


@pytest.mark.parametrize("name", SETS)
@settings(max_examples=examples(200), deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(data=st.data())
def test_list_matches_the_model(name: str, data: st.DataObject) -> None:
    shop = SHOPS[name]
    drawn = data.draw(st.lists(queries(shop), min_size=1, max_size=3))
    expected = [order["id"] for order in shop.orders if all(query.matches(order) for query in drawn)]
    assert expected == shop.ids([query.pair for query in drawn])


def each_property() -> Iterator[Any]:
    """Yield every property as a parameter; `make test` runs one of each type and relation."""
    seen: set[tuple[str, str]] = set()
    for prop in PROPERTIES:
        marks = [pytest.mark.slow] if (prop.relation, prop.kind) in seen else []
        seen.add((prop.relation, prop.kind))
        yield pytest.param(prop, id=prop.name, marks=marks)


@pytest.mark.parametrize("prop", list(each_property()))
@settings(max_examples=2 if IN_CI else 1, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(data=st.data())
def test_every_comparison_of_every_property_matches_the_model(prop: Property, data: st.DataObject) -> None:
    shop = SHOPS["default"]
    for operator in operators(prop):
        query = data.draw(queries_of(shop, prop, operator))
        expected = [order["id"] for order in shop.orders if query.matches(order)]
        assert expected == shop.ids([query.pair]), query


@pytest.mark.parametrize("relation", ["customer", *(each for each in RELATED if each != "customer")])
def test_relation_without_a_property_compares_its_id(relation: str) -> None:
    shop = SHOPS["default"]
    prop = Property(relation, "id", "integer")
    for identifier in shop.known(prop)[:: max(1, len(shop.known(prop)) // 5)]:
        expected = [order["id"] for order in shop.orders if identifier in prop.values(order)]
        assert expected == shop.ids([(relation, str(identifier))]) == shop.ids([(f"{relation}__eq", str(identifier))])


def test_default_set_has_distinct_values_for_the_model() -> None:
    shop = SHOPS["default"]
    varied = [prop for prop in PROPERTIES if len(shop.known(prop)) > 1]
    assert len(varied) > 50
