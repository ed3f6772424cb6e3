"""Generator of Cratejoy data: a store's customers, and their orders from June 2015 to February 2017."""

from collections.abc import Mapping
from typing import Any

from mockorders.apis.cratejoy.generator.catalog import CatalogGenerator
from mockorders.apis.cratejoy.generator.customers import CustomerGenerator
from mockorders.apis.cratejoy.generator.extras import metadata, subscription_coupons, survey_results
from mockorders.apis.cratejoy.generator.orders import OrderGenerator
from mockorders.apis.fakes import FakeData
from mockorders.apis.parts import ExistingRecords, GeneratedRecords, GeneratedSize

# The first id of each collection, and the increment.
FIRST_IDS = {
    "customers": (310_000_007, 2903),
    "addresses": (8_700_001, 9),
    "payment_methods": (20_001, 3),
    "transactions": (410_000_003, 97),
    "fulfillments": (520_000_011, 61),
    "subscriptions": (76_000_021, 499),
    "orders": (100_000_019, 2917),
    "shipments": (270_000_001, 7),
}
CUSTOMER_BYTES = 2_500  # with address and payment method
ORDER_BYTES = 5_500  # with what it is paid and delivered by
RECORDS_PER_CUSTOMER = 3
RECORDS_PER_ORDER = 6


def generate(plan: Mapping[str, Any], existing: ExistingRecords, fake: FakeData) -> GeneratedRecords:
    """Return the records of a plan (`schemas/cratejoy/generate.json`), in addition to those in `existing`."""
    ids = {name: fake.ids(existing.get(name, {}), *first) for name, first in FIRST_IDS.items()}
    catalog = CatalogGenerator(existing, fake)
    customers = CustomerGenerator(catalog, ids, fake)
    orders = OrderGenerator(existing, catalog, ids, fake)
    fake.reserve_emails(customer["email"] for customer in existing.get("customers", {}).values())
    for draft in customers.drafts(plan["customers"], plan["orders"]):
        orders.add(draft)
    subscriptions = customers.records["subscriptions"]
    return {
        **catalog.records,
        **customers.records,
        **orders.records,
        "metadata": metadata(customers.records["customers"], existing, fake),
        "subscription_coupons": subscription_coupons(subscriptions, catalog.coupons, existing, fake),
        "product_survey_results": survey_results(subscriptions, existing, fake),
    }


def estimate(plan: Mapping[str, Any]) -> GeneratedSize:
    """Return the size of what `generate` returns for a plan, without generating it."""
    customers = plan["customers"]
    orders = plan["orders"]
    records = RECORDS_PER_CUSTOMER * customers + RECORDS_PER_ORDER * orders
    return GeneratedSize(records, CUSTOMER_BYTES * customers + ORDER_BYTES * orders)
