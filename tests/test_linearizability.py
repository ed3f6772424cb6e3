"""The check of concurrent histories: what it accepts, and which mistakes of a store it finds."""

from math import inf

import pytest
from support import linearizability
from support.histories import Plan, contradictions, record
from support.linearizability import Operation, explain
from support.sandbox_model import (
    CREATED,
    FAULTY,
    ORDERS,
    PARTS,
    REPLACED,
    AddItem,
    Advance,
    Arm,
    Create,
    DeleteItem,
    Diff,
    List,
    Read,
    Reset,
    Restore,
    Save,
    State,
    Update,
)

from mockorders import MockServer

ORDER, OTHER = ORDERS
NEW = CREATED[0]
ONE_ORDER = frozenset((part, 1) for part in PARTS)
NO_SHIPMENT = frozenset((part, 1) for part in PARTS if part != "shipments")
CREATES_ONE = ("created", NEW)


def one_by_one(*pairs: tuple[object, object]) -> list[Operation]:
    """Return operations that each end before the next begins."""
    return [Operation(call, result, 2 * at, 2 * at + 1) for at, (call, result) in enumerate(pairs)]  # type: ignore[arg-type]


def unknown(call: object, start: float, latest: float = inf) -> Operation:
    """Return an operation without a response."""
    return Operation(call, None, start, latest=latest)  # type: ignore[arg-type]


