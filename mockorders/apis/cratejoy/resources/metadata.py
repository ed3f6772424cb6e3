"""Metadata of customers and other records: one object for each of them, in which the data may be any JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockorders.apis.cratejoy.resources.relations import Relation, Representation, Source
from mockorders.apis.cratejoy.resources.representations import (
    CUSTOMER_METADATA,
    ORDER_METADATA,
    PRODUCT_METADATA,
    SHIPMENT_METADATA,
    SUBSCRIPTION_METADATA,
)
from mockorders.apis.routing import HandlerContext
from mockorders.formats.timestamps import format_time
from mockorders.storage.collection import Record
from mockorders.validation.records import fill_defaults


@dataclass(frozen=True, eq=False)
class Metadata:
    """The metadata of the records of a resource, which are those with their id in `field`."""

    field: str
    representation: Representation

    @property
    def relation(self) -> Relation:
        """The relation `_md`."""
        return Relation(self.representation, self._members)

    def find(self, source: Source, owner: Record) -> Record | None:
        """Return the metadata of a record, or None."""
        return next(iter(source["metadata"].where(self.field, owner["id"])), None)

    def store(self, context: HandlerContext, owner: Record, data: Mapping[str, Any]) -> Record:
        """Store data, instead of what the record had, and return the metadata."""
        tables = context.tables("cratejoy")
        now = format_time(context.now())
        old = self.find(tables, owner)
        known = {"id": tables["metadata"].next_id(), "created_at": now} if old is None else old
        given = {**known, self.field: owner["id"], "data": dict(data), "updated_at": now}
        stored = fill_defaults("cratejoy/record-metadata", given)
        tables["metadata"].put(stored)
        return stored

    def _members(self, source: Source, owner: Record) -> Sequence[Record]:
        found = self.find(source, owner)
        return [] if found is None else [found]


def value_at(data: Any, steps: Sequence[str]) -> Any:
    """Return the value at a path of names, or None if there is none."""
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data


OF_CUSTOMERS = Metadata("customer_id", CUSTOMER_METADATA)
OF_SUBSCRIPTIONS = Metadata("subscription_id", SUBSCRIPTION_METADATA)
OF_ORDERS = Metadata("order_id", ORDER_METADATA)
OF_PRODUCTS = Metadata("product_id", PRODUCT_METADATA)
OF_SHIPMENTS = Metadata("shipment_id", SHIPMENT_METADATA)
