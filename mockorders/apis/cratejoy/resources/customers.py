"""Customers and their addresses."""

from collections.abc import Mapping
from typing import Any

from mockorders.apis.cratejoy.countries import ICONS
from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.metadata import OF_CUSTOMERS
from mockorders.apis.cratejoy.resources.model import Child, Resource
from mockorders.apis.cratejoy.resources.relations import Source, to_many
from mockorders.apis.cratejoy.resources.representations import ADDRESS, ORDER, SHIPMENT, SUBSCRIPTION
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.errors import InvalidRequest
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.validation.records import fill_defaults


def _number_of(collection: str) -> Any:
    return lambda source, customer: len(source[collection].where("customer_id", customer["id"]))


def _revenue(source: Source, customer: Record) -> int:
    """Return the amount of the paid orders without refunds, in cents."""
    orders = source["orders"].where("customer_id", customer["id"])
    paid = (order for order in orders if order["financial_status"] != "unpaid")
    return sum(order["total"] - order["refunded_amount"] for order in paid)


def _subscription_status(source: Source, customer: Record) -> str | None:
    """Return the status that all subscriptions have, else `mixed`; None without a subscription."""
    statuses = {each["status"] for each in source["subscriptions"].where("customer_id", customer["id"])}
    if len(statuses) > 1:
        return "mixed"
    return next(iter(statuses), None)


def _update_customer(_: HandlerContext, customer: Record, body: Mapping[str, Any]) -> Record:
    """Change properties: the name follows first and last name, and a note is added before the old one."""
    changed = {**customer, **body}
    if body.get("note"):
        changed["note"] = "\n".join(filter(None, [body["note"], customer["note"]]))
    elif "note" in body:
        changed["note"] = None
    if {"first_name", "last_name"} & body.keys():
        changed["name"] = f"{changed['first_name']} {changed['last_name']}".strip()
    return changed


def _create_address(context: HandlerContext, call: Call) -> Record:
    """Store an address; it becomes the primary one if the customer has no other."""
    tables = context.tables("cratejoy")
    customer = tables["customers"].get(call.body["customer_id"])
    if customer is None:
        message = f"customer_id: expected the id of a customer, got {call.body['customer_id']}"
        raise InvalidRequest(message, rule=rules.ADDRESS)
    is_first = not tables["addresses"].where("customer_id", customer["id"])
    given = {"icon": _icon(call.body), **call.body, "id": tables["addresses"].next_id(), "primary": is_first}
    address = fill_defaults("cratejoy/record-addresses", given)
    tables["addresses"].put(address)
    _move_customer(tables, address)
    return address


def _update_address(context: HandlerContext, address: Record, body: Mapping[str, Any]) -> Record:
    """Change an address; the customer's country and location are those of the primary one."""
    changed = {**address, **body}
    if changed["country"] != address["country"]:
        changed["icon"] = _icon(changed)
    _move_customer(context.tables("cratejoy"), changed)
    return changed


def _icon(address: Mapping[str, Any]) -> str:
    return ICONS.get(address["country"], "")


def _move_customer(tables: Tables, address: Record) -> None:
    customer = tables["customers"][address["customer_id"]]
    location = ", ".join(filter(None, [address["state"], address["country"]]))
    moved = {**customer, "country": address["country"], "location": location}
    if address["primary"] and moved != customer:
        tables["customers"].put(moved)


ADDRESSES = Resource(
    name="addresses",
    singular="address",
    is_listed=False,
    update=_update_address,
    create=_create_address,
    rules=(rules.ADDRESS,),
)

_ADDRESSES_OF_CUSTOMER = to_many("addresses", "customer_id", ADDRESS)

CUSTOMERS = Resource(
    name="customers",
    singular="customer",
    derived={
        "num_orders": _number_of("orders"),
        "num_subscriptions": _number_of("subscriptions"),
        "subscription_status": _subscription_status,
        "total_revenue": _revenue,
    },
    relations={
        "_md": OF_CUSTOMERS.relation,
        "addresses": _ADDRESSES_OF_CUSTOMER,
        "orders": to_many("orders", "customer_id", ORDER),
        "shipments": to_many("shipments", "customer_id", SHIPMENT),
        "subscriptions": to_many("subscriptions", "customer_id", SUBSCRIPTION),
    },
    default_with=("addresses", "_md"),
    unimplemented_relations=("logs", "carts", "notes"),
    objects={"address": _ADDRESSES_OF_CUSTOMER},
    update=_update_customer,
    children=(Child("addresses", "address", ADDRESSES, "customer_id", create=True),),
    rules=(rules.CUSTOMER,),
    update_rules=(rules.UPDATE_CUSTOMER,),
)
