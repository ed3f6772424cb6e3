"""The names of APIs and collections. Generated from the schemas by `make types`."""

from typing import Literal

ApiName = Literal["cratejoy", "universe"]
CollectionName = Literal[
    "customers",
    "addresses",
    "payment_methods",
    "products",
    "product_instances",
    "inventory",
    "terms",
    "coupons",
    "transactions",
    "product_billings",
    "shipment_batches",
    "shipments",
    "fulfillments",
    "subscriptions",
    "subscription_coupons",
    "orders",
    "product_survey_results",
    "metadata",
    "settings",
    "plans",
    "fanclubs",
    "item_types",
]
