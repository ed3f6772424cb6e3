"""What follows an order: its transactions and fulfillments, and how far they bring it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.generator.catalogue import Offer
from mockorders.apis.cratejoy.generator.customers import MONTH, WINDOW, Draft
from mockorders.apis.fakes import DAY, DateWindow, FakeData

Record = dict[str, Any]

REFUNDS = ("refunded", "failed_refund")
REFUND_DAYS = (1, 1, 2, 6, 13, 20)
LABEL_COST = 455


class OrderPlan(NamedTuple):
    """An order while it is written; `total` is what gift card and credit leave to be paid."""

    id: int
    at: int
    draft: Draft
    offers: Sequence[Offer]
    lines: Sequence[Record]
    due: int
    total: int
    refund: int
    test: bool


class PaymentGenerator:
    """The transactions and fulfillments of all orders."""

    def __init__(self, ids: Mapping[str, Iterator[int]], fake: FakeData) -> None:
        self.transactions: list[Record] = []
        self.fulfillments: list[Record] = []
        self._ids = ids["transactions"]
        self._fulfillment_ids = ids["fulfillments"]
        self._shipment_ids = ids["shipments"]
        self._pools = fake
        self._window = DateWindow(*WINDOW)
        self._end = self._window.end
        self._shipped_until = self._end - 7 * DAY

    def add_payments(self, sale: OrderPlan) -> Record:
        """Write the transactions and fulfillments of an order; give the properties that say how far it is."""
        payment, settled = sale.draft.payment, self._pay(sale)
        until, rest = self._shipped_until, "open"
        if payment.refunded == 100:
            until, rest = min(until, settled), "cancelled"
        if payment.status == "unpaid" or self._pools.chance(0.04):
            until = -1
        closed = left = 0
        for offer, line in zip(sale.offers, sale.lines, strict=True):
            due = sale.at + self._pools.number(3, 5) * DAY
            for cycle in range(offer.cycles):
                status = "closed" if due <= until else rest
                fulfillment = self._fulfillment(sale, line["subscription_id"], due, status)
                if offer.term_id is not None:
                    fulfillment["cycle_number"], fulfillment["total_cycles"] = cycle, offer.cycles
                closed, left = closed + (due <= until), left + (due > until)
                due += MONTH
        waits = left > 0 and rest == "open"
        return {
            "fulfillment_status": ("partial" if waits else "fulfilled") if closed else "unfulfilled",
            "status": "open" if waits or payment.status == "unpaid" else "closed",
            "total_label_cost": closed * LABEL_COST or None,
        }

    def _pay(self, sale: OrderPlan) -> int:
        """Write the transactions; give the time of the last one."""
        at = sale.at
        for result in sale.draft.payment.results:
            backwards = result in REFUNDS
            at += self._pools.choice(REFUND_DAYS) * DAY if backwards else self._pools.number(2, 3600)
            at = min(at, self._end)
            self.transactions.append(
                {
                    "created_at": self._window.moment(at),
                    "id": next(self._ids),
                    "is_test": sale.test,
                    "result": result,
                    "total": sale.refund if backwards and sale.refund else sale.total,
                    "order_id": sale.id,
                    "label": None,
                }
            )
        return at

    def _fulfillment(self, sale: OrderPlan, subscription_id: int | None, due: int, status: str) -> Record:
        """Write one that is due then; after the window it has no date yet, and what is late is put off to the end."""
        date = self._window.moment(due) if due <= self._end else None
        late = status == "open" and due <= self._shipped_until
        record = {
            "adjusted_fulfillment_date": self._window.moment(self._end) if late else date,
            "cycle_number": None,
            "fulfillment_date": date,
            "id": next(self._fulfillment_ids),
            "is_test": sale.test,
            "shipment_id": next(self._shipment_ids) if status == "closed" else None,
            "shipping": 0,
            "status": status,
            "subscription_id": subscription_id,
            "tax": 0,
            "total_cycles": None,
            "order_id": sale.id,
            "label": None,
        }
        self.fulfillments.append(record)
        return record
