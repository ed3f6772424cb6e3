"""Rules of the resources around orders, with their evidence and source."""

from mockorders.rules import Rule

CUSTOMER = Rule(
    "cratejoy.customer",
    "A customer has the totals of their orders and subscriptions: `num_orders`, `num_subscriptions`, `total_revenue` "
    "(what was paid minus refunds, in cents), and the `subscription_status` that all subscriptions have, else "
    "`mixed`, or null without a subscription. Inside of other records, a customer has eight properties.",
    "observed",
    "customer page of the Merchant API, and responses recorded in 2016; how revenue is computed is unknown",
)
UPDATE_CUSTOMER = Rule(
    "cratejoy.update-customer",
    "email, first_name, last_name and note of a customer can be changed; `name` follows the two names. A note is "
    "added before the old one, on its own line; an empty one or null deletes it.",
    "observed",
    "customer pages of the Merchant API: notes can only be prepended and deleted; how one is deleted is unknown",
)
ADDRESS = Rule(
    "cratejoy.address",
    "Addresses are listed below their customer only. A new one needs to, street, city, state, zip_code and country, "
    "and becomes the primary one if it is the first. The customer's country and location are those of the primary "
    "address. Empty properties are empty text, never null.",
    "observed",
    "customer address page of the Merchant API, and responses recorded in 2016; which properties are required is "
    "unknown",
)
SHIPMENT = Rule(
    "cratejoy.shipment",
    "Shipments can be filtered by `subscription_id` and `batch_id` too. `target_at` equals `adjusted_ordered_at`. "
    "`labels` is empty unless a fixture set has labels. The numbers in `stats` start at 1.",
    "observed",
    "shipment pages of the Merchant API; for the two filters, scripts of users; where the numbers start is our choice",
)
STREAMLINED_SHIPMENT = Rule(
    "cratejoy.shipment-1.1",
    "Version 1.1 has the list of shipments only, without `with`. `limit` is at most 200. The filters are "
    "adjusted_ordered_at (also with `__gt`, `__ge`, `__lt`, `__le`), sub_cycle, cust_cycle, and status, customer_id, "
    "batch_id and billing_type (also with `__in` and a comma-separated list or a JSON array). `sub_cycle` starts at 1 "
    "and is null without a subscription. `billing_type` is ecom for one-time products, adhoc if the billing rule of "
    "the subscription has neither day nor window, else standard. Other filters and limits are rejected.",
    "observed",
    "introduction to the streamlined shipment endpoint; the rejections and the street of `ship_address`, which is "
    "missing there, are our choice",
)
UPDATE_SHIPMENT = Rule(
    "cratejoy.update-shipment",
    "status, shipped_at, adjusted_ordered_at, tracking_number, carrier_name and tracking_link of a shipment can be "
    "changed; the last two are not shown. A tracking number does not ship it. If it is shipped, `shipped_at` is now "
    "unless it is given, and its fulfillments are closed; if it is cancelled, they are cancelled; if it is unshipped "
    "again, they are open and `shipped_at` is null.",
    "observed",
    "shipment methods page of the Merchant API and the vendor's scripts; shipped_at without a value is our choice",
)
SUBSCRIPTION = Rule(
    "cratejoy.subscription",
    "A subscription can be filtered by its properties and the relations customer, billing, term, orders, shipments, "
    "fulfillments and cart_products. Its `url` has no final slash. Inside of other records it has no `url`, but "
    "billing, customer and term.",
    "observed",
    "subscription pages of the Merchant API, and responses recorded in 2016",
)
UPDATE_SUBSCRIPTION = Rule(
    "cratejoy.update-subscription",
    "autorenew, credit, end_date and note of a subscription can be changed; `end_date` may be in the past.",
    "observed",
    "the vendor's scripts and a client library; that a past date is accepted is our choice",
)
ACTION = Rule(
    "cratejoy.subscription-action",
    "Cancel, reactivate, skip and renew are PUT requests that return the whole subscription. `log_note` is accepted "
    "and ignored; the body may be missing, except for skip.",
    "assumed",
    "subscription methods page of the Merchant API; the responses are unknown",
)
CANCEL = Rule(
    "cratejoy.cancel",
    "A canceled subscription has the status `cancelled` at once; its `end_date` and its prepaid shipments stay. One "
    "that is cancelled or expired cannot be canceled.",
    "observed",
    "the vendor's support pages, and an integration in production; the rejection is our choice",
)
REACTIVATE = Rule(
    "cratejoy.reactivate",
    "A cancelled or expired subscription becomes active. A prepaid one keeps its renewal date, a month-to-month one "
    "renews at the end of the day, so that nothing is skipped anymore. Others are rejected.",
    "observed",
    "the vendor's support pages: within 24 hours; the rejection is our choice",
)
SKIP = Rule(
    "cratejoy.skip",
    '`{"skip": "true"}` moves the next renewal of an active subscription by its whole term, and `skipped_date` is the '
    'date that was skipped; `{"unskip": "true"}` undoes it. A renewal can be skipped once.',
    "observed",
    "subscription methods page of the Merchant API, and the vendor's support pages; the rejections are our choice",
)
RENEW = Rule(
    "cratejoy.renew",
    "A past-due subscription whose renewal failed within 30 days is charged now: by its unpaid order if it has one, "
    "else by a new renewal order with its coupons. It is active again, ends a term later, and has the shipments of "
    "that term. Others are rejected.",
    "observed",
    "subscription methods page of the Merchant API; which order is paid is our choice",
)
SUBSCRIPTION_COUPON = Rule(
    "cratejoy.subscription-coupon",
    "Coupons of a subscription are added by the id of an enabled coupon, listed, and deleted with 204. They apply to "
    "the next renewals, as many as the coupon says.",
    "observed",
    "subscription coupons page of the Merchant API; the path to delete one is unknown",
)
PRODUCT = Rule(
    "cratejoy.product",
    "Products include no relations by default; billing and instances are emulated, and no relation can be filtered. "
    "`slug` is made from the name, and `has_subscribers` is set if there is an active subscription. meta, metadata, "
    "rulesets, ruletypes and taxonomy are empty.",
    "observed",
    "product pages of the Merchant API; the default of `with` and the slug are unknown",
)
UPDATE_PRODUCT = Rule(
    "cratejoy.update-product",
    "name, ship_weight and visible of a product can be changed.",
    "observed",
    "product methods page of the Merchant API: the properties of its sample",
)
PRODUCT_INSTANCE = Rule(
    "cratejoy.product-instance-shape",
    "A product instance always has its product and its term prices, and can be filtered by properties of the product. "
    "Weights are pounds with decimals; variants have a `variant_type` and a `variant_value`.",
    "observed",
    "product instance page of the Merchant API, responses recorded in 2016, and the vendor's notebook",
)
TRANSACTION = Rule(
    "cratejoy.transaction",
    "A transaction has its order by default. It has a `type` with the profile observed only. `customer_pay_id` filters "
    "by the payment method of the order; the filters reference_id, pay_provider_id and pay_id are not emulated.",
    "observed",
    "transaction page of the Merchant API; responses recorded in 2016 for the type",
)
INVENTORY = Rule(
    "cratejoy.inventory",
    "The inventory has a record for each product instance; `quantity_on_hand` can be changed.",
    "assumed",
    "inventory page of the Merchant API for the properties; that it can be changed is unknown",
)
SHIPMENT_BATCH = Rule(
    "cratejoy.shipment-batch",
    "Shipment batches can be listed, filtered and retrieved, but not changed.",
    "observed",
    "shipment batches page of the Merchant API, and the vendor's script; retrieving one is our choice",
)
SURVEY = Rule(
    "cratejoy.survey",
    "Survey results can be listed and filtered, such as by `subscription_id`.",
    "observed",
    "an integration in production",
)
METADATA = Rule(
    "cratejoy.metadata",
    "Customers, subscriptions, orders, shipments and products have one metadata object each: POST creates or replaces "
    "it, PUT merges keys, DELETE returns 204, and GET is 404 if there is none. The body is the data, or an object with "
    "the data in `data`. Filters such as `_md.shoe.size__gt` compare a value as the type that it has; a missing one is "
    "null. Products have no relation `_md`.",
    "observed",
    "metadata pages of the Merchant API, and the filtering page; for orders and products, a client library; the form "
    "of the body and the methods of shipments are unknown",
)
