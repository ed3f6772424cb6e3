"""Which orders a customer sees."""

import pytest
from support.emulator import RunningEmulator, example
from support.universe import ids

NO_ORDER = {"status": "error", "messages": ["No order found"]}


async def test_incomplete_orders_and_orders_of_others_are_not_listed(own: RunningEmulator) -> None:
    assert list(range(1, 11)) == await ids(own, "/orders", "own")


@pytest.mark.parametrize("identifier", [90, 80])
async def test_incomplete_orders_and_orders_of_others_are_not_found(own: RunningEmulator, identifier: int) -> None:
    assert NO_ORDER == (await own.universe(f"/orders/{identifier}", "own")).json


async def test_latest_order_is_the_completed_one_with_the_highest_id(own: RunningEmulator) -> None:
    assert (await own.universe("/orders/10", "own")).body == (await own.universe("/orders/latest", "own")).body


@pytest.mark.parametrize(
    ("key", "expected"), [("docs@2", 3), ("docs@164", 489), ("docs-queued@2", 2), ("default", 489)]
)
async def test_latest_order_of_each_shipped_set(emulator: RunningEmulator, key: str, expected: int) -> None:
    assert expected == (await emulator.universe("/orders/latest", key)).json["order"]["id"]


async def test_customer_without_orders_has_an_empty_list_and_no_latest(emulator: RunningEmulator) -> None:
    for key in ("docs@1", "empty", "empty@2"):
        assert {"status": "ok", "orders": []} == (await emulator.universe("/orders", key)).json
        assert NO_ORDER == (await emulator.universe("/orders/latest", key)).json


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ("489", True),
        ("0489", True),
        ("%34%38%39", True),
        ("3", False),
        ("999999", False),
        ("0", False),
        ("-489", False),
        ("+489", False),
        ("%2B489", False),
        ("%20489", False),
        ("489%20", False),
        ("489%0A", False),
        ("489%00", False),
        ("4_89", False),
        ("1_000", False),
        ("489.0", False),
        ("4.89e2", False),
        ("0x1e9", False),
        ("489.json.json", False),
        ("489%2F", False),
        ("489,3", False),
        ("Latest", False),
        ("abc", False),
        ("null", False),
        ("%D9%A4%D9%A8%D9%A9", False),
        ("%EF%BC%94%EF%BC%98%EF%BC%99", False),
        ("%C2%B2", False),
        ("%FF", False),
        (str(2**63 - 1), False),
        (str(2**64 + 489), False),
        ("9" * 5_000, False),
        ("..%2F489", False),
        ("'%20OR%201=1", False),
    ],
)
async def test_id_has_only_ascii_digits(emulator: RunningEmulator, identifier: str, found: bool) -> None:
    expected = example("universe/order_489") if found else NO_ORDER
    reply = await emulator.universe(f"/orders/{identifier}", "docs@164")
    assert (200, expected) == (reply.status, reply.json)
