"""The current customer of a call, and what it has: orders, a fan club and a plan."""

from collections.abc import Generator
from functools import cache

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe import rules
from mockorders.errors import ApiError
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.validation.records import fill_defaults

BATCH = 500


class LoginRequired(ApiError):
    """Raised if no customer is logged in."""

    status = 401


def login_required() -> LoginRequired:
    """Return the error of a request while nobody is logged in."""
    return LoginRequired("Please log in to access your online benefits.", rule=rules.LOGGED_OUT)


def require_customer(context: HandlerContext, call: Call) -> tuple[Tables, Record]:
    """Return the collections and the current customer. Raises LoginRequired if nobody is logged in."""
    tables = context.tables("universe")
    customer = tables["customers"].get(call.customer)
    if customer is None:
        raise login_required()
    return tables, customer


def find_customer(context: HandlerContext, call: Call) -> Record | None:
    """Return the current customer, or None if nobody is logged in."""
    return context.tables("universe")["customers"].get(call.customer)


def find_orders(tables: Tables, customer: Record) -> Generator[None, None, list[Record]]:
    """Return the completed orders of a customer at this time, by id. Yields between batches."""
    found = tables["orders"].where("customer_id", customer["id"])
    completed: list[Record] = []
    for start in range(0, len(found), BATCH):
        if start:
            yield
        completed += [order for order in found[start : start + BATCH] if order["completed"]]
    return completed


def find_plan(tables: Tables, customer: Record | None) -> Record | None:
    """Return the plan of a customer's subscription, or None without one, or if it has lapsed."""
    subscription = None if customer is None else customer["subscription"]
    if subscription is None or subscription["lapsed"]:
        return None
    return tables["plans"].get(subscription["plan_id"])


def find_fanclub(tables: Tables) -> Record:
    """Return the fan club with the lowest id, or the one of the schema's defaults if there is none."""
    return next(iter(tables["fanclubs"]), None) or _default_fanclub()


@cache
def _default_fanclub() -> Record:
    return fill_defaults("universe/record-fanclubs", {"id": 1})
