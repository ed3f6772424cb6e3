"""The two views of an order, in lists and in detail, and a plan as it is offered to a customer."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from mockorders.storage.collection import Record
from mockorders.storage.views import ReadTracker, View


def render_listed(_: ReadTracker, order: Record) -> dict[str, Any]:
    """Render an order as in lists."""
    return {
        **_common(order, _number, _one_decimal),
        **_shipments(order, _shipment_in_list),
    }


def render_detailed(_: ReadTracker, order: Record) -> dict[str, Any]:
    """Render an order in detail."""
    return {
        **_common(order, _decimal_or_zero, _two_decimals),
        "billing_address": order["billing_address"],
        **_shipments(order, _shipment_in_detail),
    }


LIST_VIEW = View("universe/listed-order", render_listed)
DETAIL_VIEW = View("universe/order", render_detailed)


def render_offered_plan(plan: Record, current: Record | None) -> dict[str, Any]:
    """Return a stored plan as it is offered to a customer who has the `current` plan, if any."""
    difference = None if current is None else Decimal(plan["price"]) - Decimal(current["price"])
    is_available = plan["available_to_customer"] and not plan["renewal"]
    is_upgrade = difference is not None and difference > 0 and is_available
    offer = {
        **plan,
        "upgrade_price": _one_decimal(f"{difference:f}") if is_upgrade else None,
        "current": plan == current,
        "upgrade": is_upgrade,
    }
    rendered = _plan({name: offer[name] for name in _OFFERED_PLAN}, _decimal_or_zero)
    return rendered | {"renewal": plan["renewal"]}


def _common(order: Record, price: Any, amount: Any) -> dict[str, Any]:
    totals = order["totals"]
    return {
        "id": order["id"],
        "customer_id": order["customer_id"],
        "plan": _plan(order["plan"], price),
        "totals": None if totals is None else {name: amount(value) for name, value in totals.items()},
        "created_at": long_date(order["created_at"]),
        "paid_at": long_date(order["paid_at"]),
        "refunded_at": long_date(order["refunded_at"]),
    }


def _plan(plan: Mapping[str, Any], price: Any) -> dict[str, Any]:
    rendered = {}
    for name, value in plan.items():
        if name == "checkout":
            rendered["price"] = price(plan["price"])
        if name != "price":
            rendered[name] = value
    return rendered


def _shipments(order: Record, render: Any) -> dict[str, Any]:
    shipments = order["shipments"]
    return {} if shipments is None else {"shipments": [render(shipment) for shipment in shipments]}


def _shipment_in_list(shipment: Mapping[str, Any]) -> dict[str, Any]:
    rendered = {name: value for name, value in shipment.items() if name != "shipping_address"}
    return rendered | {"items": len(rendered["items"])} if "items" in rendered else rendered


def _shipment_in_detail(shipment: Mapping[str, Any]) -> dict[str, Any]:
    missing = "missing_shipment_address" in shipment.get("issues", ())
    return {name: value for name, value in shipment.items() if not (missing and name == "shipping_address")}


def long_date(text: str | None) -> str | None:
    """Return a stored date in the long format, `January 5, 2013`."""
    if text is None:
        return None
    day = date.fromisoformat(text)
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year:04}"


_OFFERED_PLAN = (
    "id name class description online_benefits annotations tags duration display_price upgrade_price price checkout "
    "current upgrade available_to_customer package"
).split()

# Not strftime, whose month names depend on the locale.
_MONTHS = "January February March April May June July August September October November December".split()


def _number(price: str) -> Any:
    amount = Decimal(price)
    return int(amount) if amount == amount.to_integral_value() else amount


def _decimal_or_zero(price: str) -> Any:
    return _one_decimal(price) if Decimal(price) else 0


def _one_decimal(amount: str) -> str:
    """Return an amount in the format of Ruby's BigDecimal: with as few decimal places as possible, at least one."""
    whole, _, decimals = amount.partition(".")
    return f"{int(whole)}.{decimals.rstrip('0') or '0'}"


def _two_decimals(amount: str) -> str:
    return f"{Decimal(amount):.2f}"
