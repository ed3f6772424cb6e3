"""The shipping information of the current customer, which queued shipments wait for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe.account import rules
from mockorders.apis.universe.customers import require_customer
from mockorders.errors import ApiError
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.validation.schemas import properties

ADDRESS_ISSUE = "missing_shipment_address"
OPTION_ISSUE = "missing_required_option"
NO_LONGER_QUEUED = "Processing"
OPTIONAL = {"address_2", "state"}
MAX_ERRORS = 20

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


class InvalidShipping(ApiError):
    """Raised if the shipping information cannot be changed as requested; the messages are for the customer."""


def get_shipping(context: HandlerContext, call: Call) -> Any:
    """Return the address of the current customer, and the options of the items in the packages that were ordered."""
    tables, customer = require_customer(context, call)
    return _shipping(tables, customer)


def update_shipping(context: HandlerContext, call: Call) -> Any:
    """Change the address and the selected options; queued shipments that wait for nothing else are processed."""
    tables, customer = require_customer(context, call)
    address = {**(customer["shipping_address"] or {}), **_known_fields(call.body.get("address", {}))}
    choices = call.body.get("items", {})
    types = {_key(each): each for each in _item_types(tables, _plan_ids(_orders(tables, customer)))}
    errors = [*(_address_errors(address) if "address" in call.body else ())]
    errors += islice(_choice_errors(types, choices), MAX_ERRORS)
    if errors:
        raise InvalidShipping(*errors, rule=rules.SHIPPING_ERRORS)
    changed = {**customer, "item_options": _selected(customer, types, choices)}
    if "address" in call.body:
        changed["shipping_address"] = {name: address.get(name, "") for name in properties("universe/address")}
    if changed != customer:
        tables["customers"].put(changed)
    for order in _orders(tables, changed):
        _release_shipments(tables, changed, order)
    return _shipping(tables, changed)


def _orders(tables: Tables, customer: Record) -> list[Record]:
    """Return the orders of a customer whose packages are or will be shipped."""
    orders = tables["orders"].where("customer_id", customer["id"])
    return [order for order in orders if order["completed"] and order["refunded_at"] is None]


def _plan_ids(orders: Sequence[Record]) -> set[int]:
    return {order["plan"]["id"] for order in orders}


def _item_types(tables: Tables, plan_ids: set[int]) -> list[Record]:
    """Return the types of items with options in the packages of plans."""
    return [each for each in tables["item_types"] if not plan_ids.isdisjoint(each["plan_ids"])]


def _key(item_type: Record) -> str:
    return f"item_type_{item_type['id']}"


def _shipping(tables: Tables, customer: Record) -> dict[str, Any]:
    selected = _options_by_type(customer)
    types = _item_types(tables, _plan_ids(_orders(tables, customer)))
    return {
        "address": customer["shipping_address"] or {},
        "items": [{_key(each): _item(each, selected.get(each["id"]))} for each in types],
    }


def _item(item_type: Record, selected: int | None) -> dict[str, Any]:
    options = [{**option, "selected": option["id"] == selected} for option in item_type["options"]]
    return {"label": item_type["name"], "options": options}


def _options_by_type(customer: Record) -> dict[int, int]:
    return {each["item_type_id"]: each["option_id"] for each in customer["item_options"]}


def _known_fields(address: Mapping[str, Any]) -> dict[str, Any]:
    return {name: address[name] or "" for name in properties("universe/address") if name in address}


def _address_errors(address: Mapping[str, str]) -> Iterator[str]:
    for name in properties("universe/address"):
        if name not in OPTIONAL and not address.get(name, "").strip():
            yield f"{name.replace('_', ' ').capitalize()} can't be blank"


def _choice_errors(types: Mapping[str, Record], choices: Mapping[str, Any]) -> Iterator[str]:
    for key, choice in choices.items():
        if key not in types:
            expected = f"expected one of {', '.join(types)}" if types else "expected none, no item has options"
            yield f"items.{key[:60]}: {expected}"
        elif choice in {None, ""}:
            yield f"{types[key]['name']} can't be blank"
        elif _option_id(choice) not in _option_ids(types[key]):
            yield f"{types[key]['name']} is not included in the list"


def _option_id(choice: Any) -> int | None:
    return int(choice) if _ID.fullmatch(str(choice)) else None


def _option_ids(item_type: Record) -> set[int]:
    return {option["id"] for option in item_type["options"]}


def _selected(customer: Record, types: Mapping[str, Record], choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the selected options after a change, sorted by the type of the item."""
    selected = _options_by_type(customer) | {types[key]["id"]: int(choice) for key, choice in choices.items()}
    return [{"item_type_id": each, "option_id": selected[each]} for each in sorted(selected)]


def _release_shipments(tables: Tables, customer: Record, order: Record) -> None:
    """Remove the issues of an order's shipments that the shipping information resolves."""
    shipments = order["shipments"] or ()
    if not any("issues" in shipment for shipment in shipments):
        return
    resolved = set() if customer["shipping_address"] is None else {ADDRESS_ISSUE}
    if _has_all_options(tables, customer, order["plan"]["id"]):
        resolved.add(OPTION_ISSUE)
    released = [_released(shipment, resolved, customer["shipping_address"]) for shipment in shipments]
    if released != shipments:
        tables["orders"].put({**order, "shipments": released})


def _has_all_options(tables: Tables, customer: Record, plan_id: int) -> bool:
    """Check whether each type of item in a plan has a selected option, and there is one."""
    selected = _options_by_type(customer)
    types = _item_types(tables, {plan_id})
    return bool(types) and all(selected.get(each["id"]) in _option_ids(each) for each in types)


def _released(shipment: Mapping[str, Any], resolved: set[str], address: Record | None) -> dict[str, Any]:
    issues = shipment.get("issues", ())
    remaining = [issue for issue in issues if issue not in resolved]
    if len(remaining) == len(issues):
        return dict(shipment)
    released = dict(shipment) | {"issues": remaining}
    if not remaining:
        del released["issues"]
        released["status"] = NO_LONGER_QUEUED
    if ADDRESS_ISSUE in set(issues) - set(remaining):
        released["shipping_address"] = address
    return released
