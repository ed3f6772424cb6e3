"""The endpoints of Universe."""

from mockorders.apis.routing import Route
from mockorders.apis.universe import account, fanclub, handlers, rules

_EVERY = (rules.ENVELOPE, rules.CUSTOMER, rules.JSON_SUFFIX)
_ORDERS = (
    *_EVERY,
    rules.CHECKS,
    rules.COMPLETED,
    rules.ABSENT,
    rules.FREE,
    rules.DATES,
    rules.TOTALS,
)

ROUTES = (
    Route(
        "GET",
        "/orders",
        handlers.list_orders,
        response_schema="orders-response",
        query_schema="orders-parameters",
        rules=(*_ORDERS, rules.LIST_FORM, rules.SORTING, rules.EMPTY_LIST),
        error_rules=(rules.LOGGED_OUT,),
    ),
    Route(
        "GET",
        "/orders/latest",
        handlers.latest_order,
        response_schema="order-response",
        query_schema="parameters",
        rules=(*_ORDERS, rules.DETAIL_FORM, rules.LATEST),
        error_rules=(rules.LOGGED_OUT, rules.NO_ORDER),
    ),
    Route(
        "GET",
        "/orders/{id}",
        handlers.get_order,
        response_schema="order-response",
        query_schema="parameters",
        rules=(*_ORDERS, rules.DETAIL_FORM, rules.ORDER_ID),
        error_rules=(rules.LOGGED_OUT, rules.NO_ORDER),
    ),
    Route(
        "GET",
        "/fanclub",
        fanclub.get_fanclub,
        response_schema="fanclub-response",
        query_schema="parameters",
        rules=(rules.ENVELOPE, rules.JSON_SUFFIX, rules.FANCLUB),
    ),
    Route(
        "GET",
        "/plans",
        fanclub.list_plans,
        response_schema="plans-response",
        query_schema="plans-parameters",
        rules=(*_EVERY, rules.PLANS, rules.PLAN_TAGS, rules.PLAN_FORM, rules.PLAN_OFFER),
    ),
    Route(
        "GET",
        "/plans/{id}",
        fanclub.get_plan,
        response_schema="plan-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.PLAN_FORM, rules.PLAN_OFFER),
        error_rules=(rules.NO_PLAN,),
    ),
    Route(
        "GET",
        "/account",
        account.get_account,
        response_schema="account-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.ACCOUNT, rules.ACCOUNT_FIELDS, rules.SUBSCRIPTION, rules.PLAN_OFFER),
    ),
    Route(
        "GET",
        "/account/status",
        account.get_account_status,
        response_schema="account-status-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.ACCOUNT_STATUS),
        needs_credential=False,
    ),
)
