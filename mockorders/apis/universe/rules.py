"""What the emulator decides about Universe, with the evidence: statements, not code."""

from mockorders.rules import Rule

_ROOT = "docs root of the Universe API"
_PAGE = "the documented page, Orders"

ENVELOPE = Rule(
    "universe.envelope",
    'Success is `{"status":"ok",…}`, failure `{"status":"error","messages":[…]}`; both are HTTP 200.',
    "observed",
    f"{_ROOT}: the code is 200 whatever the status; the shapes are on the documented page",
)
HTTP_STATUS = Rule(
    "universe.http-status",
    "Only what is no request to a resource has another status: 404 for an unknown path, 405 for a wrong method, "
    "408 and 413 for a body.",
    "assumed",
    "the client's own test server answers an unknown path with 404",
)
KEY = Rule(
    "universe.key",
    "`key` stands in the query string; without one that is let in the answer is `Invalid API key`.",
    "assumed",
    f"{_ROOT}: without it the failure response comes every time; its text is unknown",
)
CUSTOMER = Rule(
    "universe.current-customer",
    "The current customer is `Authorization: Bearer customer-ID`, else the cookie `mockorders_customer=ID`, else the "
    "credential's `@ID`, else the fixture set's `current_customer`. Other authorization schemes are ignored.",
    "assumed",
    "the service knows a bearer token and a session cookie; their contents are ours",
)
LOGGED_OUT = Rule(
    "universe.logged-out",
    "A customer who does not exist, wherever named, and `@none`, is logged out: `Please log in to access your online "
    "benefits.`",
    "observed",
    f"{_ROOT} for the text; the client's tests for an invalid token, which means logged out",
)
CHECKS = Rule(
    "universe.checks",
    "The key is checked first, then the login, then the order is looked up.",
    "assumed",
    "unknown in public",
)
NO_ORDER = Rule(
    "universe.no-order-found",
    "Another customer's order, an unknown or malformed id, and `latest` of a customer without orders: `No order "
    "found`.",
    "documented",
    f"{_PAGE}: the failures of /orders/{{id}} and /orders/latest; for unknown and malformed ids by inference",
    "Failure: Order doesn't belong to current customer",
)
ORDER_ID = Rule("universe.order-id", "Only ASCII digits are an order's id.", "assumed", "unknown in public")
COMPLETED = Rule(
    "universe.completed",
    "Only completed orders are shown, in all three endpoints.",
    "documented",
    f"{_PAGE}: `List all completed orders`, `latest completed order`",
    "List all completed orders associated with the current customer",
)
SORTING = Rule(
    "universe.order-parameter",
    "`order` is `ASC` or `DESC` in any case and sorts by id; the default, and what any other value means, is ASC. "
    "It may stand in the query string, else in a JSON body.",
    "documented",
    f"{_PAGE}: Request; other values are unknown, the box of the page is JSON",
    "Sorts orders by id either ascending (ASC) or descending (DESC) Defaults to ASC",
)
LATEST = Rule(
    "universe.latest",
    "The latest order is the completed one with the highest id.",
    "assumed",
    f"{_PAGE} does not say by what it is the latest",
)
EMPTY_LIST = Rule(
    "universe.empty-list",
    "A customer without orders gets an empty list, no error.",
    "observed",
    "the affiliates page: nothing to list is ok with an empty array",
)
LIST_FORM = Rule(
    "universe.list-form",
    "In lists a plan's price is a number, totals have at least one decimal, a shipment counts its items and has no "
    "address, and there is no billing address.",
    "documented",
    f"{_PAGE}: GET /orders",
    "Success: All orders for the current customer, sorted by id descending",
)
DETAIL_FORM = Rule(
    "universe.detail-form",
    "In detail a plan's price is a decimal string, totals have two decimals, a shipment lists its items and its "
    "address, and there is a billing address.",
    "documented",
    f"{_PAGE}: GET /orders/489",
    "Success: After GET request to /orders/489",
)
FREE = Rule(
    "universe.free-order",
    "A free plan's price is the number 0 in both forms; an order without a package has null totals, no `shipments` and "
    "a null billing address.",
    "documented",
    f"{_PAGE}: order 3; the billing address is unknown",
)
ABSENT = Rule(
    "universe.absent-keys",
    "What a shipment does not have is left out rather than null; the shipping address is left out where it is missing.",
    "documented",
    f"{_PAGE}: queued shipments; `missing_shipment_address` in detail is not shown there",
    "Success: All orders for the current customer with queued shipments",
)
DATES = Rule(
    "universe.dates",
    "Orders are dated in long form without a leading zero (`January 5, 2013`), shipments in ISO form.",
    "documented",
    f"{_PAGE}; days below ten are not shown there",
)
TOTALS = Rule(
    "universe.totals",
    "Totals are data: they are never computed or made to add up.",
    "documented",
    f"{_PAGE}: the detail of order 489 does not add up",
)
JSONP = Rule(
    "universe.jsonp",
    "`callback=NAME` wraps every answer, errors too, as `NAME(…);`; U+2028, U+2029 and `</` are escaped. A name "
    "that is not 1 to 128 letters, digits, `_ $ . [ ]` gets the plain envelope `Invalid callback`.",
    "observed",
    "the clients' JSONP transport; the text is ours",
)
METHOD_OVERRIDE = Rule(
    "universe.method-override",
    "`_method=POST` on a GET makes it a POST.",
    "observed",
    "the clients' JSONP transport",
)
JSON_SUFFIX = Rule(
    "universe.json-suffix", "Every path also takes a `.json` suffix.", "observed", "the older client sends it always"
)
