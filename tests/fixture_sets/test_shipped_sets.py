"""The shipped fixture sets match their documentation."""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import Any

import pytest
from support.contracts import shared_contract, shipped_set

from mockorders.fixture_sets.files import shipped_files
from mockorders.validation.schemas import read_schema

SETS = ("default", "docs", "docs-queued", "edge", "empty")
NEW_IDS = 100_000

Record = Mapping[str, Any]


def table(name: str, api: str, collection: str) -> Mapping[int, Record]:
    return shipped_set(name).bases[api][collection].records


def document(name: str) -> Any:
    return json.loads(shipped_files()[name].read_text(encoding="utf-8"))


def completed(name: str, customer: int) -> list[int]:
    orders = table(name, "universe", "orders").values()
    return sorted(order["id"] for order in orders if order["customer_id"] == customer and order["completed"])


def words(name: str, collection: str, field: str) -> set[str]:
    return {record[field] for record in table(name, "cratejoy", collection).values()}


def allowed(collection: str, field: str) -> set[str]:
    name = "order-properties" if collection == "orders" else f"record-{collection}"
    return set(read_schema(f"cratejoy/{name}")["properties"][field]["enum"])


def every_record(name: str) -> list[tuple[str, Record]]:
    found: list[tuple[str, Record]] = []
    for api, bases in shipped_set(name).bases.items():
        for collection, base in bases.items():
            found += [(f"{api}/record-{collection}", record) for record in base.records.values()]
    return found


def hand_written(name: str) -> list[Record]:
    read = document(name)
    collections = (*read.get("universe", {}).values(), *read.get("cratejoy", {}).values())
    return list(chain.from_iterable(collections))


def test_documented_sets_are_shipped() -> None:
    assert sorted([*SETS, "large"]) == sorted(shipped_files())


@pytest.mark.parametrize("name", SETS)
def test_every_record_matches_its_schema_and_refers_to_existing_records(name: str) -> None:
    contract = shared_contract()
    violations = chain.from_iterable(contract.describe(schema, record) for schema, record in every_record(name))
    assert [] == list(violations)


@pytest.mark.parametrize("name", [*SETS, "large"])
def test_generator_options_match_their_schema(name: str) -> None:
    contract = shared_contract()
    plan = document(name).get("generate", {})
    parts = [(api, part) for api, part in plan.items() if api != "seed"]
    violations = chain.from_iterable(contract.violations(f"{api}/generate", part) for api, part in parts)
    assert [] == list(violations)


@pytest.mark.parametrize("name", [*SETS, "large"])
def test_no_text_has_a_lone_surrogate(name: str) -> None:
    text = json.dumps(document(name), ensure_ascii=False)
    assert [] == [each for each in text if unicodedata.category(each) == "Cs"]


@pytest.mark.parametrize(
    ("name", "customer", "orders"),
    [
        ("docs", 1, []),
        ("docs", 2, [2, 3]),
        ("docs", 164, [489]),
        ("docs-queued", 2, [2]),
        ("docs-queued", 164, [489]),
        ("empty", 1, []),
        ("default", 2, [2, 3]),
        ("default", 164, [480, 481, 482, 483, 484, 489]),
        ("default", 100, list(range(1000, 1100))),
    ],
)
def test_customers_have_the_documented_orders(name: str, customer: int, orders: list[int]) -> None:
    assert orders == completed(name, customer)


@pytest.mark.parametrize(
    ("name", "customer"), [("docs", 2), ("docs-queued", 2), ("empty", 1), ("default", 164), ("edge", 7)]
)
def test_current_customer_exists(name: str, customer: int) -> None:
    assert customer == shipped_set(name).current_customer
    assert customer in table(name, "universe", "customers")


def test_documented_orders_have_the_wording_of_the_page() -> None:
    orders = table("docs", "universe", "orders")
    assert ["Shipped on Jaunary 1, 2013"] * 2 == [orders[number]["shipments"][0]["status"] for number in (2, 489)]
    assert [3, 1] == [len(orders[number]["shipments"][0]["items"]) for number in (2, 489)]
    assert ["0.0", {}] == [orders[3]["plan"][key] for key in ("price", "package")]
    assert [None, None] == [orders[3][key] for key in ("totals", "shipments")]


def test_queued_orders_have_the_documented_issues() -> None:
    orders = table("docs-queued", "universe", "orders")
    shipments = [orders[number]["shipments"][0] for number in (2, 489)]
    assert ["missing_shipment_address", "missing_required_option"] == [each["issues"][0] for each in shipments]
    assert [False, True] == ["shipping_address" in each for each in shipments]


def test_documented_store_has_the_documented_records() -> None:
    orders = table("docs", "cratejoy", "orders")
    facts = ("customer_id", "placed_at", "status", "fulfillment_status", "is_gift", "order_gift_info", "note", "total")
    assert [75572230, 730837920] == sorted(orders)
    assert tuple(orders[75572230][fact] for fact in facts) == (
        586402305,
        "2017-03-01T00:00:00Z",
        "open",
        "unfulfilled",
        False,
        None,
        None,
        3500,
    )
    lines = chain.from_iterable(order["products"] for order in orders.values())
    assert [(645769439, 3500)] * 2 == [(line["instance_id"], line["price"]) for line in lines]
    assert [586402305] == list(table("docs", "cratejoy", "customers"))
    assert [(each["id"], each["primary"]) for each in table("docs", "cratejoy", "addresses").values()] == [
        (8675309, True)
    ]
    assert [(each["id"], each["default"]) for each in table("docs", "cratejoy", "payment_methods").values()] == [
        (1234, True)
    ]
    assert [
        (each["code"], each["amount"], each["percent"]) for each in table("docs", "cratejoy", "coupons").values()
    ] == [("CODE1", 500, 0), ("CODE2", 0, 10)]


