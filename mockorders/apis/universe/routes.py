"""The endpoints of Universe."""

from mockorders.apis.routing import Route
from mockorders.apis.universe import fanclub, handlers, login, rules
from mockorders.apis.universe.account.routes import ROUTES as ACCOUNT_ROUTES

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
    *ACCOUNT_ROUTES,
    Route(
        "POST",
        "/refresh",
        login.refresh,
        response_schema="refresh-response",
        query_schema="parameters",
        body_schema="refresh-body",
        rules=(rules.ENVELOPE, rules.JSON_SUFFIX, rules.FIELDS, rules.REFRESH),
        error_rules=(rules.BODY, rules.INVALID_REFRESH),
    ),
    Route(
        "GET",
        "/login/{sandbox}",
        login.show_login,
        response_schema="page",
        rules=(rules.LOGIN_PAGE, rules.HAND_OVER),
        error_rules=(rules.REDIRECT, rules.LOGIN_PAGE, rules.HAND_OVER),
        is_page=True,
    ),
    Route(
        "GET",
        "/logout/{sandbox}",
        login.log_out,
        response_schema="page",
        rules=(rules.LOGOUT_PAGE,),
        error_rules=(rules.REDIRECT,),
        is_page=True,
    ),
)
