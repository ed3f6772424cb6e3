"""Filters of Cratejoy's lists, held against a naive model that is written from the documents, and their mistakes."""

import http.client
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from conftest import Emulator, Start, basic
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mockorders import MockServer

INVALID = "Invalid query parameter"
OPEN_ORDER, GIFT_ORDER, CUSTOMER, INSTANCE = 75572230, 730837920, 586402305, 645769439

# The model: which property is of which kind, as the documents say; nothing of it is taken from the schemas.


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
        "integer": "discount id order_id price quantity ship_weight shipping subscription_id tax",
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
        "boolean": "is_test",
        "text": "type",
        "time": "adjusted_fulfillment_date fulfillment_date",
        "word": "status",
    },
    "transactions": {
        "integer": "id total",
        "boolean": "is_test",
        "text": "type url",
        "time": "created_at",
        "word": "result",
    },
    "subscriptions": {
        "integer": "credit id product_billing_id store_id",
        "boolean": "autorenew is_test",
        "text": "note type url",
        "time": "end_date skipped_date start_date",
        "word": "status",
    },
}
WORDS = {
    "financial_status": ["unpaid", "paid", "partially_refunded", "refunded"],
    "fulfillment_status": ["unfulfilled", "partial", "fulfilled"],
    "status": ["open", "closed"],
    "fulfillments.status": ["open", "closed", "cancelled"],
    "transactions.result": ["authorized", "captured", "failed", "refunded", "failed_refund"],
    "subscriptions.status": "unpaid active cancelled suspended expired past_due pending_renewal renewing".split(),
}
NUMBERED = {
    "fulfillment_status",
    "status",
    "transactions.result",
    "subscriptions.status",
}  # words with integers
COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")


class Property(NamedTuple):
    """What can be filtered: `name` as in the query, `relation` empty for the order's own."""

    relation: str
    prop: str
    kind: str

    @property
    def name(self) -> str:
        return f"{self.relation}.{self.prop}" if self.relation else self.prop

    def values(self, order: Mapping[str, Any]) -> list[Any]:
        """Give the values of all members; a relation to one that is not there counts as null."""
        if not self.relation:
            return [order[self.prop]]
        found = order[self.relation]
        members = found if isinstance(found, list) else [found]
        return [None if member is None else member[self.prop] for member in members]

    def rank(self, value: Any) -> Any:
        """Give what two values are compared by."""
        if self.kind == "time":
            return datetime.fromisoformat(value)
        if self.name in NUMBERED:
            return WORDS[self.name].index(value)
        return value


def _properties(relation: str, kinds: Mapping[str, str]) -> Iterator[Property]:
    for kind, names in kinds.items():
        for name in names.split():
            yield Property(relation, name, kind)


PROPERTIES = [
    *_properties("", ORDER),
    *(each for relation, kinds in RELATED.items() for each in _properties(relation, kinds)),
]


def operators(prop: Property) -> tuple[str, ...]:
    """Give the comparisons that a kind of property takes; words without integers have no order."""
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
        "like": lambda: fits(other, one),
        "ilike": lambda: fits(other.lower(), one.lower()),
    }
    return comparisons[operator]()


def fits(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("%"))), text, re.DOTALL) is not None


class Query(NamedTuple):
    """One filter: as it is sent, and what it means."""

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


class Shop:
    """A server with one shipped set, asked over one connection, and what it holds."""

    def __init__(self, server: MockServer, name: str) -> None:
        self._connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
        self._name = name
        self._known: dict[Property, list[Any]] = {}
        shown = self.ask([("with", "all"), ("limit", "100000")])["results"]
        self.orders = [order | {"customer": order["customer"][0]} for order in shown]

    def ask(self, pairs: list[tuple[str, str]]) -> Any:
        self._connection.request("GET", f"/v1/orders/?{urlencode(pairs)}", headers=basic(self._name))
        response = self._connection.getresponse()
        body = json.loads(response.read())
        assert response.status == 200, body
        return body

    def ids(self, pairs: list[tuple[str, str]]) -> list[int]:
        return [order["id"] for order in self.ask([*pairs, ("with", ""), ("limit", "100000")])["results"]]

    def known(self, prop: Property) -> list[Any]:
        """Give every value that stands somewhere, in an order that is always the same."""
        if prop not in self._known:
            found = [value for order in self.orders for value in prop.values(order) if value is not None]
            self._known[prop] = [] if prop.kind == "object" else sorted(set(found))
        return self._known[prop]

    def close(self) -> None:
        self._connection.close()