RIGHT = {
    "nothing": [],
    "a read of what was written": one_by_one((Update(ORDER, "a"), 200), (Read(ORDER), "a")),
    "concurrent writes in the other order": [
        Operation(Update(ORDER, "a"), 200, 0, 5),
        Operation(Update(ORDER, "b"), 200, 1, 4),
        Operation(Read(ORDER), "a", 6, 7),
    ],
    "a read before and one after a concurrent write": [
        Operation(Update(ORDER, "a"), 200, 0, 9),
        Operation(Read(ORDER), None, 1, 2),
        Operation(Read(ORDER), "a", 3, 4),
    ],
    "a write without a response that was executed": [
        unknown(Update(ORDER, "a"), 0),
        *one_by_one((Read(ORDER), None), (Read(ORDER), "a")),
    ],
    "a write without a response that was not executed": [
        unknown(Update(ORDER, "a"), 0),
        *one_by_one((Read(ORDER), None)),
    ],
    "a write without a response that was executed in time": [
        unknown(Update(ORDER, "a"), 0, latest=1),
        *one_by_one((Read(ORDER), "a"), (Read(ORDER), "a")),
    ],
    "a request whose data was replaced": one_by_one((Update(ORDER, "a"), REPLACED), (Read(ORDER), None)),
    "only a write without a response": [unknown(Reset(), 0)],
    "an order": one_by_one((Create(), CREATES_ONE), (Create(), 400), (Diff(), ONE_ORDER), (Read(NEW), None)),
    "an order a minute later": one_by_one(
        (Create(), CREATES_ONE), (Advance(), 1), (Create(), ("created", NEW + 1)), (Read(NEW + 1), None)
    ),
    "a fault": one_by_one((Arm(), 201), (Read(ORDER), FAULTY), (Read(ORDER), None)),
    "a restored snapshot": one_by_one(
        (Update(ORDER, "a"), 200), (Save("x"), 200), (Reset(), 204), (Restore("x"), 204), (Read(ORDER), "a")
    ),
    "a list": one_by_one((Update(ORDER, "a"), 200), (List(), frozenset({(ORDER, "a"), (OTHER, None)}))),
}
WRONG = {
    "a stale read": one_by_one((Update(ORDER, "a"), 200), (Read(ORDER), None)),
    "a stale list": one_by_one((Update(ORDER, "a"), 200), (List(), frozenset({(ORDER, None), (OTHER, None)}))),
    "a lost update": one_by_one((Update(ORDER, "a"), 200), (Update(OTHER, "b"), 200), (Read(OTHER), None)),
    "an update that another one undid": one_by_one(
        (Update(ORDER, "a"), 200), (Update(ORDER, "b"), 200), (Read(ORDER), "a")
    ),
    "a new value, then the old one, during a write": [
        Operation(Update(ORDER, "a"), 200, 0, 9),
        Operation(Read(ORDER), "a", 1, 2),
        Operation(Read(ORDER), None, 3, 4),
    ],
    "a read of what is written later": [
        Operation(Read(ORDER), "a", 0, 1),
        Operation(Update(ORDER, "a"), 200, 2, 3),
    ],
    "a write without a response that was read before it was sent": [
        Operation(Read(ORDER), "a", 0, 1),
        unknown(Update(ORDER, "a"), 2),
    ],
    "a write without a response that was undone": [
        unknown(Update(ORDER, "a"), 0),
        *one_by_one((Read(ORDER), "a"), (Read(ORDER), None)),
    ],
    "a write without a response that was executed too late": [
        unknown(Update(ORDER, "a"), 0, latest=1),
        *one_by_one((Read(ORDER), None), (Read(ORDER), None), (Read(ORDER), "a")),
    ],
    "half an order": one_by_one((Create(), CREATES_ONE), (Diff(), NO_SHIPMENT)),
    "half an order without a response": [unknown(Create(), 0), *one_by_one((Diff(), NO_SHIPMENT))],
    "two orders of a minute": [Operation(Create(), ("created", NEW + at), at, 5) for at in range(2)],
    "the same id twice": one_by_one((Create(), CREATES_ONE), (Advance(), 1), (Create(), CREATES_ONE)),
    "a fault that strikes twice": [
        *one_by_one((Arm(), 201)),
        *(Operation(Read(ORDER), FAULTY, 2 + at, 9) for at in range(2)),
    ],
    "a fault that never strikes": one_by_one((Arm(), 201), (Read(ORDER), None)),
    "something added twice": [Operation(AddItem(), 201, at, 5) for at in range(2)],
    "something deleted that was never added": one_by_one((DeleteItem(), 204)),
    "a reset that leaves something": one_by_one((AddItem(), 201), (Reset(), 204), (DeleteItem(), 204)),
    "a write that a reset did not undo": one_by_one((Update(ORDER, "a"), 200), (Reset(), 204), (Read(ORDER), "a")),
    "a lost snapshot": one_by_one((Save("x"), 200), (Restore("x"), 404)),
    "a lost minute": one_by_one((Advance(), 1), (Advance(), 1)),
    "a rejected request that changed something": one_by_one((Update(ORDER, "a"), REPLACED), (Read(ORDER), "a")),
}
HOPELESS = [Operation(Read(ORDER), "never written", 100, 101)]


@pytest.mark.parametrize("name", RIGHT)
def test_right_history_is_accepted(name: str) -> None:
    assert None is explain(RIGHT[name], State())


@pytest.mark.parametrize("name", WRONG)
def test_mistake_is_found(name: str) -> None:
    assert "none of these fits" in str(explain(WRONG[name], State()))


def test_explanation_shows_what_fits_and_what_does_not() -> None:
    found = explain(one_by_one((Update(ORDER, "a"), 200), (Read(ORDER), None), (List(), 0)), State())
    assert str(found).startswith("1 of 3 operations can be put in order")
    assert str(found).splitlines()[-1].endswith(f"Read(order={ORDER}) -> None")


def test_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linearizability, "MAX_STEPS", 10)
    with pytest.raises(RuntimeError, match="10 steps"):
        explain([*(Operation(Update(ORDER, str(at)), 200, at, 99) for at in range(9)), *HOPELESS], State())


def test_one_server_in_memory_is_linearizable() -> None:
    with MockServer(fixtures="docs") as server:
        assert [] == contradictions(record(Plan([server.url])))


def test_two_servers_in_memory_are_not() -> None:
    with MockServer(fixtures="docs") as one, MockServer(fixtures="docs") as other:
        assert 2 == len(contradictions(record(Plan([one.url, other.url]))))
