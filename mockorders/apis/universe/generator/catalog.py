"""The plans of the generated fan club, with their packages and items."""

import re
from itertools import count
from typing import Any, NamedTuple

SHOP = "https://fanclub.example.com"
SIZES = ("Small", "Medium", "Large", "X-Large", "XX-Large")


def money(cents: int) -> str:
    """Return an amount in dollars as stored: with as few decimal places as possible, at least one."""
    return f"{cents // 100}.{cents % 100:02d}".removesuffix("0")


def slug(name: str) -> str:
    """Return a name for CSS classes and URLs."""
    return "-".join(re.findall("[a-z0-9]+", name.lower()))


class Item:
    """An item of a package. The customer selects one of its options, if it has any."""

    def __init__(self, name: str, options: tuple[str, ...] = (), *, pictured: bool = True) -> None:
        thumbnail = f"{SHOP}/images/{slug(name)}.jpg" if pictured else None
        self.options = options
        self.views = [{"name": name, "thumbnail": thumbnail, "option": option} for option in options or (None,)]


class Package(NamedTuple):
    """The items shipped with a plan; `domestic` and `international` are shipping costs in cents."""

    name: str
    description: str
    domestic: int
    international: int
    items: tuple[Item, ...]


class Plan(NamedTuple):
    """A membership plan; `duration` is in months, None if unlimited."""

    id: int
    name: str
    cents: int
    duration: int | None
    tags: tuple[str, ...] = ()
    package: Package | None = None
    available: bool = True


TEE = Item("Fan Club T-Shirt", SIZES)
HOODIE = Item("Zip Hoodie", SIZES)
CARD = Item("Laminated Member Card")
STICKERS = Item("Sticker Sheet", pictured=False)
POSTER = Item("Tour Poster", ("Signed", "Unsigned"))
RECORD = Item("12-inch Record", ("Black Vinyl", "Red Vinyl", "Picture Disc"))

BASIC = Package("Member Kit", "Card, stickers and a T-shirt", 500, 1100, (CARD, STICKERS, TEE))
PREMIUM = Package("Premium Kit", "The member kit and the tour poster", 750, 1600, (CARD, STICKERS, TEE, POSTER))
VIP = Package("VIP Box", "Everything in the premium kit, and the hoodie", 1200, 2650, (CARD, TEE, POSTER, HOODIE))
VINYL = Package("Vinyl Parcel", "A numbered pressing of the year's record", 850, 1999, (RECORD,))
POSTERS = Package("Poster Tube", "The tour poster, rolled", 450, 1250, (POSTER, STICKERS))

PLANS = (
    Plan(11, "Free Membership", 0, None, ("free",)),
    Plan(12, "Thirty Day Trial", 0, 1, ("free", "trial")),
    Plan(13, "Student Membership", 1999, 12, ("student",), POSTERS),
    Plan(14, "Fan Club Membership", 2500, 12, (), BASIC),
    Plan(15, "Fan Club Renewal", 2250, 12, ("renewal",), BASIC),
    Plan(16, "Premium Membership", 4950, 12, ("presale",), PREMIUM),
    Plan(17, "Premium Renewal", 4500, 12, ("presale", "renewal"), PREMIUM),
    Plan(18, "Two-Year Membership", 4500, 24, (), BASIC),
    Plan(19, "Vinyl Club", 8999, 12, ("presale", "vinyl"), VINYL),
    Plan(20, "VIP Membership", 12500, 12, ("presale", "vip"), VIP),
    Plan(21, "Lifetime Membership", 25000, None, ("presale", "vip"), VIP),
    Plan(22, "Holiday Bundle 2011", 3999, 6, ("holiday",), PREMIUM, available=False),
)


def item_types() -> list[dict[str, Any]]:
    """Return the items with options as they are stored. Their ids, and those of all options, are consecutive."""
    numbers = count(1)
    return [
        {
            "id": identifier,
            "name": item.views[0]["name"],
            "options": [{"id": next(numbers), "name": option} for option in item.options],
            "plan_ids": [plan.id for plan in PLANS if plan.package and item in plan.package.items],
            "label": None,
        }
        for identifier, item in enumerate((TEE, HOODIE, POSTER, RECORD), 1)
    ]


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return a plan as it is stored."""
    view = plan_view(plan, None)
    offer = {name: value for name, value in view.items() if name not in {"upgrade_price", "current", "upgrade"}}
    return {**offer, "renewal": "renewal" in plan.tags, "label": None}


def plan_view(plan: Plan, current: Plan | None) -> dict[str, Any]:
    """Return a plan as it is stored in an order of a customer who has the `current` plan."""
    upgrade = current is not None and plan.available and plan.cents > current.cents
    return {
        "id": plan.id,
        "name": plan.name,
        "class": slug(plan.name),
        "description": f"<p>{plan.name} of the official fan club</p>",
        "online_benefits": "<p>Presale codes, forum and members' videos</p>" if plan.cents else None,
        "annotations": None,
        "tags": list(plan.tags),
        "duration": plan.duration,
        "display_price": f"${plan.cents / 100:,.2f}" if plan.cents else "Free",
        "upgrade_price": money(plan.cents - current.cents) if upgrade and current else None,
        "price": money(plan.cents),
        "checkout": f"{SHOP}/checkout/{plan.id}?url=2",
        "current": plan == current,
        "upgrade": upgrade,
        "available_to_customer": plan.available,
        "package": package_view(plan.package) if plan.package else {},
    }


def package_view(package: Package) -> dict[str, Any]:
    """Return a package as it is stored in a plan."""
    return {
        "name": package.name,
        "description": package.description,
        "shipping_and_handling": {
            "domestic": money(package.domestic),
            "international": money(package.international),
        },
        "items": [],
    }