SETS = ("default", "edge")
SHOPS: dict[str, Shop] = {}


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


def booleans(_: Shop, __: Property) -> st.SearchStrategy[tuple[str, Any]]:
    return st.sampled_from([("true", True), ("false", False), ("1", True), ("0", False), ("True", True)])


def words(_: Shop, prop: Property) -> st.SearchStrategy[tuple[str, Any]]:
    known = WORDS[prop.name]
    if prop.name not in NUMBERED:
        return st.sampled_from([(word, word) for word in known])
    numbered = list(enumerate(known))
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
    return datetime.combine(date(time.year, time.month, time.day), datetime.min.time(), UTC)


def _at(offset: timedelta) -> Callable[[datetime], str]:
    def written(time: datetime) -> str:
        if abs(time.year - 5000) > 4990:
            return time.isoformat()
        wall = (time + offset).replace(tzinfo=None)
        sign, minutes = "-" if offset < timedelta() else "+", int(abs(offset).total_seconds()) // 60
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
    "boolean": booleans,
    "word": words,
    "text": texts,
    "time": times,
}


@st.composite
def patterns(draw: st.DrawFn, shop: Shop, prop: Property) -> str:
    """Draw a value near an existing one, with `%` at any place, and some of its letters in the other case."""
    text = draw(st.sampled_from(shop.known(prop) or ["x"]))
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    pieces = [text[:low], text[low:high], text[high:]]
    changed = [draw(st.sampled_from((each, each, each.swapcase(), "", "_", "%"))) for each in pieces]
    return draw(st.sampled_from(("%", "", "%%"))).join(changed)


def queries_of(shop: Shop, prop: Property, operator: str) -> st.SearchStrategy[Query]:
    """Draw a filter that is right: a value near those that are there."""

    def made(value: tuple[str, Any]) -> Query:
        return Query(prop, operator, *value)

    if operator == "is_null":
        return booleans(shop, prop).map(made)
    if operator in {"like", "ilike"}:
        return patterns(shop, prop).map(lambda pattern: made((pattern, pattern)))
    value = KINDS[prop.kind](shop, prop)
    if operator not in {"in", "nin"}:
        return value.map(made)
    several = st.lists(value.map(_before_comma), min_size=1, max_size=5)
    return several.map(lambda values: made((",".join(text for text, _ in values), [each for _, each in values])))


def _before_comma(value: tuple[str, Any]) -> tuple[str, Any]:
    """Cut a text where a comma list would."""
    text, meaning = value
    return (text.partition(",")[0], meaning.partition(",")[0] if isinstance(meaning, str) else meaning)


@st.composite
def queries(draw: st.DrawFn, shop: Shop) -> Query:
    """Draw any property, and a comparison that it takes."""
    prop = draw(st.sampled_from(PROPERTIES))
    return draw(queries_of(shop, prop, draw(st.sampled_from(operators(prop)))))


