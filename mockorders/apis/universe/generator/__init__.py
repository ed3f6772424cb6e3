"""Generator of Universe data: plans, customers, and their orders from July 2011 to June 2013."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from mockorders.apis.fakes import DateWindow, FakeData
from mockorders.apis.parts import ExistingRecords, GeneratedRecords, GeneratedSize
from mockorders.apis.universe.generator.catalog import PLANS, Plan, item_types, money, plan_record, plan_view
from mockorders.apis.universe.generator.customers import new_customer, new_subscription
from mockorders.apis.universe.generator.shipments import ShipmentGenerator, generate_address
from mockorders.apis.universe.generator.shipping import add_shipping

Record = dict[str, Any]

FIRST_DAY = date(2011, 7, 1)
LAST_DAY = date(2013, 6, 30)
# Days from the first one.
LAST_ORDER_DAY = (date(2013, 4, 30) - FIRST_DAY).days  # leaves time to pay, ship and refund
LAST_HISTORY_DAY = (date(2013, 1, 15) - FIRST_DAY).days  # before the documented orders
FIRST_CUSTOMER_ID = 200
FIRST_ORDER_ID = 2000

DISCOUNTS = (0, 0, 0, 0, 0, 0, 5, 10, 20)  # percent

CUSTOMER_BYTES = 1_600
PLAN_BYTES = 1_600
ORDER_BYTES = 1_300


class OrderDraft(NamedTuple):
    """An order before its record is created; `day` is the offset to the first day. An abandoned order is incomplete."""

    owner: int
    plan: Plan
    day: int
    abandoned: bool
    refunded: bool


def generate(plan: Mapping[str, Any], existing: ExistingRecords, fake: FakeData) -> GeneratedRecords:
    """Return the records of a plan (`schemas/universe/generate.json`), in addition to those in `existing`."""
    club = _ClubGenerator(existing, fake)
    for history in plan.get("histories", ()):
        club.add_history(history)
    club.add_members(plan["customers"], plan["orders"])
    plans = [plan_record(each) for each in PLANS if each.id not in existing.get("plans", ())]
    types = [each for each in item_types() if each["id"] not in existing.get("item_types", ())]
    add_shipping(club.created, club.orders, types)
    return {"customers": club.customers, "orders": club.orders, "plans": plans, "item_types": types}


def estimate(plan: Mapping[str, Any]) -> GeneratedSize:
    """Return the size of what `generate` returns for a plan, without generating it."""
    histories = plan.get("histories", ())
    customers = plan["customers"] + len(histories)
    orders = plan["orders"] + sum(each["orders"] + each.get("incomplete", 0) for each in histories)
    size = CUSTOMER_BYTES * customers + ORDER_BYTES * orders + PLAN_BYTES * len(PLANS)
    return GeneratedSize(customers + orders + len(PLANS), size)


class _ClubGenerator:
    """Generates the customers and orders of a fan club."""

    def __init__(self, existing: Mapping[str, Mapping[int, Mapping[str, Any]]], fake: FakeData) -> None:
        self.customers: list[Record] = []
        self.orders: list[Record] = []
        self._fake = fake
        self._window = DateWindow(FIRST_DAY, LAST_DAY)
        self._shipments = ShipmentGenerator(self._window, fake)
        self._customers_by_id = dict(existing.get("customers", {}))
        self.created: dict[int, Record] = {}  # of others, plans are never marked as current
        self._order_ids = set(existing.get("orders", ()))
        self._homes: dict[int, Record] = {}
        self._charges = cache(_charges)
        self._plan_views: dict[tuple[int, int | None], Record] = {}
        fake.reserve_emails(customer["email"] for customer in self._customers_by_id.values())

    def add_history(self, history: Mapping[str, Any]) -> None:
        """Add a customer's completed orders, followed by abandoned ones."""
        owner = history["customer"]
        completed = history["orders"]
        if owner not in self._customers_by_id:
            self._add_customer(owner)
        owners = [owner] * (completed + history.get("incomplete", 0))
        abandoned = [number >= completed for number in range(len(owners))]
        self._add_orders(self._drafts(owners, abandoned, LAST_HISTORY_DAY), history["first_id"])

    def add_members(self, customers: int, orders: int) -> None:
        """Add customers, and orders distributed randomly among them."""
        ids = self._fake.ids(self._customers_by_id, FIRST_CUSTOMER_ID)
        members = [self._add_customer(next(ids)) for _ in range(customers)]
        owners = [self._fake.choice(members) for _ in range(orders)]
        abandoned = [self._fake.chance(0.06) for _ in range(orders)]
        self._add_orders(self._drafts(owners, abandoned, LAST_ORDER_DAY), FIRST_ORDER_ID)

    def _add_customer(self, identifier: int) -> int:
        record = new_customer(identifier, self._fake.person())
        self.customers.append(record)
        self._customers_by_id[identifier] = record
        self.created[identifier] = record
        return identifier

    def _drafts(self, owners: Sequence[int], abandoned: Sequence[bool], last_day: int) -> list[OrderDraft]:
        fake = self._fake
        days = sorted(fake.number(0, last_day) for _ in owners)
        return [
            OrderDraft(owner, fake.choice(PLANS), day, is_abandoned, refunded=fake.chance(0.07))
            for owner, is_abandoned, day in zip(owners, abandoned, days, strict=True)
        ]

    def _add_orders(self, drafts: Sequence[OrderDraft], first_id: int) -> None:
        members = {draft.owner: draft for draft in drafts if not (draft.abandoned or draft.refunded)}
        ids = self._fake.ids(self._order_ids, first_id)
        for draft in drafts:
            member = members.get(draft.owner) if draft.owner in self.created else None
            order = self._order(next(ids), draft, self._plan_view(draft.plan, member and member.plan))
            self.orders.append(order)
            self._order_ids.add(order["id"])
            if draft is member:
                self._subscribe(draft, order["paid_at"])

    def _subscribe(self, draft: OrderDraft, paid_at: str) -> None:
        """Set the subscription of a customer to that which an order paid for."""
        record = self.created[draft.owner]
        record["subscription"] = new_subscription(draft.plan, paid_at)
        record["trial_membership"] = "trial" in draft.plan.tags

    def _plan_view(self, plan: Plan, current: Plan | None) -> Record:
        key = (plan.id, current and current.id)
        if key not in self._plan_views:
            self._plan_views[key] = plan_view(plan, current)
        return self._plan_views[key]

    def _order(self, identifier: int, draft: OrderDraft, view: Record) -> Record:
        free = not draft.plan.cents
        home = self._home(draft.owner)
        paid = draft.day + (self._fake.number(0, 2) if self._fake.chance(0.25) else 0)
        shipments = [] if draft.abandoned or free else self._shipments.shipments(draft.plan, home, paid)
        refunded = draft.refunded and not (draft.abandoned or free)
        return {
            "id": identifier,
            "customer_id": draft.owner,
            "completed": not draft.abandoned,
            "plan": view,
            "totals": self._totals(draft.plan, home),
            "created_at": self._window.day(draft.day),
            "paid_at": None if draft.abandoned else self._window.day(paid),
            "refunded_at": self._window.day(paid + self._fake.number(20, 50)) if refunded else None,
            "billing_address": None if free else home,
            "shipments": None if free else shipments,
            "label": None,
        }

    def _totals(self, plan: Plan, home: Record) -> Record | None:
        if plan.package is None:
            return None
        shipping = plan.package.domestic if home["country"] == "US" else plan.package.international
        return self._charges(plan.cents, self._fake.choice(DISCOUNTS), shipping)

    def _home(self, owner: int) -> Record:
        if owner not in self._homes:
            customer = self._customers_by_id[owner]
            self._homes[owner] = generate_address(self._fake, (customer["first_name"], customer["last_name"]))
        return self._homes[owner]


def _charges(subtotal: int, percent: int, shipping: int) -> Record:
    discount = subtotal * percent // 100
    return {
        "shipping": money(shipping),
        "discount": money(discount),
        "subtotal": money(subtotal),
        "total": money(subtotal - discount + shipping),
    }
