"""A sequential model of a sandbox: calls that clients make, and the results that are right in each state.

The sandbox is one of the set `docs` with a frozen clock, with two orders of one customer.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

NOW = "2017-03-21T00:00:00Z"
ORDERS = (75572230, 730837920)
CREATED = range(730837921, 730837961)  # issued in ascending order, but not always without gaps
FIRST_ORDERS = ((ORDERS[0], None, -1), (ORDERS[1], None, -1))
CUSTOMER = 586402305
ITEM = 5  # a customer that clients add and delete
NEW_ORDER = {
    "customer": {"id": CUSTOMER},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": 1}],
}
PARTS = ("fulfillments", "orders", "shipments", "subscriptions", "transactions")  # of a new order
FAULT = {"effect": {"type": "status", "status": 418}, "match": {"api": "cratejoy"}, "times": 1}
FAULTY = 418
REPLACED = 409  # the data of the sandbox was replaced meanwhile
UNAVAILABLE = 503


class Records(NamedTuple):
    """Notes and times of orders by id, in minutes since the start, and whether the item exists."""

    orders: tuple[tuple[int, str | None, int], ...] = FIRST_ORDERS
    has_item: bool = False

    def note(self, order: int) -> Any:
        """Return the note of an order, or 404."""
        return next((note for id_, note, _ in self.orders if id_ == order), 404)

    def with_order(self, order: int, note: str | None, minute: int) -> "Records":
        """Return the records with an order that is new or replaced."""
        others = [each for each in self.orders if each[0] != order]
        return self._replace(orders=tuple(sorted([*others, (order, note, minute)], key=lambda each: each[0])))


class State(NamedTuple):
    """A sandbox: records, clock, armed faults, and snapshots by name."""

    records: Records = Records()
    minute: int = 0
    faults: int = 0
    snapshots: tuple[tuple[str, Records], ...] = ()


Outcomes = Iterable[tuple[Any, State]]


@dataclass(frozen=True)
class Call:
    """A request of the control API. Its path is relative to that of the sandbox."""

    def request(self) -> tuple[str, str, Any]:
        """Return method, path and body."""
        raise NotImplementedError

    def effects(self, state: State) -> Outcomes:
        """Yield right results and the states that follow, if the request is executed."""
        raise NotImplementedError

    def content(self, status: int, body: Any) -> Any:
        """Return the result for a response. A response with an unexpected status has that as its result."""
        return status

    def outcomes(self, state: State) -> Outcomes:
        """Yield right results and the states that follow. A request may also find that it cannot be executed."""
        yield from self.effects(state)
        yield REPLACED, state
        yield UNAVAILABLE, state

    def result(self, status: int, body: Any) -> Any:
        """Return the result for any response."""
        return status if status in {REPLACED, UNAVAILABLE} else self.content(status, body)


@dataclass(frozen=True)
class ApiCall(Call):
    """A request of Cratejoy's API, whose paths begin with /v1: an armed fault replaces its response."""

    def outcomes(self, state: State) -> Outcomes:
        if state.faults:
            yield FAULTY, state._replace(faults=state.faults - 1)
            yield UNAVAILABLE, state
        else:
            yield from super().outcomes(state)


@dataclass(frozen=True)
class Read(ApiCall):
    order: int

    def request(self) -> tuple[str, str, Any]:
        return "GET", f"/v1/orders/{self.order}/", None

    def effects(self, state: State) -> Outcomes:
        return [(state.records.note(self.order), state)]

    def content(self, status: int, body: Any) -> Any:
        return body["note"] if status == 200 else status


@dataclass(frozen=True)
class Update(ApiCall):
    order: int
    note: str

    def request(self) -> tuple[str, str, Any]:
        return "PUT", f"/v1/orders/{self.order}/", {"note": self.note}

    def effects(self, state: State) -> Outcomes:
        for order, _, minute in state.records.orders:
            if order == self.order:
                return [(200, state._replace(records=state.records.with_order(order, self.note, minute)))]
        return [(404, state)]