def test_documented_product_is_a_subscription_of_one_enabled_term() -> None:
    (product,) = table("docs", "cratejoy", "products").values()
    (term,) = table("docs", "cratejoy", "terms").values()
    (instance,) = table("docs", "cratejoy", "product_instances").values()
    assert (0, [term["id"]]) == (product["product_type"], product["term_ids"])
    assert ("Month to Month", 1, True) == (term["name"], term["num_cycles"], term["enabled"])
    assert [(term["id"], 3500)] == [(price["term_id"], price["price"]) for price in instance["term_prices"]]


def test_empty_set_has_two_customers_and_nothing_else() -> None:
    assert [1, 2] == sorted(record["id"] for _, record in every_record("empty"))
    assert {"universe/record-customers"} == {schema for schema, _ in every_record("empty")}


@pytest.mark.parametrize("api", ["universe", "cratejoy"])
def test_default_set_has_about_300_orders(api: str) -> None:
    assert 300 <= len(table("default", api, "orders")) <= 310


@pytest.mark.parametrize(
    ("collection", "field"),
    [
        ("orders", "financial_status"),
        ("orders", "fulfillment_status"),
        ("orders", "status"),
        ("transactions", "result"),
        ("subscriptions", "status"),
        ("fulfillments", "status"),
        ("shipments", "status"),
    ],
)
@pytest.mark.parametrize("name", ["default", "edge"])
def test_every_status_occurs(name: str, collection: str, field: str) -> None:
    # When the real service says "partial" is unknown, so generated orders are never partially fulfilled.
    missing = {"partial"} if (name, field) == ("default", "fulfillment_status") else set()
    assert allowed(collection, field) - missing == words(name, collection, field)


def test_default_set_has_gifts_renewals_coupons_and_test_orders() -> None:
    orders = list(table("default", "cratejoy", "orders").values())
    kinds = ("is_gift", "is_renewal", "is_test", "coupons", "note", "gift_card_discount", "credit_applied", "total_tax")
    assert [] == [kind for kind in kinds if {True, False} != {bool(order[kind]) for order in orders}]


def test_documented_customer_of_the_store_has_no_generated_orders() -> None:
    orders = table("default", "cratejoy", "orders").values()
    assert [75572230, 730837920] == sorted(order["id"] for order in orders if order["customer_id"] == 586402305)


def test_default_set_has_fan_club_orders_of_every_kind() -> None:
    orders = list(table("default", "universe", "orders").values())
    shipments = list(chain.from_iterable(order["shipments"] or () for order in orders))
    issues = {tuple(shipment["issues"]) for shipment in shipments if "issues" in shipment}
    address = "missing_shipment_address"
    option = "missing_required_option"
    assert {(address,), (option,), (address, option)} == issues
    assert {True, False} == {order["completed"] for order in orders}
    assert {True, False} == {order["refunded_at"] is None for order in orders}
    assert {True, False} == {order["plan"]["price"] == "0.0" for order in orders}
    assert {0, 1, 2} == {len(order["shipments"] or ()) for order in orders}


def test_default_set_has_incomplete_orders() -> None:
    orders = table("default", "universe", "orders").values()
    assert {True: 100, False: 2} == Counter(order["completed"] for order in orders if order["customer_id"] == 100)


def test_edge_records_describe_their_case() -> None:
    labels = [record.get("label") for record in hand_written("edge")]
    assert [] == [label for label in labels if not label]


@pytest.mark.parametrize("api", ["universe", "cratejoy"])
def test_edge_set_leaves_room_for_new_ids(api: str) -> None:
    highest = max(record["id"] for schema, record in every_record("edge") if schema.startswith(api))
    assert 2**53 < highest < 2**63 - NEW_IDS


def test_first_page_of_the_edge_set_ends_within_one_second() -> None:
    orders = table("edge", "cratejoy", "orders")
    times = [orders[number]["placed_at"] for number in sorted(orders)]
    assert 1 == len(set(times[8:14]))
    assert times[10] == times[9]


def test_texts_of_the_edge_set_are_at_most_10_kb() -> None:
    longest = max(map(len, chain.from_iterable(map(texts, hand_written("edge")))))
    assert 8_000 < longest <= 10_000


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return list(chain.from_iterable(map(texts, value))) if isinstance(value, list) else []


def test_large_set_requests_100_000_orders_per_api() -> None:
    plan = document("large")["generate"]
    assert [100_000, 100_000] == [plan[api]["orders"] for api in ("universe", "cratejoy")]


@pytest.mark.slow
@pytest.mark.xdist_group("large-set")
@pytest.mark.parametrize("api", ["universe", "cratejoy"])
def test_large_set_has_100_000_orders_per_api(api: str) -> None:
    documented = table("docs", api, "orders")
    assert 100_000 == len(set(table("large", api, "orders")) - set(documented))
