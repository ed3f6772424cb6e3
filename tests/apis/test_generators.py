"""Generated records are complete, plausible and reproducible."""

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from itertools import chain, pairwise
from typing import Any

import pytest
from support.contracts import shared_contract
from support.processes import finish

from mockorders.apis.fakes import MONTHS, FakeData
from mockorders.apis.universe.generator.customers import months_later
from mockorders.validation.records import fill_defaults, references, values_at

Record = dict[str, Any]
Generated = dict[str, list[Record]]
Law = Callable[[Record], bool]

APIS = ("universe", "cratejoy")
PLAN = {"customers": 300, "orders": 2000}
TRACKING = (
    r"https://tools\.usps\.com/go/TrackConfirmAction\?tLabels=94001[0-9]{17}",
    r"https://www\.ups\.com/track\?tracknum=1Z[0-9A-Z]{6}[0-9]{10}",
    r"https://www\.fedex\.com/fedextrack/\?trknbr=[0-9]{12}",
)
PRINT = """
import json, sys
from importlib import import_module
from mockorders.apis.fakes import FakeData
generator = import_module(f"mockorders.apis.{sys.argv[1]}.generator")
print(json.dumps(generator.generate({"customers": 30, "orders": 200}, {}, FakeData(int(sys.argv[2])))))
"""


def generate(api: str, plan: Mapping[str, Any], existing: Mapping[str, Any] | None = None, seed: int = 1) -> Generated:
    generated_records: Generated = import_module(f"mockorders.apis.{api}.generator").generate(
        plan, existing or {}, FakeData(seed)
    )
    return generated_records


@cache
def generated(api: str) -> Generated:
    return generate(api, PLAN)


def order_lines() -> list[Record]:
    """Return the lines of all generated Cratejoy orders."""
    return list(chain.from_iterable(order["products"] for order in generated("cratejoy")["orders"]))


def tables(generated_records: Generated) -> dict[str, dict[int, Record]]:
    return {
        collection: {record["id"]: record for record in records} for collection, records in generated_records.items()
    }


def breaking(law: Law, records: Iterable[Record]) -> list[Record]:
    return [record for record in records if not law(record)]


@cache
def grouped(collection: str, field: str) -> dict[int, list[Record]]:
    groups = defaultdict(list)
    for record in generated("cratejoy")[collection]:
        groups[record[field]].append(record)
    return groups


def cents(amount: str) -> int:
    return round(float(amount) * 100)


@pytest.mark.parametrize("api", APIS)
def test_every_record_is_complete_and_matches_its_schema(api: str) -> None:
    contract = shared_contract()
    named: list[tuple[str, Record]] = []
    for collection, records in generated(api).items():
        named += [(f"{api}/record-{collection}", record) for record in records]
    assert [] == [record for schema, record in named if not contract.is_valid(schema, record)]
    assert [] == [record for schema, record in named if list(fill_defaults(schema, record)) != list(record)]


@pytest.mark.parametrize("api", APIS)
def test_every_reference_resolves(api: str) -> None:
    known = tables(generated(api))
    links: list[tuple[Any, str]] = []
    for collection, records in generated(api).items():
        for steps, target in references(f"{api}/record-{collection}"):
            values = chain.from_iterable(values_at(record, steps) for record in records)
            links += [(value, target) for _, value in values]
    assert [] == [(value, target) for value, target in links if value is not None and value not in known[target]]


@pytest.mark.parametrize("api", APIS)
def test_requested_numbers_of_customers_and_orders_are_generated(api: str) -> None:
    assert [300, 2000] == [len(tables(generated(api))[collection]) for collection in ("customers", "orders")]


@pytest.mark.parametrize("api", APIS)
def test_no_two_customers_share_an_email_address(api: str) -> None:
    emails = [customer["email"] for customer in generated(api)["customers"]]
    assert len(emails) == len(set(emails))
    assert [] == [email for email in emails if not re.fullmatch(r"[a-z]+\.[a-z]+[0-9]*@example\.(com|org|net)", email)]


