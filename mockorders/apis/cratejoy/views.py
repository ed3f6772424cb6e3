"""The views of an order by profile, and its relations."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.storage.views import ReadTracker, View

Rendered = dict[str, Any]
Source = ReadTracker | Tables


class ProfileSettings(NamedTuple):
    """The differences between the documented and the observed profile."""

    schema: str
    customer_as_list: bool
    first_page: int
    sort_keys: bool


PROFILES = {
    "documented": ProfileSettings("cratejoy/order", customer_as_list=True, first_page=0, sort_keys=False),
    "observed": ProfileSettings("cratejoy/order-observed", customer_as_list=False, first_page=1, sort_keys=True),
}

DEFAULT_WITH = ("customer", "products")

# The documented order of the keys; relations that the page does not show are inserted alphabetically.
KEYS = (
    "bill_address card_refunded_amount coupons credit_applied customer customer_id financial_status fulfillment_status "
    "fulfillments gift_card_discount gift_message gift_renewal_notif gross_shipping id is_gift order_gift_info "
    "is_renewal is_test note placed_at products prorated_charge refund_applied refunded_amount ship_address status "
    "store_id sub_total subscriptions total total_app_fees total_label_cost total_pending_fees total_price "
    "total_shipping total_tax transaction_fee transaction_fee_status transactions type url"
).split()


def customer(source: Source, order: Record) -> Rendered:
    """Render the customer."""
    return _select(source["customers"].get(order["customer_id"]), _CUSTOMER, type="customer")


def customer_in_list(source: Source, order: Record) -> list[Rendered]:
    """Render the customer as the documented profile does, as a list of one."""
    return [customer(source, order)]


def products(source: Source, order: Record) -> list[Rendered]:
    """Render the lines with their product instances."""
    return [_line(source, order, line) for line in order["products"]]


def coupons(source: Source, order: Record) -> list[Rendered]:
    """Render the coupons that were used."""
    return [_coupon(source["coupons"].get(used["coupon_id"]), order, used) for used in order["coupons"]]


def bill_address(source: Source, order: Record) -> Rendered | None:
    """Render the billing address."""
    return _address(source["addresses"].get(order["bill_address_id"]))


def ship_address(source: Source, order: Record) -> Rendered | None:
    """Render the shipping address."""
    return _address(source["addresses"].get(order["ship_address_id"]))


def fulfillments(source: Source, order: Record) -> list[Rendered]:
    """Render the fulfillments."""
    return [
        _select(each, _FULFILLMENT, type="fulfillment")
        for each in source["fulfillments"].where("order_id", order["id"])
    ]


def transactions(source: Source, order: Record) -> list[Rendered]:
    """Render the transactions."""
    return [
        _select(each, _TRANSACTION, type="transaction", url=f"/v1/transactions/{each['id']}/")
        for each in source["transactions"].where("order_id", order["id"])
    ]


def subscriptions(source: Source, order: Record) -> list[Rendered]:
    """Render the subscriptions of the lines, without duplicates, sorted by id."""
    identifiers = sorted({line["subscription_id"] for line in order["products"]} - {None})
    return [
        _select(source["subscriptions"].get(each), _SUBSCRIPTION, type="subscription", url=f"/v1/subscriptions/{each}")
        for each in identifiers
    ]


class Relation(NamedTuple):
    """A relation of an order: the schema of its members, and the function that renders them.

    `field` is the property of the order that holds the related id, if that alone decides.
    """

    schema: str
    render: Callable[[Any, Record], Any]
    field: str | None = None

    def members(self, source: Source, order: Record) -> Sequence[Mapping[str, Any]]:
        """Return the rendered members; for a missing to-one relation, one member without properties."""
        rendered = self.render(source, order)
        return rendered if isinstance(rendered, list) else [rendered or {}]


RELATIONS = {
    "customer": Relation("cratejoy/customer", customer, "customer_id"),
    "products": Relation("cratejoy/cart-product", products),
    "coupons": Relation("cratejoy/cart-coupon", coupons),
    "bill_address": Relation("cratejoy/address", bill_address, "bill_address_id"),
    "ship_address": Relation("cratejoy/address", ship_address, "ship_address_id"),
    "fulfillments": Relation("cratejoy/fulfillment", fulfillments),
    "transactions": Relation("cratejoy/transaction", transactions),
    "subscriptions": Relation("cratejoy/subscription", subscriptions),
}


@lru_cache(maxsize=1024)
def order_view(profile: str, relations: frozenset[str]) -> View:
    """Return the view of an order for a profile, with the given relations."""
    settings = PROFILES[profile]
    renderers: dict[str, Callable[[Any, Record], Any]] = {name: RELATIONS[name].render for name in relations}
    if settings.customer_as_list and "customer" in renderers:
        renderers["customer"] = customer_in_list
    renderers["type"] = lambda _, __: "order"
    renderers["url"] = lambda _, order: order_url(order["id"])
    keys = [(key, renderers.get(key)) for key in KEYS if key in renderers or key not in RELATIONS]

    def build(reads: ReadTracker, order: Record) -> Rendered:
        return {key: order[key] if render is None else render(reads, order) for key, render in keys}

    return View(settings.schema, build, sort_keys=settings.sort_keys)


def order_url(identifier: int) -> str:
    """Return the path of an order."""
    return f"/v1/orders/{identifier}/"


_CUSTOMER = "country email first_name id last_name location name type".split()
_ADDRESS = "city company country icon id phone_number state status status_message street to type unit zip_code".split()
_PRODUCT = "deleted id name single_purchasable".split()
_TRANSACTION = "created_at id is_test result total type url".split()
_FULFILLMENT = (
    "adjusted_fulfillment_date cycle_number fulfillment_date id is_test shipment_id shipping status "
    "subscription_id tax total_cycles type"
).split()
_SUBSCRIPTION = (
    "autorenew credit end_date id is_test note product_billing_id skipped_date start_date status store_id type url"
).split()
_LINE = "discount id instance order_id price quantity ship_weight shipping subscription_id tax type".split()
_INSTANCE = (
    "deleted gift id images inventory price product product_id ship_weight sku term_prices type variants"
).split()
_TERM_PRICE = "product_instance_subscription_type_term_price"


def _select(record: Any, keys: Sequence[str], **derived: Any) -> Rendered:
    return {key: derived[key] if key in derived else record[key] for key in keys}


def _address(record: Record | None) -> Rendered | None:
    return None if record is None else _select(record, _ADDRESS, type="address")


def _line(source: Source, order: Record, line: Record) -> Rendered:
    instance = source["product_instances"].get(line["instance_id"])
    assert instance is not None
    rendered = _select(
        instance,
        _INSTANCE,
        product=_select(source["products"].get(instance["product_id"]), _PRODUCT),
        term_prices=[{**price, "type": _TERM_PRICE} for price in instance["term_prices"]],
        type="product_instance",
    )
    return _select(line, _LINE, instance=rendered, order_id=order["id"], type="cart_product")


def _coupon(coupon: Any, order: Record, used: Record) -> Rendered:
    return {
        "cart_id": None,
        "code_primary": coupon["code"],
        "code_used": used["code_used"],
        "coupon_id": coupon["id"],
        "id": used["id"],
        "name": coupon["name"],
        "num_renewals": coupon["num_renewals"],
        "order_id": order["id"],
        "subscription_coupon_id": None,
    }
