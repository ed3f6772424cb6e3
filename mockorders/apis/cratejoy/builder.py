"""What follows from the given properties of a new record: names, times and amounts."""

from collections.abc import Callable, Mapping
from typing import Any

from mockorders.apis.cratejoy.checkout.records import inner_id
from mockorders.apis.parts import FindRecord
from mockorders.storage.collection import Record

Given = Mapping[str, Any]


def derive(collection: str, record: Record, given: Given, find: FindRecord) -> dict[str, Any]:
    """Return the properties of a valid record that follow from those that were given."""
    function = _FUNCTIONS.get(collection)
    derived = {} if function is None else function(record, given, find)
    return {name: value for name, value in derived.items() if name not in given or name in _LISTS}


def _customer(record: Record, _: Given, __: FindRecord) -> dict[str, Any]:
    return {"name": f"{record['first_name']} {record['last_name']}".strip()}


def _shipment(record: Record, _: Given, __: FindRecord) -> dict[str, Any]:
    return {"adjusted_ordered_at": record["created_at"]}


def _transaction(record: Record, _: Given, find: FindRecord) -> dict[str, Any]:
    order = find("orders", record["order_id"]) or {}
    return {"total": order.get("total", 0), "created_at": order.get("placed_at", record["created_at"])}


def _order(record: Record, given: Given, find: FindRecord) -> dict[str, Any]:
    lines = [_line(record, index, each, find) for index, each in enumerate(_inner(given, record, "products"))]
    coupons = [_coupon_use(record, index, each, find) for index, each in enumerate(_inner(given, record, "coupons"))]
    return {"products": lines, "coupons": coupons, **_amounts(lines, given)}


def _amounts(lines: list[dict[str, Any]], given: Given) -> dict[str, int]:
    """Return the amounts in cents: those of the lines, or for an order without lines, those that `total` contains."""
    discount = sum(line["discount"] for line in lines)
    tax = given.get("total_tax", sum(line["tax"] for line in lines))
    shipping = given.get("total_shipping", sum(line["shipping"] for line in lines))
    extra = shipping + tax - discount
    subtotal = sum(line["price"] for line in lines) if lines else max(given.get("total", 0) - extra, 0)
    total = given.get("total", given.get("sub_total", subtotal) + extra)
    return {
        "sub_total": subtotal,
        "total": total,
        "total_price": total,
        "total_tax": tax,
        "total_shipping": shipping,
        "gross_shipping": shipping,
    }


def _line(order: Record, index: int, pair: tuple[Given, Record], find: FindRecord) -> dict[str, Any]:
    """Return a line of an order: it costs the price of its product instance times the quantity."""
    given, line = pair
    instance = find("product_instances", line["instance_id"]) or line
    weight = given.get("ship_weight", instance["ship_weight"])
    price = given.get("price", instance["price"] * line["quantity"])
    return {**line, "id": given.get("id", inner_id(order, "line", index)), "price": price, "ship_weight": weight}


def _coupon_use(order: Record, index: int, pair: tuple[Given, Record], find: FindRecord) -> dict[str, Any]:
    given, use = pair
    coupon = find("coupons", use["coupon_id"]) or {"code": use["code_used"]}
    identifier = given.get("id", inner_id(order, "coupon", index))
    return {**use, "id": identifier, "code_used": given.get("code_used", coupon["code"])}


def _inner(given: Given, record: Record, name: str) -> list[tuple[Given, Record]]:
    """Return the objects of a list, each as given and as completed."""
    return list(zip(given.get(name, ()), record[name], strict=True))


_LISTS = {"products", "coupons"}  # completed, also if they were given
_FUNCTIONS: Mapping[str, Callable[[Record, Given, FindRecord], dict[str, Any]]] = {
    "customers": _customer,
    "orders": _order,
    "shipments": _shipment,
    "transactions": _transaction,
}
