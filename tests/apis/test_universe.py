"""Universe: the forms of an order, who is logged in, the order of the checks, the envelope, JSONP."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Emulator, Reply, Start, example

BASES = ["", "/api/v1"]
SETS = ["docs@2", "docs-queued@2", "docs@164", "docs-queued@164", "default@100", "default@164", "edge"]

NO_KEY = {"status": "error", "messages": ["Invalid API key"]}
LOGGED_OUT = {"status": "error", "messages": ["Please log in to access your online benefits."]}
NO_ORDER = {"status": "error", "messages": ["No order found"]}
BAD_CALLBACK = {"status": "error", "messages": ["Invalid callback"]}

OWN_CUSTOMER = 7
ADDRESS = example("universe/order_489")["order"]["billing_address"]
ITEMS = [{"name": f"Item {n}", "thumbnail": None, "option": None} for n in range(3)]
SHIPPED = {
    "status": "Shipped on March 5, 2013",
    "ship_date": "2013-03-05",
    "tracking_url": "https://carrier.example/1",
    "shipping_address": ADDRESS,
    "items": ITEMS,
}
BOTH_ISSUES = ["missing_shipment_address", "missing_required_option"]
OPTION_ONLY = ["missing_required_option"]
HOSTILE = "one\u2028two\u2029three</script><!--"


def stored(identifier: int, **changes: Any) -> dict[str, Any]:
    """Give an order of the own customer as a fixture file has it; `price`, `package` and `name` are the plan's."""
    plan = {**example("universe/order_489")["order"]["plan"], "price": "50.0"}
    plan |= {key: changes.pop(key) for key in ("price", "package", "name") if key in changes}
    plain = {"customer_id": OWN_CUSTOMER, "plan": plan, "created_at": "2013-01-30", "paid_at": "2013-01-30"}
    return {"id": identifier, **plain, **changes}


OWN_SET = {
    "current_customer": OWN_CUSTOMER,
    "universe": {
        "customers": [{"id": OWN_CUSTOMER}, {"id": 8}],
        "orders": [
            stored(90, completed=False),
            stored(80, customer_id=8),
            stored(
                1, price="49.99", totals={"shipping": "0.0", "discount": "2.5", "subtotal": "49.99", "total": "47.49"}
            ),
            stored(2, price="0.00", package={}),
            stored(3, price="120.00", shipments=[SHIPPED], billing_address=ADDRESS),
            stored(4, shipments=[{"status": "Backordered", "issues": BOTH_ISSUES, "shipping_address": ADDRESS}]),
            stored(5, shipments=[{"status": "Backordered", "issues": OPTION_ONLY, "shipping_address": ADDRESS}]),
            stored(6, shipments=[]),
            stored(7, shipments=[SHIPPED, {"status": "Processing"}]),
            stored(8, created_at="2013-12-05", paid_at="2014-02-28", refunded_at="2014-11-01"),
            stored(9, paid_at=None),
            stored(10, name=HOSTILE),
        ],
    },
}


@pytest.fixture
async def own(start: Start, tmp_path: Path) -> Emulator:
    """Give an emulator of the orders above."""
    file = tmp_path / "own.json"
    file.write_text(json.dumps(OWN_SET), encoding="utf-8")
    return await start(fixtures=str(file))


async def ids(emulator: Emulator, path: str, key: str = "docs@2", **headers: str) -> list[int]:
    """Give the ids of a list, in its order."""
    return [order["id"] for order in (await emulator.universe(path, key, **headers)).json["orders"]]


async def listed(emulator: Emulator, identifier: int) -> Any:
    """Give one own order as the list shows it."""
    orders = (await emulator.universe("/orders", "own")).json["orders"]
    return next(order for order in orders if order["id"] == identifier)


async def detailed(emulator: Emulator, identifier: int) -> Any:
    """Give one own order in detail."""
    return (await emulator.universe(f"/orders/{identifier}", "own")).json["order"]


