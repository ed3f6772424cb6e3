"""Creating an order: who buys, whether they may now, what, how it is paid, and what comes of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.filters.filters import Filter, UnknownProperty, compile_filter, customer_model
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue
from mockorders.apis.messages import Call
from mockorders.errors import InvalidRequest
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.rules import Rule
from mockorders.storage.collection import Collection, Record
from mockorders.storage.state import Tables
from mockorders.validation.records import fill_defaults

MINUTE = timedelta(seconds=60)
SUBSCRIPTION = 0

GIFT_KEYS = ("gift_message", "gift_recipient_name", "gift_recipient_email")


class Line(NamedTuple):
    """What is bought: the instance, its term if it is a subscription, how many, and the price of all, in cents."""

    instance: Record
    term: Record | None
    quantity: int
    price: int


def create_order(tables: Tables, call: Call, now: datetime) -> Record:
    """Create an order with all that comes with it; Invalid, with nothing changed, where a rule is against it."""
    body = call.body
    customer = find_customer(tables, body["customer"], body_is_json=call.body_is_json)
    check_order_interval(tables, customer, now)
    payment = _owned_record(tables["payment_methods"], customer, body.get("cust_pay_id"), _PAYMENT)
    if payment is None:
        message = f"customer {customer['id']}: expected a customer with a payment method"
        raise InvalidRequest(message, rule=rules.PAYMENT)
    lines = [_line(tables, number, each) for number, each in enumerate(body["products"])]
    address = _owned_record(tables["addresses"], customer, body.get("ship_address_id"), _ADDRESS)
    coupons = _coupons(tables, body.get("coupons", []))
    order = _order(tables, customer, (payment, address), now)
    order |= {**_totals(lines, coupons), **_gift(body)}
    order["coupons"] = [
        {"id": _inner_id(order, "coupon", number), "coupon_id": coupon["id"], "code_used": coupon["code"]}
        for number, coupon in enumerate(coupons)
    ]
    order["products"] = [_store_line(tables, order, number, line) for number, line in enumerate(lines)]
    _store_payment(tables, order)
    tables["orders"].put(order)
    return order


def find_customer(tables: Tables, filters: Mapping[str, Any], *, body_is_json: bool) -> Record:
    """Find the one customer that the filters hit; Invalid where they hit none or several."""
    tests = [_customer_filter(name, value, body_is_json=body_is_json) for name, value in filters.items()]
    narrowed = next((each.indexed for each in tests if each.indexed is not None and each.prop == "id"), None)
    customers = tables["customers"] if narrowed is None else filter(None, [tables["customers"].get(narrowed)])
    found = [each for each in customers if all(test.matches(tables, each) for test in tests)]
    if len(found) != 1:
        message = f"customer: expected filters that hit exactly one customer, these hit {len(found)}"
        raise InvalidRequest(message, rule=rules.CUSTOMER_FILTER)
    return found[0]


def check_order_interval(tables: Tables, customer: Record, now: datetime) -> None:
    """Refuse an order where the customer has one from the past minute."""
    for order in tables["orders"].where("customer_id", customer["id"]):
        if timedelta() <= now - parse_time(order["placed_at"]) < MINUTE:
            message = (
                f"customer {customer['id']}: expected no order within the past minute, "
                f"order {order['id']} was placed at {order['placed_at']}"
            )
            facts = {"order": order["id"], "placed_at": order["placed_at"], "now": format_time(now)}
            raise InvalidRequest(message, rule=rules.ONE_MINUTE, facts=facts)


def gift_info(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give a whole gift info: what was not given is empty."""
    return {key: given.get(key, "") for key in GIFT_KEYS}


class _OwnedRecord(NamedTuple):
    field: str
    description: str
    default_flag: str
    rule: Rule


_PAYMENT = _OwnedRecord("cust_pay_id", "a payment method", "default", rules.PAYMENT)
_ADDRESS = _OwnedRecord("ship_address_id", "an address", "primary", rules.SHIP_ADDRESS)


def _customer_filter(name: str, value: Any, *, body_is_json: bool) -> Filter:
    try:
        made = compile_filter(customer_model(), name, value, body_is_json=body_is_json)
    except UnknownProperty as error:
        message = f"Unknown property 'customer.{str(error)[:200]}'"
        raise InvalidRequest(message, rule=rules.UNKNOWN_PROPERTY) from error
    except InvalidFilterValue as error:
        message = f"customer.{name[:200]}: expected {error}"
        raise InvalidRequest(message, rule=rules.CUSTOMER_FILTER) from error
    if name not in {"email", "email__eq"}:
        return made
    return made._replace(test=lambda each: each.lower() == value.lower())


def _owned_record(
    collection: Collection, customer: Record, identifier: int | None, kind: _OwnedRecord
) -> Record | None:
    """Give the customer's record that was named, else the one that stands first with them, else None."""
    owned = collection.where("customer_id", customer["id"])
    if identifier is None:
        return next((each for each in owned if each[kind.default_flag]), owned[0] if owned else None)
    record = collection.get(identifier)
    if record is None or record["customer_id"] != customer["id"]:
        message = f"{kind.field}: expected the id of {kind.description} of customer {customer['id']}, got {identifier}"
        raise InvalidRequest(message, rule=kind.rule)
    return record


