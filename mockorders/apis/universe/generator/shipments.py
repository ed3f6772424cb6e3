"""The shipments of generated orders, and addresses."""

from collections.abc import Sequence
from typing import Any

from mockorders.apis.fakes import DateWindow, FakeData
from mockorders.apis.universe.generator.catalog import Item, Plan

Record = dict[str, Any]

ADDRESS = "missing_shipment_address"
OPTION = "missing_required_option"
ISSUES = ((ADDRESS,), (ADDRESS,), (OPTION,), (OPTION,), (ADDRESS, OPTION))
USPS = "https://tools.usps.com/go/TrackConfirmAction?tLabels=94001"
UPS = "https://www.ups.com/track?tracknum=1Z"
FEDEX = "https://www.fedex.com/fedextrack/?trknbr="


class ShipmentGenerator:
    """Generates the shipments of orders."""

    def __init__(self, window: DateWindow, fake: FakeData) -> None:
        self._window = window
        self._fake = fake

    def shipments(self, plan: Plan, home: Record, paid: int) -> list[Record]:
        """Return the shipments of an order that was paid `paid` days after the first one."""
        address = generate_address(self._fake, self._fake.person()[:2]) if self._fake.chance(0.1) else home
        items = plan.package.items if plan.package else ()
        split = len(items) - 1 if len(items) > 2 and self._fake.chance(0.12) else len(items)
        parts = [part for part in (items[:split], items[split:]) if part]
        return [self._shipment(part, address, paid) for part in parts]

    def _shipment(self, items: Sequence[Item], address: Record, paid: int) -> Record:
        fake = self._fake
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
        digits = self._fake.digits
        carrier = self._fake.number(0, 3)
        if carrier == 0:
            return f"{FEDEX}{digits(12)}"
        if carrier == 1:
            return f"{UPS}{digits(3)}W{digits(2)}03{digits(8)}"
        return f"{USPS}{digits(8)}{digits(9)}"


def generate_address(fake: FakeData, name: Sequence[str]) -> Record:
    """Return the address of a person with a first and a last name."""
    address = fake.address(foreign=0.12)
    return {
        "first_name": name[0],
        "last_name": name[1],
        "address": address.street,
        "address_2": address.unit,
        "city": address.city,
        "state": address.state,
        "postal_code": address.zip_code,
        "country": address.country,
    }


def _queued(issues: Sequence[str], address: Record) -> Record:
    """Return a backordered shipment. It has an address only if nothing but an option is missing, as documented."""
    shipment: Record = {"status": "Backordered", "issues": list(issues)}
    return shipment | {"shipping_address": address} if issues == [OPTION] else shipment
