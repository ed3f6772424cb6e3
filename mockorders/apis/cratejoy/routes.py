"""The endpoints of Cratejoy's orders."""

from mockorders.api import Route
from mockorders.apis.cratejoy import handlers, rules

_EVERY = (rules.WITH, rules.QUERY, rules.CUSTOMER_SHAPE, rules.ORDER_SHAPE)

ROUTES = (
    Route(
        "GET",
        "/orders",
        handlers.list_orders,
        answer="orders-answer",
        query="orders-parameters",
        rules=(*_EVERY, rules.ENVELOPE, rules.SORTING, rules.PAGING, rules.OFFSET, rules.FILTERS, rules.FILTER_NULL),
    ),
    Route("GET", "/orders/{id}", handlers.get_order, answer="order", query="order-parameters", rules=_EVERY),
    Route(
        "PUT",
        "/orders/{id}",
        handlers.update_order,
        answer="order",
        query="order-parameters",
        body="update-order",
        rules=(*_EVERY, rules.UPDATE, rules.GIFT_MERGE),
    ),
    Route(
        "POST",
        "/orders",
        handlers.create_order,
        answer="order",
        query="order-parameters",
        body="create-order",
        status=201,
        rules=(*_EVERY, rules.CREATE, rules.TOTALS, rules.GIFT),
    ),
)
