"""The customer of a new order, and the customer's payment method and address."""

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.filters.compiler import Filter, compile_filter
from mockorders.apis.cratejoy.filters.model import FilterModel, UnknownProperty
from mockorders.apis.cratejoy.filters.operators import lookup_query
from mockorders.apis.cratejoy.filters.search import search
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue
from mockorders.apis.cratejoy.resources.relations import to_many
from mockorders.apis.cratejoy.resources.representations import ADDRESS, CUSTOMER
from mockorders.errors import InvalidRequest
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.storage.value_index import Condition

ORDER_INTERVAL = timedelta(seconds=60)
CUSTOMER_MODEL = FilterModel(CUSTOMER, {"addresses": to_many("addresses", "customer_id", ADDRESS)}, {})
"""The properties by which the customer is found: those stored in customers and their addresses."""


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
    versions = None
    while versions != _versions(tables):
        versions = _versions(tables)
        found = yield from search(tables, "customers", compiled)
    if len(found) != 1:
        message = f"customer: filters must match exactly one customer, matched {len(found)}"
        raise InvalidRequest(message, rule=rules.CUSTOMER_FILTER)
    return tables["customers"][found.page(0, 1)[0]]


def _versions(tables: Tables) -> tuple[object, object]:
    """Return objects that are others if a record changed that filters can depend on."""
    return tables["customers"].version, tables["addresses"].version


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
        compiled = compile_filter(CUSTOMER_MODEL, name, value, body_is_json=body_is_json)
    except UnknownProperty as error:
        message = f"Unknown property 'customer.{str(error)[:200]}'"
        raise InvalidRequest(message, rule=rules.UNKNOWN_PROPERTY) from error
    except InvalidFilterValue as error:
        message = f"customer.{name[:200]}: {error}"
        raise InvalidRequest(message, rule=rules.CUSTOMER_FILTER) from error
    return _ignoring_case(compiled, value) if name in {"email", "email__eq"} else compiled


def _ignoring_case(email: Filter, value: str) -> Filter:
    """Return the filter for an email address, compared in lower case."""
    wanted = value.lower()
    query = lookup_query(lambda index: index.equal(wanted))
    condition = Condition(("email", "lower"), str.lower, query, field="email")
    return email._replace(test=lambda other: other is not None and other.lower() == wanted, condition=condition)
