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
        answer="orders-answer",
        query="orders-parameters",
        rules=(*_EVERY, rules.ENVELOPE, rules.SORTING, rules.PAGING, rules.OFFSET, rules.FILTERS, rules.FILTER_NULL),
        refusals=(rules.FILTER_VALUES, rules.MAX_FILTERS),
    ),
    Route(
        "GET",
        "/orders/{id}",
        handlers.get_order,
        answer="order",
        query="order-parameters",
        rules=_EVERY,
        refusals=(rules.NOT_FOUND,),
    ),
    Route(
        "PUT",
        "/orders/{id}",
        handlers.update_order,
        answer="order",
        query="order-parameters",
        body="update-order",
        rules=(*_EVERY, rules.UPDATE, rules.GIFT_MERGE),
        refusals=(rules.NOT_FOUND, *_READ),
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
        refusals=(*_READ, *_CHECKOUT),
    ),
)