def test_subscription_is_that_of_the_last_paid_order() -> None:
    generated_records = generated("universe")
    owned = defaultdict(list)
    for order in generated_records["orders"]:
        if order["completed"] and order["refunded_at"] is None:
            owned[order["customer_id"]].append((order["plan"]["id"], order["paid_at"]))
    for customer in generated_records["customers"]:
        subscription = customer["subscription"]
        assert (subscription is None) == (not owned[customer["id"]])
        if subscription is not None:
            assert (subscription["plan_id"], subscription["start_date"][:10]) in owned[customer["id"]]


def test_subscription_is_of_the_plan_that_orders_call_current() -> None:
    generated_records = generated("universe")
    plan_ids = {
        each["id"]: each["subscription"] and each["subscription"]["plan_id"] for each in generated_records["customers"]
    }
    current = [order for order in generated_records["orders"] if order["plan"]["current"]]
    assert len(current) > 100
    assert [] == [order["id"] for order in current if order["plan"]["id"] != plan_ids[order["customer_id"]]]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2012-11-30", 12, "2013-11-28"),
        ("2012-12-01", 1, "2013-01-01"),
        ("2013-01-31", 24, "2015-01-28"),
        ("2013-01-31", None, None),
    ],
)
def test_subscription_ends_after_the_months_of_its_plan(day: str, months: int | None, expected: str | None) -> None:
    assert expected == months_later(day, months)


def test_plans_of_a_set_are_not_replaced() -> None:
    plans = generate("universe", {"customers": 1, "orders": 0}, {"plans": {11: {}, 12: {}}})["plans"]
    assert list(range(13, 23)) == [plan["id"] for plan in plans]


def run(api: str, seed: int) -> bytes:
    return bytes(finish([sys.executable, "-c", PRINT, api, str(seed)], text=False, check=True).stdout)


@pytest.mark.parametrize("api", APIS)
def test_same_seed_gives_the_same_bytes_in_every_process(api: str) -> None:
    first = run(api, 7)
    assert first == run(api, 7)
    assert first != run(api, 8)


@pytest.mark.parametrize("api", APIS)
def test_existing_records_are_not_changed(api: str) -> None:
    before = generated(api)
    again = generate(api, PLAN, tables(before))
    for collection, records in tables(before).items():
        assert set() == records.keys() & {record["id"] for record in again[collection]}
    emails = [customer["email"] for customer in (*before["customers"], *again["customers"])]
    assert len(emails) == len(set(emails))


def test_identifiers_of_lines_prices_and_coupons_are_never_used_twice() -> None:
    again = generate("cratejoy", PLAN, tables(generated("cratejoy")))
    places = [("orders", "products"), ("orders", "coupons"), ("product_instances", "term_prices")]
    for collection, field in places:
        owners = (*generated("cratejoy")[collection], *again[collection])
        ids = [part["id"] for part in chain.from_iterable(each[field] for each in owners)]
        assert len(ids) == len(set(ids))


def test_coupons_of_the_same_code_are_used_again() -> None:
    assert [] == generate("cratejoy", PLAN, tables(generated("cratejoy")))["coupons"]


def test_history_has_exactly_its_orders() -> None:
    history = {"customer": 9, "orders": 12, "first_id": 50, "incomplete": 1}
    generated_records = generate("universe", {"customers": 1, "orders": 0, "histories": [history]})
    assert [(9, number, number < 62) for number in range(50, 63)] == [
        (order["customer_id"], order["id"], order["completed"]) for order in generated_records["orders"]
    ]
    assert 9 in tables(generated_records)["customers"]


def test_history_of_an_existing_customer_creates_no_other_customer() -> None:
    existing = {"customers": {9: {"id": 9, "first_name": "Ada", "last_name": "Low", "email": "ada.low@example.com"}}}
    history = {"customer": 9, "orders": 1, "first_id": 50}
    generated_records = generate("universe", {"customers": 1, "orders": 0, "histories": [history]}, existing)
    assert 9 not in tables(generated_records)["customers"]


def paid_after_creation(order: Record) -> bool:
    return order["paid_at"] is None or order["created_at"] <= order["paid_at"]


def shipped_after_paid(order: Record) -> bool:
    return all(order["paid_at"] < day for day in ship_dates(order))


