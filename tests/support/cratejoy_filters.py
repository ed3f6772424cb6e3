"""Helpers for the tests of filters."""

import http.client
import json
from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlencode

from mockorders import MockServer
from support.emulator import basic

WORDS = {
    "financial_status": ["unpaid", "paid", "partially_refunded", "refunded"],
    "fulfillment_status": ["unfulfilled", "partial", "fulfilled"],
    "status": ["open", "closed"],
    "fulfillments.status": ["open", "closed", "cancelled"],
    "transactions.result": ["authorized", "captured", "failed", "refunded", "failed refund"],
    "subscriptions.status": "unpaid active cancelled suspended expired pastdue pending_renewal renewing".split(),
}
NUMBERED = {
    "fulfillment_status",
    "status",
    "transactions.result",
    "subscriptions.status",
}  # enums with integers


class Property(NamedTuple):
    """A property to filter by: `name` as in the query, `relation` empty for properties of the order."""

    relation: str
    prop: str
    kind: str

    @property
    def name(self) -> str:
        return f"{self.relation}.{self.prop}" if self.relation else self.prop

    def values(self, order: Mapping[str, Any]) -> list[Any]:
        """Return the values of all members; a missing related record counts as null."""
        if not self.relation:
            return [order[self.prop]]
        found = order[self.relation]
        members = found if isinstance(found, list) else [found]
        return [None if member is None else member[self.prop] for member in members]

    def rank(self, value: Any) -> Any:
        """Return the sort key of a value."""
        if self.kind == "time":
            return datetime.fromisoformat(value)
        if self.name in NUMBERED:
            return WORDS[self.name].index(value)
        return value


class Shop:
    """A server with a shipped set, used over one connection, and the orders of the set."""

    def __init__(self, server: MockServer, name: str) -> None:
        self._connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
        self._name = name
        self._known: dict[Property, list[Any]] = {}
        listed = self.request_list([("with", "all"), ("limit", "100000")])["results"]
        self.orders = [order | {"customer": order["customer"][0]} for order in listed]

    def request_list(self, pairs: list[tuple[str, str]]) -> Any:
        self._connection.request("GET", f"/v1/orders/?{urlencode(pairs)}", headers=basic(self._name))
        response = self._connection.getresponse()
        body = json.loads(response.read())
        assert 200 == response.status, body
        return body

    def ids(self, pairs: list[tuple[str, str]]) -> list[int]:
        return [order["id"] for order in self.request_list([*pairs, ("with", ""), ("limit", "100000")])["results"]]

    def known(self, prop: Property) -> list[Any]:
        """Return every value that occurs, always in the same order."""
        if prop not in self._known:
            values = chain.from_iterable(prop.values(order) for order in self.orders)
            found = [value for value in values if value is not None]
            self._known[prop] = [] if prop.kind == "object" else sorted(set(found))
        return self._known[prop]

    def close(self) -> None:
        self._connection.close()


SETS = ("default", "edge")
SHOPS: dict[str, Shop] = {}
