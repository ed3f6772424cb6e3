"""The customer of a new order, and the customer's payment method and address."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.filters.compiler import Filter, compile_filter
from mockorders.apis.cratejoy.filters.model import UnknownProperty, customer_model
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue
from mockorders.errors import InvalidRequest
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables

ORDER_INTERVAL = timedelta(seconds=60)
SEARCH_BATCH = 50


class OwnedRecord(NamedTuple):
    """A record of the customer that a request can name in `field`; `default_flag` marks the one used otherwise."""

    field: str
    collection: str
    description: str
    default_flag: str
    rule: Rule


PAYMENT_METHOD = OwnedRecord("cust_pay_id", "payment_methods", "a payment method", "default", rules.PAYMENT)
SHIP_ADDRESS = OwnedRecord("ship_address_id", "addresses", "an address", "primary", rules.SHIP_ADDRESS)


def find_customer(tables: Tables, filters: Mapping[str, Any], *, body_is_json: bool) -> Generator[None, None, Record]:
    """Return the customer that matches all filters. Raises InvalidRequest unless there is exactly one.

    Yields between batches; if customers or addresses change meanwhile, they are searched again.
    """
    compiled = [_customer_filter(name, value, body_is_json=body_is_json) for name, value in filters.items()]
    ids = [each.lookup_id for each in compiled if each.lookup_id is not None and each.prop == "id"]
    versions = None
    while versions != _versions(tables):
        versions = _versions(tables)
        frozen = tables if ids or len(tables["customers"]) <= SEARCH_BATCH else tables.copy()
        customers = filter(None, [frozen["customers"].get(ids[0])]) if ids else frozen["customers"]
        found = yield from _search(frozen, customers, compiled)
    if len(found) != 1:
        message = f"customer: filters must match exactly one customer, matched {len(found)}"
        raise InvalidRequest(message, rule=rules.CUSTOMER_FILTER)
    return found[0]


def _versions(tables: Tables) -> tuple[object, object]:
    """Return objects that are others if a record changed that filters can depend on."""
    return tables["customers"].version, tables["addresses"].version


def _search(
    tables: Tables, customers: Iterable[Record], filters: Sequence[Filter]
) -> Generator[None, None, list[Record]]:
    """Return the customers that match all filters. Yields between batches."""
    batch = max(1, SEARCH_BATCH // len(filters))
    found = []
    for number, customer in enumerate(customers, 1):
        if all(each.matches(tables, customer) for each in filters):
            found.append(customer)
        if number % batch == 0:
            yield
    return found


def check_order_interval(tables: Tables, customer: Record, now: datetime) -> None:
    """Raise InvalidRequest if the customer placed an order within the past minute."""
    for order in tables["orders"].where("customer_id", customer["id"]):
        if timedelta() <= now - parse_time(order["placed_at"]) < ORDER_INTERVAL:
            message = (
                f"customer {customer['id']}: expected no order within the past minute, "
                f"order {order['id']} was placed at {order['placed_at']}"
            )
            facts = {"order": order["id"], "placed_at": order["placed_at"], "now": format_time(now)}
            raise InvalidRequest(message, rule=rules.ONE_MINUTE, facts=facts)


def owned_record(tables: Tables, customer: Record, identifier: int | None, kind: OwnedRecord) -> Record | None:
    """Return the customer's record with this id; without an id, the default one, else the first, else None.

    Raises InvalidRequest if the customer has no record with this id.
    """
    collection = tables[kind.collection]
    if identifier is None:
        owned = collection.where("customer_id", customer["id"])
        return next((each for each in owned if each[kind.default_flag]), owned[0] if owned else None)
    record = collection.get(identifier)
    if record is None or record["customer_id"] != customer["id"]:
        message = f"{kind.field}: expected the id of {kind.description} of customer {customer['id']}, got {identifier}"
        raise InvalidRequest(message, rule=kind.rule)
    return record


def _customer_filter(name: str, value: Any, *, body_is_json: bool) -> Filter:
    try:
        compiled = compile_filter(customer_model(), name, value, body_is_json=body_is_json)
    except UnknownProperty as error:
        message = f"Unknown property 'customer.{str(error)[:200]}'"
        raise InvalidRequest(message, rule=rules.UNKNOWN_PROPERTY) from error
    except InvalidFilterValue as error:
        message = f"customer.{name[:200]}: {error}"
        raise InvalidRequest(message, rule=rules.CUSTOMER_FILTER) from error
    if name not in {"email", "email__eq"}:
        return compiled
    return compiled._replace(test=lambda email: email.lower() == value.lower())
