"""The collections of a store, each with the fields by which records are looked up."""

from collections.abc import Mapping, Sequence

COLLECTIONS: Mapping[str, Sequence[str]] = {
    "customers": (),
    "addresses": ("customer_id",),
    "payment_methods": ("customer_id",),
    "products": (),
    "product_instances": ("product_id",),
    "inventory": ("product_instance_id",),
    "terms": (),
    "coupons": ("code",),
    "transactions": ("order_id",),
    "product_billings": (),
    "shipment_batches": (),
    "shipments": ("customer_id",),
    "fulfillments": ("order_id", "shipment_id", "subscription_id"),
    "subscriptions": ("customer_id", "product_instance_id"),
    "subscription_coupons": ("subscription_id",),
    "orders": ("customer_id",),
    "product_survey_results": ("subscription_id",),
    "metadata": ("customer_id", "subscription_id", "order_id", "product_id", "shipment_id"),
    "settings": (),
}
