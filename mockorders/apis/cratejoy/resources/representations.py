"""The forms that records have inside of others."""

from collections.abc import Mapping
from typing import Any

from mockorders.apis.cratejoy.resources.relations import Derive, Rendered, Representation, Source
from mockorders.storage.collection import Record

CUSTOMER = Representation("cratejoy/customer-summary")
ADDRESS = Representation("cratejoy/address")
PRODUCT = Representation("cratejoy/product-summary")
BILLING = Representation("cratejoy/product-billing")
TERM = Representation("cratejoy/term", {"images": lambda _, __: []})
BATCH = Representation("cratejoy/shipment-batch")
LABEL = Representation("cratejoy/shipment-label")


def transaction_url(_: Any, transaction: Record) -> str:
    """Return the path of a transaction."""
    return f"/v1/transactions/{transaction['id']}/"


TRANSACTION = Representation(
    "cratejoy/transaction-summary",
    {"url": transaction_url},
    observed_only=("type",),
)


def render_one(collection: str, field: str, representation: Representation) -> Derive:
    """Return the function that renders the record whose id is in a field, or null."""

    def derive(source: Source, record: Record) -> Rendered | None:
        found = source[collection].get(record[field])
        return None if found is None else representation.render(source, found)

    return derive


_customer = render_one("customers", "customer_id", CUSTOMER)
ORDER = Representation("cratejoy/order-summary", {"customer": _customer})
SHIPMENT = Representation("cratejoy/shipment-summary", {"target_at": lambda _, record: record["adjusted_ordered_at"]})


def _billing_name(source: Source, subscription: Record) -> str | None:
    billing = source["product_billings"].get(subscription["product_billing_id"])
    return None if billing is None else billing["name"]


def weight(_: Any, record: Record) -> float | None:
    """Return a weight in pounds; it has a decimal point even if it is whole."""
    return None if record["ship_weight"] is None else float(record["ship_weight"])


SUBSCRIPTION_VALUES: Mapping[str, Derive] = {"billing_name": _billing_name}
SUBSCRIPTION = Representation(
    "cratejoy/subscription-summary",
    {
        **SUBSCRIPTION_VALUES,
        "billing": render_one("product_billings", "product_billing_id", BILLING),
        "customer": _customer,
        "term": render_one("terms", "term_id", TERM),
    },
)


CUSTOMER_METADATA = Representation("cratejoy/customer-metadata")
SUBSCRIPTION_METADATA = Representation("cratejoy/subscription-metadata")
ORDER_METADATA = Representation("cratejoy/order-metadata")
PRODUCT_METADATA = Representation("cratejoy/product-metadata")
SHIPMENT_METADATA = Representation("cratejoy/shipment-metadata")

_TERM_PRICE = "product_instance_subscription_type_term_price"


def _term_prices(_: Any, instance: Record) -> list[Rendered]:
    return [{**price, "type": _TERM_PRICE} for price in instance["term_prices"]]


PRODUCT_INSTANCE_VALUES: Mapping[str, Derive] = {
    "product": render_one("products", "product_id", PRODUCT),
    "ship_weight": weight,
    "term_prices": _term_prices,
}
PRODUCT_INSTANCE = Representation("cratejoy/product-instance", PRODUCT_INSTANCE_VALUES)


_instance = render_one("product_instances", "instance_id", PRODUCT_INSTANCE)
CART_PRODUCT = Representation("cratejoy/cart-product", {"instance": _instance, "ship_weight": weight})
FULFILLMENT = Representation(
    "cratejoy/fulfillment",
    {
        "instance": _instance,
        "order": render_one("orders", "order_id", ORDER),
        "test": lambda _, record: record["is_test"],
    },
)


def _of_coupon(name: str) -> Any:
    return lambda source, used: source["coupons"].get(used["coupon_id"])[name]


def _none(_: Any, __: Any) -> None:
    return None


coupon_code = _of_coupon("code")

CART_COUPON = Representation(
    "cratejoy/cart-coupon",
    {
        "cart_id": _none,
        "code_primary": coupon_code,
        "name": _of_coupon("name"),
        "num_renewals": _of_coupon("num_renewals"),
        "subscription_coupon_id": _none,
    },
)
_SENDER = "country email first_name id last_name location".split()


def _gift_sender(source: Source, info: Record) -> Rendered:
    sender = _customer(source, info)
    return {name: sender[name] for name in _SENDER}


SUBSCRIPTION_GIFT_INFO = Representation("cratejoy/subscription-gift-info", {"gift_sender": _gift_sender})
GIFT_INFO = Representation("cratejoy/gift-info")
