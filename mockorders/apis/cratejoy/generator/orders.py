"""The generated orders."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from mockorders.apis.cratejoy.generator.catalog import CatalogGenerator, Offer
from mockorders.apis.cratejoy.generator.customers import Purchase
from mockorders.apis.cratejoy.generator.dates import END, moment, months_later
from mockorders.apis.cratejoy.generator.payments import OrderPlan, PaymentGenerator
from mockorders.apis.cratejoy.generator.shipments import ShipmentGenerator
from mockorders.apis.fakes import DAY, FakeData
from mockorders.apis.parts import ExistingRecords
from mockorders.validation.records import fill_defaults

Record = dict[str, Any]

FIRST_LINE_ID = (910_000_001, 5)
FIRST_COUPON_USE_ID = (33_000_001, 5)
FIRST_GIFT_ID = 44_001
ORDER_INTERVAL = 60  # seconds
NOTES = ("Leave with the neighbor", "Ring twice", "Second attempt at this address", "No peanuts, please")
GIFT_MESSAGES = (
    "Happy birthday!",
    "With love from all of us",
    "A little something for the long winter",
    "Welcome home!",
)
QUANTITIES = (1, 1, 1, 2, 3)
SHIPPING_CENTS = (0, 0, 495, 795)
PREPAID_CENTS = (500, 1000, 2500)
TAX_PER_10_000 = 825
NO_COUPON: Mapping[str, Any] = {"amount": 0, "percent": 0}


class OrderGenerator:
    """Generates orders with their transactions, shipments and fulfillments."""

    def __init__(
        self, existing: ExistingRecords, catalog: CatalogGenerator, ids: Mapping[str, Iterator[int]], fake: FakeData
    ) -> None:
        self._fake = fake
        self._catalog = catalog
        self._payments = PaymentGenerator(ids["transactions"], fake)
        self._shipments = ShipmentGenerator(catalog, ids, fake)
        self._order_ids = ids["orders"]
        self._line_ids = fake.ids(_ids_in_orders(existing, "products"), *FIRST_LINE_ID)
        self._use_ids = fake.ids(_ids_in_orders(existing, "coupons"), *FIRST_COUPON_USE_ID)
        self._gift_ids = fake.ids(_gift_ids(existing), FIRST_GIFT_ID)
        self._empty_order = fill_defaults("cratejoy/record-orders", {"id": 0, "customer_id": 0, "placed_at": ""})
        self._last_orders: dict[int, int] = {}
        self._orders: list[Record] = []
        self.records = {
            "transactions": self._payments.transactions,
            "shipments": self._shipments.shipments,
            "fulfillments": self._shipments.fulfillments,
            "orders": self._orders,
        }

    def add(self, draft: Purchase) -> None:
        """Add the order of a draft. Orders of one customer are at least 60 seconds apart, as the API requires."""
        earliest = self._last_orders.get(draft.buyer.id, -ORDER_INTERVAL) + ORDER_INTERVAL
        at = max(draft.at, earliest)
        self._last_orders[draft.buyer.id] = at
        self._add_order(next(self._order_ids), at, draft)

    def _add_order(self, identifier: int, at: int, draft: Purchase) -> None:
        fake = self._fake
        if draft.subscription is not None and not draft.renewal:
            draft.subscription["start_date"] = moment(at)
        offers = [draft.offer]
        coupon = NO_COUPON
        if not draft.renewal:
            coupon = fake.choice(self._catalog.coupons) if fake.chance(0.12) else NO_COUPON
            extra = fake.choice(self._catalog.singles)
            offers += [extra] if fake.chance(0.12) and extra is not draft.offer else []
        lines = [self._line(draft, offer, coupon) for offer in offers]
        test = draft.subscription["is_test"] if draft.subscription else fake.chance(0.03)
        due = sum(line["price"] - line["discount"] + line["shipping"] + line["tax"] for line in lines)
        total = due - self._prepaid(due)
        refund = total * draft.payment.refunded // 100
        plan = OrderPlan(identifier, at, draft, offers, lines, due, total, refund, test)
        order = self._empty_order.copy()
        order.update(self._properties(plan))
        order.update(self._shipments.add_shipments(plan, self._payments.add_transactions(plan)))
        if draft.gift:
            order.update(self._gift())
            self._mark_subscription(draft, order)
        if coupon is not NO_COUPON:
            use = {"id": next(self._use_ids), "coupon_id": coupon["id"], "code_used": coupon["code"]}
            order["coupons"] = [use]
        self._orders.append(order)

    def _line(self, draft: Purchase, offer: Offer, coupon: Mapping[str, Any]) -> Record:
        main = offer is draft.offer
        quantity = self._fake.choice(QUANTITIES) if offer.term_id is None else 1
        price = offer.cents * quantity
        discount = price * coupon["percent"] // 100 + (coupon["amount"] if main else 0)
        return {
            "discount": discount,
            "id": next(self._line_ids),
            "instance_id": offer.instance_id,
            "price": price,
            "quantity": quantity,
            "ship_weight": offer.weight and offer.weight * quantity,
            "shipping": self._fake.choice(SHIPPING_CENTS) if main else 0,
            "subscription_id": draft.subscription["id"] if main and draft.subscription else None,
            "tax": (price - discount) * TAX_PER_10_000 // 10_000 if draft.buyer.taxed else 0,
        }

    def _prepaid(self, due: int) -> int:
        """Return the random amount paid by gift card or credit, at most half of what is due."""
        return min(self._fake.choice(PREPAID_CENTS), due // 2) if self._fake.chance(0.07) else 0

    def _properties(self, plan: OrderPlan) -> Record:
        fake = self._fake
        draft = plan.draft
        lines = plan.lines
        subscription = draft.subscription
        paid = draft.payment.status != "unpaid"
        fee = plan.total * 29 // 1000 + 30 if paid and not plan.test else 0
        is_last = months_later(plan.at // DAY, draft.offer.cycles) * DAY > END - DAY
        pending = is_last and subscription is not None and subscription["status"] == "pending_renewal"
        shipping = lines[0]["shipping"]
        return {
            "credit_applied": plan.due - plan.total if subscription else 0,
            "customer_id": draft.buyer.id,
            "financial_status": draft.payment.status,
            "gift_card_discount": 0 if subscription else plan.due - plan.total,
            "gross_shipping": shipping,
            "id": plan.id,
            "is_renewal": draft.renewal,
            "is_test": plan.test,
            "note": fake.choice(NOTES) if fake.chance(0.08) else None,
            "placed_at": moment(plan.at),
            "refunded_amount": plan.refund,
            "sub_total": _sum(lines, "price"),
            "total": plan.total,
            "total_pending_fees": fee if pending else None,
            "total_price": plan.total,
            "total_shipping": shipping,
            "total_tax": _sum(lines, "tax"),
            "transaction_fee": 0 if pending else fee,
            "transaction_fee_status": _fee_status(fee, pending=pending, test=plan.test),
            "products": lines,
            "coupons": [],
            "bill_address_id": draft.buyer.addresses[0],
            "ship_address_id": draft.address_id,
            "cust_pay_id": draft.buyer.card,
        }

    def _mark_subscription(self, draft: Purchase, order: Record) -> None:
        """Store the gift info of an order in its subscription too."""
        if draft.subscription is not None and not draft.renewal:
            draft.subscription["gift_info"] = {"id": next(self._gift_ids), **order["order_gift_info"]}

    def _gift(self) -> Record:
        message = self._fake.choice(GIFT_MESSAGES)
        recipient = self._fake.person()
        return {
            "gift_message": message,
            "is_gift": True,
            "order_gift_info": {
                "gift_message": message,
                "gift_recipient_name": recipient.name,
                "gift_recipient_email": recipient.email,
            },
        }


def _ids_in_orders(existing: ExistingRecords, name: str) -> set[int]:
    parts = chain.from_iterable(order[name] for order in existing.get("orders", {}).values())
    return {part["id"] for part in parts}


def _gift_ids(existing: ExistingRecords) -> set[int]:
    infos = (each["gift_info"] for each in existing.get("subscriptions", {}).values())
    return {info["id"] for info in infos if info is not None}


def _fee_status(fee: int, *, pending: bool, test: bool) -> int | None:
    if fee:
        return 2 if pending else 1
    return None if test else 3


def _sum(lines: Sequence[Mapping[str, int]], name: str) -> int:
    return lines[0][name] if len(lines) == 1 else sum(line[name] for line in lines)
