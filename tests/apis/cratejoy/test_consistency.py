"""The generated store is one believable store: its records agree with each other."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from support.contracts import shipped_set

from mockorders.apis.cratejoy.periods import MONTHLY, add_periods, midnight

Record = Mapping[str, Any]
SETS = ["default", pytest.param("large", marks=[pytest.mark.slow, pytest.mark.xdist_group("large-set")])]
FULFILLMENT_STATUS = {"unshipped": "open", "shipped": "closed", "cancelled": "cancelled"}


class Store:
    """The records of a fixture set, and their groups by a field."""

    def __init__(self, name: str) -> None:
        self._dataset = shipped_set(name)  # its records are freed with it
        self.tables = {name: base.records for name, base in self._dataset.bases["cratejoy"].items()}
        self._groups: dict[tuple[str, str], dict[int, list[Record]]] = {}

    def where(self, collection: str, field: str, value: int) -> list[Record]:
        """Return the records of a collection in which a field has a value."""
        if (collection, field) not in self._groups:
            groups = defaultdict(list)
            for record in self.tables[collection].values():
                groups[record[field]].append(record)
            self._groups[collection, field] = groups
        return self._groups[collection, field].get(value, [])

    def orders_of(self, subscription: Record) -> list[Record]:
        """Return the orders of a subscription, the oldest first."""
        ids = {each["order_id"] for each in self.where("lines", "subscription_id", subscription["id"])}
        return sorted((self.tables["orders"][each] for each in ids), key=lambda order: order["placed_at"])


@cache
def store(name: str) -> Store:
    found = Store(name)
    lines: dict[int, Record] = {}
    for order in found.tables["orders"].values():
        lines |= {line["id"]: {**line, "order_id": order["id"]} for line in order["products"]}
    found.tables["lines"] = lines
    return found


def day(time: str) -> date:
    return date.fromisoformat(time[:10])


# Shipments and fulfillments


def shipment_is_of_its_orders_customer(found: Store, shipment: Record) -> bool:
    fulfillments = found.where("fulfillments", "shipment_id", shipment["id"])
    customers = {found.tables["orders"][each["order_id"]]["customer_id"] for each in fulfillments}
    return customers == {shipment["customer_id"]}


def shipment_has_the_status_of_its_fulfillments(found: Store, shipment: Record) -> bool:
    statuses = {each["status"] for each in found.where("fulfillments", "shipment_id", shipment["id"])}
    return statuses == {FULFILLMENT_STATUS[shipment["status"]]}


def shipment_has_a_time_if_it_is_shipped(_: Store, shipment: Record) -> bool:
    shipped = shipment["shipped_at"] is not None
    return shipped == (shipment["status"] == "shipped") and (
        not shipped or shipment["shipped_at"] > shipment["created_at"]
    )


def shipment_is_due_after_its_order(found: Store, shipment: Record) -> bool:
    fulfillments = found.where("fulfillments", "shipment_id", shipment["id"])
    placed = max(found.tables["orders"][each["order_id"]]["placed_at"] for each in fulfillments)
    return bool(placed <= shipment["created_at"] and placed[:10] <= shipment["adjusted_ordered_at"][:10])


def shipment_is_in_the_batch_of_its_day(found: Store, shipment: Record) -> bool:
    if shipment["batch_id"] is None:
        return True
    batch = found.tables["shipment_batches"][shipment["batch_id"]]
    return bool(batch["start"] <= shipment["adjusted_ordered_at"] <= batch["end"])


def one_time_shipments_have_no_subscription(found: Store, shipment: Record) -> bool:
    fulfillments = found.where("fulfillments", "shipment_id", shipment["id"])
    return bool(shipment["is_ecom"] == all(each["subscription_id"] is None for each in fulfillments))


# Orders


def paid_order_has_a_fulfillment_for_each_cycle(found: Store, order: Record) -> bool:
    actual = sorted(
        (each["instance_id"], -1 if each["cycle_number"] is None else each["cycle_number"])
        for each in found.where("fulfillments", "order_id", order["id"])
    )
    return order["financial_status"] == "unpaid" or actual == sorted(_cycles(found, order))


def _cycles(found: Store, order: Record) -> Iterator[tuple[int, int]]:
    for line in order["products"]:
        if line["subscription_id"] is None:
            yield line["instance_id"], -1
            continue
        term = found.tables["terms"][found.tables["subscriptions"][line["subscription_id"]]["term_id"]]
        yield from ((line["instance_id"], cycle) for cycle in range(term["num_cycles"]))


def order_is_closed_and_fulfilled_if_it_is_paid_and_its_shipments_exist(found: Store, order: Record) -> bool:
    fulfillments = found.where("fulfillments", "order_id", order["id"])
    complete = bool(fulfillments) and all(each["shipment_id"] is not None for each in fulfillments)
    done = order["financial_status"] != "unpaid" and complete
    return (order["status"], order["fulfillment_status"]) == (
        ("closed", "fulfilled") if done else ("open", "unfulfilled")
    )


def order_total_was_captured(found: Store, order: Record) -> bool:
    results = found.where("transactions", "order_id", order["id"])
    captured = sum(each["total"] for each in results if each["result"] == "captured")
    refunded = sum(each["total"] for each in results if each["result"] == "refunded")
    expected = 0 if order["financial_status"] == "unpaid" else order["total"]
    return bool((captured, refunded) == (expected, order["refunded_amount"]))


# Subscriptions


def subscription_starts_with_its_first_order(found: Store, subscription: Record) -> bool:
    orders = found.orders_of(subscription)
    return bool(
        subscription["start_date"] == orders[0]["placed_at"]
        and [each["is_renewal"] for each in orders] == [False, *[True] * (len(orders) - 1)]
        and {each["customer_id"] for each in orders} == {subscription["customer_id"]}
    )


def subscription_ends_with_a_paid_term(found: Store, subscription: Record) -> bool:
    cycles = found.tables["terms"][subscription["term_id"]]["num_cycles"]
    start = day(subscription["start_date"])
    ends = (midnight(add_periods(start, cycles * number, MONTHLY)) for number in range(1, 40))
    last = [each for each in found.orders_of(subscription) if each["financial_status"] != "unpaid"]
    is_paid = not last or last[-1]["placed_at"] < subscription["end_date"]
    return is_paid and subscription["end_date"] in ends


def subscription_renews_as_its_product_says(found: Store, subscription: Record) -> bool:
    instance = found.tables["product_instances"][subscription["product_instance_id"]]
    product = found.tables["products"][instance["product_id"]]
    return bool(
        subscription["product_billing_id"] == product["product_billing_id"]
        and subscription["term_id"] in product["term_ids"]
    )


def gifted_subscription_does_not_renew(_: Store, subscription: Record) -> bool:
    return subscription["gift_info"] is None or not subscription["autorenew"]


def subscription_is_shipped_to_its_customer(found: Store, subscription: Record) -> bool:
    address = found.tables["addresses"][subscription["address_id"]]
    return bool(address["customer_id"] == subscription["customer_id"])


# Customers


def customer_lives_at_the_primary_address(found: Store, customer: Record) -> bool:
    (home,) = (each for each in found.where("addresses", "customer_id", customer["id"]) if each["primary"])
    location = f"{home['state']}, {home['country']}" if home["state"] else home["country"]
    return bool((location, home["country"]) == (customer["location"], customer["country"]))


def customer_has_one_default_payment_method(found: Store, customer: Record) -> bool:
    methods = found.where("payment_methods", "customer_id", customer["id"])
    return [True] == [each["default"] for each in methods if each["default"]]


LAWS: list[tuple[str, Callable[[Store, Record], bool]]] = [
    ("shipments", shipment_is_of_its_orders_customer),
    ("shipments", shipment_has_the_status_of_its_fulfillments),
    ("shipments", shipment_has_a_time_if_it_is_shipped),
    ("shipments", shipment_is_due_after_its_order),
    ("shipments", shipment_is_in_the_batch_of_its_day),
    ("shipments", one_time_shipments_have_no_subscription),
    ("orders", paid_order_has_a_fulfillment_for_each_cycle),
    ("orders", order_is_closed_and_fulfilled_if_it_is_paid_and_its_shipments_exist),
    ("orders", order_total_was_captured),
    ("subscriptions", subscription_starts_with_its_first_order),
    ("subscriptions", subscription_ends_with_a_paid_term),
    ("subscriptions", subscription_renews_as_its_product_says),
    ("subscriptions", gifted_subscription_does_not_renew),
    ("subscriptions", subscription_is_shipped_to_its_customer),
    ("customers", customer_lives_at_the_primary_address),
    ("customers", customer_has_one_default_payment_method),
]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("collection", "law"), LAWS, ids=[law.__name__ for _, law in LAWS])
def test_records_agree(name: str, collection: str, law: Callable[[Store, Record], bool]) -> None:
    found = store(name)
    records = found.tables[collection].values()
    assert len(records) > 0
    assert [] == [record for record in records if not law(found, record)]
