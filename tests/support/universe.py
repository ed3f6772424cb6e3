"""Documented responses of the Universe API, and a set with orders of each kind."""

from typing import Any

from support.emulator import RunningEmulator, example

NO_KEY = {"status": "error", "messages": ["Invalid API key"]}
OWN_CUSTOMER = 7
ADDRESS = example("universe/order_489")["order"]["billing_address"]
ITEMS = [{"name": f"Item {n}", "thumbnail": None, "option": None} for n in range(3)]
SHIPPED = {
    "status": "Shipped on March 5, 2013",
    "ship_date": "2013-03-05",
    "tracking_url": "https://carrier.example/1",
    "shipping_address": ADDRESS,
    "items": ITEMS,
}
BOTH_ISSUES = ["missing_shipment_address", "missing_required_option"]
OPTION_ONLY = ["missing_required_option"]
HOSTILE = "one\u2028two\u2029three</script><!--"


def stored(identifier: int, **changes: Any) -> dict[str, Any]:
    """Return an order of the own customer as in a fixture file; `price`, `package` and `name` belong to its plan."""
    plan = {**example("universe/order_489")["order"]["plan"], "price": "50.0"}
    plan |= {key: changes.pop(key) for key in ("price", "package", "name") if key in changes}
    plain = {"customer_id": OWN_CUSTOMER, "plan": plan, "created_at": "2013-01-30", "paid_at": "2013-01-30"}
    return {"id": identifier, **plain, **changes}


OWN_SET = {
    "current_customer": OWN_CUSTOMER,
    "universe": {
        "customers": [{"id": OWN_CUSTOMER}, {"id": 8}],
        "orders": [
            stored(90, completed=False),
            stored(80, customer_id=8),
            stored(
                1, price="49.99", totals={"shipping": "0.0", "discount": "2.5", "subtotal": "49.99", "total": "47.49"}
            ),
            stored(2, price="0.00", package={}),
            stored(3, price="120.00", shipments=[SHIPPED], billing_address=ADDRESS),
            stored(4, shipments=[{"status": "Backordered", "issues": BOTH_ISSUES, "shipping_address": ADDRESS}]),
            stored(5, shipments=[{"status": "Backordered", "issues": OPTION_ONLY, "shipping_address": ADDRESS}]),
            stored(6, shipments=[]),
            stored(7, shipments=[SHIPPED, {"status": "Processing"}]),
            stored(8, created_at="2013-12-05", paid_at="2014-02-28", refunded_at="2014-11-01"),
            stored(9, paid_at=None),
            stored(10, name=HOSTILE),
        ],
    },
}


async def ids(emulator: RunningEmulator, path: str, key: str = "docs@2", **headers: str) -> list[int]:
    """Return the ids of a list, in order."""
    return [order["id"] for order in (await emulator.universe(path, key, **headers)).json["orders"]]
