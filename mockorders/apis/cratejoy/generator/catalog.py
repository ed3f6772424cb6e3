"""The records of the catalog: terms, products with their instances, and coupons."""

from calendar import monthrange
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.generator.dates import FIRST_DAY, HORIZON
from mockorders.apis.cratejoy.generator.products import (
    COUPONS,
    GIFT_CARD,
    PRODUCTS,
    SIZES,
    SUBSCRIPTION,
    TERMS,
    Coupon,
    Product,
    Term,
)
from mockorders.apis.cratejoy.periods import MONTHLY
from mockorders.apis.fakes import FakeData
from mockorders.apis.parts import ExistingRecords

Record = dict[str, Any]

STORE_ID = 644263166
FIRST_IDS = {
    "terms": 5001,
    "product_billings": 3101,
    "products": 640_000_101,
    "product_instances": 645_800_001,
    "coupons": 2101,
    "shipment_batches": 12_001,
    "inventory": 15_001,
}
FIRST_PRICE_ID = 7001


class Offer(NamedTuple):
    """A product instance with a term, and the price of all cycles in cents; without a term for one-time purchases."""

    instance_id: int
    cents: int
    weight: float | None
    term_id: int | None = None
    cycles: int = 1


class CatalogGenerator:
    """Generates the records of the catalog, and the offers that are on sale, repeated by their relative frequency."""

    def __init__(self, existing: ExistingRecords, fake: FakeData) -> None:
        prices = chain.from_iterable(each["term_prices"] for each in existing.get("product_instances", {}).values())
        self.records: dict[str, list[Record]] = {name: [] for name in FIRST_IDS}
        self.subscriptions: list[Offer] = []
        self.singles: list[Offer] = []
        self._ids = {name: fake.ids(existing.get(name, {}), first) for name, first in FIRST_IDS.items()}
        self._price_ids = fake.ids({price["id"] for price in prices}, FIRST_PRICE_ID)
        term_ids = [self._add("terms", _term(term)) for term in TERMS]
        self.billing_id = self._add("product_billings", _monthly())
        self.batches = {(year, month): self._add_batch(year, month) for year, month in _months()}
        for product in PRODUCTS:
            self._add_product(product, term_ids)
        known = {coupon["code"]: coupon for coupon in existing.get("coupons", {}).values()}
        coupons = [known.get(coupon.code) or self._add_coupon(coupon) for coupon in COUPONS]
        self.coupons = [coupon for coupon in coupons if coupon["enabled"]]

    def _add(self, collection: str, record: Record) -> int:
        identifier: int = next(self._ids[collection])
        record["id"] = identifier
        self.records[collection].append(record)
        return identifier

    def _add_batch(self, year: int, month: int) -> int:
        """Add the batch of the shipments of a month."""
        last = monthrange(year, month)[1]
        batch = {
            "end": f"{year}-{month:02d}-{last}T23:59:59Z",
            "id": 0,
            "product_billing_id": self.billing_id,
            "start": f"{year}-{month:02d}-01T00:00:00Z",
            "label": None,
        }
        return self._add("shipment_batches", batch)

    def _add_product(self, product: Product, term_ids: list[int]) -> None:
        product_id = self._add("products", _product(product, term_ids, self.billing_id))
        for variant in product.variants:
            instance = _instance(product_id, product, variant)
            instance_id = self._add("product_instances", instance)
            self._add("inventory", _inventory(product_id, instance_id))
            if product.kind == SUBSCRIPTION:
                instance["term_prices"] = self._term_prices(product, term_ids)
                self._offer_terms(instance, product)
            else:
                self.singles.append(Offer(instance_id, product.cents, product.weight))

    def _term_prices(self, product: Product, term_ids: list[int]) -> list[Record]:
        prices = [product.cents * term.num_cycles * term.percent // 100 for term in TERMS]
        return [
            {"id": next(self._price_ids), "price": price, "term_id": term_id}
            for price, term_id in zip(prices, term_ids, strict=True)
        ]

    def _offer_terms(self, instance: Record, product: Product) -> None:
        for term, price in zip(TERMS, instance["term_prices"], strict=True):
            offer = Offer(instance["id"], price["price"], product.weight, price["term_id"], term.num_cycles)
            self.subscriptions += [offer] * (0 if product.deleted else term.weight)

    def _add_coupon(self, coupon: Coupon) -> Record:
        record = {"id": 0, **coupon._asdict(), "label": None}
        self._add("coupons", record)
        return record


def _term(term: Term) -> Record:
    return {
        "id": 0,
        "name": term.name,
        "description": f"{term.num_cycles} shipments paid in advance" if term.num_cycles > 1 else "Paid month by month",
        "enabled": term.enabled,
        "num_cycles": term.num_cycles,
        "label": None,
    }


def _months() -> Iterator[tuple[int, int]]:
    """Yield the year and month of every month with shipments."""
    first = FIRST_DAY.year * 12 + FIRST_DAY.month - 1
    for number in range(first, HORIZON.year * 12 + HORIZON.month):
        yield number // 12, number % 12 + 1


def _monthly() -> Record:
    return {
        "id": 0,
        "name": "Monthly",
        **MONTHLY,
        "rebill_window": 10,
        "store_id": STORE_ID,
        "label": None,
    }


def _product(product: Product, term_ids: list[int], billing_id: int) -> Record:
    return {
        "id": 0,
        "name": product.name,
        "deleted": product.deleted,
        "single_purchasable": product.single,
        "product_type": product.kind,
        "term_ids": term_ids if product.kind == SUBSCRIPTION else [],
        "product_billing_id": billing_id if product.kind == SUBSCRIPTION else None,
        "description": f"{product.name}, from our store.",
        "flat_ship_price": 0,
        "gift_shipping": 0,
        "giftable": product.kind != GIFT_CARD,
        "images": [],
        "listed": not product.deleted,
        "reviewable": True,
        "ship_option": "pricedin",
        "ship_weight": product.weight,
        "sku": product.sku,
        "visible": not product.deleted,
        "store_id": STORE_ID,
        "label": None,
    }


def _inventory(product_id: int, instance_id: int) -> Record:
    return {
        "id": 0,
        "confidence": 10,
        "product_id": product_id,
        "product_instance_id": instance_id,
        "quantity_on_hand": instance_id % 97 * 4,
        "label": None,
    }


def _variant(product: Product, value: str) -> Record:
    name = "Size" if product.variants is SIZES else "Variety"
    return {"variant_type": {"name": name}, "variant_value": {"value": value}}


def _instance(product_id: int, product: Product, variant: str) -> Record:
    """Return the instance of a variant. Its price is 0 if it is only sold as a subscription."""
    return {
        "deleted": product.deleted,
        "gift": product.kind == GIFT_CARD,
        "id": 0,
        "images": [],
        "inventory": None,
        "price": product.cents if product.single else 0,
        "product_id": product_id,
        "ship_weight": product.weight,
        "sku": f"{product.sku}-{variant.upper().replace(' ', '')}" if variant else product.sku,
        "term_prices": [],
        "variants": [_variant(product, variant)] if variant else [],
        "label": None,
    }
