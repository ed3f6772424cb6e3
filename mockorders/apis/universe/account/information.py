"""Handlers that read the account of the current customer."""

from datetime import date
from typing import Any

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe.customers import find_customer, find_fanclub, find_plan, require_customer
from mockorders.apis.universe.views import render_offered_plan
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

NOT_IN_RESPONSES = {"label", "username", "subscription", "shipping_address", "item_options"}


def get_account(context: HandlerContext, call: Call) -> Any:
    """Return the current customer; nothing if nobody is logged in."""
    customer = find_customer(context, call)
    return {} if customer is None else {"customer": render_customer(context, customer)}


def get_account_status(context: HandlerContext, call: Call) -> Any:
    """Return whether a customer is logged in."""
    return {"logged_in": find_customer(context, call) is not None}


def list_subscriptions(context: HandlerContext, call: Call) -> Any:
    """Return the subscription of the current customer, or none, as a list."""
    tables, customer = require_customer(context, call)
    subscription = customer["subscription"]
    return {"subscriptions": [] if subscription is None else [_listed(tables, customer["id"], subscription)]}


def render_customer(context: HandlerContext, customer: Record) -> dict[str, Any]:
    """Return a customer as in the response of an account."""
    tables = context.tables("universe")
    rendered = {}
    for name, value in customer.items():
        if name not in NOT_IN_RESPONSES:
            rendered[name] = value
        if name == "birthdate":
            rendered["age"] = _age(context, value)
        if name == "username":
            rendered |= {} if value is None else {"username": value}
            rendered["fanclub_id"] = find_fanclub(tables)["id"]
    if customer["subscription"] is not None:
        rendered["subscription"] = _subscription(tables, customer)
    return rendered


def _age(context: HandlerContext, birthdate: str | None) -> int | None:
    """Return the age in years at the sandbox's time; the clock is read only for customers with a date of birth."""
    if birthdate is None:
        return None
    today = context.now().date()
    born = date.fromisoformat(birthdate)
    had_no_birthday = (today.month, today.day) < (born.month, born.day)
    return today.year - born.year - had_no_birthday


def _listed(tables: Tables, identifier: int, subscription: Record) -> dict[str, Any]:
    """Return a subscription as in lists. It has the id of its customer, and no end if it is unlimited."""
    plan = tables["plans"][subscription["plan_id"]]
    shown = {name: value for name, value in subscription.items() if name not in {"plan_id", "end_date"}}
    end = {} if subscription["end_date"] is None else {"end_date": subscription["end_date"]}
    return {"id": identifier, "name": plan["name"], **shown, **end}


def _subscription(tables: Tables, customer: Record) -> dict[str, Any]:
    subscription = customer["subscription"]
    plan = tables["plans"][subscription["plan_id"]]
    rendered = {name: value for name, value in subscription.items() if name != "plan_id"}
    return {"plan": render_offered_plan(plan, find_plan(tables, customer)), **rendered}
