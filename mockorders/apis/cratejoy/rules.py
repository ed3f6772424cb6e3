"""What the emulator decides about Cratejoy, with the evidence: statements, not code."""

from mockorders.rules import Rule

_PAGE = "the documented page, Order Methods"
_INTRO = "introduction of the Merchant API"
_COLLECTIONS = "collections page of the Merchant API"
_FILTERS = "filtering page of the Merchant API"
_MODEL = "order page and recorded answers of 2016"

AUTH = Rule(
    "cratejoy.auth",
    "HTTP Basic: the client id names the sandbox, the password may be anything. Without a credential that is let in: "
    "401 with `WWW-Authenticate: Basic`.",
    "assumed",
    "the authentication page says Basic; the answer to a bad one is unknown",
)
ERRORS = Rule(
    "cratejoy.errors", 'Errors are `{"errors":["…"]}`.', "observed", f"{_COLLECTIONS}: two messages are shown there"
)
ENVELOPE = Rule(
    "cratejoy.envelope",
    "A list is `count, next, prev, results`; `count` is the number of all matches. One order stands bare.",
    "documented",
    f"{_PAGE}: List orders; for one order {_COLLECTIONS}",
    "Response: 200 OK",
)
SORTING = Rule("cratejoy.order", "Lists are sorted by id, ascending.", "observed", "a recorded answer of 2016")
PAGING = Rule(
    "cratejoy.paging",
    "`limit` is 10 unless given, at least 1, without a cap. `page` counts from 0 (profile observed: from 1). "
    "`next` and `prev` are query strings: page first, then what the caller gave, percent-encoded. A page past the "
    "end is empty, and its `prev` is the last page that is not.",
    "observed",
    f"{_COLLECTIONS}; a recorded answer of 2016; whether `limit` is repeated and what is past the end is unknown",
)
OFFSET = Rule(
    "cratejoy.offset", "`offset` is ignored, with a note.", "observed", "the collections page said offset before page"
)
FILTERS = Rule(
    "cratejoy.filters",
    "A filter is `[relation.]property[__op]` with eq, ne, lt, le, gt, ge, like, ilike, in, nin, is_null, over every "
    "property and those of first-level relations; a bare relation means its id. All filters must hold; of a "
    "one-to-many relation any member will do.",
    "observed",
    f"{_FILTERS}; {_PAGE} shows placed_at__gt",
)
MAX_FILTERS = Rule(
    "cratejoy.filters-maximum",
    "A list takes at most 100 filters.",
    "assumed",
    "ours: bounded work",
)
FILTER_VALUES = Rule(
    "cratejoy.filter-values",
    "Enum properties take their words or integers, booleans true, false, 1 or 0, dates any ISO form, UTC unless they "
    "say otherwise; `in` and `nin` take a comma list; like and ilike take text, `%` stands for any run.",
    "observed",
    f"{_FILTERS}; samples of the documentation; for enum words a user's script",
)
FILTER_NULL = Rule(
    "cratejoy.filter-null",
    "Null matches only `is_null`; a relation that is not there counts as null, an empty list of members as no member.",
    "assumed",
    "as a database compares",
)
QUERY = Rule(
    "cratejoy.query",
    "Anything else in the query is 400 with two messages: what is wrong, then `Invalid query parameter`; for a "
    "property that there is not the first is `Unknown property 'x'`.",
    "observed",
    f"{_COLLECTIONS}: the two messages; unknown parameters are unknown in public",
)
WITH = Rule(
    "cratejoy.with",
    "`with=` a comma list names the relations that stand in the answer, instead of `customer,products`; `all` is all "
    "eight, empty is none.",
    "observed",
    "relations page of the Merchant API; that it replaces the default is its reading",
)
CUSTOMER_SHAPE = Rule(
    "cratejoy.customer-shape",
    "`customer` is a list of one with the profile documented, an object with the profile observed, whose answers also "
    "sort their keys.",
    "documented",
    f"{_PAGE}; recorded answers have an object",
)
ORDER_SHAPE = Rule(
    "cratejoy.order-shape",
    "An order has the documented properties in the documented order; the other relations stand by the alphabet.",
    "documented",
    f"{_PAGE}: List orders; the other relations are not shown there",
)
NOT_FOUND = Rule(
    "cratejoy.not-found", "An unknown or malformed order id is 404.", "observed", f"{_INTRO}: 404; malformed is ours"
)
BODY = Rule(
    "cratejoy.body",
    "A body is a JSON object, whatever its content type says; numbers are taken as they are typed.",
    "observed",
    f"{_INTRO}: JSON bodies; official samples send no content type",
)
FORM = Rule(
    "cratejoy.form",
    "Nested form fields, as the page's `$.ajax` samples send them, are read by the schema, with a note that the real "
    "service takes JSON only; `--strict` refuses them.",
    "documented",
    f"{_PAGE} for the samples; {_INTRO}: no endpoint uses forms",
)
UNKNOWN_PROPERTY = Rule(
    "cratejoy.unknown-property",
    "Unknown and read-only properties are refused: `Unknown property 'x'`.",
    "observed",
    f"{_COLLECTIONS}: unknown or read-only properties generate an error",
)
UPDATE = Rule(
    "cratejoy.update",
    "note, is_gift, gift_message and order_gift_info can be changed; the answer is 200 and the full order, and `{}` "
    "changes nothing.",
    "documented",
    f"{_PAGE}: note and order_gift_info; the others are put by a public tool",
    "For a complete list of editable properties see the Order data model",
)
GIFT_MERGE = Rule(
    "cratejoy.gift-merge",
    "order_gift_info is merged into what is there and makes the order a gift unless is_gift says otherwise; its "
    "message and `gift_message` mirror each other, order_gift_info's wins; keys that nobody gave are empty.",
    "assumed",
    f"{_MODEL}: the message stands in both places; merging and is_gift are unknown",
)
CREATE = Rule(
    "cratejoy.create",
    "A created order is 201 and the full order: paid, unfulfilled, open, no renewal, a test order, placed now; "
    "with its captured transaction, a fulfillment a line, and a subscription a subscription line.",
    "assumed",
    f"{_INTRO}: 201; what a new order holds is unknown",
)
CUSTOMER_FILTER = Rule(
    "cratejoy.customer-filter",
    "`customer` is an object of filters, not empty, that hits exactly one customer; `email` ignores case.",
    "documented",
    f"{_PAGE}: filters must unambiguously identify one customer, by id or e-mail address",
    "Filters MUST unambiguously identify ONE customer",
)
ONE_MINUTE = Rule(
    "cratejoy.one-minute",
    "You cannot create an order for a customer who already has one from the past minute: 0 ≤ now - placed_at < 60 s.",
    "documented",
    f"{_PAGE}: to prevent accidental duplicate charges; the boundary is ours",
    "To prevent accidental duplicate charges, you cannot create an order for a customer who already has one "
    "from the past minute.",
)
PAYMENT = Rule(
    "cratejoy.payment",
    "The customer must have a payment method; `cust_pay_id` must be one of theirs and defaults to the default one.",
    "documented",
    f"{_PAGE}: Customer must have a payment method already established; the default is ours",
    "Customer must have a payment method already established.",
)
SHIP_ADDRESS = Rule(
    "cratejoy.ship-address",
    "`ship_address_id` must be the customer's; it defaults to the primary address.",
    "assumed",
    f"{_PAGE}: optional; whose it must be is unknown",
)
INSTANCE = Rule(
    "cratejoy.product-instance",
    "Each line names a product instance that exists and is sold.",
    "documented",
    f"{_PAGE}: Include the subscription's product_instance ID; the refusal is ours",
    "Include the subscription's product_instance ID",
)
TERM = Rule(
    "cratejoy.term",
    "A subscription product needs a term: id, name, num_cycles or several that agree, which name exactly one enabled "
    "term of the product, unless it can be bought singly; a one-time product takes none.",
    "documented",
    f"{_PAGE}: Product Requirements; single purchases are from the product's model",
    "The term and number of cycles must be valid if the product is a subscription product. Term should not "
    "be provided for one-time products.",
)
COUPONS = Rule(
    "cratejoy.coupons",
    "`coupons` are codes that exist, each once, as a list or one text; their discounts follow one another.",
    "assumed",
    f"{_PAGE}: optional codes; what they take off is unknown",
)
TOTALS = Rule(
    "cratejoy.totals",
    "sub_total is the sum of the lines, a line its price times its quantity; total and total_price are sub_total less "
    "the coupons' discounts; shipping and tax are 0. All in cents.",
    "assumed",
    f"{_MODEL}: the smallest currency unit; the sum is unknown",
)
GIFT = Rule(
    "cratejoy.gift",
    "An order_gift_info, even an empty one, makes a new order a gift; its message is mirrored in gift_message.",
    "documented",
    f"{_PAGE}: the order will automatically be set as a gift; the mirror is from the order's model",
    "If you include an order_gift_info section, the order will automatically be set as a gift.",
)
