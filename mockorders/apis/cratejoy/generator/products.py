"""The terms, products and coupons of the generated store."""

from typing import NamedTuple

SUBSCRIPTION = 0
ONE_TIME = 1
GIFT_CARD = 2


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
