"""A store with at least one record for every rule of checkout."""

from collections.abc import Awaitable, Callable
from typing import Any

from support.emulator import Reply, RunningEmulator, example

NOW = "2020-01-01T00:00:00Z"
# A store with at least one record for every rule.
ANN = 1
BOB = 2
CID = 3
DEE = 4
EVE = 5
HOME = 11
WORK = 12
ELSEWHERE = 13
OLD_CARD = 21
CARD = 22
CIDS_CARD = 23
MONTHLY = 31
QUARTERLY = 32
DISABLED = 33
HALF = 34
HALF_PLUS = 35
BOX = 51
MUG = 52
GIFT_CARD = 53
RETIRED = 54
NO_MORE_MUG = 55
SINGLE_BOX = 56
DEAR = 57
TERMS = {
    MONTHLY: ("Month to Month", 1, True),
    QUARTERLY: ("3 Month Prepay", 3, True),
    DISABLED: ("12 Month Prepay", 12, False),
    HALF: ("Half a year", 6, True),
    HALF_PLUS: ("Half a year, plus", 6, True),
}
PRICES = {MONTHLY: 3505, QUARTERLY: 9900, HALF: 18000, HALF_PLUS: 19000}
STORE: dict[str, Any] = {
    "clock": NOW,
    "cratejoy": {
        "customers": [
            {"id": ANN, "email": "Ann@Example.com", "name": "Ann Smith", "first_name": "Ann"},
            {"id": BOB, "email": "bob@example.com", "name": "Bob Smith", "first_name": "Bob"},
            {"id": CID, "email": "cid@example.com", "name": "Cid Jones", "first_name": "Cid"},
            {"id": DEE, "email": "twin@example.com", "name": "Dee Doe", "first_name": "Dee"},
            {"id": EVE, "email": "Twin@example.com", "name": "Eve Doe", "first_name": "Eve"},
        ],
        "addresses": [
            {"id": HOME, "customer_id": ANN, "city": "Austin"},
            {"id": WORK, "customer_id": ANN, "city": "Dallas", "primary": True},
            {"id": ELSEWHERE, "customer_id": BOB, "city": "Waco", "primary": True},
        ],
        "payment_methods": [
            {"id": OLD_CARD, "customer_id": ANN},
            {"id": CARD, "customer_id": ANN, "default": True, "bill_address_id": HOME},
            {"id": CIDS_CARD, "customer_id": CID},
        ],
        "terms": [
            {"id": key, "name": name, "num_cycles": cycles, "enabled": enabled}
            for key, (name, cycles, enabled) in TERMS.items()
        ],
        "products": [
            {"id": 41, "name": "Box", "product_type": 0, "term_ids": list(TERMS)},
            {"id": 42, "name": "Mug", "product_type": 1, "single_purchasable": True},
            {"id": 43, "name": "Gift card", "product_type": 2, "single_purchasable": True},
            {"id": 44, "name": "Retired", "product_type": 1, "deleted": True},
            {"id": 45, "name": "Single box", "product_type": 0, "single_purchasable": True, "term_ids": [MONTHLY]},
            {"id": 46, "name": "Dear", "product_type": 1},
        ],
        "product_instances": [
            {
                "id": BOX,
                "product_id": 41,
                "price": 0,
                "ship_weight": 24,
                "term_prices": [{"id": 60 + key, "term_id": key, "price": price} for key, price in PRICES.items()],
            },
            {"id": MUG, "product_id": 42, "price": 1600},
            {"id": GIFT_CARD, "product_id": 43, "price": 5000},
            {"id": RETIRED, "product_id": 44, "price": 1},
            {"id": NO_MORE_MUG, "product_id": 42, "price": 1, "deleted": True},
            {
                "id": SINGLE_BOX,
                "product_id": 45,
                "price": 2000,
                "term_prices": [{"id": 99, "term_id": MONTHLY, "price": 1800}],
            },
            {"id": DEAR, "product_id": 46, "price": 100_000_000_000},
        ],
        "coupons": [
            {"id": 71, "code": "FIVE", "name": "Five off", "amount": 500},
            {"id": 72, "code": "TEN", "name": "A tenth off", "percent": 10},
            {"id": 73, "code": "OVER", "name": "Over", "amount": 1, "enabled": False},
            {"id": 74, "code": "ALL", "name": "All off", "amount": 100_000_000},
        ],
        "orders": [{"id": 1000, "customer_id": ANN, "placed_at": "2019-12-31T12:00:00Z"}],
    },
}
GOOD: dict[str, Any] = {
    "customer": {"id": ANN},
    "products": [{"product_instance": {"id": BOX}, "term": {"num_cycles": 1}}],
}
Shop = Callable[..., Awaitable[RunningEmulator]]


async def create(emulator: RunningEmulator, body: Any, user: str = "me", query: str = "") -> Reply:
    return await emulator.cratejoy("POST", f"/orders/{query}", user, json=body)


async def state(emulator: RunningEmulator, name: str = "me") -> bytes:
    return (await emulator.control("GET", f"/sandboxes/{name}/state")).body


def line(instance: int = BOX, **more: Any) -> dict[str, Any]:
    """Return one line of a body; a monthly box by default."""
    term = {"term": {"id": MONTHLY}} if instance == BOX and "term" not in more else {}
    return {"product_instance": {"id": instance}, **term, **more}


def with_line(instance: int = BOX, **more: Any) -> dict[str, Any]:
    return GOOD | {"products": [line(instance, **more)]}


def is_abbreviation_of(place: str, message: str) -> bool:
    """Check how a message starts and, after an ellipsis, how it ends."""
    begin, _, end = place.partition("…")
    return message.startswith(begin) and message.endswith(end)


PREPAID = {"customer": {"id": ANN}, "products": [line(term={"num_cycles": 3})]}
"""The body of an order that pays three cycles in advance."""

DOCUMENTED = example("cratejoy/create_order")
