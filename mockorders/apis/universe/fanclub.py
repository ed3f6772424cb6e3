"""Handlers of the fan club and its plans."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe import rules
from mockorders.apis.universe.customers import find_customer, find_fanclub, find_plan
from mockorders.apis.universe.views import render_offered_plan
from mockorders.errors import NotFound
from mockorders.storage.collection import Record

OWN_PAGES = ("login", "logout")

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


def get_fanclub(context: HandlerContext, call: Call) -> Any:
    """Return the fan club."""
    fanclub = find_fanclub(context.tables("universe"))
    links = dict(fanclub["links"])
    for page in OWN_PAGES:
        if links[page] is None:
            links[page] = f"{call.origin}/api/v1/{page}/{quote(context.sandbox_name(), safe='')}"
    return {"fanclub": {**{name: value for name, value in fanclub.items() if name != "label"}, "links": links}}


def list_plans(context: HandlerContext, call: Call) -> Any:
    """Return all plans, or those with one of the tags; sorted by price, highest first."""
    tables = context.tables("universe")
    current = find_plan(tables, find_customer(context, call))
    tags = {tag.strip() for tag in call.query.get("tags", "").split(",")} - {""}
    plans = [plan for plan in tables["plans"] if not tags or tags & set(plan["tags"])]
    plans.sort(key=_price, reverse=True)
    return {"plans": [render_offered_plan(plan, current) for plan in plans]}


def get_plan(context: HandlerContext, call: Call) -> Any:
    """Return one plan."""
    tables = context.tables("universe")
    identifier = call.params["id"]
    plan = tables["plans"].get(int(identifier)) if _ID.fullmatch(identifier) else None
    if plan is None:
        raise NotFound("No plan found", rule=rules.NO_PLAN)
    current = find_plan(tables, find_customer(context, call))
    return {"plan": render_offered_plan(plan, current)}


def _price(plan: Record) -> Decimal:
    return Decimal(plan["price"])
