"""The transactions of generated orders."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.generator.catalog import Offer
from mockorders.apis.cratejoy.generator.customers import Purchase
from mockorders.apis.cratejoy.generator.dates import END, moment
from mockorders.apis.fakes import DAY, FakeData

Record = dict[str, Any]

REFUNDS = ("refunded", "failed refund")
REFUND_DAYS = (1, 1, 2, 6, 13, 20)


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


class PaymentGenerator:
    """Generates the transactions of all orders."""

    def __init__(self, ids: Iterator[int], fake: FakeData) -> None:
        self.transactions: list[Record] = []
        self._ids = ids
        self._fake = fake

    def add_transactions(self, plan: OrderPlan) -> int:
        """Add the transactions of an order, and return the time of the last one."""
        at = plan.at
        for result in plan.draft.payment.results:
            is_refund = result in REFUNDS
            at += self._fake.choice(REFUND_DAYS) * DAY if is_refund else self._fake.number(2, 3600)
            at = min(at, END)
            self.transactions.append(
                {
                    "created_at": moment(at),
                    "id": next(self._ids),
                    "is_test": plan.test,
                    "result": result,
                    "total": plan.refund if is_refund and plan.refund else plan.total,
                    "order_id": plan.id,
                    "label": None,
                }
            )
        return at
