"""The endpoints of Universe's orders."""

from mockorders.apis.routing import Route
from mockorders.apis.universe import handlers, rules

_EVERY = (
    rules.ENVELOPE,
    rules.CUSTOMER,
    rules.CHECKS,
    rules.COMPLETED,
    rules.ABSENT,
    rules.FREE,
    rules.DATES,
    rules.TOTALS,
    rules.JSON_SUFFIX,
)

ROUTES = (
    Route(
        "GET",
        "/orders",
        handlers.list_orders,
        response_schema="orders-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.LIST_FORM, rules.SORTING, rules.EMPTY_LIST),
        error_rules=(rules.LOGGED_OUT,),
    ),
    Route(
        "GET",
        "/orders/latest",
        handlers.latest_order,
        response_schema="order-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.DETAIL_FORM, rules.LATEST),
        error_rules=(rules.LOGGED_OUT, rules.NO_ORDER),
    ),
    Route(
        "GET",
        "/orders/{id}",
        handlers.get_order,
        response_schema="order-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.DETAIL_FORM, rules.ORDER_ID),
        error_rules=(rules.LOGGED_OUT, rules.NO_ORDER),
    ),
)