def refunded_after_shipped(order: Record) -> bool:
    return order["refunded_at"] is None or order["refunded_at"] >= max(ship_dates(order), default=order["paid_at"])


def ship_dates(order: Record) -> list[str]:
    return [shipment["ship_date"] for shipment in order["shipments"] or () if "ship_date" in shipment]


def created_in_the_past(order: Record) -> bool:
    dates = [order["created_at"], order["paid_at"], order["refunded_at"], *ship_dates(order)]
    return all("2011-07-01" <= each <= "2013-06-30" for each in dates if each)


def totals_add_up(order: Record) -> bool:
    sums = {name: cents(amount) for name, amount in (order["totals"] or {}).items()}
    return not sums or sums["subtotal"] - sums["discount"] + sums["shipping"] == sums["total"]


def free_orders_cost_and_ship_nothing(order: Record) -> bool:
    free: bool = order["plan"]["price"] == "0.0"
    empty = (order["totals"], order["shipments"], order["billing_address"], order["plan"]["package"])
    displayed_free: bool = order["plan"]["display_price"] == "Free"
    return free == (empty == (None, None, None, {})) == displayed_free


def display_price_agrees(order: Record) -> bool:
    plan = order["plan"]
    return plan["display_price"] in ("Free", f"${cents(plan['price']) / 100:,.2f}")


def class_is_the_slug(order: Record) -> bool:
    return bool(order["plan"]["class"] == re.sub("[^a-z0-9]+", "-", order["plan"]["name"].lower()))


def status_has_the_ship_date(order: Record) -> bool:
    return all(shipment["status"] == shipped_status(shipment["ship_date"]) for shipment in shipped(order))


def shipped_status(day: str) -> str:
    year, month, number = (int(part) for part in day.split("-"))
    return f"Shipped on {MONTHS[month - 1]} {number}, {year}"


def shipped(order: Record) -> list[Record]:
    return [shipment for shipment in order["shipments"] or () if "issues" not in shipment]


def queued(order: Record) -> list[Record]:
    return [shipment for shipment in order["shipments"] or () if "issues" in shipment]


def tracking_is_plausible(order: Record) -> bool:
    return all(any(re.fullmatch(each, box["tracking_url"]) for each in TRACKING) for box in shipped(order))


def queued_shipments_are_as_documented(order: Record) -> bool:
    option = ["missing_required_option"]
    return all(
        set(box) == {"status", "issues"} | ({"shipping_address"} if box["issues"] == option else set())
        and box["status"] == "Backordered"
        for box in queued(order)
    )


def abandoned_orders_have_no_past(order: Record) -> bool:
    return order["completed"] or (order["paid_at"], order["refunded_at"], order["shipments"] or None) == (None,) * 3


def upgrades_cost_something(order: Record) -> bool:
    return order["plan"]["upgrade"] == (order["plan"]["upgrade_price"] is not None) and not (
        order["plan"]["upgrade"] and order["plan"]["current"]
    )


@pytest.mark.parametrize(
    "law",
    [
        paid_after_creation,
        shipped_after_paid,
        refunded_after_shipped,
        created_in_the_past,
        totals_add_up,
        free_orders_cost_and_ship_nothing,
        display_price_agrees,
        class_is_the_slug,
        status_has_the_ship_date,
        tracking_is_plausible,
        queued_shipments_are_as_documented,
        abandoned_orders_have_no_past,
        upgrades_cost_something,
    ],
)
def test_fan_club_orders_obey_the_rules(law: Law) -> None:
    assert [] == breaking(law, generated("universe")["orders"])


def test_customer_has_at_most_one_current_plan() -> None:
    current: dict[int, set[int]] = defaultdict(set)
    for order in generated("universe")["orders"]:
        current[order["customer_id"]] |= {order["plan"]["id"]} if order["plan"]["current"] else set()
    assert {0, 1} >= {len(plans) for plans in current.values()}


def lines_add_up(order: Record) -> bool:
    sums = {name: sum(line[name] for line in order["products"]) for name in ("price", "shipping", "tax")}
    return sums == {"price": order["sub_total"], "shipping": order["total_shipping"], "tax": order["total_tax"]}


