"""Cached views equal a fresh rendering after any changes, and are not rendered twice."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.examples import examples

from mockorders.apis import discover
from mockorders.apis.cratejoy.resources.orders import ORDERS
from mockorders.apis.cratejoy.resources.views import resource_view
from mockorders.concurrency import run_to_end
from mockorders.errors import ResponseValidationError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, EncodedRecord, encode, without_rendered
from mockorders.storage.rendering import StableTables
from mockorders.storage.state import State
from mockorders.storage.tables import Tables
from mockorders.storage.view_cache import ViewCache
from mockorders.storage.views import ReadTracker, View
from mockorders.validation.validator import Validator

OPEN_ORDER = 75572230
GIFT_ORDER = 730837920
CUSTOMER = 586402305
INSTANCE = 645769439
PRODUCT = 640218775
ADDRESS = 8675309


@pytest.fixture(scope="module")
def docs(contract: Validator) -> Dataset:
    return FixtureSets(discover(), contract).load("docs")


@pytest.fixture
def tables(docs: Dataset) -> Tables:
    return State(docs.bases).tables["cratejoy"]


RELATION_SETS = ((), ("customer", "products"), tuple(ORDERS.relations), ("coupons", "ship_address", "transactions"))
VIEWS = [
    resource_view(ORDERS, profile, frozenset(relations))
    for profile, relations in product(("documented", "observed"), RELATION_SETS)
]


# Random changes

TEXT = st.sampled_from(["a", "b", "Zoë", ""])
CHANGES: dict[str, tuple[str, int, str, st.SearchStrategy[Any]]] = {
    "note": ("orders", OPEN_ORDER, "note", TEXT),
    "customer": ("customers", CUSTOMER, "name", TEXT),
    "product": ("products", PRODUCT, "name", TEXT),
    "instance": ("product_instances", INSTANCE, "sku", TEXT),
    "address": ("addresses", ADDRESS, "city", TEXT),
    "no address": ("orders", GIFT_ORDER, "ship_address_id", st.sampled_from([None, ADDRESS])),
    "payment": ("transactions", 418820031, "total", st.integers(0, 3)),
    "other order's payment": ("transactions", 418820031, "order_id", st.sampled_from([OPEN_ORDER, GIFT_ORDER])),
    "shipment": ("fulfillments", 523300817, "shipment_id", st.integers(0, 3) | st.none()),
    "subscription": ("subscriptions", 75562148, "note", TEXT),
    "coupon": ("coupons", 2001, "name", TEXT),
    "use": (
        "orders",
        OPEN_ORDER,
        "coupons",
        st.sampled_from([[], [{"id": 1, "coupon_id": 2001, "code_used": "CODE1"}]]),
    ),
}
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["change", "same", "add", "remove", "rollback", "keep", "show", "reset"]),
        st.sampled_from(sorted(CHANGES)),
    ),
    min_size=1,
    max_size=25,
)


class Sandboxes:
    """Three sandboxes over one base, which share a view cache."""

    def __init__(self, docs: Dataset, contract: Validator, budget: int) -> None:
        self._docs = docs
        self._contract = contract
        self.states = [State(docs.bases) for _ in range(3)]
        self.cache = ViewCache(contract, budget)

    def change(self, which: int, kind: str, name: str, value: Any) -> None:
        """Change one sandbox; the change can have no effect."""
        state = self.states[which]
        tables = state.tables["cratejoy"]
        table, identifier, prop, _ = CHANGES[name]
        there = tables[table][identifier]
        payments = tables["transactions"]
        steps: dict[str, Callable[[], object]] = {
            "change": lambda: tables[table].put({**there, prop: value}),
            "same": lambda: tables[table].put(dict(there)),
            "add": lambda: payments.put({**payments[payments.ids[0]], "id": payments.next_id(), "total": 7}),
            "remove": lambda: payments.delete(payments.ids[-1]) if len(payments) > 2 else None,
            "rollback": state.rollback,
            "keep": state.commit,
            "reset": lambda: self.states.__setitem__(which, State(self._docs.bases)),
            "show": self.check,
        }
        steps[kind]()

    def check(self) -> None:
        """Compare the cached with a fresh rendering for every order in every view and sandbox."""
        for state in self.states:
            tables = state.tables["cratejoy"]
            fresh = ViewCache(self._contract)
            for order in tables["orders"]:
                for form in VIEWS:
                    assert fresh.render(form, tables, order) == self.cache.render(form, tables, order)


@pytest.mark.parametrize("budget", [0, 5000, 10**9])
@settings(max_examples=examples(40), deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(steps=STEPS, data=st.data())
def test_cached_bytes_equal_a_fresh_encoding_after_any_changes(
    *, docs: Dataset, contract: Validator, budget: int, steps: list[tuple[int, str, str]], data: st.DataObject
) -> None:
    sandboxes = Sandboxes(docs, contract, budget)
    for which, kind, name in steps:
        sandboxes.change(which, kind, name, data.draw(CHANGES[name][3]))
    sandboxes.check()


# Rendered once


class Counted:
    """A view that counts how often it is built."""

    def __init__(self, form: View) -> None:
        self.builds = 0
        self._build = form.build
        self.form = View(form.schema, self._count, sort_keys=form.sort_keys)

    def _count(self, reads: ReadTracker, record: Record) -> Any:
        self.builds += 1
        return self._build(reads, record)


@pytest.fixture
def counted() -> Counted:
    return Counted(resource_view(ORDERS, "documented", frozenset(ORDERS.relations)))


def test_unchanged_record_is_rendered_once(contract: Validator, tables: Tables, counted: Counted) -> None:
    cache = ViewCache(contract)
    rendered = {cache.render(counted.form, tables, tables["orders"][OPEN_ORDER]) for _ in range(10)}
    assert (1, 1) == (counted.builds, len(rendered))


def test_unmodified_sandboxes_share_rendered_records(contract: Validator, docs: Dataset, counted: Counted) -> None:
    cache = ViewCache(contract)
    for _ in range(5):
        tables = State(docs.bases).tables["cratejoy"]
        cache.render(counted.form, tables, tables["orders"][OPEN_ORDER])
    assert 1 == counted.builds


def put(table: str, identifier: int, **changes: Any) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[table].put({**tables[table][identifier], **changes})

    return change


def add_payment(order: int) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        payments = tables["transactions"]
        payments.put({**next(iter(payments)), "id": payments.next_id(), "order_id": order})

    return change


@pytest.mark.parametrize(
    ("change", "builds"),
    [
        (put("orders", OPEN_ORDER, note="x"), 2),
        (put("customers", CUSTOMER, name="x"), 2),
        (put("products", PRODUCT, name="x"), 2),
        (put("addresses", ADDRESS, city="x"), 2),
        (put("subscriptions", 75562148, note="x"), 2),
        (add_payment(OPEN_ORDER), 2),
        (lambda tables: tables["fulfillments"].delete(523300817), 2),
        (put("orders", GIFT_ORDER, note="x"), 1),
        (put("subscriptions", 75988310, note="x"), 1),
        (put("coupons", 2001, name="x"), 1),
        (put("terms", 4417, name="x"), 2),
        (add_payment(GIFT_ORDER), 1),
    ],
)
def test_record_is_rendered_again_only_if_a_read_record_changed(
    contract: Validator, tables: Tables, counted: Counted, change: Callable[[Tables], None], builds: int
) -> None:
    cache = ViewCache(contract)
    cache.render(counted.form, tables, tables["orders"][OPEN_ORDER])
    change(tables)
    for _ in range(3):
        cache.render(counted.form, tables, tables["orders"][OPEN_ORDER])
    assert builds == counted.builds


def test_changes_of_another_sandbox_are_never_rendered(contract: Validator, docs: Dataset) -> None:
    cache = ViewCache(contract)
    form = resource_view(ORDERS, "documented", frozenset(["customer"]))
    sandboxes = [State(docs.bases).tables["cratejoy"] for _ in range(3)]
    put("customers", CUSTOMER, name="Changed")(sandboxes[1])
    for _ in range(3):
        names = [
            json.loads(cache.render(form, each, each["orders"][OPEN_ORDER]))["customer"][0]["name"]
            for each in sandboxes
        ]
        assert ["Grace Holloway", "Changed", "Grace Holloway"] == names


def test_least_recently_used_views_are_evicted_over_the_limit(contract: Validator, tables: Tables) -> None:
    plain = resource_view(ORDERS, "documented", frozenset())
    first, second = tables["orders"]
    cached = [
        run_to_end(ViewCache(contract)._cached_view(plain, StableTables(tables), each)) for each in (first, second)
    ]
    size = max(each.size for each in cached)
    counted = Counted(plain)
    cache = ViewCache(contract, max_bytes=2 * size)
    for order in (first, second, first, second):
        cache.render(counted.form, tables, order)
    assert 2 == counted.builds
    small = ViewCache(contract, max_bytes=size)
    for order in (first, second, first, second):
        small.render(counted.form, tables, order)
    assert 6 == counted.builds


def test_cached_pages_are_limited_in_bytes(contract: Validator, tables: Tables) -> None:
    cache = ViewCache(contract)
    plain = resource_view(ORDERS, "documented", frozenset())
    order = tables["orders"][OPEN_ORDER]
    for number in range(30):
        page = [{**order, "id": 2 * number + index, "note": "x" * 2**19} for index in range(2)]
        run_to_end(cache.render_list(plain, tables, page))
    assert 5 == len(cache._pages)  # of 3 MiB each: records, their texts, and the text of both


def test_invalid_view_is_not_cached(contract: Validator, tables: Tables, counted: Counted) -> None:
    cache = ViewCache(contract)
    put("orders", OPEN_ORDER, total="3500")(tables)
    for _ in range(2):
        with pytest.raises(ResponseValidationError, match="/total"):
            cache.render(counted.form, tables, tables["orders"][OPEN_ORDER])
    assert 2 == counted.builds
    put("orders", OPEN_ORDER, total=3500)(tables)
    assert 3500 == json.loads(cache.render(counted.form, tables, tables["orders"][OPEN_ORDER]))["total"]


# Lists and envelopes


def finished(steps: Iterator[None]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 128, 1000])
def test_list_is_rendered_in_steps_from_its_records(contract: Validator, tables: Tables, count: int) -> None:
    form = resource_view(ORDERS, "documented", frozenset())
    order = tables["orders"][OPEN_ORDER]
    cache = ViewCache(contract)
    made = finished(cache.render_list(form, tables, [order] * count))
    steps = sum(1 for _ in cache.render_list(form, tables, [order] * count))
    assert [json.loads(cache.render(form, tables, order))] * count == json.loads(b"".join(made.pieces))
    assert (0 if count <= 128 else count // 64) == steps


@pytest.mark.parametrize("changed", [[0], [9], [10], [24], [0, 24], [3, 4, 11], list(range(25))])
def test_changed_records_are_shown_in_their_places(contract: Validator, tables: Tables, changed: list[int]) -> None:
    form = resource_view(ORDERS, "documented", frozenset())
    orders = [{**tables["orders"][OPEN_ORDER], "id": number, "note": ""} for number in range(25)]
    cache = ViewCache(contract)
    finished(cache.render_list(form, tables, orders))
    others = [{**order, "note": "new"} if order["id"] in changed else order for order in orders]
    made = finished(cache.render_list(form, tables, others))
    assert changed == [each["id"] for each in json.loads(b"".join(made.pieces)) if each["note"] == "new"]


def test_unchanged_parts_of_a_list_are_not_copied(contract: Validator, tables: Tables) -> None:
    form = resource_view(ORDERS, "documented", frozenset())
    orders = [{**tables["orders"][OPEN_ORDER], "id": number} for number in range(30)]
    cache = ViewCache(contract)
    before = finished(cache.render_list(form, tables, orders))
    after = finished(cache.render_list(form, tables, [*orders[:15], {**orders[15], "note": "new"}, *orders[16:]]))
    assert [True, False, True] == [one is other for one, other in zip(before.pieces, after.pieces, strict=True)][1:-1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, b"{}"),
        ({"a": 1, "b": [None, True, "é"]}, '{"a":1,"b":[null,true,"é"]}'.encode()),
        ({"a": EncodedList([b"[", b"1", b",", b"2", b"]"])}, b'{"a":[1,2]}'),
        ({"a": EncodedList([b"[]"]), "b": EncodedList([b"[3]"]), "c": 4}, b'{"a":[],"b":[3],"c":4}'),
        (EncodedList([b"[]"]), b"[]"),
        ({"a": EncodedRecord(b'{"x":1}')}, b'{"a":{"x":1}}'),
        ({"a": Decimal("10.0"), "b": Decimal("1E+2"), "c": Decimal("50.00")}, b'{"a":10.0,"b":100,"c":50.00}'),
        ({"a": "\x00", "b": EncodedList([b"[1]"])}, b'{"a":"\\u0000","b":[1]}'),
        ({"a": 2**63 - 1, "b": -(2**63)}, b'{"a":9223372036854775807,"b":-9223372036854775808}'),
    ],
)
def test_responses_are_encoded_in_pieces(value: Any, text: bytes) -> None:
    assert text == b"".join(encode(value))


def test_pieces_of_a_rendered_list_are_not_copied() -> None:
    piece = b'"' + b"x" * 2**10 + b'"'
    pieces = encode({"a": EncodedList([b"[", piece, b"]"]), "b": 1})
    assert piece in pieces
    assert any(each is piece for each in pieces)


def test_rendered_records_are_left_out_of_validation() -> None:
    value = {
        "count": 1,
        "results": EncodedList([b"[]"]),
        "order": EncodedRecord(b"{}"),
        "inner": {"results": EncodedList([])},
    }
    assert {"count": 1, "results": [], "order": None, "inner": {"results": []}} == without_rendered(value)
