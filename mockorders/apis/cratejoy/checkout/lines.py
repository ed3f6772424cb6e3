"""The lines and coupons of a new order, as the request names them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.apis.cratejoy import rules
from mockorders.errors import InvalidRequest
from mockorders.formats.abbreviation import abbreviate
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

SUBSCRIPTION = 0
MAX_LISTED_TERMS = 10


class Line(NamedTuple):
    """An order line: a product instance, its term if it is a subscription, and the price of all pieces, in cents."""

    instance: Record
    term: Record | None
    quantity: int
    price: int


def read_lines(tables: Tables, products: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return the lines of a request. Raises InvalidRequest if one cannot be sold."""
    return [_read_line(tables, given, f"products[{index}]") for index, given in enumerate(products)]


def read_coupons(tables: Tables, codes: Sequence[str] | str) -> list[Record]:
    """Return the coupons with these codes, or this code. Raises InvalidRequest if one is unknown or repeated."""
    found: list[Record] = []
    for index, code in enumerate([codes] if isinstance(codes, str) else codes):
        coupon = next((each for each in tables["coupons"].where("code", code) if each["enabled"]), None)
        if coupon is None:
            message = f"coupons[{index}]: expected the code of an enabled coupon, got {abbreviate(code)}"
            raise InvalidRequest(message, rule=rules.COUPONS)
        if coupon in found:
            message = f"coupons[{index}]: expected each code once, got {abbreviate(code)} twice"
            raise InvalidRequest(message, rule=rules.COUPONS)
        found.append(coupon)
    return found


def subscription_line(tables: Tables, subscription: Record) -> Line:
    """Return the line that renews a subscription."""
    instance = tables["product_instances"][subscription["product_instance_id"]]
    term = tables["terms"].get(subscription["term_id"])
    return Line(instance, term, 1, _price(instance, term))


def _read_line(tables: Tables, given: Mapping[str, Any], place: str) -> Line:
    identifier = given["product_instance"]["id"]
    instance = tables["product_instances"].get(identifier)
    product = None if instance is None else tables["products"].get(instance["product_id"])
    if instance is None or product is None or instance["deleted"] or product["deleted"]:
        message = f"{place}.product_instance.id: expected the id of a product instance that is sold, got {identifier}"
        raise InvalidRequest(message, rule=rules.INSTANCE)
    term = _read_term(tables, product, given.get("term"), f"{place}.term")
    quantity = given.get("quantity", 1)
    return Line(instance, term, quantity, _price(instance, term) * quantity)


def _price(instance: Record, term: Record | None) -> int:
    prices: dict[int, int] = {each["term_id"]: each["price"] for each in instance["term_prices"]}
    single: int = instance["price"]
    return single if term is None else prices.get(term["id"], single)


def _read_term(tables: Tables, product: Record, given: Mapping[str, Any] | None, place: str) -> Record | None:
    if product["product_type"] != SUBSCRIPTION:
        if given is not None:
            message = f"{place}: expected no term, product {product['id']} is not a subscription"
            raise InvalidRequest(message, rule=rules.TERM)
        return None
    if given is None and product["single_purchasable"]:
        return None
    terms = [tables["terms"][identifier] for identifier in product["term_ids"]]
    enabled = [term for term in terms if term["enabled"]]
    if given is None:
        message = f"{place}: is required, expected one term of the product ({_describe(enabled)})"
        raise InvalidRequest(message, rule=rules.TERM)
    found = [term for term in enabled if all(term[key] == value for key, value in given.items())]
    if len(found) != 1:
        message = f"{place}: must match exactly one term of the product ({_describe(enabled)}), matched {len(found)}"
        raise InvalidRequest(message, rule=rules.TERM)
    return found[0]


def _describe(terms: Sequence[Record]) -> str:
    listed = terms[:MAX_LISTED_TERMS]
    return "; ".join(f"id {each['id']}, name {each['name']!r}, num_cycles {each['num_cycles']}" for each in listed)
