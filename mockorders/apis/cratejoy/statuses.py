"""The statuses of orders, by the settings of the store, and of fulfillments."""

from collections.abc import Mapping
from typing import Any

from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

SETTINGS_ID = 1
DEFAULT_SETTINGS: Mapping[str, Any] = {"closed": "paid", "fulfilled": "created"}
FULFILLMENT = {"unshipped": "open", "shipped": "closed", "cancelled": "cancelled"}
"""The status of the fulfillments of a shipment, by the status of the shipment."""


def of_new_order(tables: Tables) -> dict[str, str]:
    """Return the statuses of an order that is paid and has its shipments, none of which is shipped yet."""
    settings = _settings(tables)
    return {
        "status": "closed" if settings["closed"] == "paid" else "open",
        "fulfillment_status": "fulfilled" if settings["fulfilled"] == "created" else "unfulfilled",
    }


def after_shipping(tables: Tables, order: Record) -> dict[str, str]:
    """Return the statuses that change if a shipment of an order is shipped or cancelled."""
    settings = _settings(tables)
    found = {each["status"] for each in tables["fulfillments"].where("order_id", order["id"])}
    changes = {}
    if settings["closed"] == "shipped" and order["financial_status"] != "unpaid":
        changes["status"] = "open" if "open" in found else "closed"
    if settings["fulfilled"] == "shipped":
        changes["fulfillment_status"] = "fulfilled" if "closed" in found else "unfulfilled"
    return changes


def _settings(tables: Tables) -> Mapping[str, Any]:
    return tables["settings"].get(SETTINGS_ID) or DEFAULT_SETTINGS
