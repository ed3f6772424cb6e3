"""Rules of the emulated Cratejoy API, with their evidence and source."""

from mockorders.apis.cratejoy.filters.operators import OPERATORS
from mockorders.rules import Rule

_PAGE = "the documented page, Order Methods"
_INTRO = "introduction of the Merchant API"
_COLLECTIONS = "collections page of the Merchant API"
_FILTERS = "filtering page of the Merchant API"
_MODEL = "order page and responses recorded in 2016"
_OPERATOR_LIST = " and ".join(", ".join(OPERATORS).rsplit(", ", 1))

AUTH = Rule(
    "cratejoy.auth",
    "HTTP Basic authentication: the client ID names the sandbox, and any password is accepted. A credential that is "
    "not UTF-8 is read as ISO 8859-1. Without an accepted credential, the response is 401 with `WWW-Authenticate: "
    "Basic`.",
    "assumed",
    "the authentication page says Basic; RFC 7617 leaves the encoding open; the documentation lists 403 but not 401, "
    "which clients' libraries expect",
)
ERRORS = Rule(
    "cratejoy.errors", 'Errors are `{"errors":["…"]}`.', "observed", f"{_COLLECTIONS}: two messages are shown there"
)
ENVELOPE = Rule(
    "cratejoy.envelope",
    "A list is an object with `count`, `next`, `prev` and `results`; `count` is the total number of matches. A single "
    "order has no envelope.",
    "documented",
    f"{_PAGE}: List orders; for a single order, {_COLLECTIONS}",
    "Response: 200 OK",
)
SORTING = Rule(
    "cratejoy.sorting",
    "Lists are sorted by id, ascending.",
    "observed",
    "a response recorded in 2016",
)
PAGING = Rule(
    "cratejoy.paging",
    "`limit` defaults to 10; it is at least 1 and has no maximum. `page` starts at 0 (at 1 with the profile "
    "observed). `next` and `prev` are query strings: the page first, then the other parameters of the request, "
    "percent-encoded. A page past the end is empty, and its `prev` is the last page that has results; the "
    "response has a note with the first and the last page.",
    "observed",
    f"{_COLLECTIONS}; a response recorded in 2016; whether `limit` is repeated and what follows the end is unknown",
)
OFFSET = Rule(
    "cratejoy.offset",
    "`offset` is ignored, and the response has a note.",
    "observed",
    "the collections page had offset before it had page",
)
FILTERS = Rule(
    "cratejoy.filters",
    f"A filter is `[relation.]property[__op]`; the operators are {_OPERATOR_LIST}. It can name every "
    "property and those of first-level relations; a relation without a property compares its id. A "
    "record must match all filters; for a to-many relation, one matching member is enough.",
    "observed",
    f"{_FILTERS}; {_PAGE} shows placed_at__gt",
)
MAX_FILTERS = Rule(
    "cratejoy.filters-maximum",
    "A list request can have at most 100 filters.",
    "assumed",
    "our choice: bounded work",
)
FILTER_VALUES = Rule(
    "cratejoy.filter-values",
    "Enum properties accept their names, older spellings or integers; booleans accept true, false, 1 or 0; times "
    "accept any ISO 8601 format, in UTC if they have no offset, and dates such as `12/27/2014`. `in` and `nin` accept "
    "a comma-separated list or a JSON array. `like` and `ilike` accept text, in which `%` matches any sequence of "
    "characters.",
    "observed",
    f"{_FILTERS}; samples of the documentation; for enum names, a user's script",
)
FILTER_NULL = Rule(
    "cratejoy.filter-null",
    "Null matches only `is_null`. A missing relation counts as null; an empty to-many relation has no member that "
    "could match.",
    "assumed",
    "databases compare this way",
)
QUERY = Rule(
    "cratejoy.query",
    "An invalid query gets a 400 with two messages: the error, then `Invalid query parameter`. For an unknown "
    "property, the first message is `Unknown property 'x'`.",
    "observed",
    f"{_COLLECTIONS}: the two messages; no public information on unknown parameters",
)
WITH = Rule(
    "cratejoy.with",
    "`with=` and a comma-separated list names the relations included in the response, instead of the default ones "
    "(such as `customer,products` of orders); `all` includes all that are emulated, an empty value "
    "includes none.",
    "observed",
    "relations page of the Merchant API; that the list replaces the default is our interpretation",
)
CUSTOMER_SHAPE = Rule(
    "cratejoy.customer-shape",
    "With the profile documented, `customer` is a list with one entry. With the profile observed, it is an object, "
    "and the keys of responses are sorted.",
    "documented",
    f"{_PAGE}; recorded responses have an object",
)
ORDER_SHAPE = Rule(
    "cratejoy.order-shape",
    "An order has the documented properties in the documented order; the other relations are inserted alphabetically.",
    "documented",
    f"{_PAGE}: List orders; the other relations are not shown there",
)
NOT_FOUND = Rule(
    "cratejoy.not-found",
    "An unknown or malformed id gets a 404.",
    "observed",
    f"{_INTRO}: 404; for malformed ids our choice",
)
BODY = Rule(
    "cratejoy.body",
    "A body must be a JSON object, whatever its content type. Booleans may be text such as `True`; times may be in any "
    "ISO 8601 format, without an offset in UTC, or a date such as `12/27/2014`. Numbers are not converted.",
    "observed",
    f"{_INTRO}: JSON bodies; scripts and samples of the vendor send no content type, such booleans and such dates",
)
FORM = Rule(
    "cratejoy.form",
    "Nested form fields, as sent by the page's `$.ajax` samples, are converted according to the schema, with a note "
    "that the real service accepts only JSON. With `--strict` they are rejected.",
    "documented",
    f"{_PAGE} for the samples; {_INTRO}: no endpoint uses forms",
)
UNKNOWN_PROPERTY = Rule(
    "cratejoy.unknown-property",
    "Unknown and read-only properties are rejected with `Unknown property 'x'`.",
    "observed",
    f"{_COLLECTIONS}: unknown or read-only properties generate an error",
)
UPDATE = Rule(
    "cratejoy.update",
    "note, is_gift, gift_message and order_gift_info can be changed. The response is 200 with the full order; `{}` "
    "changes nothing.",
    "documented",
    f"{_PAGE}: note and order_gift_info; a public tool sends the others",
    "For a complete list of editable properties see the Order data model",
)
GIFT_MERGE = Rule(
    "cratejoy.gift-merge",
    "order_gift_info is merged into the existing values and makes the order a gift, unless is_gift says otherwise. "
    "Its message and `gift_message` mirror each other; if both are given, the one in order_gift_info is used. Keys "
    "that have never been given are empty.",
    "assumed",
    f"{_MODEL}: the message is in both places; merging and is_gift are unknown",
)
CREATE = Rule(
    "cratejoy.create",
    "Creating an order returns 201 with the full order: paid, not a renewal, a test order, placed now. It has its "
    "captured transaction and a subscription for each subscription line. A subscription has a shipment and a "
    "fulfillment for each cycle of its term at once: the first is due now, the others on the same day of the following "
    "periods, at midnight UTC. The subscription ends with the paid term; it does not renew if it is a gift. One-time "
    "products are in the first shipment of the first subscription, or else in one of their own.",
    "observed",
    f"{_INTRO}: 201; the vendor's support pages and responses recorded in 2016 for shipments and dates; that a gift "
    "does not renew and where one-time products are shipped is our choice",
)
ORDER_STATUS = Rule(
    "cratejoy.order-status",
    "An order is closed as soon as it is paid and its shipments exist, and then it is fulfilled. The record 1 of the "
    "collection `settings` changes this for a sandbox: `closed: shipped` closes an order when all its shipments are "
    "shipped or cancelled, `fulfilled: shipped` fulfills it with its first shipped one.",
    "assumed",
    "the vendor's support pages for closed; all recorded orders are fulfilled, but were recorded after a shipping",
)
CUSTOMER_FILTER = Rule(
    "cratejoy.customer-filter",
    "`customer` is a non-empty object of filters that match exactly one customer; `email` is case-insensitive.",
    "documented",
    f"{_PAGE}: filters must unambiguously identify one customer, by id or email address",
    "Filters MUST unambiguously identify ONE customer",
)
ONE_MINUTE = Rule(
    "cratejoy.one-minute",
    "An order is rejected if the customer already has one from the past minute: 0 ≤ now - placed_at < 60 s.",
    "documented",
    f"{_PAGE}: to prevent accidental duplicate charges; the boundary is our choice",
    "To prevent accidental duplicate charges, you cannot create an order for a customer who already has one "
    "from the past minute.",
)
PAYMENT = Rule(
    "cratejoy.payment",
    "The customer must have a payment method. `cust_pay_id` must be one of theirs and defaults to their default one.",
    "documented",
    f"{_PAGE}: Customer must have a payment method already established; the default is our choice",
    "Customer must have a payment method already established.",
)
SHIP_ADDRESS = Rule(
    "cratejoy.ship-address",
    "`ship_address_id` must be an address of the customer and defaults to the primary address.",
    "assumed",
    f"{_PAGE}: optional; whose address it must be is unknown",
)
INSTANCE = Rule(
    "cratejoy.product-instance",
    "Each line must name an existing product instance that is for sale.",
    "documented",
    f"{_PAGE}: Include the subscription's product_instance ID; rejecting others is our choice",
    "Include the subscription's product_instance ID",
)
TERM = Rule(
    "cratejoy.term",
    "A subscription product needs a term, unless the product can be bought without a subscription. The term is given "
    "by id, name, num_cycles or several of these, which must match exactly one enabled term of the product. A "
    "one-time product must not have a term.",
    "documented",
    f"{_PAGE}: Product Requirements; single purchases are from the product's model",
    "The term and number of cycles must be valid if the product is a subscription product. Term should not "
    "be provided for one-time products.",
)
COUPONS = Rule(
    "cratejoy.coupons",
    "`coupons` is a list of existing codes without duplicates, or a single code; the discounts are applied one after "
    "another.",
    "assumed",
    f"{_PAGE}: optional codes; their discounts are unknown",
)
TOTALS = Rule(
    "cratejoy.totals",
    "sub_total is the sum of the lines; a line is its price times its quantity. total and total_price are sub_total "
    "minus the discounts of the coupons; shipping and tax are 0. All amounts are in cents.",
    "assumed",
    f"{_MODEL}: the smallest currency unit; the sum is unknown",
)
GIFT = Rule(
    "cratejoy.gift",
    "A new order is a gift if order_gift_info is given, even if empty; its message is copied to gift_message.",
    "documented",
    f"{_PAGE}: the order will automatically be set as a gift; the copied message is from the order's model",
    "If you include an order_gift_info section, the order will automatically be set as a gift.",
)