@pytest.mark.parametrize("name", SETS)
@settings(max_examples=200, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(data=st.data())
def test_a_list_holds_what_the_model_says(name: str, data: st.DataObject) -> None:
    shop = SHOPS[name]
    asked = data.draw(st.lists(queries(shop), min_size=1, max_size=3))
    expected = [order["id"] for order in shop.orders if all(query.matches(order) for query in asked)]
    assert expected == shop.ids([query.pair for query in asked])


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.name)
@settings(max_examples=2, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(data=st.data())
def test_every_comparison_of_every_property_holds_what_the_model_says(prop: Property, data: st.DataObject) -> None:
    shop = SHOPS["default"]
    for operator in operators(prop):
        query = data.draw(queries_of(shop, prop, operator))
        expected = [order["id"] for order in shop.orders if query.matches(order)]
        assert expected == shop.ids([query.pair]), query


@pytest.mark.parametrize("relation", ["customer", *(each for each in RELATED if each != "customer")])
def test_a_bare_relation_means_its_id(relation: str) -> None:
    shop = SHOPS["default"]
    prop = Property(relation, "id", "integer")
    for identifier in shop.known(prop)[:: max(1, len(shop.known(prop)) // 5)]:
        expected = [order["id"] for order in shop.orders if identifier in prop.values(order)]
        assert expected == shop.ids([(relation, str(identifier))]) == shop.ids([(f"{relation}__eq", str(identifier))])


def test_the_default_set_gives_the_model_something_to_tell_apart() -> None:
    shop = SHOPS["default"]
    told = [prop for prop in PROPERTIES if len(shop.known(prop)) > 1]
    assert len(told) > 50


# The documented set, by hand

BOTH = [OPEN_ORDER, GIFT_ORDER]
NEITHER: list[int] = []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # The forms that samples and clients send
        ("placed_at__gt=2017-03-15T20:00:24Z", [GIFT_ORDER]),
        ("placed_at__gt=2017-03-15T20%3A00%3A24Z", [GIFT_ORDER]),
        ("placed%5Fat%5F%5Fgt=2017-03-15", [GIFT_ORDER]),
        (f"customer={CUSTOMER}", BOTH),
        (f"customer.id={CUSTOMER}", BOTH),
        (f"customer%2Eid={CUSTOMER}", BOTH),
        (f"customer_id={CUSTOMER}", BOTH),
        ("customer=1", NEITHER),
        ("&&placed_at__gt=2017-03-15&", [GIFT_ORDER]),
        (f"id__in={OPEN_ORDER},{GIFT_ORDER},1", BOTH),
        (f"id__in={OPEN_ORDER}%2C1", [OPEN_ORDER]),
        (f"id__nin={OPEN_ORDER}", [GIFT_ORDER]),
        # Several filters are ANDed, also over one property
        (f"id__ge={OPEN_ORDER}&id__lt={GIFT_ORDER}", [OPEN_ORDER]),
        (f"id={OPEN_ORDER}&id={GIFT_ORDER}", NEITHER),
        (f"id={OPEN_ORDER}&id={OPEN_ORDER}", [OPEN_ORDER]),
        (f"status=open&customer={CUSTOMER}", [OPEN_ORDER]),
        # Dates
        ("placed_at=2017-03-01", [OPEN_ORDER]),
        ("placed_at=2017-03-01T00:00:00", [OPEN_ORDER]),
        ("placed_at=2017-03-01+00:00:00Z", [OPEN_ORDER]),
        ("placed_at=2017-03-01%2000:00:00Z", [OPEN_ORDER]),
        ("placed_at=2017-03-01T00:00:00.000Z", [OPEN_ORDER]),
        ("placed_at__gt=2017-02-28T23:59:59.999Z&placed_at__lt=2017-03-01T00:00:00.001Z", [OPEN_ORDER]),
        ("placed_at=2017-03-01T02:00:00%2B02:00", [OPEN_ORDER]),
        ("placed_at=2017-03-01T02:00:00+02:00", [OPEN_ORDER]),
        ("placed_at=2017-03-01T02:00:00+0200", [OPEN_ORDER]),
        ("placed_at=2017-03-01+02:00:00+02:00", [OPEN_ORDER]),
        ("placed_at=2017-02-28T22:00:00-02:00", [OPEN_ORDER]),
        ("placed_at=2017-02-28T19:00-05:00", [OPEN_ORDER]),
        ("placed_at__in=2017-03-01,2017-03-20T22:59:40Z", BOTH),
        ("placed_at__le=2017-03-20T22:59:39Z", [OPEN_ORDER]),
        ("placed_at__ge=2017-03-20T22:59:40Z", [GIFT_ORDER]),
        ("placed_at__ne=2017-03-01", [GIFT_ORDER]),
        ("placed_at__gt=0001-01-01", BOTH),
        ("placed_at__lt=9999-12-31T23:59:59Z", BOTH),
        # Words and their integers
        ("status=open", [OPEN_ORDER]),
        ("status=1", [OPEN_ORDER]),
        ("status=2", [GIFT_ORDER]),
        ("status__in=1,closed", BOTH),
        ("status__ne=closed", [OPEN_ORDER]),
        ("status__gt=1", [GIFT_ORDER]),
        ("status__gt=open", [GIFT_ORDER]),
        ("fulfillment_status=1", [OPEN_ORDER]),
        ("fulfillment_status=3", [GIFT_ORDER]),
        ("fulfillment_status__le=2", [OPEN_ORDER]),
        ("fulfillment_status=partial", NEITHER),
        ("financial_status=paid", BOTH),
        ("transactions.result=2", BOTH),
        ("transactions.result=captured", BOTH),
        ("transactions.result__nin=captured", NEITHER),
        ("subscriptions.status=2", BOTH),
        ("subscriptions.status=past_due", NEITHER),
        ("subscriptions.status=6", NEITHER),
        # Booleans
        ("is_gift=true", [GIFT_ORDER]),
        ("is_gift=1", [GIFT_ORDER]),
        ("is_gift=false", [OPEN_ORDER]),
        ("is_gift=0", [OPEN_ORDER]),
        ("is_gift__ne=true", [OPEN_ORDER]),
        ("is_gift__in=true,0", BOTH),
        # Integers
        ("total=3500", BOTH),
        ("total__gt=3499", BOTH),
        ("total__gt=3500", NEITHER),
        ("total__ge=-5", BOTH),
        ("total__lt=%2B5000", BOTH),
        ("total=03500", BOTH),
        (f"total__lt={10**30}", BOTH),
        (f"id={10**30}", NEITHER),
        (f"id__gt=-{10**30}", BOTH),
        # Null
        ("note__is_null=true", BOTH),
        ("note__is_null=1", BOTH),
        ("note__is_null=false", NEITHER),
        ("note__is_null=0", NEITHER),
        ("note=", NEITHER),
        ("note__ne=x", NEITHER),
        ("note__like=%25", NEITHER),
        ("note__in=", NEITHER),
        ("note__nin=x", NEITHER),
        ("gift_message=", BOTH),
        ("prorated_charge__lt=1", NEITHER),
        ("prorated_charge__ne=1", NEITHER),
        ("prorated_charge__is_null=true", BOTH),
        ("order_gift_info__is_null=true", [OPEN_ORDER]),
        ("order_gift_info__is_null=false", [GIFT_ORDER]),
        # Relations
        ("customer.name__like=%25Holloway", BOTH),
        ("customer.email=grace.holloway@example.com", BOTH),
        ("customer.email=GRACE.holloway@example.com", NEITHER),
        ("customer.email__ilike=GRACE.holloway@example.com", BOTH),
        ("products.price__gt=3499", BOTH),
        ("products.instance__is_null=true", NEITHER),
        ("coupons.code_used=CODE1", NEITHER),
        ("coupons.code_used__is_null=true", NEITHER),
        ("coupons.code_used__ne=CODE1", NEITHER),
        ("ship_address.city=Austin", BOTH),
        ("bill_address.zip_code__like=787%25", BOTH),
        ("ship_address.unit__is_null=true", BOTH),
        ("fulfillments.status=closed", [GIFT_ORDER]),
        ("transactions.created_at__lt=2017-03-02", [OPEN_ORDER]),
        ("customer.type=customer", BOTH),
        ("type=order", BOTH),
        (f"url=/v1/orders/{OPEN_ORDER}/", [OPEN_ORDER]),
        ("url__like=%25/7557%25", [OPEN_ORDER]),
    ],
)
async def test_documented_orders_are_found(emulator: Emulator, query: str, expected: list[int]) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert reply.status == 200, reply.text
    assert (len(expected), expected) == (reply.json["count"], [order["id"] for order in reply.json["results"]])


@pytest.mark.parametrize(
    ("note", "pattern", "operator", "expected"),
    [
        ("abc", "abc", "like", True),
        ("abc", "ab", "like", False),
        ("abc", "bc", "like", False),
        ("abc", "%", "like", True),
        ("abc", "%%", "like", True),
        ("abc", "a%", "like", True),
        ("abc", "%c", "like", True),
        ("abc", "%b%", "like", True),
        ("abc", "a%c", "like", True),
        ("abc", "a%b%c", "like", True),
        ("abc", "a%bc%c", "like", False),
        ("abc", "abc%", "like", True),
        ("abc", "%abc", "like", True),
        ("abc", "ab%bc", "like", False),
        ("aa", "a%a", "like", True),
        ("a", "a%a", "like", False),
        ("abab", "%ab%ab%", "like", True),
        ("aab", "%a%ab", "like", True),
        ("abc", "", "like", False),
        ("", "", "like", True),
        ("", "%", "like", True),
        ("", "a", "like", False),
        ("abc", "a_c", "like", False),
        ("a_c", "a_c", "like", True),
        ("a_c", "%_%", "like", True),
        ("abc", "%_%", "like", False),
        ("a.c", "a.c", "like", True),
        ("abc", "a.c", "like", False),
        ("abc", "[a-z]%", "like", False),
        ("a*c", "a*c", "like", True),
        ("a\\c", "a\\%", "like", True),
        ("a%c", "a\\%c", "like", False),
        ("a\nb", "a%b", "like", True),
        ("a\n", "a", "like", False),
        ("100% sure", "100% sure", "like", True),
        ("ABC", "abc", "like", False),
        ("ABC", "abc", "ilike", True),
        ("abc", "%B%", "ilike", True),
        ("abc", "A%C", "ilike", True),
        ("ÉTÉ", "été", "ilike", True),
        ("ÉTÉ", "été", "like", False),
        ("abc", "a_C", "ilike", False),
        ("שלום", "%ל%", "like", True),
        ("a,b", "a,b", "like", True),
    ],
)
async def test_like_and_ilike(emulator: Emulator, note: str, pattern: str, operator: str, expected: bool) -> None:
    await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", json={"note": note})
    reply = await emulator.cratejoy("GET", f"/orders/?note__{operator}={quote(pattern)}")
    assert expected == (reply.json["count"] == 1)


async def test_a_pattern_of_many_wildcards_takes_no_longer(emulator: Emulator) -> None:
    await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", json={"note": "a" * 100_000})
    reply = await emulator.cratejoy("GET", f"/orders/?note__like={'%25a' * 10_000}b")
    assert reply.json["count"] == 0


@pytest.mark.parametrize("query", ["note=a", "note__in=b,a", "note__nin=b"])
async def test_filters_see_what_was_changed(emulator: Emulator, query: str) -> None:
    await emulator.cratejoy("PUT", f"/orders/{GIFT_ORDER}/", json={"note": "a"})
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert [GIFT_ORDER] == [order["id"] for order in reply.json["results"]]
    assert (await emulator.cratejoy("GET", f"/orders/?{query}", "docs.other")).json["count"] == 0


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("query", [f"customer={CUSTOMER}", "customer.name__like=Grace%25", "products.quantity=1"])
async def test_filters_mean_the_same_in_both_profiles(start: Start, profile: str, query: str) -> None:
    emulator = await start(profile=profile)
    reply = await emulator.cratejoy("GET", f"/orders/?with=&{query}")
    assert BOTH == [order["id"] for order in reply.json["results"]]


# Mistakes


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("x=1", "x"),
        ("x__gt=1", "x"),
        ("x.y=1", "x.y"),
        ("sort=id", "sort"),
        ("Status=open", "Status"),
        ("customer.x=1", "customer.x"),
        ("customer.x__like=1", "customer.x"),
        ("customer.=1", "customer."),
        (".id=1", ".id"),
        ("customer.products.id=1", "customer.products.id"),
        ("products.instance.sku=1", "products.instance.sku"),
        ("customer.addresses.city=1", "customer.addresses.city"),
        ("ship_address_id=1", "ship_address_id"),
        ("cust_pay_id=1", "cust_pay_id"),
        ("label=1", "label"),
        ("customer.label=1", "customer.label"),
        ("cart.id=1", "cart.id"),
        ("__gt=1", ""),
        ("note[x]=1", "note[x]"),
        ("%00=1", "\x00"),
        ("%C3%A9=1", "é"),
        ("x'y=1", "x'y"),
    ],
)
async def test_an_unknown_property_is_400_in_the_two_known_messages(emulator: Emulator, query: str, name: str) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert (400, {"errors": [f"Unknown property '{name}'", INVALID]}) == (reply.status, reply.json)


