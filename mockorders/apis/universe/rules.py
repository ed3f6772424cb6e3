"""Rules of the emulated Universe API, with their evidence and source."""

from mockorders.rules import Rule

_ROOT = "docs root of the Universe API"
_PAGE = "the documented page, Orders"

ENVELOPE = Rule(
    "universe.envelope",
    'A success is `{"status":"ok",…}`, a failure is `{"status":"error","messages":[…]}`; both are HTTP 200.',
    "observed",
    f"{_ROOT}: the code is 200 whatever the status; the shapes are on the documented page",
)
HTTP_STATUS = Rule(
    "universe.http-status",
    "A request that is rejected before it reaches an endpoint gets an HTTP status other than 200: 403 for a page of a "
    "foreign origin, 404 for an unknown path, 405 for an unsupported method, 408 for a body that takes too long, 413 "
    "for a body that is too large and 415 for a body with an unsupported coding.",
    "assumed",
    "the client's own test server returns 404 for an unknown path",
)
KEY = Rule(
    "universe.key",
    "`key` is a query parameter, or a field of a form that is sent with POST if the query string has none. Without an "
    "accepted key, the response is `Invalid API key`.",
    "assumed",
    f"{_ROOT}: without a key, every response is a failure; its text is unknown. A vendor's widget sends it in forms",
)
CUSTOMER = Rule(
    "universe.current-customer",
    "The current customer is taken from the first of these that is present: `Authorization: Bearer`, the "
    "cookie `mockorders_customer=ID`, the credential's `@ID`, the sandbox's `current_customer`, which a reset sets to "
    "that of the fixture set. Other authorization schemes are ignored.",
    "assumed",
    "the service has a bearer token and a session cookie; their contents are our choice",
)
LOGGED_OUT = Rule(
    "universe.logged-out",
    "A request is logged out if the current customer does not exist or is `@none`, however it was selected. For "
    "orders, the response is then `Please log in to access your online benefits.`",
    "observed",
    f"{_ROOT} for the text; the client's tests for an invalid token, which means logged out",
)
CHECKS = Rule(
    "universe.checks",
    "The key is checked first, then the login; then the order is looked up.",
    "assumed",
    "no public information",
)
NO_ORDER = Rule(
    "universe.no-order-found",
    "Another customer's order, an unknown or malformed id, and `latest` of a customer without orders all get `No "
    "order found`.",
    "documented",
    f"{_PAGE}: the failures of /orders/{{id}} and /orders/latest; unknown and malformed ids are inferred",
    "Failure: Order doesn't belong to current customer",
)
ORDER_ID = Rule(
    "universe.order-id",
    "An order id consists of ASCII digits only.",
    "assumed",
    "no public information",
)
COMPLETED = Rule(
    "universe.completed",
    "All three endpoints return only completed orders.",
    "documented",
    f"{_PAGE}: `List all completed orders`, `latest completed order`",
    "List all completed orders associated with the current customer",
)
SORTING = Rule(
    "universe.order-parameter",
    "`order` sorts by id: `ASC` or `DESC`, case-insensitive. ASC is the default, and is used for any other value. The "
    "parameter is read from the query string, otherwise from a JSON body.",
    "documented",
    f"{_PAGE}: Request; other values are unknown; the box on the page has JSON",
    "Sorts orders by id either ascending (ASC) or descending (DESC) Defaults to ASC",
)
LATEST = Rule(
    "universe.latest",
    "The latest order is the completed order with the highest id.",
    "assumed",
    f"{_PAGE} does not say what makes an order the latest",
)
EMPTY_LIST = Rule(
    "universe.empty-list",
    "A customer without orders gets an empty list, not an error.",
    "observed",
    "the affiliates page: if there is nothing to list, the status is ok with an empty array",
)
LIST_FORM = Rule(
    "universe.list-form",
    "In lists, a plan's price is a number, totals have at least one decimal place, a shipment has the number of its "
    "items and no address, and there is no billing address.",
    "documented",
    f"{_PAGE}: GET /orders",
    "Success: All orders for the current customer, sorted by id descending",
)
DETAIL_FORM = Rule(
    "universe.detail-form",
    "In detail, a plan's price is a decimal string, totals have two decimal places, a shipment has a list of its "
    "items and its address, and there is a billing address.",
    "documented",
    f"{_PAGE}: GET /orders/489",
    "Success: After GET request to /orders/489",
)
FREE = Rule(
    "universe.free-order",
    "A free plan's price is the number 0 in lists and in detail. An order without a package has null totals, no "
    "`shipments` and a null billing address.",
    "documented",
    f"{_PAGE}: order 3; the billing address is unknown",
)
ABSENT = Rule(
    "universe.absent-keys",
    "Properties that a shipment does not have are omitted, not null; the shipping address is omitted if it is missing.",
    "documented",
    f"{_PAGE}: queued shipments; `missing_shipment_address` in detail is not shown there",
    "Success: All orders for the current customer with queued shipments",
)
DATES = Rule(
    "universe.dates",
    "Order dates are long dates without a leading zero (`January 5, 2013`); shipment dates are ISO dates.",
    "documented",
    f"{_PAGE}; days below ten are not shown there",
)
TOTALS = Rule(
    "universe.totals",
    "Totals are stored as given: they are never computed, and need not add up.",
    "documented",
    f"{_PAGE}: the detail of order 489 does not add up",
)
JSONP = Rule(
    "universe.jsonp",
    "`callback=NAME` wraps every response, including errors, as `NAME(…);` with U+2028, U+2029 and `</` escaped, also "
    "if another parameter is not readable. If the name is not 1 to 128 letters, digits or `_ $ . [ ]`, the response is "
    "the plain envelope `Invalid callback`, and nothing is changed.",
    "observed",
    "the clients' JSONP transport; the text is our choice",
)
METHOD_OVERRIDE = Rule(
    "universe.method-override",
    "A GET with `_method=POST` is handled as a POST.",
    "observed",
    "the clients' JSONP transport",
)
JSON_SUFFIX = Rule(
    "universe.json-suffix",
    "Every path also accepts a `.json` suffix.",
    "observed",
    "the older client always sends it",
)
TOKENS = Rule(
    "universe.tokens",
    "A bearer token is `customer-ID`, or an access token of the login page or of `/refresh`: a JWT of the server "
    "process, valid in all of its sandboxes. An invalid or expired one means that nobody is logged in. The clock of "
    "the sandbox decides when it expires.",
    "observed",
    "the clients' tests for an invalid token; what the service signs is unknown",
)
REFRESH = Rule(
    "universe.refresh",
    "`/refresh` returns a new access token, valid for 15 minutes, and a new refresh token, valid for 24 hours, with "
    "their expirations in seconds. The old ones stay valid until they expire.",
    "observed",
    "the clients, and the durations of their own test server; that old tokens stay valid is our choice",
)
INVALID_REFRESH = Rule(
    "universe.invalid-refresh-token",
    "A missing, invalid or expired refresh token, also an access token, gets `Unable to decode refresh token`.",
    "observed",
    "the text of the client's own test server",
)
LOGIN_PAGE = Rule(
    "universe.login-page",
    "`/login/NAME` lists the customers of the sandbox NAME, at most 200. The selected one, `customer=ID`, is logged in "
    "by the cookie `mockorders_customer`; then the page redirects to `redirect` with status 301. It needs neither a "
    "password nor a script.",
    "assumed",
    "the clients open the page and expect the redirect; its form and the cookie's name are unknown",
)
REDIRECT = Rule(
    "universe.redirect",
    "`redirect` is the http or https URL of a local page, of one of `--allow-origin`, or of the emulator's own host. "
    "Any other URL is rejected, before a customer is selected.",
    "assumed",
    "our choice: tokens are handed over only to pages that may use the emulator",
)
HAND_OVER = Rule(
    "universe.hand-over",
    "With `popup`, the login page sets no cookie but redirects to `/login/reload` at the origin of `redirect`, with "
    "both tokens, their expirations and `redirect` as parameters.",
    "observed",
    "the clients' login pages and test server",
)
LOGOUT_PAGE = Rule(
    "universe.logout-page",
    "`/logout/NAME` sets the cookie to `none`, so that the sandbox's current customer does not apply either, and "
    "redirects like the login page; without `redirect`, to the root of the site that linked to it, if that is allowed. "
    "Tokens stay valid until they expire.",
    "observed",
    "the clients for the redirects: their template links to the page without parameters; the cookie is our choice",
)
FANCLUB = Rule(
    "universe.fanclub",
    "`/fanclub` is the same for every customer: the fan club with the lowest id, or an example if the fixture set has "
    "none. Its links to log in and out lead to the pages of the emulator, unless they are set.",
    "observed",
    "the clients read name, links, authentications and tracking at their start; the values are our choice",
)
PLANS = Rule(
    "universe.plans",
    "`/plans` lists all plans, also those that the customer cannot buy, sorted by price, highest first; those with the "
    "same price are sorted by id. If there are none, the list is empty. It does not need a login.",
    "observed",
    "docs page of the plans: all non-deleted plans, sorted by price descending; the order of equal prices is ours",
)
PLAN_TAGS = Rule(
    "universe.plan-tags",
    "`tags` selects the plans with at least one of these tags, separated by commas. Tags are case-sensitive.",
    "observed",
    "docs page of the plans: `tags=vip,presale`; the case is our choice",
)
PLAN_FORM = Rule(
    "universe.plan-form",
    "A plan has the properties of an order's plan, and `renewal`. Its price is a decimal string, or the number 0 for a "
    "free plan.",
    "observed",
    "docs page of the plans, and the older client's tests for a free plan",
)
PLAN_OFFER = Rule(
    "universe.plan-offer",
    "`current` is the plan of the customer's subscription, unless it has lapsed. `upgrade` is a plan that costs more, "
    "is available and is no renewal; `upgrade_price` is the difference, null for all other plans. Without a login or a "
    "subscription, no plan is `current` or an `upgrade`.",
    "assumed",
    "docs page of the plans for what the properties mean; how the service decides is unknown",
)
NO_PLAN = Rule(
    "universe.no-plan-found",
    "An unknown or malformed id of a plan gets `No plan found`.",
    "assumed",
    "no public information; the text is like that of the orders",
)
FIELDS = Rule(
    "universe.fields",
    "A POST has its fields in a form or in a JSON object, nested ones as `a[b]=c` in forms; those of the query string, "
    "as in JSONP, have precedence. Other fields are ignored.",
    "observed",
    "the vendor's clients send JSON, forms and JSONP",
)
BODY = Rule(
    "universe.body",
    "A body that is neither a form nor a JSON object, and a field of a wrong type or of more than 255 characters, "
    "get an error that names the place.",
    "assumed",
    "no public information",
)
