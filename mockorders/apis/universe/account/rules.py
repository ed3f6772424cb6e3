"""Rules of the account of the current customer, with their evidence and source."""

from mockorders.rules import Rule

ACCOUNT = Rule(
    "universe.account",
    "`/account` is a success without `customer` if nobody is logged in.",
    "observed",
    "the vendor's clients, which do not start otherwise; the docs root describes an error for all endpoints",
)
ACCOUNT_FIELDS = Rule(
    "universe.account-fields",
    "`age` follows from `birthdate` and the sandbox's clock. `username` and `subscription` are omitted if there are "
    "none. All other properties are stored as given.",
    "observed",
    "docs page of the account for the properties; how they depend on each other is unknown",
)
SUBSCRIPTION = Rule(
    "universe.subscription",
    "A subscription has the plan as in `/plans/{id}`, its start and end as `YYYY-MM-DDThh:mm:ssZ`, `status` and "
    "`lapsed`. `status` and `lapsed` are stored as given; they do not follow from the clock.",
    "observed",
    "the older client for the properties and the dates, which it requires; the plan's properties are our choice",
)
ACCOUNT_STATUS = Rule(
    "universe.account-status",
    "`/account/status` needs no key. Without an accepted one, the request is for the sandbox `_`, which has the "
    "default fixture set: token and cookie select the customer there.",
    "observed",
    "the vendor's client sends it as JSONP, without a key; which data it is for is our choice",
)
ACCOUNT_CHANGE = Rule(
    "universe.account-change",
    "POST `/account` changes `first_name`, `last_name` and `username`; an empty user name removes it. A new `email` "
    "becomes `new_email`, which waits for a confirmation: set `email` in the record to confirm it. Fields that are "
    "missing, or have the current value, change nothing. The response has the customer.",
    "observed",
    "the clients' account form and tests, and the docs page of the account for `new_email`",
)
PASSWORDS = Rule(
    "universe.passwords",
    "A new `password` needs a `current_password`, and must equal `password_confirmation`, if there is one. None of "
    "them is stored, and any current password is accepted.",
    "assumed",
    "the older client's account form has these fields; the emulator has no passwords",
)
ACCOUNT_ERRORS = Rule(
    "universe.account-errors",
    "Empty names and addresses, an invalid email address, one or a user name that another customer has in the same "
    "letter case, and wrong passwords are rejected with all messages at once. Then nothing is changed.",
    "assumed",
    "the texts are the defaults of Rails, which the service uses; its own are unknown",
)
SUBSCRIPTIONS = Rule(
    "universe.subscriptions",
    "`/subscriptions` lists the subscription of the customer, also a lapsed one, with the id of the customer and the "
    "name of the plan. `end_date` is omitted if there is none.",
    "observed",
    "a widget of the older client for the properties; the id is our choice, as a customer has one subscription at most",
)
SHIPPING = Rule(
    "universe.shipping",
    "`/account/shipping` has the primary address, an empty object if there is none, and the items in the packages of "
    "the customer's orders that have options. Orders that are not completed or were refunded do not count.",
    "observed",
    "docs page of shipping; an account without an address and which orders count are not shown there",
)
ITEM_OPTIONS = Rule(
    "universe.item-options",
    "`items` is a list of objects with one key each, such as `item_type_1`, whose value has a label and the options; "
    "at most one of them is `selected`.",
    "observed",
    "docs page of shipping: its example is no JSON, but Ruby for this",
)
SHIPPING_CHANGE = Rule(
    "universe.shipping-change",
    "POST `/account/shipping` changes the properties in `address`, and selects the options in `items`: ids of "
    "options by keys such as `item_type_1`. The response is that of the GET.",
    "assumed",
    "docs page of shipping names the POST; the form of its parameters is not public",
)
RELEASE = Rule(
    "universe.release",
    "The POST removes `missing_shipment_address` from the customer's shipments if there is an address, which they get, "
    "and `missing_required_option` if every item of the plan has a selected option. A shipment without issues has the "
    "status `Processing`. Other shipments keep their address.",
    "assumed",
    "the documented page, Orders, and docs page of shipping, which resolves both issues; what follows is not public",
)
SHIPPING_ERRORS = Rule(
    "universe.shipping-errors",
    "An address needs everything but `address_2` and `state`. Unknown items and options are rejected, all with the "
    "other messages at once. Then nothing is changed.",
    "assumed",
    "the texts for values are the defaults of Rails, which the service uses; its own are unknown",
)
