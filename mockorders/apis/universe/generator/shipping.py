"""The shipping information of generated customers, which agrees with their shipments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockorders.apis.universe.generator.shipments import ADDRESS

Record = dict[str, Any]


def add_shipping(customers: Mapping[int, Record], orders: Iterable[Record], item_types: Sequence[Record]) -> None:
    """Set the address and the selected options of customers to those of their latest shipments.

    A customer for whom a shipment waits has no address, or has not selected the options.
    """
    options = dict(_options_by_name(item_types))
    waiting: set[tuple[int, str]] = set()
    for order in (each for each in orders if each["customer_id"] in customers):
        for shipment in order["shipments"] or ():
            _add_shipment(customers[order["customer_id"]], shipment, options)
            waiting.update((order["customer_id"], issue) for issue in shipment.get("issues", ()))
    for identifier, issue in waiting:
        missing: Record = {"shipping_address": None} if issue == ADDRESS else {"item_options": []}
        customers[identifier].update(missing)


def _add_shipment(customer: Record, shipment: Record, options: Mapping[tuple[str, str], Record]) -> None:
    customer["shipping_address"] = shipment.get("shipping_address", customer["shipping_address"])
    chosen = [options[key] for item in shipment.get("items", ()) if (key := (item["name"], item["option"])) in options]
    if chosen:
        selected = {each["item_type_id"]: each for each in (*customer["item_options"], *chosen)}
        customer["item_options"] = [selected[each] for each in sorted(selected)]


def _options_by_name(item_types: Sequence[Record]) -> Iterator[tuple[tuple[str, str], Record]]:
    """Yield the selections of options, each by the names of the item and of the option."""
    for each in item_types:
        for option in each["options"]:
            yield (each["name"], option["name"]), {"item_type_id": each["id"], "option_id": option["id"]}