# Paths


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("ending", ["", "/", ".json", ".json/"])
@pytest.mark.parametrize(
    ("path", "name"),
    [("/orders", "orders_desc"), ("/orders/489", "order_489"), ("/orders/latest", "order_489")],
)
async def test_every_way_to_write_a_path_gets_the_answer(
    emulator: Emulator, base: str, ending: str, path: str, name: str
) -> None:
    key = "docs@2" if path == "/orders" else "docs@164"
    reply = await emulator.universe(f"{base}{path}{ending}?order=DESC", key)
    assert (200, example(f"universe/{name}")) == (reply.status, reply.json)


@pytest.mark.parametrize(
    "path",
    [
        "/order",
        "/Orders",
        "/orders.xml",
        "/orders.JSON",
        "/orders/489/items",
        "/orders/latest/1",
        "/api/v1",
        "/api/v2/orders",
        "/v2",
    ],
)
async def test_an_unknown_path_is_404_in_the_envelope(emulator: Emulator, path: str) -> None:
    reply = await emulator.universe(path)
    assert (404, "error", 1) == (reply.status, reply.json["status"], len(reply.json["messages"]))
    assert path in reply.json["messages"][0]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    "path",
    "/plans /plans/3 /plans.json /account /account/status /account/shipping /account/register /refresh /fanclub "
    "/affiliates /affiliates/3 /contests /events /subscriptions /disqus /contacts /mixpanel/set_distinct_id "
    "/receipt.json".split(),
)
async def test_a_path_of_the_real_service_says_that_it_is_not_emulated(
    emulator: Emulator, base: str, path: str
) -> None:
    reply = await emulator.universe(base + path)
    expected = f"GET {base}{path}: the real service has this path, the emulator does not"
    assert (404, {"status": "error", "messages": [expected]}) == (reply.status, reply.json)


async def test_an_unknown_path_claims_nothing_of_the_real_service(emulator: Emulator) -> None:
    assert "real service" not in (await emulator.universe("/plansandmore")).text


@pytest.mark.parametrize("key", ["", "docs@none"])
async def test_an_unknown_path_is_404_whatever_the_credential(emulator: Emulator, key: str) -> None:
    assert 404 == (await emulator.universe("/nothing", key)).status


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", ["/orders", "/orders/", "/orders.json", "/orders/489", "/orders/latest"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_another_method_is_405_with_allow(emulator: Emulator, base: str, path: str, method: str) -> None:
    reply = await emulator.request(method, f"{base}{path}?key=docs@2")
    assert (405, "GET", "error") == (reply.status, reply.headers["Allow"], reply.json["status"])
    assert [f"{method} {base}{path}: expected GET"] == reply.json["messages"]


@pytest.mark.parametrize("target", ["/orders", "/orders/489", "/orders/2", "/nothing"])
async def test_head_answers_as_get_without_the_body(start: Start, target: str) -> None:
    emulator = await start(clock="2020-01-01T00:00:00Z")
    got, head = [await raw(emulator, method, f"{target}?key=docs@2") for method in ("GET", "HEAD")]
    assert got[0].replace("Request: 1", "Request: 2") == head[0]
    assert (True, "") == (len(got[1]) > 10, head[1])


