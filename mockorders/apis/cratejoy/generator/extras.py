"""The metadata of generated customers, and the answers of subscribers to surveys."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.cratejoy.generator.catalog import STORE_ID
from mockorders.apis.cratejoy.generator.products import SIZES
from mockorders.apis.fakes import FakeData
from mockorders.apis.parts import ExistingRecords

Record = dict[str, Any]

FIRST_METADATA_ID = 61_001
FIRST_SURVEY_ID = 71_001
FIRST_COUPON_ID = 81_001
CREATED_AT = "2017-01-15T09:00:00Z"
QUESTION = {
    "id": 8001,
    "name": "Which size do you wear?",
    "type": 3,
    "options": [{"id": 8101 + number, "slug": size.lower(), "value": size} for number, size in enumerate(SIZES)],
}


def metadata(customers: Sequence[Record], existing: ExistingRecords, fake: FakeData) -> list[Record]:
    """Return metadata of every eighth customer, on average."""
    ids = fake.ids(existing.get("metadata", {}), FIRST_METADATA_ID)
    chosen = (customer for customer in customers if fake.chance(0.125))
    return [
        {
            "created_at": CREATED_AT,
            "data": {"shoe": {"size": fake.number(36, 46)}, "vip": fake.chance(0.2), "source": "newsletter"},
            "id": next(ids),
            "store_id": STORE_ID,
            "updated_at": CREATED_AT,
            "customer_id": customer["id"],
            "subscription_id": None,
            "order_id": None,
            "product_id": None,
            "shipment_id": None,
            "label": None,
        }
        for customer in chosen
    ]


def subscription_coupons(
    subscriptions: Sequence[Record], coupons: Sequence[Mapping[str, Any]], existing: ExistingRecords, fake: FakeData
) -> list[Record]:
    """Return a coupon of every eighth subscription that renews, on average."""
    ids = fake.ids(existing.get("subscription_coupons", {}), FIRST_COUPON_ID)
    chosen = (each for each in subscriptions if each["autorenew"] and fake.chance(0.125))
    return [_subscription_coupon(next(ids), each, fake.choice(coupons)) for each in chosen]


def _subscription_coupon(identifier: int, subscription: Record, coupon: Mapping[str, Any]) -> Record:
    return {
        "id": identifier,
        "subscription_id": subscription["id"],
        "coupon_id": coupon["id"],
        "enabled": True,
        "num_renewals": coupon["num_renewals"],
        "label": None,
    }


def survey_results(subscriptions: Sequence[Record], existing: ExistingRecords, fake: FakeData) -> list[Record]:
    """Return the answers of every fourth subscriber, on average."""
    ids = fake.ids(existing.get("product_survey_results", {}), FIRST_SURVEY_ID)
    chosen = (subscription for subscription in subscriptions if fake.chance(0.25))
    return [
        {
            "id": next(ids),
            "subscription_id": subscription["id"],
            "answers": [{"value": fake.choice(SIZES), "field": QUESTION}],
            "label": None,
        }
        for subscription in chosen
    ]
