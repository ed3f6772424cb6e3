"""The transactions and fulfillments of generated orders, and the status that results from them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.generator.catalog import Offer
from mockorders.apis.cratejoy.generator.customers import MONTH, WINDOW, Purchase
from mockorders.apis.fakes import DAY, DateWindow, FakeData

Record = dict[str, Any]

REFUNDS = ("refunded", "failed_refund")
REFUND_DAYS = (1, 1, 2, 6, 13, 20)
LABEL_CENTS = 455
NEVER = -1


class OrderPlan(NamedTuple):
    """An order whose amounts are known. `at` is in seconds from the start of the window.

    Amounts are in cents: `due` is the sum of the lines, `total` what is charged after gift card and credit.
    """

    id: int
    at: int
    draft: Purchase
    offers: Sequence[Offer]
    lines: Sequence[Record]
    due: int
    total: int
    refund: int
    test: bool


class Shipping(NamedTuple):
    """The last second at which fulfillments of an order are shipped, and the status of later ones."""

    until: int
    later_status: str


class PaymentGenerator:
    """Generates the transactions and fulfillments of all orders."""

    def __init__(self, ids: Mapping[str, Iterator[int]], fake: FakeData) -> None:
        self.transactions: list[Record] = []
        self.fulfillments: list[Record] = []
        self._ids = ids["transactions"]
        self._fulfillment_ids = ids["fulfillments"]
        self._shipment_ids = ids["shipments"]
        self._fake = fake
        self._window = DateWindow(*WINDOW)
        self._end = self._window.end
        self._shipped_until = self._end - 7 * DAY

    def add_payments(self, plan: OrderPlan) -> Record:
        """Add the transactions and fulfillments of an order, and return the order's properties that depend on them."""
        unpaid = plan.draft.payment.status == "unpaid"
        shipping = self._shipping(plan, self._add_transactions(plan))
        statuses = list(
            chain.from_iterable(self._add_fulfillments(plan, index, shipping) for index in range(len(plan.lines)))
        )
        shipped = statuses.count("closed")
        has_open = "open" in statuses
        return {
            "fulfillment_status": _fulfillment_status(shipped, has_open=has_open),
            "status": "open" if has_open or unpaid else "closed",
            "total_label_cost": shipped * LABEL_CENTS or None,
        }

    def _shipping(self, plan: OrderPlan, last_transaction: int) -> Shipping:
        refunded = plan.draft.payment.refunded == 100
        until = min(self._shipped_until, last_transaction) if refunded else self._shipped_until
        if plan.draft.payment.status == "unpaid" or self._fake.chance(0.04):
            until = NEVER
        return Shipping(until, "cancelled" if refunded else "open")

    def _add_transactions(self, plan: OrderPlan) -> int:
        """Add the transactions of an order, and return the time of the last one."""
        at = plan.at
        for result in plan.draft.payment.results:
            is_refund = result in REFUNDS
            at += self._fake.choice(REFUND_DAYS) * DAY if is_refund else self._fake.number(2, 3600)
            at = min(at, self._end)
            self.transactions.append(
                {
                    "created_at": self._window.moment(at),
                    "id": next(self._ids),
                    "is_test": plan.test,
                    "result": result,
                    "total": plan.refund if is_refund and plan.refund else plan.total,
                    "order_id": plan.id,
                    "label": None,
                }
            )
        return at

    def _add_fulfillments(self, plan: OrderPlan, index: int, shipping: Shipping) -> list[str]:
        """Add a fulfillment for each cycle of a line, and return the status of each."""
        offer = plan.offers[index]
        subscription_id = plan.lines[index]["subscription_id"]
        due = plan.at + self._fake.number(3, 5) * DAY
        statuses = []
        for cycle in range(offer.cycles):
            status = "closed" if due <= shipping.until else shipping.later_status
            fulfillment = self._add_fulfillment(plan, subscription_id, due, status)
            if offer.term_id is not None:
                fulfillment["cycle_number"] = cycle
                fulfillment["total_cycles"] = offer.cycles
            statuses.append(status)
            due += MONTH
        return statuses

    def _add_fulfillment(self, plan: OrderPlan, subscription_id: int | None, due: int, status: str) -> Record:
        """Add a fulfillment. It has no date if it is due after the window; a late one is moved to the window's end."""
        date = self._window.moment(due) if due <= self._end else None
        late = status == "open" and due <= self._shipped_until
        record = {
            "adjusted_fulfillment_date": self._window.moment(self._end) if late else date,
            "cycle_number": None,
            "fulfillment_date": date,
            "id": next(self._fulfillment_ids),
            "is_test": plan.test,
            "shipment_id": next(self._shipment_ids) if status == "closed" else None,
            "shipping": 0,
            "status": status,
            "subscription_id": subscription_id,
            "tax": 0,
            "total_cycles": None,
            "order_id": plan.id,
            "label": None,
        }
        self.fulfillments.append(record)
        return record


def _fulfillment_status(shipped: int, *, has_open: bool) -> str:
    if not shipped:
        return "unfulfilled"
    return "partial" if has_open else "fulfilled"
