"""Handlers of the Cratejoy endpoints."""

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.checkout import checkout
from mockorders.apis.cratejoy.checkout.customers import find_customer
from mockorders.apis.cratejoy.filters.compiler import Filter, compile_filter
from mockorders.apis.cratejoy.filters.model import UnknownProperty, order_model
from mockorders.apis.cratejoy.filters.search import search
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue
from mockorders.apis.cratejoy.views import DEFAULT_WITH, PROFILES, RELATIONS, order_view
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.errors import InvalidQuery, NotFound
from mockorders.formats.suggestions import did_you_mean
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.storage.views import View

STREAMING_THRESHOLD = 500
DEFAULT_LIMIT = 10
MAX_FILTERS = 100

# Relations of the real service that are not emulated.
UNIMPLEMENTED_RELATIONS = ("cart", "logs", "gifts", "sent_gift")

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


def list_orders(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Return a page of the orders that match all filters, sorted by id.

    Yields between batches.
    """
    filters = _filters(call.query["filters"])
    view = _order_view(context, call)
    page, limit = _page(context, call)
    tables = context.tables("cratejoy")
    if max(limit, len(tables["orders"]) if filters else 0) > STREAMING_THRESHOLD:
        tables = tables.copy()
    count, ids = yield from _search(tables, filters, page * limit, (page + 1) * limit)
    links = _links(call, page, (count - 1) // limit, PROFILES[context.profile].first_page)
    orders = tables["orders"]
    records = orders.get_many(ids) if len(ids) <= STREAMING_THRESHOLD else (orders[each] for each in ids)
    results = yield from context.render_list(view, tables, records)
    return {"count": count, **links, "results": results}


def get_order(context: HandlerContext, call: Call) -> Any:
    """Return an order."""
    tables = context.tables("cratejoy")
    return context.render(_order_view(context, call), tables, _order(tables, call))


def update_order(context: HandlerContext, call: Call) -> Any:
    """Change an order and return it."""
    view = _order_view(context, call)
    tables = context.tables("cratejoy")
    order = _order(tables, call)
    changed = {**order, **_changes(order, call.body)}
    if changed != order:
        tables["orders"].put(changed)
    return context.render(view, tables, tables["orders"][order["id"]])


def create_order(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Create an order and return it.

    Yields while the customer is searched, before anything is changed.
    """
    view = _order_view(context, call)
    tables = context.tables("cratejoy")
    customer = yield from find_customer(tables, call.body["customer"], body_is_json=call.body_is_json)
    return context.render(view, tables, checkout.create_order(tables, call, customer, context.now()))


def _order(tables: Tables, call: Call) -> Record:
    identifier = call.params["id"]
    order = tables["orders"].get(int(identifier)) if _ID.fullmatch(identifier) else None
    if order is None:
        message = f"order {identifier[:60]!r}: expected the id of an order of this store"
        raise NotFound(message, rule=rules.NOT_FOUND)
    return order


def _order_view(context: HandlerContext, call: Call) -> View:
    return order_view(context.profile, frozenset(_relations(call.query.get("with"))))


def _relations(text: str | None) -> Sequence[str]:
    if text is None:
        return DEFAULT_WITH
    if text == "all":
        return tuple(RELATIONS)
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in RELATIONS:
            is_missing = name in UNIMPLEMENTED_RELATIONS
            why = "is not emulated" if is_missing else "is unknown" + did_you_mean(name, RELATIONS)
            known = ", ".join(RELATIONS)
            message = f"with: expected all or a comma-separated list of {known}; {name[:60]!r} {why}"
            raise InvalidQuery(message, rule=rules.WITH)
    return names


def _page(context: HandlerContext, call: Call) -> tuple[int, int]:
    """Return the page, counted from 0 whatever the profile, and its size."""
    first = PROFILES[context.profile].first_page
    page = call.query.get("page", first)
    if page < first:
        message = f"page: expected an integer of at least {first}, got {page}"
        raise InvalidQuery(message, rule=rules.PAGING)
    return page - first, call.query.get("limit", DEFAULT_LIMIT)


def _filters(pairs: Sequence[tuple[str, str]]) -> list[Filter]:
    if len(pairs) > MAX_FILTERS:
        message = f"expected at most {MAX_FILTERS} filters, got {len(pairs)}"
        raise InvalidQuery(message, rule=rules.MAX_FILTERS)
    return [_filter(name, value) for name, value in pairs]


def _filter(name: str, value: str) -> Filter:
    try:
        return compile_filter(order_model(), name, value)
    except UnknownProperty as error:
        message = f"Unknown property '{str(error)[:200]}'"
        raise InvalidQuery(message, rule=rules.QUERY) from error
    except InvalidFilterValue as error:
        message = f"{name}: {error}"
        raise InvalidQuery(message, rule=rules.FILTER_VALUES) from error


def _search(
    tables: Tables, filters: Sequence[Filter], start: int, end: int
) -> Generator[None, None, tuple[int, Sequence[int]]]:
    """Return the number of orders that match, and the ids of those from index `start` to before `end`."""
    if not filters:
        ids = tables["orders"].ids
        return len(ids), ids[start:end]
    found = yield from search(tables, "orders", filters)
    return len(found), found.page(start, end)


def _links(call: Call, page: int, last: int, first: int) -> dict[str, str | None]:
    """Return the links to the pages before and after. `last` is the last page that has orders, -1 if there is none."""
    next_page = page + 1 if page < last else None
    prev_page = min(page - 1, max(last, 0)) if page > 0 else None
    return {"next": _link(call, next_page, first), "prev": _link(call, prev_page, first)}


def _link(call: Call, page: int | None, first: int) -> str | None:
    if page is None:
        return None
    given = [(name, value) for name, value in call.query["pairs"] if name not in {"page", "offset"}]
    return "?" + urlencode([("page", page + first), *given], quote_via=quote, safe="")


def _changes(order: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that a body changes, with gift info merged and the gift message in both places."""
    if not {"order_gift_info", "gift_message"} & body.keys():
        return dict(body)
    stored = order["order_gift_info"] or {"gift_message": order["gift_message"] or ""}
    mirrored = {"gift_message": body["gift_message"]} if "gift_message" in body else {}
    info = checkout.gift_info({**stored, **mirrored, **body.get("order_gift_info", {})})
    gift = {"is_gift": True} if "order_gift_info" in body else {}
    return {**gift, **body, "order_gift_info": info, "gift_message": info["gift_message"]}
