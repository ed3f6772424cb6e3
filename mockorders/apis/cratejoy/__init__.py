"""Cratejoy: the orders of a store, as its Merchant API serves them."""

from mockorders.apis.base import Api
from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.dialect import Cratejoy
from mockorders.apis.cratejoy.routes import ROUTES
from mockorders.rules import declared

API = Api(
    name="cratejoy",
    title="Cratejoy Merchant API",
    base_paths=("/v1",),
    documented_ending="/",
    dialect=Cratejoy(),
    routes=ROUTES,
    collections={
        "customers": (),
        "addresses": ("customer_id",),
        "payment_methods": ("customer_id",),
        "products": (),
        "product_instances": (),
        "terms": (),
        "coupons": ("code",),
        "transactions": ("order_id",),
        "fulfillments": ("order_id",),
        "subscriptions": (),
        "orders": ("customer_id",),
    },
    prerendered_schemas=frozenset({"cratejoy/order", "cratejoy/order-observed"}),
    rules=declared(rules),
    curl_example=("-u", "{login}", "{base}/v1/orders/"),
    unimplemented_paths=tuple(
        f"/{name}"
        for name in (
            "customers subscriptions products product_instances product_survey_results shipments shipment_batches "
            "transactions coupons hooks inventory page_redirects store"
        ).split()
    ),
)
