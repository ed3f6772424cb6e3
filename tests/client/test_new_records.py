"""Records that are added from some of their properties, and the names that type checkers know."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.client import CUSTOMER, FROZEN, Client

from mockorders import Sandbox
from mockorders.client.errors import ControlError
from tools import client_types

TIME = datetime(2017, 3, 21, tzinfo=UTC)
GENERATED = Path(client_types.__file__).parent.parent / "mockorders/client/apis"


@pytest.mark.parametrize("file", client_types.modules())
def test_typed_methods_are_those_of_the_schemas(file: str) -> None:
    assert client_types.modules()[file] == (GENERATED / file).read_text(encoding="utf-8")


# Both kinds


@pytest.mark.parametrize(
    ("call", "properties", "expected"),
    [
        ("cratejoy.add_order", {"placed_at": TIME, "total": 2500}, {"placed_at": FROZEN, "total_price": 2500}),
        ("cratejoy.add_order", {"placed_at": FROZEN, "customer": CUSTOMER}, {"customer_id": CUSTOMER}),
        ("cratejoy.add_customer", {"first_name": "Ada"}, {"name": "Ada"}),
        ("cratejoy.add_subscription", {"customer": CUSTOMER, "start_date": TIME}, {"start_date": FROZEN}),
        ("cratejoy.add_order", {"products": [{"quantity": 2}]}, {"total": 5000}),
        ("universe.add_order", {"created_at": date(2013, 1, 2), "customer": {"id": 9}}, {"created_at": "2013-01-02"}),
        ("universe.add_customer", {"id": 9}, {"id": 9}),
    ],
)
async def test_record_is_added(client: Client, call: str, properties: Any, expected: Any) -> None:
    record = await client(call, **properties)
    assert expected == {name: record[name] for name in expected}


async def test_result_is_a_reference(client: Client) -> None:
    customer = await client("cratejoy.add_customer", email="a@example.com")
    order = await client("cratejoy.add_order", customer=customer)
    assert customer["id"] == order["customer_id"]


async def test_any_collection_has_records(client: Client) -> None:
    plan = await client("add_record", "universe", "plans", {"class": "gold"})
    assert "gold" == plan["class"]


async def test_many_records_are_added_at_once(client: Client) -> None:
    orders = [{"placed_at": TIME + timedelta(days=day), "customer": CUSTOMER} for day in range(50)]
    added = await client("add_records", {"cratejoy": {"orders": orders}})
    assert ["2017-03-21T00:00:00Z", "2017-05-09T00:00:00Z"] == [
        added["cratejoy"]["orders"][index]["placed_at"] for index in (0, -1)
    ]


async def test_misspelled_property_has_a_suggestion(client: Client) -> None:
    error = await client.error("cratejoy.add_order", totl=5)
    assert ("/totl", "Unknown property 'totl', did you mean 'total'?") == (error.pointer, error.document["message"])


async def test_naive_time_is_rejected(client: Client) -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        await client("cratejoy.add_order", placed_at=TIME.replace(tzinfo=None))


def test_addresses_and_credentials_of_the_apis(served: str) -> None:
    sandbox = Sandbox(served, "docs.addresses")
    assert (f"{served}/v1", f"{served}/api/v1") == (sandbox.cratejoy.base_url, sandbox.universe.base_url)
    assert ("docs.addresses", "any") == sandbox.cratejoy.auth


# Misspelled names, for type checkers and at run time


def test_misspelled_names_are_mypy_errors(served: str) -> None:
    sandbox = Sandbox(served, "docs.misspelled")
    with pytest.raises(ControlError, match="did you mean 'total'"):
        sandbox.cratejoy.add_order(totl=5)  # type: ignore[call-arg]
    with pytest.raises(ControlError, match=r"did you mean 'cratejoy\.orders'"):
        sandbox.records("cratejoi", "orders")  # type: ignore[arg-type]
    with pytest.raises(ControlError, match=r"did you mean 'cratejoy\.orders'"):
        sandbox.record("cratejoy", "order", 1)  # type: ignore[arg-type]
    with pytest.raises(ControlError, match="did you mean 'cratejoy'"):
        sandbox.requests(api="cratejoi")  # type: ignore[arg-type]
    with pytest.raises(ControlError, match="did you mean 'cratejoy'"):
        sandbox.fault("reset", api="cratejoi")  # type: ignore[arg-type]
    with pytest.raises(ControlError, match="did you mean 'truncate'"):
        sandbox.fault("trunkate")  # type: ignore[arg-type]
    with pytest.raises(ControlError, match=r"Unknown property 'effect\.stauts', did you mean 'status'"):
        sandbox.fault("status", stauts=503)  # type: ignore[call-arg]
    with pytest.raises(ControlError, match="did you mean 'docs'"):
        sandbox.create(fixtures="dosc")


# The clock


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {"seconds": 61}),
        ((), {"minutes": 1, "seconds": 1}),
        ((timedelta(seconds=61),), {}),
        ((timedelta(days=-1),), {"days": 1, "hours": 1, "minutes": -59, "seconds": 1}),
    ],
)
async def test_clock_advances_by_units_and_timedeltas(client: Client, arguments: Any, options: Any) -> None:
    await client("clock.freeze", TIME)
    assert "2017-03-21T00:01:01Z" == (await client("clock.advance", *arguments, **options))["now"]


async def test_clock_advances_by_whole_seconds(client: Client) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        await client("clock.advance", timedelta(milliseconds=1))