def total_adds_up(order: Record) -> bool:
    off = sum(line["discount"] for line in order["products"]) + order["gift_card_discount"] + order["credit_applied"]
    total = order["sub_total"] - off + order["total_shipping"] + order["total_tax"]
    return bool(total == order["total"] == order["total_price"] > 0)


def payments_agree(order: Record) -> bool:
    paid, back = (transacted(order, result) for result in ("captured", "refunded"))
    owed = 0 if order["financial_status"] == "unpaid" else order["total"]
    return paid == owed and back == order["refunded_amount"]


def transacted(order: Record, result: str) -> int:
    return sum(each["total"] for each in grouped("transactions", "order_id")[order["id"]] if each["result"] == result)


def refunds_agree(order: Record) -> bool:
    share = (order["refunded_amount"] > 0) + (order["refunded_amount"] == order["total"])
    return int(share) == {"partially_refunded": 1, "refunded": 2}.get(order["financial_status"], 0)


def gift_messages_agree(order: Record) -> bool:
    info = order["order_gift_info"]
    return bool(order["gift_message"] == info["gift_message"]) if order["is_gift"] else info is None


def placed_in_the_past(order: Record) -> bool:
    times = [order["placed_at"], *(each["created_at"] for each in grouped("transactions", "order_id")[order["id"]])]
    rising = [*times, "2017-03-01T00:00:00Z"]
    return rising == sorted(rising)


@cache
def store() -> dict[str, dict[int, Record]]:
    return tables(generated("cratejoy"))


def customers_use_what_is_theirs(order: Record) -> bool:
    known = store()
    theirs = [known["addresses"][order[field]] for field in ("bill_address_id", "ship_address_id")]
    return {order["customer_id"]} == {
        each["customer_id"] for each in [*theirs, known["payment_methods"][order["cust_pay_id"]]]
    }


@pytest.mark.parametrize(
    "law",
    [
        lines_add_up,
        total_adds_up,
        payments_agree,
        refunds_agree,
        gift_messages_agree,
        placed_in_the_past,
        customers_use_what_is_theirs,
    ],
)
def test_store_orders_obey_the_rules(law: Law) -> None:
    assert [] == breaking(law, generated("cratejoy")["orders"])


def test_renewals_belong_to_an_earlier_subscription_of_the_same_customer() -> None:
    subscriptions = tables(generated("cratejoy"))["subscriptions"]
    renewals = [
        (order, subscriptions[order["products"][0]["subscription_id"]])
        for order in generated("cratejoy")["orders"]
        if order["is_renewal"]
    ]
    assert len(renewals) > 100
    assert [
        order["id"]
        for order, subscription in renewals
        if order["customer_id"] != subscription["customer_id"] or order["placed_at"] <= subscription["start_date"]
    ] == []


def test_customers_can_order_once_a_minute() -> None:
    crowded = generate("cratejoy", {"customers": 1, "orders": 2000})
    times = [order["placed_at"] for order in crowded["orders"]]
    assert [] == [(a, b) for a, b in pairwise(times) if seconds(b) - seconds(a) < 60]


def seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def test_term_prices_are_what_subscriptions_cost() -> None:
    known = tables(generated("cratejoy"))
    prices: dict[tuple[int, int], int] = {}
    for instance in generated("cratejoy")["product_instances"]:
        prices |= {(instance["id"], price["term_id"]): price["price"] for price in instance["term_prices"]}
    lines = [line for line in order_lines() if line["subscription_id"]]
    terms = [known["subscriptions"][line["subscription_id"]]["term_id"] for line in lines]
    assert [line["price"] for line in lines] == [
        prices[line["instance_id"], term] for line, term in zip(lines, terms, strict=True)
    ]


def test_one_time_lines_cost_the_price_times_the_quantity() -> None:
    instances = tables(generated("cratejoy"))["product_instances"]
    lines = order_lines()
    alone = [line for line in lines if line["subscription_id"] is None]
    assert [line["price"] for line in alone] == [
        instances[line["instance_id"]]["price"] * line["quantity"] for line in alone
    ]
