"""Makes a believable Universe: customers, and their orders from mid 2011 to mid 2013."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from mockorders.apis.fakes import DateWindow, FakeData
from mockorders.apis.parts import ExistingRecords, GeneratedRecords
from mockorders.apis.universe.generator.catalogue import PLANS, Item, Plan, money, plan_view

Record = dict[str, Any]

FIRST, LAST = date(2011, 7, 1), date(2013, 6, 30)
LAST_CREATED = (date(2013, 4, 30) - FIRST).days  # leaves time to pay, ship and refund within the window
LAST_OF_HISTORY = (date(2013, 1, 15) - FIRST).days  # a history lies before the documented orders
FIRST_CUSTOMER, FIRST_ORDER = 200, 2000

ADDRESS, OPTION = "missing_shipment_address", "missing_required_option"
ISSUES = ((ADDRESS,), (ADDRESS,), (OPTION,), (OPTION,), (ADDRESS, OPTION))
DISCOUNTS = (0, 0, 0, 0, 0, 0, 5, 10, 20)  # percent
USPS = "https://tools.usps.com/go/TrackConfirmAction?tLabels=94001"
UPS = "https://www.ups.com/track?tracknum=1Z"
FEDEX = "https://www.fedex.com/fedextrack/?trknbr="


class Draft(NamedTuple):
    """What is known of an order before any is written: an abandoned one was never completed."""

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
    return {"customers": club.customers, "orders": club.orders}


class _ClubGenerator:
    """The fan club in the making."""

    def __init__(self, existing: Mapping[str, Mapping[int, Mapping[str, Any]]], fake: FakeData) -> None:
        self.customers: list[Record] = []
        self.orders: list[Record] = []
        self._pools = fake
        self._window = DateWindow(FIRST, LAST)
        self._known = dict(existing.get("customers", {}))
        self._unknown_owners = set(self._known)  # their membership is not ours to say
        self._order_ids = set(existing.get("orders", ()))
        self._homes: dict[int, Record] = {}
        self._charges = cache(_charges)
        self._plan_views: dict[tuple[int, int | None], Record] = {}
        fake.reserve_emails(customer["email"] for customer in self._known.values())

    def add_history(self, history: Mapping[str, Any]) -> None:
        """Give one customer a run of completed orders, and then perhaps some that were abandoned."""
        owner, completed = history["customer"], history["orders"]
        if owner not in self._known:
            self._add_customer(owner)
        owners = [owner] * (completed + history.get("incomplete", 0))
        abandoned = [number >= completed for number in range(len(owners))]
        self._add_orders(self._drafts(owners, abandoned, LAST_OF_HISTORY), history["first_id"])

    def add_members(self, customers: int, orders: int) -> None:
        """Add customers and spread orders among them."""
        ids = self._pools.ids(self._known, FIRST_CUSTOMER)
        members = [self._add_customer(next(ids)) for _ in range(customers)]
        owners = [self._pools.choice(members) for _ in range(orders)]
        abandoned = [self._pools.chance(0.06) for _ in range(orders)]
        self._add_orders(self._drafts(owners, abandoned, LAST_CREATED), FIRST_ORDER)

    def _add_customer(self, identifier: int) -> int:
        person = self._pools.person()
        record = {
            "id": identifier,
            "first_name": person.first,
            "last_name": person.last,
            "email": person.email,
            "label": None,
        }
        self.customers.append(record)
        self._known[identifier] = record
        return identifier

    def _drafts(self, owners: Sequence[int], abandoned: Sequence[bool], last: int) -> list[Draft]:
        fake = self._pools
        days = sorted(fake.number(0, last) for _ in owners)
        return [
            Draft(owner, fake.choice(PLANS), day, left, refunded=fake.chance(0.07))
            for owner, left, day in zip(owners, abandoned, days, strict=True)
        ]

    def _add_orders(self, drafts: Sequence[Draft], first_id: int) -> None:
        members = {draft.owner: draft.plan for draft in drafts if not (draft.abandoned or draft.refunded)}
        ids = self._pools.ids(self._order_ids, first_id)
        for draft in drafts:
            current = None if draft.owner in self._unknown_owners else members.get(draft.owner)
            order = self._order(next(ids), draft, self._plan_view(draft.plan, current))
            self.orders.append(order)
            self._order_ids.add(order["id"])

    def _plan_view(self, plan: Plan, current: Plan | None) -> Record:
        key = (plan.id, current and current.id)
        if key not in self._plan_views:
            self._plan_views[key] = plan_view(plan, current)
        return self._plan_views[key]

    def _order(self, identifier: int, draft: Draft, view: Record) -> Record:
        free, home = not draft.plan.cents, self._home(draft.owner)
        paid = draft.day + (self._pools.number(0, 2) if self._pools.chance(0.25) else 0)
        shipments = None if free else [] if draft.abandoned else self._shipments(draft.plan, home, paid)
        refunded = draft.refunded and not (draft.abandoned or free)
        return {
            "id": identifier,
            "customer_id": draft.owner,
            "completed": not draft.abandoned,
            "plan": view,
            "totals": self._totals(draft.plan, home),
            "created_at": self._window.day(draft.day),
            "paid_at": None if draft.abandoned else self._window.day(paid),
            "refunded_at": self._window.day(paid + self._pools.number(20, 50)) if refunded else None,
            "billing_address": None if free else home,
            "shipments": shipments,
            "label": None,
        }

    def _totals(self, plan: Plan, home: Record) -> Record | None:
        if plan.package is None:
            return None
        shipping = plan.package.domestic if home["country"] == "US" else plan.package.international
        return self._charges(plan.cents, self._pools.choice(DISCOUNTS), shipping)

    def _shipments(self, plan: Plan, home: Record, paid: int) -> list[Record]:
        address = self._address(self._pools.person()[:2]) if self._pools.chance(0.1) else home
        items = plan.package.items if plan.package else ()
        split = len(items) - 1 if len(items) > 2 and self._pools.chance(0.12) else len(items)
        parts = [part for part in (items[:split], items[split:]) if part]
        return [self._shipment(part, address, paid) for part in parts]

    def _shipment(self, items: Sequence[Item], address: Record, paid: int) -> Record:
        fake = self._pools
        if fake.chance(0.18):
            issues = [issue for issue in fake.choice(ISSUES) if issue == ADDRESS or any(item.options for item in items)]
            return _queued(issues or [ADDRESS], address)
        day = paid + fake.number(1, 14)
        return {
            "status": f"Shipped on {self._window.long_day(day)}",
            "ship_date": self._window.day(day),
            "tracking_url": self._tracking_url(),
            "shipping_address": address,
            "items": [fake.choice(item.views) for item in items],
        }

    def _tracking_url(self) -> str:
        digits, carrier = self._pools.digits, self._pools.number(0, 3)
        if carrier == 0:
            return f"{FEDEX}{digits(12)}"
        if carrier == 1:
            return f"{UPS}{digits(3)}W{digits(2)}03{digits(8)}"
        return f"{USPS}{digits(8)}{digits(9)}"

    def _home(self, owner: int) -> Record:
        if owner not in self._homes:
            customer = self._known[owner]
            self._homes[owner] = self._address((customer["first_name"], customer["last_name"]))
        return self._homes[owner]

    def _address(self, name: Sequence[str]) -> Record:
        place = self._pools.address(abroad=0.12)
        return {
            "first_name": name[0],
            "last_name": name[1],
            "address": place.street,
            "address_2": place.unit,
            "city": place.city,
            "state": place.state,
            "postal_code": place.zip_code,
            "country": place.country,
        }


def _charges(subtotal: int, percent: int, shipping: int) -> Record:
    discount = subtotal * percent // 100
    return {
        "shipping": money(shipping),
        "discount": money(discount),
        "subtotal": money(subtotal),
        "total": money(subtotal - discount + shipping),
    }


def _queued(issues: Sequence[str], address: Record) -> Record:
    """Give a shipment that waits; its address is documented only where the option alone is missing."""
    shipment: Record = {"status": "Backordered", "issues": list(issues)}
    return shipment | {"shipping_address": address} if issues == [OPTION] else shipment