TIME = "a time such as 2017-03-15T20:00:24Z"
OPERATORS = "eq, ne, lt, le, gt, ge, like, ilike, in, nin, is_null"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("placed_at__gt=abc", f'placed_at__gt: expected {TIME}, got "abc"'),
        ("placed_at=", f'placed_at: expected {TIME}, got ""'),
        ("placed_at=2017-13-01", f'placed_at: expected {TIME}, got "2017-13-01"'),
        ("placed_at=2017-02-29", f'placed_at: expected {TIME}, got "2017-02-29"'),
        ("placed_at=2016-12-31T23:59:60Z", f'placed_at: expected {TIME}, got "2016-12-31T23:59:60Z"'),
        ("placed_at=2017-03-01T24:00:01Z", f'placed_at: expected {TIME}, got "2017-03-01T24:00:01Z"'),
        ("placed_at=1488326400", f'placed_at: expected {TIME}, got "1488326400"'),
        ("placed_at=0000-01-01", f'placed_at: expected {TIME}, got "0000-01-01"'),
        ("placed_at=10000-01-01", f'placed_at: expected {TIME}, got "10000-01-01"'),
        ("placed_at=0001-01-01T00:00:00%2B02:00", f'placed_at: expected {TIME}, got "0001-01-01T00:00:00+02:00"'),
        ("placed_at=9999-12-31T23:59:59-02:00", f'placed_at: expected {TIME}, got "9999-12-31T23:59:59-02:00"'),
        ("placed_at__in=2017-03-01,yesterday", f'placed_at__in: expected {TIME}, got "yesterday"'),
        ("placed_at__like=2017%25", "placed_at__like: expected like and ilike over text only"),
        ("total=abc", 'total: expected an integer, got "abc"'),
        ("total=", 'total: expected an integer, got ""'),
        ("total=5.0", 'total: expected an integer, got "5.0"'),
        ("total=1e3", 'total: expected an integer, got "1e3"'),
        ("total=1_000", 'total: expected an integer, got "1_000"'),
        ("total=%D9%A5", 'total: expected an integer, got "\u0665"'),
        ("total=true", 'total: expected an integer, got "true"'),
        ("id__in=1,,2", 'id__in: expected an integer, got ""'),
        ("id__in=", 'id__in: expected an integer, got ""'),
        ("id__like=7%25", "id__like: expected like and ilike over text only"),
        ("id__ilike=7", "id__ilike: expected like and ilike over text only"),
        ("customer=Grace", 'customer: expected an integer, got "Grace"'),
        ("customer.id=x", 'customer.id: expected an integer, got "x"'),
        ("is_gift=yes", 'is_gift: expected true, false, 1 or 0, got "yes"'),
        ("is_gift=", 'is_gift: expected true, false, 1 or 0, got ""'),
        ("is_gift__like=t%25", "is_gift__like: expected like and ilike over text only"),
        ("note__is_null=", 'note__is_null: expected true, false, 1 or 0, got ""'),
        ("note__is_null=null", 'note__is_null: expected true, false, 1 or 0, got "null"'),
        ("note__is_null=2", 'note__is_null: expected true, false, 1 or 0, got "2"'),
        ("status=shut", 'status: expected one of open, closed, 1, 2, got "shut"'),
        ("status=3", 'status: expected one of open, closed, 1, 2, got "3"'),
        ("status=0", 'status: expected one of open, closed, 1, 2, got "0"'),
        ("status=", 'status: expected one of open, closed, 1, 2, got ""'),
        ("status__in=open,shut", 'status__in: expected one of open, closed, 1, 2, got "shut"'),
        ("status__like=op%25", "status__like: expected like and ilike over text only"),
        (
            "financial_status=void",
            'financial_status: expected one of unpaid, paid, partially_refunded, refunded, got "void"',
        ),
        ("order_gift_info=x", "order_gift_info: expected the comparison is_null only, as it is an object or a list"),
        (
            "products.instance__like=x",
            "products.instance__like: expected the comparison is_null only, as it is an object or a list",
        ),
        ("note__isnull=true", f"note__isnull: expected a comparison of {OPERATORS}, got 'isnull'"),
        ("total__lte=1", f"total__lte: expected a comparison of {OPERATORS}, got 'lte'"),
        ("total__GT=1", f"total__GT: expected a comparison of {OPERATORS}, got 'GT'"),
        ("total__=1", f"total__: expected a comparison of {OPERATORS}, got ''"),
        ("customer.name__contains=1", f"customer.name__contains: expected a comparison of {OPERATORS}, got 'contains'"),
    ],
)
async def test_values_and_comparisons_that_do_not_fit_are_400_and_name_the_parameter(
    emulator: Emulator, query: str, message: str
) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert (400, {"errors": [message, INVALID]}) == (reply.status, reply.json)


async def test_a_mistake_beside_filters_that_are_right_is_a_mistake(emulator: Emulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?status=open&limit=5&x=1&page=0")
    assert (400, ["Unknown property 'x'", INVALID]) == (reply.status, reply.json["errors"])
