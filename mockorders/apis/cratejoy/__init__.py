"""Cratejoy: the orders of a store, by its Merchant API."""

from mockorders.apis.base import Api
from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.dialect import Cratejoy
from mockorders.apis.cratejoy.routes import ROUTES
from mockorders.rules import declared

API = Api(
    name="cratejoy",
    title="Cratejoy Merchant API",
    bases=("/v1",),
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
    kept=frozenset({"cratejoy/order", "cratejoy/order-observed"}),
    rules=declared(rules),
    manual="mockorders.apis.cratejoy.documentation",
    generator="mockorders.apis.cratejoy.generator",
    overview="mockorders.apis.cratejoy.display",
    prober="mockorders.apis.cratejoy.live_checks",
    example=("-u", "{login}", "{base}/v1/orders/"),
    elsewhere=tuple(
        f"/{name}"
        for name in (
            "customers subscriptions products product_instances product_survey_results shipments shipment_batches "
            "transactions coupons hooks inventory page_redirects store"
        ).split()
    ),
)