def _line(tables: Tables, number: int, given: Mapping[str, Any]) -> Line:
    place = f"products[{number}]"
    identifier = given["product_instance"]["id"]
    instance = tables["product_instances"].get(identifier)
    product = None if instance is None else tables["products"].get(instance["product_id"])
    if instance is None or product is None or instance["deleted"] or product["deleted"]:
        message = f"{place}.product_instance.id: expected the id of a product instance that is sold, got {identifier}"
        raise InvalidRequest(message, rule=rules.INSTANCE)
    term = _term(tables, product, given.get("term"), f"{place}.term")
    quantity = given.get("quantity", 1)
    return Line(instance, term, quantity, _price(instance, term) * quantity)


def _price(instance: Record, term: Record | None) -> int:
    prices: dict[int, int] = {each["term_id"]: each["price"] for each in instance["term_prices"]}
    single: int = instance["price"]
    return single if term is None else prices.get(term["id"], single)


def _term(tables: Tables, product: Record, given: Mapping[str, Any] | None, place: str) -> Record | None:
    if product["product_type"] != SUBSCRIPTION:
        if given is not None:
            message = f"{place}: expected no term, product {product['id']} is no subscription"
            raise InvalidRequest(message, rule=rules.TERM)
        return None
    if given is None and product["single_purchasable"]:
        return None
    terms = [tables["terms"][each] for each in product["term_ids"]]
    enabled = [term for term in terms if term["enabled"]]
    found = [term for term in enabled if given and all(term[key] == value for key, value in given.items())]
    if len(found) != 1:
        hits = "it is missing" if given is None else f"it fits {len(found)}"
        message = f"{place}: expected what names exactly one term of the product ({_choice(enabled)}), {hits}"
        raise InvalidRequest(message, rule=rules.TERM)
    return found[0]


def _choice(terms: Sequence[Record]) -> str:
    return "; ".join(f"id {each['id']}, name {each['name']!r}, num_cycles {each['num_cycles']}" for each in terms[:10])


def _coupons(tables: Tables, codes: Sequence[str] | str) -> list[Record]:
    codes = [codes] if isinstance(codes, str) else codes
    found: list[Record] = []
    for number, code in enumerate(codes):
        coupon = next((each for each in tables["coupons"].where("code", code) if each["enabled"]), None)
        if coupon is None or coupon in found:
            why = "unknown" if coupon is None else "there twice"
            message = f"coupons[{number}]: expected codes of coupons, each once, {code[:60]!r} is {why}"
            raise InvalidRequest(message, rule=rules.COUPONS)
        found.append(coupon)
    return found


def _order(
    tables: Tables, customer: Record, payment_and_address: tuple[Record, Record | None], now: datetime
) -> dict[str, Any]:
    payment, address = payment_and_address
    ship = None if address is None else address["id"]
    made = {
        "id": tables["orders"].next_id(),
        "customer_id": customer["id"],
        "placed_at": format_time(now),
        "cust_pay_id": payment["id"],
        "ship_address_id": ship,
        "bill_address_id": ship if payment["bill_address_id"] is None else payment["bill_address_id"],
    }
    return fill_defaults("cratejoy/record-orders", made)


def _totals(lines: Sequence[Line], coupons: Sequence[Record]) -> dict[str, int]:
    sub_total = left = sum(line.price for line in lines)
    for coupon in coupons:
        left -= min(left, coupon["amount"])
        left -= (left * coupon["percent"] + 50) // 100  # half a cent rounds up
    return {"sub_total": sub_total, "total": left, "total_price": left}


def _gift(body: Mapping[str, Any]) -> dict[str, Any]:
    if "order_gift_info" not in body:
        return {}
    info = gift_info(body["order_gift_info"])
    return {"is_gift": True, "order_gift_info": info, "gift_message": info["gift_message"]}


def _store_line(tables: Tables, order: Record, number: int, line: Line) -> dict[str, Any]:
    """Keep what a line brings: its subscription and its fulfillment; give the line as orders store it."""
    subscription = None if line.term is None else _subscription(tables, order, line)
    shipment = {
        "id": tables["fulfillments"].next_id(),
        "order_id": order["id"],
        "subscription_id": subscription,
        "fulfillment_date": order["placed_at"],
        "adjusted_fulfillment_date": order["placed_at"],
        "cycle_number": None if line.term is None else 0,
        "total_cycles": None if line.term is None else line.term["num_cycles"],
    }
    tables["fulfillments"].put(fill_defaults("cratejoy/record-fulfillments", shipment))
    return {
        "discount": 0,
        "id": _inner_id(order, "line", number),
        "instance_id": line.instance["id"],
        "price": line.price,
        "quantity": line.quantity,
        "ship_weight": line.instance["ship_weight"],
        "shipping": 0,
        "subscription_id": subscription,
        "tax": 0,
    }


def _subscription(tables: Tables, order: Record, line: Line) -> int:
    assert line.term is not None
    made = {
        "id": tables["subscriptions"].next_id(),
        "customer_id": order["customer_id"],
        "product_instance_id": line.instance["id"],
        "term_id": line.term["id"],
        "start_date": order["placed_at"],
    }
    tables["subscriptions"].put(fill_defaults("cratejoy/record-subscriptions", made))
    return int(made["id"])


def _store_payment(tables: Tables, order: Record) -> None:
    made = {
        "id": tables["transactions"].next_id(),
        "order_id": order["id"],
        "created_at": order["placed_at"],
        "total": order["total"],
    }
    tables["transactions"].put(fill_defaults("cratejoy/record-transactions", made))


def _inner_id(order: Record, kind: str, number: int) -> int:
    """Give an id to what has no collection of its own: the same for the same order, and as random as the service's."""
    return int.from_bytes(blake2b(f"{order['id']} {kind} {number}".encode(), digest_size=5).digest())
