"""Records of Universe to add: a method for each collection. Generated from the schemas by `make types`."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from mockorders.client.api_access import ApiAccess, Reference, describe_new_record
from mockorders.client.descriptors import AsyncCaller, ControlRequest, EndpointMethod, SyncCaller
from mockorders.client.models import Record


class UniverseCustomer(TypedDict, total=False):
    """Properties of a customer."""

    id: int
    first_name: str
    last_name: str
    email: str
    new_email: str | None
    birthdate: date | str | None
    username: str | None
    expired: bool
    trial_membership: bool
    at_renewal_cap: bool
    auto_renewal_enabled: bool
    lists_opt_in: bool
    email_aliases: Sequence[str]
    invalid_email_message: str | None
    authentications: Sequence[Mapping[str, Any]]
    subscription: Mapping[str, Any] | None
    shipping_address: Mapping[str, Any] | None
    item_options: Sequence[Mapping[str, Any]]
    label: str | None


class UniverseOrder(TypedDict, total=False):
    """Properties of an order."""

    id: int
    customer_id: Reference
    customer: Reference
    completed: bool
    plan: Mapping[str, Any]
    totals: Mapping[str, Any] | None
    created_at: date | str
    paid_at: date | str | None
    refunded_at: date | str | None
    billing_address: Mapping[str, Any] | None
    shipments: Sequence[Mapping[str, Any]] | None
    label: str | None


class UniversePlan(TypedDict, total=False):
    """Properties of a plan."""

    id: int
    name: str
    description: str | None
    online_benefits: str | None
    annotations: str | None
    tags: Sequence[str]
    duration: int | None
    display_price: str
    price: str
    checkout: str
    available_to_customer: bool
    package: Mapping[str, Any] | None
    renewal: bool
    label: str | None


class UniverseFanclub(TypedDict, total=False):
    """Properties of a fanclub."""

    id: int
    name: str
    links: Mapping[str, Any]
    authentications: Sequence[Mapping[str, Any]]
    tracking: Mapping[str, Any]
    label: str | None


class UniverseItemType(TypedDict, total=False):
    """Properties of an item type."""

    id: int
    name: str
    options: Sequence[Mapping[str, Any]]
    plan_ids: Sequence[Reference]
    plans: Sequence[Reference]
    label: str | None


class UniverseApi(ApiAccess):
    """Universe in one sandbox: its base URL and credential, and records to add."""

    base_path = "/api/v1"

    @EndpointMethod
    def add_customer(self, **properties: Unpack[UniverseCustomer]) -> ControlRequest[Record]:
        """Add a customer, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("universe", "customers", properties)

    @EndpointMethod
    def add_order(self, **properties: Unpack[UniverseOrder]) -> ControlRequest[Record]:
        """Add an order, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("universe", "orders", properties)

    @EndpointMethod
    def add_plan(self, **properties: Unpack[UniversePlan]) -> ControlRequest[Record]:
        """Add a plan, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("universe", "plans", properties)

    @EndpointMethod
    def add_fanclub(self, **properties: Unpack[UniverseFanclub]) -> ControlRequest[Record]:
        """Add a fanclub, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("universe", "fanclubs", properties)

    @EndpointMethod
    def add_item_type(self, **properties: Unpack[UniverseItemType]) -> ControlRequest[Record]:
        """Add an item type, and what it refers to; return it. Omitted properties have defaults."""
        return describe_new_record("universe", "item_types", properties)


class SyncUniverse(UniverseApi, SyncCaller):
    """Universe in a `Sandbox`."""


class AsyncUniverse(UniverseApi, AsyncCaller):
    """Universe in an `AsyncSandbox`."""
