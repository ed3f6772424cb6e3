"""The shipping information of the current customer, which queued shipments wait for."""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe.account import rules
from mockorders.apis.universe.customers import find_orders, require_customer
from mockorders.errors import ApiError
from mockorders.storage.collection import Collection, Record
from mockorders.storage.tables import Tables
from mockorders.validation.schemas import properties

ADDRESS_ISSUE = "missing_shipment_address"
OPTION_ISSUE = "missing_required_option"
NO_LONGER_QUEUED = "Processing"
OPTIONAL = {"address_2", "state"}
MAX_ERRORS = 20
MAX_SHOWN = 20
BATCH = 500
CHANGE_BATCH = 50

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


class InvalidShipping(ApiError):
    """Raised if the shipping information cannot be changed as requested; the messages are for the customer."""


class Packages(NamedTuple):
    """The orders of a customer whose packages are or will be shipped, and the types of items in them by plan."""

    customer: Record
    orders: Sequence[Record]
    types_by_plan: Mapping[int, Sequence[Record]]

    @property
    def types(self) -> list[Record]:
        """The types of items with options, by id."""
        by_id = {each["id"]: each for each in chain.from_iterable(self.types_by_plan.values())}
        return [by_id[identifier] for identifier in sorted(by_id)]


def get_shipping(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Return the address of the current customer, and the options of the items in the packages that were ordered."""
    packages = yield from _find_packages(*require_customer(context, call))
    return _shipping(packages.customer, packages.types)


def update_shipping(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Change the address and the selected options; queued shipments that wait for nothing else are processed."""
    tables, _ = require_customer(context, call)
    version = None
    while version is not tables.log.version:  # if records changed meanwhile, they are searched again
        version = tables.log.version
        draft = tables.draft()
        packages = yield from _find_packages(*require_customer(context, call))
        changed = packages._replace(customer=_changed_customer(packages, call.body))
        if changed.customer != packages.customer:
            draft["customers"].put(changed.customer)
        yield from _release_shipments(draft["orders"], changed)
    tables.apply_draft(draft)
    return _shipping(changed.customer, changed.types)


def _find_packages(tables: Tables, customer: Record) -> Generator[None, None, Packages]:
    """Return the packages of a customer at this time. Yields between batches."""
    item_types = tables["item_types"].copy(tables.log)
    completed = yield from find_orders(tables, customer)
    orders = [order for order in completed if order["refunded_at"] is None]
    types_by_plan: dict[int, list[Record]] = {order["plan"]["id"]: [] for order in orders}
    for number, each in enumerate(item_types):
        for plan_id in types_by_plan.keys() & each["plan_ids"]:
            types_by_plan[plan_id].append(each)
        if number % BATCH == BATCH - 1:
            yield
    return Packages(customer, orders, types_by_plan)


def _changed_customer(packages: Packages, body: Mapping[str, Any]) -> Record:
    """Return the customer with the submitted address and options. Raises InvalidShipping if they are invalid."""
    customer = packages.customer
    types = {_key(each): each for each in packages.types}
    address = {**(customer["shipping_address"] or {}), **_known_fields(body.get("address", {}))}
    choices = body.get("items", {})
    errors = [*(_address_errors(address) if "address" in body else ())]
    errors += islice(_choice_errors(types, choices), MAX_ERRORS)
    if errors:
        raise InvalidShipping(*errors, rule=rules.SHIPPING_ERRORS)
    changed = {**customer, "item_options": _selected(customer, types, choices)}
    if "address" in body:
        changed["shipping_address"] = {name: address.get(name, "") for name in properties("universe/address")}
    return changed


def _key(item_type: Record) -> str:
    return f"item_type_{item_type['id']}"


def _shipping(customer: Record, types: Iterable[Record]) -> dict[str, Any]:
    selected = _options_by_type(customer)
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
            yield f"items.{key[:60]}: {_expected_keys(types)}"
        elif choice in {None, ""}:
            yield f"{types[key]['name']} can't be blank"
        elif _option_id(choice) not in _option_ids(types[key]):
            yield f"{types[key]['name']} is not included in the list"


def _expected_keys(types: Mapping[str, Record]) -> str:
    if not types:
        return "expected none, no item has options"
    others = len(types) - MAX_SHOWN
    return f"expected one of {', '.join(islice(types, MAX_SHOWN))}{f' or {others} others' if others > 0 else ''}"


def _option_id(choice: Any) -> int | None:
    return int(choice) if _ID.fullmatch(str(choice)) else None


def _option_ids(item_type: Record) -> set[int]:
    return {option["id"] for option in item_type["options"]}


def _selected(customer: Record, types: Mapping[str, Record], choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the selected options after a change, sorted by the type of the item."""
    selected = _options_by_type(customer) | {types[key]["id"]: int(choice) for key, choice in choices.items()}
    return [{"item_type_id": each, "option_id": selected[each]} for each in sorted(selected)]


def _release_shipments(orders: Collection, packages: Packages) -> Generator[None, None, None]:
    """Remove the issues of shipments that the shipping information resolves. Yields between batches."""
    address = packages.customer["shipping_address"]
    selected = _options_by_type(packages.customer)
    complete = {plan for plan, types in packages.types_by_plan.items() if _has_all_options(types, selected)}
    for number, order in enumerate(packages.orders):
        resolved = set() if address is None else {ADDRESS_ISSUE}
        resolved |= {OPTION_ISSUE} if order["plan"]["id"] in complete else set()
        shipments = order["shipments"] or ()
        released = [_released(shipment, resolved, address) for shipment in shipments]
        if any(after is not before for after, before in zip(released, shipments, strict=True)):
            orders.put({**order, "shipments": released})
        if number % CHANGE_BATCH == CHANGE_BATCH - 1:
            yield


def _has_all_options(types: Sequence[Record], selected: Mapping[int, int]) -> bool:
    """Check whether each type of item in a plan has a selected option, and there is one."""
    return bool(types) and all(selected.get(each["id"]) in _option_ids(each) for each in types)


def _released(shipment: Record, resolved: set[str], address: Record | None) -> Record:
    """Return a shipment without its resolved issues; the same object if there are none."""
    issues = shipment.get("issues", ())
    remaining = [issue for issue in issues if issue not in resolved]
    if len(remaining) == len(issues):
        return shipment
    released = {**shipment, "issues": remaining}
    if not remaining:
        del released["issues"]
        released["status"] = NO_LONGER_QUEUED
    if ADDRESS_ISSUE in set(issues) - set(remaining):
        released["shipping_address"] = address
    return released
