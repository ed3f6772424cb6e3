"""The page of a record lists the records that refer to it."""

import re

import pytest
from support.emulator import Start

CUSTOMER = 586402305


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            f"cratejoy/customers/{CUSTOMER}",
            {"Orders": 2, "Addresses": 1, "Payment methods": 1, "Subscriptions": 2, "Shipments": 1},
        ),
        ("cratejoy/orders/730837920", {"Transactions": 1, "Fulfillments": 1}),
        ("cratejoy/subscriptions/75988310", {"Fulfillments": 1}),
        ("cratejoy/shipments/271640058", {"Fulfillments": 1}),
        ("cratejoy/products/640218775", {"Product instances": 1}),
        ("cratejoy/coupons/2001", {}),
        ("universe/customers/2", {"Orders": 2}),
    ],
)
async def test_referring_records_are_listed_and_counted(start: Start, path: str, expected: dict[str, int]) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    text = (await emulator.control("GET", f"/ui/docs/records/{path}")).text
    found = re.findall(r'<h2 id="related-\w+">(.+?) <small>(\d+)</small>', text)
    assert expected == {title: int(count) for title, count in found}


async def test_rows_link_to_the_records_and_show_their_columns(start: Start) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    text = (await emulator.control("GET", f"/ui/docs/records/cratejoy/customers/{CUSTOMER}")).text
    assert "/ui/docs/records/cratejoy/shipments/271640058" in text
    shipments = text.partition('id="related-shipments"')[2].partition("</section>")[0]
    assert ["Due", "Customer", "Status", "Shipped", "Tracking number"] == re.findall(
        r'<th scope="col" class="\w+">(.+?)</th>', shipments
    )
    assert "Grace Holloway" in shipments


async def test_many_records_are_limited_to_the_newest(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/me/state")
    text = (await emulator.control("GET", "/ui/me/records/universe/customers/100")).text
    orders = text.partition('id="related-orders"')[2].partition("</section>")[0]
    identifiers = re.findall(r'<th scope="row"><a href="[^"]+">(\d+)</a>', orders)
    assert [str(number) for number in range(1101, 1091, -1)] == identifiers
    assert "/orders?customer_id=100" in orders


async def test_related_records_can_be_added(start: Start) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    text = (await emulator.control("GET", f"/ui/docs/records/cratejoy/customers/{CUSTOMER}")).text
    assert f'/cratejoy/orders/new?customer_id={CUSTOMER}">New order</a>' in text


async def test_pages_follow_what_a_customer_changes(start: Start) -> None:
    emulator = await start(fixtures="docs-queued")
    fields = {"address": {"city": "Berkeley"}, "items": {"item_type_1": 2}}
    await emulator.request("POST", "/account?key=own@164", json={"email": "joe@example.com"})
    await emulator.request("POST", "/account/shipping?key=own@164", json=fields)
    customer, order, table = [
        (await emulator.control("GET", f"/ui/own/records/universe/{path}")).text
        for path in ("customers/164", "orders/489", "orders")
    ]
    assert (True, True) == ("joe@example.com" in customer, "Written by POST /account/shipping" in customer)
    assert (True, False) == ("Written by POST /account/shipping" in order, "Backordered" in order)
    related = customer.partition('id="related-orders"')[2]
    assert ["Processing", "Processing"] == [
        re.findall(r"<bdi>(Processing)</bdi>", each)[0] for each in (related, table)
    ]


async def test_what_a_record_does_not_have_yet_can_be_added(start: Start) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    text = (await emulator.control("GET", "/ui/docs/records/universe/customers/1")).text
    assert 'records/universe/orders/new?customer_id=1">New order</a>' in text.partition('class="absent"')[2]
