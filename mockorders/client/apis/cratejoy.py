"""Records of Cratejoy to add: a method for each collection. Generated from the schemas by `make types`."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

from mockorders.client.api_access import ApiAccess, Reference, Timestamp, describe_new_record
from mockorders.client.descriptors import AsyncCaller, ControlRequest, EndpointMethod, SyncCaller
from mockorders.client.models import Record


class CratejoyCustomer(TypedDict, total=False):
    """Properties of a customer."""

    country: str
    email: str
    first_name: str
    id: int
    last_name: str
    location: str
    name: str
    note: str | None
    label: str | None


class CratejoyAddress(TypedDict, total=False):
    """Properties of an address."""

    city: str
    company: str
    country: str
    icon: str
    id: int
    phone_number: str
    state: str
    status: Literal[0, 1]
    status_message: str | None
    street: str
    to: str
    unit: str
    zip_code: str
    customer_id: Reference
    customer: Reference
    primary: bool
    label: str | None


class CratejoyPaymentMethod(TypedDict, total=False):
    """Properties of a payment method."""

    id: int
    customer_id: Reference
    customer: Reference
    default: bool
    bill_address_id: Reference | None
    bill_address: Reference | None
    label: str | None


class CratejoyProduct(TypedDict, total=False):
    """Properties of a product."""

    id: int
    name: str
    deleted: bool
    single_purchasable: bool
    product_type: Literal[0, 1, 2]
    term_ids: Sequence[Reference]
    terms: Sequence[Reference]
    product_billing_id: Reference | None
    product_billing: Reference | None
    description: str
    flat_ship_price: int
    gift_shipping: int
    giftable: bool
    images: Sequence[Mapping[str, Any]]
    listed: bool
    reviewable: bool
    ship_option: Literal["flat", "calculate", "pricedin"]
    ship_weight: float | None
    sku: str | None
    visible: bool
    store_id: int
    label: str | None


class CratejoyProductInstance(TypedDict, total=False):
    """Properties of a product instance."""

    deleted: bool
    gift: bool
    id: int
    images: Sequence[Mapping[str, Any]]
    inventory: int | None
    price: int
    product_id: Reference
    product: Reference
    ship_weight: float | None
    sku: str | None
    term_prices: Sequence[Mapping[str, Any]]
    variants: Sequence[Mapping[str, Any]]
    label: str | None


class CratejoyInventory(TypedDict, total=False):
    """Properties of an inventory."""

    id: int
    confidence: int
    product_id: Reference
    product: Reference
    product_instance_id: Reference
    product_instance: Reference
    quantity_on_hand: int
    label: str | None


class CratejoyTerm(TypedDict, total=False):
    """Properties of a term."""

    id: int
    name: str
    description: str
    enabled: bool
    num_cycles: int
    label: str | None


class CratejoyCoupon(TypedDict, total=False):
    """Properties of a coupon."""

    id: int
    code: str
    name: str
    amount: int
    percent: int
    enabled: bool
    num_renewals: int | None
    label: str | None


class CratejoyTransaction(TypedDict, total=False):
    """Properties of a transaction."""

    created_at: Timestamp
    id: int
    is_test: bool
    result: Literal["authorized", "captured", "failed", "refunded", "failed refund"]
    total: int
    order_id: Reference
    order: Reference
    label: str | None


class CratejoyProductBilling(TypedDict, total=False):
    """Properties of a product billing."""

    id: int
    name: str
    rebill_day: int | None
    rebill_months: int
    rebill_weeks: int | None
    rebill_window: int | None
    store_id: int
    label: str | None


class CratejoyShipmentBatch(TypedDict, total=False):
    """Properties of a shipment batch."""

    end: Timestamp
    id: int
    product_billing_id: Reference
    product_billing: Reference
    start: Timestamp
    label: str | None


class CratejoyShipment(TypedDict, total=False):
    """Properties of a shipment."""

    adjusted_ordered_at: Timestamp
    created_at: Timestamp
    customer_id: Reference
    customer: Reference
    id: int
    is_ecom: bool
    is_gift: bool
    is_test: bool
    shipped_at: Timestamp | None
    status: Literal["unshipped", "shipped", "cancelled"]
    tracking_number: str | None
    carrier_name: str | None
    tracking_link: str | None
    ship_address_id: Reference | None
    ship_address: Reference | None
    batch_id: Reference | None
    batch: Reference | None
    labels: Sequence[Mapping[str, Any]]
    label: str | None


class CratejoyFulfillment(TypedDict, total=False):
    """Properties of a fulfillment."""

    adjusted_fulfillment_date: Timestamp | None
    cycle_number: int | None
    fulfillment_date: Timestamp | None
    id: int
    is_test: bool
    shipment_id: Reference | None
    shipment: Reference | None
    shipping: int
    status: Literal["open", "closed", "cancelled"]
    subscription_id: Reference | None
    subscription: Reference | None
    tax: int
    total_cycles: int | None
    order_id: Reference
    order: Reference
    instance_id: Reference | None
    instance: Reference | None
    label: str | None


class CratejoySubscription(TypedDict, total=False):
    """Properties of a subscription."""

    autorenew: bool
    credit: int | None
    end_date: Timestamp | None
    id: int
    is_test: bool
    note: str | None
    product_billing_id: Reference | None
    product_billing: Reference | None
    skipped_date: Timestamp | None
    start_date: Timestamp
    status: Literal["unpaid", "active", "cancelled", "suspended", "expired", "pastdue", "pending_renewal", "renewing"]
    store_id: int
    customer_id: Reference
    customer: Reference
    product_instance_id: Reference
    product_instance: Reference
    term_id: Reference | None
    term: Reference | None
    address_id: Reference | None
    address: Reference | None
    gift_info: Mapping[str, Any] | None
    cancel_reason: int | None
    label: str | None


class CratejoySubscriptionCoupon(TypedDict, total=False):
    """Properties of a subscription coupon."""

    id: int
    subscription_id: Reference
    subscription: Reference
    coupon_id: Reference
    coupon: Reference
    enabled: bool
    num_renewals: int | None
    label: str | None


class CratejoyOrder(TypedDict, total=False):
    """Properties of an order."""

    card_refunded_amount: int
    credit_applied: int
    customer_id: Reference
    customer: Reference
    financial_status: Literal["unpaid", "paid", "partially_refunded", "refunded"]
    fulfillment_status: Literal["unfulfilled", "partial", "fulfilled"]
    gift_card_discount: int
    gift_message: str | None
    gift_renewal_notif: bool
    gross_shipping: int
    id: int
    is_gift: bool
    order_gift_info: Mapping[str, Any] | None
    is_renewal: bool
    is_test: bool
    note: str | None
    placed_at: Timestamp
    prorated_charge: int | None
    refund_applied: int | None
    refunded_amount: int
    status: Literal["open", "closed"]
    store_id: int
    sub_total: int
    total: int
    total_app_fees: int | None
    total_label_cost: int | None
    total_pending_fees: int | None
    total_price: int
    total_shipping: int
    total_tax: int
    transaction_fee: int
    transaction_fee_status: Literal[1, 2, 3] | None
    products: Sequence[Mapping[str, Any]]
    coupons: Sequence[Mapping[str, Any]]
    bill_address_id: Reference | None
    bill_address: Reference | None
    ship_address_id: Reference | None
    ship_address: Reference | None
    cust_pay_id: Reference | None
    cust_pay: Reference | None
    label: str | None


class CratejoyProductSurveyResult(TypedDict, total=False):
    """Properties of a product survey result."""

    id: int
    subscription_id: Reference
    subscription: Reference
    answers: Sequence[Mapping[str, Any]]
    label: str | None


class CratejoyMetadata(TypedDict, total=False):
    """Properties of a metadata."""

    created_at: Timestamp
    data: Mapping[str, Any]
    id: int
    store_id: int
    updated_at: Timestamp
    customer_id: Reference | None
    customer: Reference | None
    subscription_id: Reference | None
    subscription: Reference | None
    order_id: Reference | None
    order: Reference | None
    product_id: Reference | None
    product: Reference | None
    shipment_id: Reference | None
    shipment: Reference | None
    label: str | None


class CratejoySetting(TypedDict, total=False):
    """Properties of a setting."""

    id: int
    closed: Literal["paid", "shipped"]
    fulfilled: Literal["created", "shipped"]
    label: str | None


class CratejoyApi(ApiAccess):
    """Cratejoy in one sandbox: its base URL and credential, and records to add."""

    base_path = "/v1"

    @EndpointMethod
    def add_customer(self, **properties: Unpack[CratejoyCustomer]) -> ControlRequest[Record]:
        """Add a customer, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "customers", properties)

    @EndpointMethod
    def add_address(self, **properties: Unpack[CratejoyAddress]) -> ControlRequest[Record]:
        """Add an address, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "addresses", properties)

    @EndpointMethod
    def add_payment_method(self, **properties: Unpack[CratejoyPaymentMethod]) -> ControlRequest[Record]:
        """Add a payment method, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "payment_methods", properties)

    @EndpointMethod
    def add_product(self, **properties: Unpack[CratejoyProduct]) -> ControlRequest[Record]:
        """Add a product, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "products", properties)

    @EndpointMethod
    def add_product_instance(self, **properties: Unpack[CratejoyProductInstance]) -> ControlRequest[Record]:
        """Add a product instance, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "product_instances", properties)

    @EndpointMethod
    def add_inventory(self, **properties: Unpack[CratejoyInventory]) -> ControlRequest[Record]:
        """Add an inventory, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "inventory", properties)

    @EndpointMethod
    def add_term(self, **properties: Unpack[CratejoyTerm]) -> ControlRequest[Record]:
        """Add a term, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "terms", properties)

    @EndpointMethod
    def add_coupon(self, **properties: Unpack[CratejoyCoupon]) -> ControlRequest[Record]:
        """Add a coupon, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "coupons", properties)

    @EndpointMethod
    def add_transaction(self, **properties: Unpack[CratejoyTransaction]) -> ControlRequest[Record]:
        """Add a transaction, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "transactions", properties)

    @EndpointMethod
    def add_product_billing(self, **properties: Unpack[CratejoyProductBilling]) -> ControlRequest[Record]:
        """Add a product billing, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "product_billings", properties)

    @EndpointMethod
    def add_shipment_batch(self, **properties: Unpack[CratejoyShipmentBatch]) -> ControlRequest[Record]:
        """Add a shipment batch, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "shipment_batches", properties)

    @EndpointMethod
    def add_shipment(self, **properties: Unpack[CratejoyShipment]) -> ControlRequest[Record]:
        """Add a shipment, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "shipments", properties)

    @EndpointMethod
    def add_fulfillment(self, **properties: Unpack[CratejoyFulfillment]) -> ControlRequest[Record]:
        """Add a fulfillment, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "fulfillments", properties)

    @EndpointMethod
    def add_subscription(self, **properties: Unpack[CratejoySubscription]) -> ControlRequest[Record]:
        """Add a subscription, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "subscriptions", properties)

    @EndpointMethod
    def add_subscription_coupon(self, **properties: Unpack[CratejoySubscriptionCoupon]) -> ControlRequest[Record]:
        """Add a subscription coupon, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "subscription_coupons", properties)

    @EndpointMethod
    def add_order(self, **properties: Unpack[CratejoyOrder]) -> ControlRequest[Record]:
        """Add an order, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "orders", properties)

    @EndpointMethod
    def add_product_survey_result(self, **properties: Unpack[CratejoyProductSurveyResult]) -> ControlRequest[Record]:
        """Add a product survey result, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "product_survey_results", properties)

    @EndpointMethod
    def add_metadata(self, **properties: Unpack[CratejoyMetadata]) -> ControlRequest[Record]:
        """Add a metadata, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "metadata", properties)

    @EndpointMethod
    def add_setting(self, **properties: Unpack[CratejoySetting]) -> ControlRequest[Record]:
        """Add a setting, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("cratejoy", "settings", properties)


class SyncCratejoy(CratejoyApi, SyncCaller):
    """Cratejoy in a `Sandbox`."""


class AsyncCratejoy(CratejoyApi, AsyncCaller):
    """Cratejoy in an `AsyncSandbox`."""
