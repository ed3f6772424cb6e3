"""The endpoints of Cratejoy's orders."""

from mockorders.apis.cratejoy import handlers, rules
from mockorders.apis.routing import Route

_EVERY = (rules.WITH, rules.QUERY, rules.CUSTOMER_SHAPE, rules.ORDER_SHAPE)
_READ = (rules.BODY, rules.FORM, rules.UNKNOWN_PROPERTY)
_CHECKOUT = (
    rules.CUSTOMER_FILTER,
    rules.ONE_MINUTE,
    rules.PAYMENT,
    rules.SHIP_ADDRESS,
    rules.INSTANCE,
    rules.TERM,
    rules.COUPONS,
)

ROUTES = (
    Route(
        "GET",
        "/orders",
        handlers.list_orders,
        response_schema="orders-response",
        query_schema="orders-parameters",
        rules=(*_EVERY, rules.ENVELOPE, rules.SORTING, rules.PAGING, rules.OFFSET, rules.FILTERS, rules.FILTER_NULL),
        error_rules=(rules.FILTER_VALUES, rules.MAX_FILTERS),
    ),
    Route(
        "GET",
        "/orders/{id}",
        handlers.get_order,
        response_schema="order",
        query_schema="order-parameters",
        rules=_EVERY,
        error_rules=(rules.NOT_FOUND,),
    ),
    Route(
        "PUT",
        "/orders/{id}",
        handlers.update_order,
        response_schema="order",
        query_schema="order-parameters",
        body_schema="update-order",
        rules=(*_EVERY, rules.UPDATE, rules.GIFT_MERGE),
        error_rules=(rules.NOT_FOUND, *_READ),
    ),
    Route(
        "POST",
        "/orders",
        handlers.create_order,
        response_schema="order",
        query_schema="order-parameters",
        body_schema="create-order",
        status=201,
        rules=(*_EVERY, rules.CREATE, rules.TOTALS, rules.GIFT),
        error_rules=(*_READ, *_CHECKOUT),
    ),
)
