"""The catalog of the generated store: terms, products with their instances, and coupons."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.generator.dates import FIRST_DAY, HORIZON
from mockorders.apis.fakes import FakeData

Record = dict[str, Any]

STORE_ID = 644263166
SUBSCRIPTION = 0
ONE_TIME = 1
GIFT_CARD = 2
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


class Term(NamedTuple):
    """A term: the shipments paid in advance, the percentage of the price charged, and its relative frequency."""

    name: str
    num_cycles: int
    percent: int
    weight: int
    enabled: bool = True


class Product(NamedTuple):
    """A product; `cents` is the price of one piece or one cycle, `single` whether it is sold without a subscription."""

    name: str
    kind: int
    cents: int
    sku: str
    variants: tuple[str, ...] = ("",)
    single: bool = False
    deleted: bool = False
    weight: float | None = None  # in pounds


class Coupon(NamedTuple):
    """A coupon over an amount in cents or a percentage."""

    code: str
    name: str
    amount: int = 0
    percent: int = 0
    enabled: bool = True
    num_renewals: int | None = None


class Offer(NamedTuple):
    """A product instance with a term, and the price of all cycles in cents; without a term for one-time purchases."""

    instance_id: int
    cents: int
    weight: float | None
    term_id: int | None = None
    cycles: int = 1


TERMS = (
    Term("Month to Month", 1, 100, 12),
    Term("3 Month Prepay", 3, 95, 3),
    Term("6 Month Prepay", 6, 90, 2),
    Term("12 Month Prepay", 12, 85, 1),
    Term("24 Month Prepay", 24, 80, 0, enabled=False),
)
SIZES = ("S", "M", "L")
PRODUCTS = (
    Product("Coffee Roaster's Crate", SUBSCRIPTION, 2495, "COFFEE", ("Whole Bean", "Ground"), weight=1.5),
    Product("Night Owl Book Box", SUBSCRIPTION, 3199, "BOOK", ("Mystery", "Science Fiction"), single=True, weight=2.5),
    Product("Little Chemist Lab", SUBSCRIPTION, 2800, "LAB", weight=2.0),
    Product("Sock of the Month", SUBSCRIPTION, 1500, "SOCK", SIZES, weight=0.25),
    Product("Garden Seed Parcel", SUBSCRIPTION, 1950, "SEED", single=True, weight=0.375),
    Product("Hot Sauce Society", SUBSCRIPTION, 3950, "SAUCE", ("Mild", "Hot"), weight=3.0),
    Product("Paper and Ink Box", SUBSCRIPTION, 2750, "PAPER", weight=1.125),
    Product("Retired Tea Crate", SUBSCRIPTION, 2100, "TEA", deleted=True, weight=0.75),
    Product("Enamel Mug", ONE_TIME, 1600, "MUG", ("Blue", "White"), single=True, weight=0.875),
    Product("Canvas Tote", ONE_TIME, 2200, "TOTE", single=True, weight=0.625),
    Product("Knitted Sweater", ONE_TIME, 6900, "SWEATER", SIZES, single=True, weight=1.75),
    Product("Gift Card", GIFT_CARD, 5000, "GIFT", single=True),
)
COUPONS = (
    Coupon("WELCOME10", "Ten percent off the first order", percent=10),
    Coupon("SAVE5", "Five dollars off", amount=500),
    Coupon("FRIEND20", "A friend's twenty percent", percent=20, num_renewals=3),
    Coupon("SUMMER15", "Summer sale, over", percent=15, enabled=False),
)


class CatalogGenerator:
    """Generates the records of the catalog, and the offers that are on sale, repeated by their relative frequency."""

    def __init__(self, existing: Mapping[str, Mapping[int, Mapping[str, Any]]], fake: FakeData) -> None:
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
        "rebill_day": None,
        "rebill_months": 1,
        "rebill_weeks": None,
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
