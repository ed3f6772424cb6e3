"""The properties by which orders and customers can be filtered."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.views import RELATIONS, Relation, order_url
from mockorders.storage.collection import Record
from mockorders.validation.schemas import properties


class UnknownProperty(ValueError):
    """Raised if a filter names an unknown property; the message is the name."""


class FilterModel(NamedTuple):
    """The properties of a record and its relations, by name; `derived` has functions for those that are not stored."""

    properties: Mapping[str, Mapping[str, Any]]
    relations: Mapping[str, Relation]
    derived: Mapping[str, Callable[[Record], Any]]

    def find(self, name: str) -> tuple[Relation | None, str, Mapping[str, Any]]:
        """Return the relation, property and schema of a name such as `note` or `customer.name`.

        A relation without a property means its id. Raises UnknownProperty if there is no such property.
        """
        if name in self.properties:
            return None, name, self.properties[name]
        head, dot, tail = name.partition(".")
        prop = tail if dot else "id"
        relation = self.relations.get(head)
        schema = None if relation is None else properties(relation.schema).get(prop)
        if schema is None:
            raise UnknownProperty(name)
        return relation, prop, schema


@cache
def order_model() -> FilterModel:
    """Return the model by which lists of orders are filtered."""
    known = properties("cratejoy/order-relations")
    return FilterModel(
        {name: schema for name, schema in known.items() if name not in RELATIONS},
        {**RELATIONS, "order_gift_info": Relation("cratejoy/gift-info", _gift_info)},
        {"type": lambda _: "order", "url": lambda order: order_url(order["id"])},
    )


@cache
def customer_model() -> FilterModel:
    """Return the model by which the customer of a new order is found."""
    return FilterModel(
        properties("cratejoy/customer"),
        {"addresses": Relation("cratejoy/address", _addresses)},
        {"type": lambda _: "customer"},
    )


def _gift_info(_: Any, order: Record) -> Any:
    return order["order_gift_info"]


def _addresses(source: Any, customer: Record) -> Any:
    return source["addresses"].where("customer_id", customer["id"])