async def raw(emulator: Emulator, method: str, target: str) -> tuple[str, str]:
    """Give head and body of an answer as they came over the wire, to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.client.port)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head, body


# The order parameter


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [2, 3]),
        ("?order=ASC", [2, 3]),
        ("?order=asc", [2, 3]),
        ("?order=DESC", [3, 2]),
        ("?order=desc", [3, 2]),
        ("?order=dEsC", [3, 2]),
        ("?order=%44ESC", [3, 2]),
        ("?order=", [2, 3]),
        ("?order=descending", [2, 3]),
        ("?order=-1", [2, 3]),
        ("?order=+DESC", [2, 3]),
        ("?Order=DESC", [2, 3]),
        ("?order[]=DESC", [2, 3]),
        ("?order=DESC&t=1&_=2&jsonp=true&page=2", [3, 2]),
        ("?&&order=DESC&", [3, 2]),
    ],
)
async def test_order_sorts_by_id(emulator: Emulator, query: str, expected: list[int]) -> None:
    assert expected == await ids(emulator, f"/orders{query}")


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("", '{"order": "DESC"}', [3, 2]),
        ("", '{"order": "desc"}', [3, 2]),
        ("", '{"order": "ASC"}', [2, 3]),
        ("&order=ASC", '{"order": "DESC"}', [2, 3]),
        ("&order=DESC", '{"order": "ASC"}', [3, 2]),
        ("", '{"order": 5}', [2, 3]),
        ("", '{"order": null}', [2, 3]),
        ("", '{"order": ["DESC"]}', [2, 3]),
        ("", '["order", "DESC"]', [2, 3]),
        ("", '"DESC"', [2, 3]),
        ("", "{", [2, 3]),
        ("", "\x00", [2, 3]),
        ("", "[" * 5_000, [2, 3]),
    ],
)
async def test_order_may_stand_in_a_json_body(emulator: Emulator, query: str, body: str, expected: list[int]) -> None:
    headers = {"Content-Type": "application/json"}
    reply = await emulator.request("GET", f"/orders?key=docs@2{query}", data=body, headers=headers)
    assert (200, expected) == (reply.status, [order["id"] for order in reply.json["orders"]])


async def test_the_page_s_own_request_box_is_such_a_body(emulator: Emulator) -> None:
    reply = await emulator.request("GET", "/orders?key=docs@2", json=example("universe/request_order_desc"))
    assert example("universe/orders_desc") == reply.json


async def test_a_key_in_the_body_is_none(emulator: Emulator) -> None:
    assert NO_KEY == (await emulator.request("GET", "/orders", json={"key": "docs@2"})).json


async def test_all_orders_come_in_one_answer_by_id(start: Start) -> None:
    emulator = await start(fixtures="default")
    ascending = await ids(emulator, "/orders", "default@100")
    assert (100, sorted(set(ascending))) == (len(ascending), ascending)
    assert ascending[::-1] == await ids(emulator, "/orders?order=DESC", "default@100")


# The two forms


def shared(order: Any) -> Any:
    """Give what both forms of an order show: without prices, totals and addresses, items as their number."""
    plan = {key: value for key, value in order["plan"].items() if key != "price"}
    made = {**order, "plan": plan} | {"totals": None, "billing_address": None}
    if "shipments" in made:
        shipments = [{**each, "shipping_address": None} for each in made["shipments"]]
        made["shipments"] = [{k: count(v) if k == "items" else v for k, v in each.items()} for each in shipments]
    return made


def count(items: Any) -> Any:
    """Give the number of items, which lists show already."""
    return items if isinstance(items, int) else len(items)


def amounts_in_detail(order: Any) -> Any:
    """Write price and totals of the list form as the detail form has them."""
    price, totals = order["plan"]["price"], order["totals"]
    text = f"{price.normalize():f}" if isinstance(price, Decimal) else str(price)
    shown = 0 if price == 0 else text if "." in text else f"{text}.0"
    return shown, totals and {name: f"{Decimal(amount):.2f}" for name, amount in totals.items()}


@pytest.mark.parametrize("key", SETS)
async def test_list_and_detail_differ_only_as_documented(emulator: Emulator, key: str) -> None:
    orders = exactly(await emulator.universe("/orders", key))["orders"]
    details = [exactly(await emulator.universe(f"/orders/{order['id']}", key))["order"] for order in orders]
    assert len(orders) > 0
    assert [shared(order) for order in orders] == [shared(order) for order in details]
    amounts = [(order["plan"]["price"], order["totals"]) for order in details]
    assert [amounts_in_detail(order) for order in orders] == amounts


def exactly(reply: Reply) -> Any:
    """Read JSON with every digit of its numbers."""
    return json.loads(reply.text, parse_float=Decimal)


@pytest.mark.parametrize(
    ("identifier", "in_list", "in_detail"),
    [(1, 49.99, "49.99"), (2, 0, 0), (3, 120, "120.0"), (4, 50, "50.0")],
)
async def test_a_price_is_a_number_in_lists_and_text_in_detail_unless_free(
    own: Emulator, identifier: int, in_list: float, in_detail: Any
) -> None:
    shown = [(await form(own, identifier))["plan"]["price"] for form in (listed, detailed)]
    assert [(type(in_list), in_list), (type(in_detail), in_detail)] == [(type(price), price) for price in shown]


@pytest.mark.parametrize(
    ("name", "in_list", "in_detail"),
    [
        ("shipping", "0.0", "0.00"),
        ("discount", "2.5", "2.50"),
        ("subtotal", "49.99", "49.99"),
        ("total", "47.49", "47.49"),
    ],
)
async def test_totals_have_one_decimal_or_more_in_lists_and_two_in_detail(
    own: Emulator, name: str, in_list: str, in_detail: str
) -> None:
    assert [in_list, in_detail] == [(await form(own, 1))["totals"][name] for form in (listed, detailed)]


async def test_totals_are_never_made_to_add_up(emulator: Emulator) -> None:
    totals = (await emulator.universe("/orders/489", "docs@164")).json["order"]["totals"]
    subtotal, shipping, discount, total = (
        Decimal(totals[name]) for name in ("subtotal", "shipping", "discount", "total")
    )
    assert (Decimal(55), Decimal(50)) == (subtotal + shipping - discount, total)


async def test_an_order_without_a_package_has_null_totals_and_no_shipments(own: Emulator) -> None:
    both = [await listed(own, 2), await detailed(own, 2)]
    assert [({}, None, False)] * 2 == [(o["plan"]["package"], o["totals"], "shipments" in o) for o in both]


async def test_an_order_without_a_billing_address_has_null_in_detail_and_nothing_in_lists(own: Emulator) -> None:
    assert (None, False) == ((await detailed(own, 2))["billing_address"], "billing_address" in await listed(own, 2))


async def test_a_shipped_shipment_counts_items_in_lists_and_names_them_in_detail(own: Emulator) -> None:
    counted = {key: value for key, value in SHIPPED.items() if key != "shipping_address"} | {"items": 3}
    assert [counted] == (await listed(own, 3))["shipments"]
    assert [SHIPPED] == (await detailed(own, 3))["shipments"]


@pytest.mark.parametrize(
    ("identifier", "in_detail"),
    [
        (4, {"status": "Backordered", "issues": BOTH_ISSUES}),
        (5, {"status": "Backordered", "issues": OPTION_ONLY, "shipping_address": ADDRESS}),
    ],
)
async def test_a_queued_shipment_has_no_keys_for_what_it_has_not(
    own: Emulator, identifier: int, in_detail: dict[str, Any]
) -> None:
    in_list = {key: in_detail[key] for key in ("status", "issues")}
    assert [in_list] == (await listed(own, identifier))["shipments"]
    assert [in_detail] == (await detailed(own, identifier))["shipments"]


@pytest.mark.parametrize(("identifier", "statuses"), [(6, []), (7, ["Shipped on March 5, 2013", "Processing"])])
async def test_an_order_may_have_none_or_several_shipments(own: Emulator, identifier: int, statuses: list[str]) -> None:
    for form in (listed, detailed):
        assert statuses == [shipment["status"] for shipment in (await form(own, identifier))["shipments"]]


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        (1, ["January 30, 2013", "January 30, 2013", None]),
        (8, ["December 5, 2013", "February 28, 2014", "November 1, 2014"]),
        (9, ["January 30, 2013", None, None]),
    ],
)
async def test_dates_are_long_without_a_leading_zero_or_null(
    own: Emulator, identifier: int, expected: list[str | None]
) -> None:
    for form in (listed, detailed):
        order = await form(own, identifier)
        assert expected == [order[name] for name in ("created_at", "paid_at", "refunded_at")]


@pytest.mark.parametrize("key", SETS)
async def test_a_plan_has_the_documented_keys_in_their_order(emulator: Emulator, key: str) -> None:
    expected = list(example("universe/order_489")["order"]["plan"])
    orders = (await emulator.universe("/orders", key)).json["orders"]
    assert [expected] * len(orders) == [list(order["plan"]) for order in orders]


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("path", ["/orders", "/orders/latest"])
async def test_no_answer_says_nil_or_has_fields_of_ours(emulator: Emulator, key: str, path: str) -> None:
    text = (await emulator.universe(path, key)).text
    assert [] == [
        word for word in (":nil", ": nil", '"label"', '"completed"', '"shipment"', '"renewal":') if word in text
    ]


# Which orders


async def test_incomplete_orders_and_those_of_others_are_never_listed(own: Emulator) -> None:
    assert list(range(1, 11)) == await ids(own, "/orders", "own")


@pytest.mark.parametrize("identifier", [90, 80])
async def test_incomplete_orders_and_those_of_others_are_not_found(own: Emulator, identifier: int) -> None:
    assert NO_ORDER == (await own.universe(f"/orders/{identifier}", "own")).json


async def test_the_latest_order_is_the_completed_one_with_the_highest_id(own: Emulator) -> None:
    assert (await own.universe("/orders/10", "own")).body == (await own.universe("/orders/latest", "own")).body


@pytest.mark.parametrize(
    ("key", "expected"), [("docs@2", 3), ("docs@164", 489), ("docs-queued@2", 2), ("default", 489)]
)
async def test_latest_of_the_shipped_sets(emulator: Emulator, key: str, expected: int) -> None:
    assert expected == (await emulator.universe("/orders/latest", key)).json["order"]["id"]


async def test_a_customer_without_orders_has_an_empty_list_and_no_latest(emulator: Emulator) -> None:
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
async def test_only_ascii_digits_are_an_id(emulator: Emulator, identifier: str, found: bool) -> None:
    expected = example("universe/order_489") if found else NO_ORDER
    reply = await emulator.universe(f"/orders/{identifier}", "docs@164")
    assert (200, expected) == (reply.status, reply.json)


# The current customer


@pytest.mark.parametrize(
    ("key", "headers", "customer"),
    [
        ("docs", {}, 2),
        ("default", {}, 164),
        ("docs@164", {}, 164),
        ("docs@0164", {}, 164),
        ("docs", {"Authorization": "Bearer customer-164"}, 164),
        ("docs", {"Authorization": "bearer customer-164"}, 164),
        ("docs", {"Cookie": "mockorders_customer=164"}, 164),
        ("docs", {"Cookie": "a=1; mockorders_customer=164; b=2"}, 164),
        ("docs", {"Cookie": "xmockorders_customer=1; mockorders_customer=164"}, 164),
        ("docs", {"Cookie": "mockorders_customerx=1"}, 2),
        ("docs", {"Cookie": "Mockorders_customer=164"}, 2),
        ("docs@2", {"Cookie": "mockorders_customer=164"}, 164),
        ("docs@none", {"Cookie": "mockorders_customer=164"}, 164),
        ("docs@2", {"Authorization": "Bearer customer-164"}, 164),
        ("docs@none", {"Authorization": "Bearer customer-164"}, 164),
        ("docs@1", {"Authorization": "Bearer customer-164", "Cookie": "mockorders_customer=2"}, 164),
        ("docs@999", {"Authorization": "Bearer customer-164", "Cookie": "mockorders_customer=999"}, 164),
        ("docs@164", {"Authorization": "Basic Y3VzdG9tZXItMjp4"}, 164),
        ("docs@164", {"Authorization": "Token customer-2"}, 164),
        ("docs@164", {"Authorization": "customer-2"}, 164),
        ("docs@164", {"Authorization": "Bearercustomer-2"}, 164),
        ("docs@2", {"Authorization": "Basic xyz", "Cookie": "mockorders_customer=164"}, 164),
    ],
)
async def test_the_current_customer_is_named_by_token_cookie_credential_or_set(
    emulator: Emulator, key: str, headers: dict[str, str], customer: int
) -> None:
    reply = await emulator.universe("/orders", key, **headers)
    assert {customer} == {order["customer_id"] for order in reply.json["orders"]}


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        ("docs@none", {}),
        ("docs@999", {}),
        ("docs@0", {}),
        ("docs@" + "9" * 100, {}),
        ("docs", {"Authorization": "Bearer customer-999"}),
        ("docs", {"Authorization": "Bearer customer-"}),
        ("docs", {"Authorization": "Bearer customer-2x"}),
        ("docs", {"Authorization": "Bearer customer-none"}),
        ("docs", {"Authorization": "Bearer 2"}),
        ("docs", {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}),
        ("docs", {"Authorization": "Bearer customer-" + "2" * 5_000}),
        ("docs", {"Authorization": "Bearer"}),
        ("docs@2", {"Authorization": "Bearer customer-999", "Cookie": "mockorders_customer=2"}),
        ("docs@2", {"Authorization": "Bearer nonsense", "Cookie": "mockorders_customer=2"}),
        ("docs", {"Cookie": "mockorders_customer=999"}),
        ("docs", {"Cookie": "mockorders_customer=none"}),
        ("docs", {"Cookie": "mockorders_customer="}),
        ("docs", {"Cookie": "mockorders_customer=%32"}),
        ("docs", {"Cookie": "mockorders_customer=-2"}),
        ("docs", {"Cookie": "mockorders_customer=" + "2" * 5_000}),
        ("docs@2", {"Cookie": "mockorders_customer=999"}),
    ],
)
@pytest.mark.parametrize("path", ["/orders", "/orders/2", "/orders/latest", "/orders/abc"])
async def test_who_does_not_exist_is_logged_out(
    emulator: Emulator, path: str, key: str, headers: dict[str, str]
) -> None:
    reply = await emulator.universe(path, key, **headers)
    assert (200, LOGGED_OUT) == (reply.status, reply.json)


async def test_a_set_without_a_current_customer_is_logged_out(start: Start, tmp_path: Path) -> None:
    (tmp_path / "nobody.json").write_text('{"extends": "docs", "current_customer": null}')
    emulator = await start(fixtures=str(tmp_path / "nobody.json"))
    assert LOGGED_OUT == (await emulator.universe("/orders", "nobody")).json
    assert [2, 3] == await ids(emulator, "/orders", "nobody@2")


# The order of the checks, and the envelope


@pytest.mark.parametrize("path", ["/orders", "/orders/2", "/orders/999", "/orders/latest"])
@pytest.mark.parametrize("key", ["", "@2", "a%20b", "k" * 201])
async def test_the_key_is_checked_before_the_login(emulator: Emulator, path: str, key: str) -> None:
    reply = await emulator.universe(path, key, Authorization="Bearer customer-999")
    assert (200, NO_KEY) == (reply.status, reply.json)


async def test_no_key_at_all_is_an_invalid_key(emulator: Emulator) -> None:
    reply = await emulator.request("GET", "/orders", headers={"Authorization": "Bearer customer-2"})
    assert (200, NO_KEY) == (reply.status, reply.json)


async def test_the_method_is_checked_before_the_key(emulator: Emulator) -> None:
    assert 405 == (await emulator.request("POST", "/orders")).status


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/orders", "docs@2", 200),
        ("/orders", "", 200),
        ("/orders", "docs@none", 200),
        ("/orders/999", "docs@2", 200),
        ("/nothing", "docs@2", 404),
        ("/plans", "docs@2", 404),
    ],
)
async def test_every_answer_is_json_in_utf8(emulator: Emulator, path: str, key: str, status: int) -> None:
    reply = await emulator.universe(path, key)
    assert (status, "application/json; charset=utf-8") == (reply.status, reply.headers["Content-Type"])


# JSONP


def unwrapped(reply: Reply, name: str) -> Any:
    """Read what a JSONP answer hands to its function."""
    assert reply.headers["Content-Type"] == "application/javascript; charset=utf-8"
    assert (reply.text[: len(name) + 1], reply.text[-2:]) == (f"{name}(", ");")
    return json.loads(reply.text[len(name) + 1 : -2])


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/orders", "docs@2", 200),
        ("/orders.json?order=DESC", "docs@2", 200),
        ("/orders/489", "docs@164", 200),
        ("/orders/489", "docs@2", 200),
        ("/orders", "docs@none", 200),
        ("/orders", "", 200),
        ("/orders", "@2", 200),
        ("/nothing", "docs@2", 404),
        ("/account/status.json", "docs@2", 404),
        ("/orders?_method=POST", "docs@2", 405),
    ],
)
async def test_jsonp_wraps_every_answer(emulator: Emulator, path: str, key: str, status: int) -> None:
    plain = await emulator.universe(path, key)
    join = "&" if "?" in path else "?"
    wrapped = await emulator.universe(f"{path}{join}callback=jQuery1_2&jsonp=true&_=3", key)
    assert (status, status) == (plain.status, wrapped.status)
    assert plain.json == unwrapped(wrapped, "jQuery1_2")


@pytest.mark.parametrize(
    "name",
    ["cb", "$", "_", "solidus_client_jsonp_callback_12345", "jQuery111_222", "a.b[0].c", "A9", "9", "x" * 128],
)
async def test_a_good_name_is_taken_as_it_is(emulator: Emulator, name: str) -> None:
    reply = await emulator.universe(f"/orders?callback={quote(name)}")
    assert example("universe/orders_desc")["orders"][::-1] == unwrapped(reply, name)["orders"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 129,
        "a b",
        "a-b",
        "alert(1)//",
        "a;b",
        "é",
        "\u0660",
        "a\n",
        "\u2028",
        "a\x00",
        "<script>",
        "a/b",
        "a'b",
        'a"',
    ],
)
@pytest.mark.parametrize(("path", "key"), [("/orders", "docs@2"), ("/orders", ""), ("/orders/999", "docs@2")])
async def test_a_bad_name_gets_the_plain_envelope(emulator: Emulator, path: str, key: str, name: str) -> None:
    reply = await emulator.universe(f"{path}?callback={quote(name, safe='')}", key)
    expected = (200, BAD_CALLBACK, "application/json; charset=utf-8")
    assert expected == (reply.status, reply.json, reply.headers["Content-Type"])


async def test_jsonp_escapes_what_a_script_cannot_hold(own: Emulator) -> None:
    plain = await own.universe("/orders/10", "own")
    reply = await own.universe("/orders/10?callback=cb", "own")
    assert [] == [bad for bad in ("\u2028", "\u2029", "</") if bad in reply.text]
    assert HOSTILE == plain.json["order"]["plan"]["name"] == unwrapped(reply, "cb")["order"]["plan"]["name"]


async def test_plain_json_is_not_escaped_for_scripts(own: Emulator) -> None:
    assert HOSTILE in (await own.universe("/orders/10", "own")).text


@pytest.mark.parametrize(
    ("method", "status"),
    [("POST", 405), ("post", 405), ("Post", 405), ("GET", 200), ("get", 200), ("", 200)],
)
async def test_method_override_makes_a_get_a_post(emulator: Emulator, method: str, status: int) -> None:
    reply = await emulator.universe(f"/orders?_method={method}&callback=cb")
    assert status == reply.status
    assert {200: None, 405: "GET"}[status] == reply.headers.get("Allow")


async def test_method_override_makes_a_post_nothing_else(emulator: Emulator) -> None:
    assert 405 == (await emulator.request("POST", "/orders?key=docs@2&_method=GET")).status