@dataclass(frozen=True)
class Create(ApiCall):
    """Rejected with 400 if the customer has an order of the same minute."""

    def request(self) -> tuple[str, str, Any]:
        return "POST", "/v1/orders/", NEW_ORDER

    def effects(self, state: State) -> Outcomes:
        records = state.records
        if state.minute in {placed for _, _, placed in records.orders}:
            return [(400, state)]
        known = {order for order, _, _ in records.orders}
        return [
            (("created", order), state._replace(records=records.with_order(order, None, state.minute)))
            for order in CREATED
            if order not in known
        ]

    def content(self, status: int, body: Any) -> Any:
        return ("created", body["id"]) if status == 201 else status


@dataclass(frozen=True)
class List(ApiCall):
    def request(self) -> tuple[str, str, Any]:
        return "GET", "/v1/orders/?limit=50", None

    def effects(self, state: State) -> Outcomes:
        return [(frozenset((order, note) for order, note, _ in state.records.orders), state)]

    def content(self, status: int, body: Any) -> Any:
        return frozenset((each["id"], each["note"]) for each in body["results"]) if status == 200 else status


@dataclass(frozen=True)
class Diff(Call):
    """How many records of each collection there are in addition to the fixtures: that of half an order differs."""

    def request(self) -> tuple[str, str, Any]:
        return "GET", "/diff", None

    def effects(self, state: State) -> Outcomes:
        orders = len(state.records.orders) - len(ORDERS)
        counts = {**dict.fromkeys(PARTS, orders), "customers": int(state.records.has_item)}
        return [(frozenset(item for item in counts.items() if item[1]), state)]

    def content(self, status: int, body: Any) -> Any:
        added = [each["path"].split("/")[2] for each in body["patch"] if each["op"] == "add"] if status == 200 else []
        return frozenset(Counter(added).items()) if status == 200 else status


@dataclass(frozen=True)
class AddItem(Call):
    def request(self) -> tuple[str, str, Any]:
        return "POST", "/records/cratejoy/customers", {"id": ITEM}

    def effects(self, state: State) -> Outcomes:
        if state.records.has_item:
            return [(422, state)]
        return [(201, state._replace(records=state.records._replace(has_item=True)))]


@dataclass(frozen=True)
class DeleteItem(Call):
    def request(self) -> tuple[str, str, Any]:
        return "DELETE", f"/records/cratejoy/customers/{ITEM}", None

    def effects(self, state: State) -> Outcomes:
        if not state.records.has_item:
            return [(404, state)]
        return [(204, state._replace(records=state.records._replace(has_item=False)))]


@dataclass(frozen=True)
class Advance(Call):
    def request(self) -> tuple[str, str, Any]:
        return "POST", "/clock/advance", {"seconds": 60}

    def effects(self, state: State) -> Outcomes:
        minute = state.minute + 1
        return [(minute, state._replace(minute=minute))]

    def content(self, status: int, body: Any) -> Any:
        hours, minutes = body["now"][11:16].split(":") if status == 200 else ("0", "-1")
        return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class Arm(Call):
    """Add a fault that strikes once."""

    def request(self) -> tuple[str, str, Any]:
        return "POST", "/faults", FAULT

    def effects(self, state: State) -> Outcomes:
        return [(201, state._replace(faults=state.faults + 1))]


@dataclass(frozen=True)
class Reset(Call):
    def request(self) -> tuple[str, str, Any]:
        return "POST", "/reset", None

    def effects(self, state: State) -> Outcomes:
        return [(204, State(snapshots=state.snapshots))]


@dataclass(frozen=True)
class Save(Call):
    name: str

    def request(self) -> tuple[str, str, Any]:
        return "PUT", f"/snapshots/{self.name}", None

    def effects(self, state: State) -> Outcomes:
        snapshots = {**dict(state.snapshots), self.name: state.records}
        return [(200, state._replace(snapshots=tuple(sorted(snapshots.items()))))]


@dataclass(frozen=True)
class Restore(Call):
    name: str

    def request(self) -> tuple[str, str, Any]:
        return "POST", f"/snapshots/{self.name}/restore", None

    def effects(self, state: State) -> Outcomes:
        records = dict(state.snapshots).get(self.name)
        return [(404, state)] if records is None else [(204, state._replace(records=records))]
