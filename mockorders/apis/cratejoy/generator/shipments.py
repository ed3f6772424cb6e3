"""The shipments and fulfillments of generated orders."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.apis.cratejoy import statuses
from mockorders.apis.cratejoy.generator.catalog import CatalogGenerator, Offer
from mockorders.apis.cratejoy.generator.dates import END, SHIPMENTS_DELAY, moment, month_of, months_later
from mockorders.apis.cratejoy.generator.payments import OrderPlan
from mockorders.apis.fakes import DAY, FakeData

Record = dict[str, Any]

LABEL_CENTS = 455
NEVER = -1
LAST_SHIPPED = END - 7 * DAY


class Shipping(NamedTuple):
    """When an order's shipments are created, the last second at which one is shipped, and the status of later ones."""

    created: int
    until: int
    later_status: str


class ShipmentGenerator:
    """Generates the shipments of all orders, with their fulfillments."""

    def __init__(self, catalog: CatalogGenerator, ids: Mapping[str, Iterator[int]], fake: FakeData) -> None:
        self.shipments: list[Record] = []
        self.fulfillments: list[Record] = []
        self._catalog = catalog
        self._ids = ids["shipments"]
        self._fulfillment_ids = ids["fulfillments"]
        self._fake = fake

    def add_shipments(self, plan: OrderPlan, last_transaction: int) -> Record:
        """Add the shipments of a paid order, and return the order's properties that depend on them.

        A subscription has one for each cycle of its term, the first with all lines of the order.
        """
        if plan.draft.payment.status == "unpaid":
            return {"fulfillment_status": "unfulfilled", "status": "open", "total_label_cost": None}
        shipping = self._shipping(plan, last_transaction)
        main = plan.offers[0]
        shipped = [self._add_shipment(plan, shipping, plan.offers, 0)]
        shipped += [self._add_shipment(plan, shipping, [main], cycle) for cycle in range(1, main.cycles)]
        return {
            "fulfillment_status": "fulfilled",
            "status": "closed",
            "total_label_cost": sum(shipped) * LABEL_CENTS or None,
        }

    def _shipping(self, plan: OrderPlan, last_transaction: int) -> Shipping:
        """Return how an order is shipped: a refund cancels the shipments after it."""
        refunded = plan.draft.payment.refunded == 100
        until = min(LAST_SHIPPED, last_transaction) if refunded else LAST_SHIPPED
        if self._fake.chance(0.04):
            until = NEVER
        created = plan.at + (SHIPMENTS_DELAY if plan.draft.renewal else 0)
        return Shipping(min(created, END), until, "cancelled" if refunded else "unshipped")

    def _add_shipment(self, plan: OrderPlan, shipping: Shipping, offers: Sequence[Offer], cycle: int) -> bool:
        """Add the shipment of one cycle, and return whether it is shipped."""
        due = shipping.created if cycle == 0 else months_later(plan.at // DAY, cycle) * DAY
        sent = due + self._fake.number(DAY // 2, 3 * DAY)
        is_shipped = sent <= shipping.until
        shipment = self._shipment(plan, shipping, due, "shipped" if is_shipped else shipping.later_status)
        if is_shipped:
            shipment["shipped_at"] = moment(sent)
            shipment["tracking_number"] = f"94001{self._fake.digits(15)}00"
        for offer in offers:
            self._add_fulfillment(plan, shipment, offer, cycle)
        return is_shipped

    def _shipment(self, plan: OrderPlan, shipping: Shipping, due: int, status: str) -> Record:
        subscribed = plan.draft.subscription is not None
        record = {
            "adjusted_ordered_at": moment(due),
            "created_at": moment(shipping.created),
            "customer_id": plan.draft.buyer.id,
            "id": next(self._ids),
            "is_ecom": not subscribed,
            "is_gift": plan.draft.gift,
            "is_test": plan.test,
            "shipped_at": None,
            "status": status,
            "tracking_number": None,
            "carrier_name": None,
            "tracking_link": None,
            "ship_address_id": plan.draft.address_id,
            "batch_id": self._catalog.batches[month_of(due)] if subscribed else None,
            "labels": [],
            "label": None,
        }
        self.shipments.append(record)
        return record

    def _add_fulfillment(self, plan: OrderPlan, shipment: Record, offer: Offer, cycle: int) -> None:
        subscribes = offer.term_id is not None
        subscription = plan.draft.subscription if subscribes else None
        self.fulfillments.append(
            {
                "adjusted_fulfillment_date": shipment["adjusted_ordered_at"],
                "cycle_number": cycle if subscribes else None,
                "fulfillment_date": shipment["adjusted_ordered_at"],
                "id": next(self._fulfillment_ids),
                "is_test": plan.test,
                "shipment_id": shipment["id"],
                "shipping": 0,
                "status": statuses.FULFILLMENT[shipment["status"]],
                "subscription_id": None if subscription is None else subscription["id"],
                "tax": 0,
                "total_cycles": offer.cycles if subscribes else None,
                "order_id": plan.id,
                "instance_id": offer.instance_id,
                "label": None,
            }
        )
