"""The endpoints of the account of the current customer."""

from mockorders.apis.routing import Route
from mockorders.apis.universe.account import changes, information, rules, shipping
from mockorders.apis.universe.rules import BODY, CUSTOMER, ENVELOPE, FIELDS, JSON_SUFFIX, LOGGED_OUT, PLAN_OFFER

_EVERY = (ENVELOPE, CUSTOMER, JSON_SUFFIX)
_CHANGE = (*_EVERY, FIELDS)

ROUTES = (
    Route(
        "GET",
        "/account",
        information.get_account,
        response_schema="account-response",
        query_schema="parameters",
        rules=(
            *_EVERY,
            rules.ACCOUNT,
            rules.ACCOUNT_FIELDS,
            rules.SUBSCRIPTION,
            PLAN_OFFER,
        ),
    ),
    Route(
        "POST",
        "/account",
        changes.update_account,
        response_schema="account-response",
        query_schema="parameters",
        body_schema="account-body",
        rules=(*_CHANGE, rules.ACCOUNT_CHANGE, rules.PASSWORDS, rules.ACCOUNT_FIELDS),
        error_rules=(LOGGED_OUT, BODY, rules.ACCOUNT_ERRORS),
    ),
    Route(
        "GET",
        "/account/shipping",
        shipping.get_shipping,
        response_schema="shipping-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.SHIPPING, rules.ITEM_OPTIONS),
        error_rules=(LOGGED_OUT,),
    ),
    Route(
        "POST",
        "/account/shipping",
        shipping.update_shipping,
        response_schema="shipping-response",
        query_schema="parameters",
        body_schema="shipping-body",
        rules=(
            *_CHANGE,
            rules.SHIPPING,
            rules.ITEM_OPTIONS,
            rules.SHIPPING_CHANGE,
            rules.RELEASE,
        ),
        error_rules=(LOGGED_OUT, BODY, rules.SHIPPING_ERRORS),
    ),
    Route(
        "GET",
        "/subscriptions",
        information.list_subscriptions,
        response_schema="subscriptions-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.SUBSCRIPTIONS, rules.SUBSCRIPTION),
        error_rules=(LOGGED_OUT,),
    ),
    Route(
        "GET",
        "/account/status",
        information.get_account_status,
        response_schema="account-status-response",
        query_schema="parameters",
        rules=(*_EVERY, rules.ACCOUNT_STATUS),
        needs_credential=False,
    ),
)
