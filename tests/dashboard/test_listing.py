"""Lists of records: sorting by a column, filters by status, customer and reference, and the links that lead to them."""

import re
from urllib.parse import quote

import pytest
from support.dashboard import Reader
from support.emulator import Start

from mockorders.concurrency import run_to_end
from mockorders.dashboard.listing import sort_in_steps

LIST = "/ui/demo/records/universe/orders"
GRACE = 586402305


async def listed(start: Start, query: str, path: str = LIST) -> list[str]:
    """Return the ids on the first page of a list in the set `default`."""
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/demo/state")
    text = (await emulator.control("GET", f"{path}?{query}")).text
    return re.findall(r'<th scope="row"><a href="[^"]+/(\d+)">', text)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("customer_id=164", ["489", "484", "483", "482", "481", "480"]),
        ("customer_id=164&sort=id", ["480", "481", "482", "483", "484", "489"]),
        ("customer_id=164&sort=-total", ["484", "489", "483", "481", "482", "480"]),
        ("customer_id=164&sort=total", ["482", "481", "483", "489", "484", "480"]),
        ("customer_id=164&sort=plan", ["484", "489", "481", "482", "483", "480"]),
        ("customer_id=164&sort=nothing", ["489", "484", "483", "482", "481", "480"]),
        ("customer_id=joe+jackson&sort=-paid", ["489", "484", "483", "482", "481", "480"]),
        ("customer_id=164&state=refunded", []),
        ("customer_id=164&state=completed&q=Backordered", ["484", "483"]),
        (f"customer_id={'9' * 30}", []),
        ("customer_id=no+such+name", []),
    ],
)
async def test_list_is_filtered_and_sorted(start: Start, query: str, ids: list[str]) -> None:
    assert ids == await listed(start, query)


async def test_newest_orders_come_first_whatever_their_ids(start: Start) -> None:
    ids = await listed(start, "q=holloway", "/ui/demo/records/cratejoy/orders")
    assert ["730837920", "75572230"] == ids[-2:]


async def test_headers_link_to_their_order_and_keep_the_filters(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/demo/state")
    text = (await emulator.control("GET", f"{LIST}?customer_id=164&sort=total")).text
    headers = text.partition("<thead>")[2].partition("</thead>")[0]
    links = [address.partition("?")[2].replace("&amp;", "&") for address in Reader(headers).addresses]
    sorts = [link.removeprefix("customer_id=164&sort=") for link in links]
    assert ["id", "-created", "customer", "plan", "-total", "-paid", "state", "shipments"] == sorts
    assert 1 == headers.count('aria-sort="ascending"')


async def test_status_filter_offers_the_values_of_the_list(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/demo/state")
    text = (await emulator.control("GET", f"{LIST}?state=refunded")).text
    options = text.partition('<select id="is-state"')[2].partition("</select>")[0]
    assert ["", "completed", "not completed", "refunded"] == re.findall('value="([^"]*)"', options)
    assert '<option value="refunded" selected>' in options


async def test_orders_of_the_current_customer_are_one_click_away(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/demo/state")
    link = f'<a href="/_mockorders{LIST}?customer_id=164">Only those of <bdi>Joe Jackson (164)</bdi></a>'
    assert link in (await emulator.control("GET", LIST)).text
    assert link not in (await emulator.control("GET", f"{LIST}?customer_id=164")).text


async def test_filter_by_another_reference_is_shown(start: Start) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    path = "/ui/docs/records/cratejoy/fulfillments?order_id=730837920"
    text = (await emulator.control("GET", path)).text
    assert ("1 result matching", True) == (
        re.sub(r"\s*·.*", "", text.partition('role="status">')[2]).partition("\n")[0],
        '<input id="of-order_id" name="order_id" value="730837920"' in text,
    )


@pytest.mark.parametrize(
    "query", ["q=%00", f"q={quote('<b>')}", "state=", "sort=--id", "page=x&sort=-", "customer_id=%ff"]
)
async def test_odd_parameters_are_harmless(start: Start, query: str) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    assert 200 == (await emulator.control("GET", f"/ui/docs/records/universe/orders?{query}")).status


async def test_empty_list_leads_on(start: Start) -> None:
    emulator = await start(fixtures="empty")
    await emulator.control("GET", "/sandboxes/own/state")
    text = (await emulator.control("GET", "/ui/own/records/universe/orders")).text
    main = text.partition('<div class="empty">')[2].partition("</div>")[0]
    base = "/_mockorders/ui/own"
    expected = [
        f"{base}/records/universe/orders/new",
        f"{base}/connect",
        f"{base}/state#upload",
        "/_mockorders/#create",
    ]
    assert expected == Reader(main).addresses


@pytest.mark.parametrize("descending", [True, False])
def test_long_lists_are_sorted_in_steps(descending: bool) -> None:
    numbers = [(7_919 * number) % 10_007 for number in range(10_007)]
    steps = sort_in_steps(numbers, lambda number: (True, number % 100, number), descending=descending)
    expected = sorted(numbers, key=lambda number: (number % 100, number), reverse=descending)
    assert expected == run_to_end(steps)
