"""Records with long lists are rendered and changed in steps, with the same results."""

import json
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from support.cratejoy import CUSTOMER, OPEN_ORDER, SHIPMENT, SUBSCRIPTION, state
from support.emulator import RunningEmulator, Start

from mockorders.apis import discover
from mockorders.apis.cratejoy import handlers
from mockorders.apis.cratejoy.resources import relations
from mockorders.apis.cratejoy.resources.shipments import SHIPMENTS
from mockorders.apis.messages import Call
from mockorders.concurrency import run_to_end
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedRecord
from mockorders.storage.state import State
from mockorders.storage.tables import Tables
from mockorders.storage.view_cache import ViewCache
from mockorders.storage.views import View
from mockorders.validation.validator import Validator

CLOCK = {"now": "2017-03-20T00:00:00Z", "frozen": True}
PAST_DUE = {"status": "pastdue", "end_date": "2017-03-19T00:00:00Z"}
COUPON = {"subscription_id": SUBSCRIPTION, "coupon_id": 2001, "num_renewals": 3}
REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "/customers/", None),
    ("GET", f"/customers/{CUSTOMER}/?with=all", None),
    ("GET", "/orders/?with=all", None),
    ("GET", f"/orders/{OPEN_ORDER}/", None),
    ("GET", f"/subscriptions/{SUBSCRIPTION}/?with=all", None),
    ("GET", "/shipments/?with=all", None),
    ("PUT", f"/customers/{CUSTOMER}/", {"note": "x"}),
    ("PUT", f"/orders/{OPEN_ORDER}/", {"note": "x"}),
    ("PUT", f"/shipments/{SHIPMENT}/", {"status": "shipped"}),
    ("PUT", f"/shipments/{SHIPMENT}/", {"tracking_number": 5}),
    ("PUT", f"/subscriptions/{SUBSCRIPTION}/cancel/", {"cancel_reason": "x"}),
    ("PUT", f"/subscriptions/{SUBSCRIPTION}/renew/", {}),
    ("PUT", f"/subscriptions/{SUBSCRIPTION}/?with=orders", {"credit": 5}),
]


async def results(emulator: RunningEmulator, profile: str, request: tuple[str, str, Any]) -> list[Any]:
    """Return the response to a request, the explanation of it, and the records afterwards."""
    method, path, body = request
    await emulator.control("PUT", "/sandboxes/me", json={"profile": profile})
    await emulator.control("PUT", "/sandboxes/me/clock", json=CLOCK)
    await emulator.control("PATCH", f"/sandboxes/me/records/cratejoy/subscriptions/{SUBSCRIPTION}", json=PAST_DUE)
    await emulator.control("POST", "/sandboxes/me/records/cratejoy/subscription_coupons", json=COUPON)
    reply = await emulator.cratejoy(method, path, "me", json=body)
    explanation = (await emulator.control("GET", "/sandboxes/me/requests/1/explain")).json
    read, written = (explanation["records"][name] for name in ("read", "written"))
    return [reply.status, reply.text, sorted(read), written, await state(emulator, "me")]


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("request_", REQUESTS, ids=str)
async def test_long_lists_have_the_results_of_short_ones(
    start: Start, monkeypatch: pytest.MonkeyPatch, profile: str, request_: tuple[str, str, Any]
) -> None:
    expected = await results(await start(), profile, request_)
    monkeypatch.setattr(relations, "LONG_LIST", 0)
    assert expected == await results(await start(), profile, request_)


class Context:
    """A `HandlerContext` over tables, without a sandbox."""

    profile = "documented"

    def __init__(self, tables: Tables, validator: Validator) -> None:
        self._tables = tables
        self._validator = validator

    def tables(self, _: str) -> Tables:
        return self._tables

    def draft(self, _: str) -> "Context":
        return Context(self._tables.draft(), self._validator)

    def now(self) -> datetime:
        return datetime(2017, 3, 20, tzinfo=UTC)

    def render_in_steps(self, view: View, tables: Tables, record: Record) -> Generator[None, None, EncodedRecord]:
        return EncodedRecord((yield from ViewCache(self._validator).render_in_steps(view, tables, record)))


def test_changes_between_two_steps_of_a_change_count(contract: Validator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relations, "LONG_LIST", 0)
    tables = State(FixtureSets(discover(), contract).load("docs").bases).tables["cratejoy"]
    call = Call(params={"id": str(SHIPMENT)}, query={}, body={"status": "shipped"})
    context: Any = Context(tables, contract)
    steps = handlers.update_record(SHIPMENTS, context, call)
    next(steps)
    tables["shipments"].put({**tables["shipments"][SHIPMENT], "tracking_number": "5"})
    shown = json.loads(run_to_end(steps).text)
    changed = tables["shipments"][SHIPMENT]
    assert ("shipped", "5") == (changed["status"], changed["tracking_number"])
    assert ("shipped", "5") == (shown["status"], shown["tracking_number"])
