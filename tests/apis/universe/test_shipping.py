"""GET and POST /account/shipping, and the queued shipments that it releases."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from support.emulator import RunningEmulator, Start
from support.universe import ADDRESS, BOTH_ISSUES, OPTION_ONLY, stored

ADDRESS_ONLY = ["missing_shipment_address"]
HOME = {**ADDRESS, "city": "Berkeley", "address_2": "Suite 1"}
CHOICE = {"items": {"item_type_1": 2}}
QUEUED: dict[str, Any] = {"status": "Backordered"}
RELEASED = {"status": "Processing", "shipping_address": HOME}


@pytest.fixture
async def queue(start: Start, tmp_path: Path) -> RunningEmulator:
    """Start an emulator whose customer 7 has an order for each combination of issues."""
    plan_id = stored(0)["plan"]["id"]
    plan = {"id": plan_id, "name": "P", "class": "p", "display_price": "$5.00", "price": "5.0", "checkout": "/"}
    options = [{"id": 1, "name": "Medium"}, {"id": 2, "name": "Large"}]
    types = [
        {"id": 1, "name": "T-Shirt Size", "options": options, "plan_ids": [plan_id]},
        {"id": 2, "name": "Cap", "options": options, "plan_ids": []},
    ]
    shipped = {"status": "Shipped", "ship_date": "2013-03-05", "shipping_address": ADDRESS}
    orders = [
        stored(1, shipments=[{**QUEUED, "issues": ADDRESS_ONLY}, shipped]),
        stored(2, shipments=[{**QUEUED, "issues": OPTION_ONLY, "shipping_address": ADDRESS}]),
        stored(3, shipments=[{**QUEUED, "issues": BOTH_ISSUES}]),
        stored(4, shipments=[{**QUEUED, "issues": ADDRESS_ONLY}], refunded_at="2013-03-01"),
        stored(5, shipments=[{**QUEUED, "issues": ADDRESS_ONLY}], completed=False),
        stored(6, shipments=[{**QUEUED, "issues": ADDRESS_ONLY}], customer_id=8),
        stored(7, shipments=None),
    ]
    records = {"customers": [{"id": 7}, {"id": 8}], "plans": [plan], "item_types": types, "orders": orders}
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"current_customer": 7, "universe": records}), encoding="utf-8")
    return await start(fixtures=str(file))


async def post(emulator: RunningEmulator, fields: Any, key: str = "own") -> Any:
    """Return the response to a change that is sent as JSON."""
    reply = await emulator.request("POST", f"/account/shipping?key={key}", json=fields)
    assert 200 == reply.status
    return reply.json


async def shipments(emulator: RunningEmulator) -> dict[int, Any]:
    """Return the stored shipments by the ids of their orders."""
    state = (await emulator.control("GET", "/sandboxes/own/state")).json
    return {order["id"]: order["shipments"] for order in state["universe"]["orders"]}


def selections(document: Any) -> dict[str, list[int]]:
    """Return the ids of the selected options by the keys of the items."""
    items = chain.from_iterable(each.items() for each in document["items"])
    return {key: [option["id"] for option in item["options"] if option["selected"]] for key, item in items}


# ---- GET


async def test_documented_account_has_its_address_and_no_items(emulator: RunningEmulator) -> None:
    document = (await emulator.universe("/account/shipping", "docs@164")).json
    address = (await emulator.universe("/orders/489", "docs@164")).json["order"]["shipments"][0]["shipping_address"]
    assert {"status": "ok", "address": address, "items": []} == document


async def test_documented_items_have_a_label_and_options(emulator: RunningEmulator) -> None:
    options = [{"id": 1, "name": "Medium", "selected": False}, {"id": 2, "name": "Large", "selected": False}]
    document = (await emulator.universe("/api/v1/account/shipping.json", "docs-queued@164")).json
    assert [{"item_type_1": {"label": "T-Shirt Size", "options": options}}] == document["items"]


async def test_account_without_an_address_has_an_empty_object(queue: RunningEmulator) -> None:
    assert {} == (await queue.universe("/account/shipping", "own")).json["address"]


@pytest.mark.parametrize("key", ["docs@none", "docs@999"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_login_is_needed(emulator: RunningEmulator, method: str, key: str) -> None:
    reply = await emulator.request(method, f"/account/shipping?key={key}")
    assert ["Please log in to access your online benefits."] == reply.json["messages"]


async def test_items_of_plans_that_were_not_ordered_are_not_listed(queue: RunningEmulator) -> None:
    assert {"item_type_1": []} == selections((await queue.universe("/account/shipping", "own")).json)
    assert {"item_type_1": []} == selections((await queue.universe("/account/shipping", "own@8")).json)
    await queue.control("DELETE", "/sandboxes/own/records/universe/orders/6")
    assert {} == selections((await queue.universe("/account/shipping", "own@8")).json)


async def test_selected_option_that_does_not_exist_is_not_listed(emulator: RunningEmulator) -> None:
    assert {"item_type_9007199254740993": []} == selections((await emulator.universe("/account/shipping", "edge")).json)


# ---- POST


async def test_address_releases_the_shipments_that_wait_for_it(queue: RunningEmulator) -> None:
    before = await shipments(queue)
    document = await post(queue, {"address": HOME})
    assert {"status": "ok", "address": HOME} == {name: document[name] for name in ("status", "address")}
    after = await shipments(queue)
    assert [RELEASED, before[1][1]] == after[1]
    assert [{**QUEUED, "issues": OPTION_ONLY, "shipping_address": HOME}] == after[3]
    assert [before[each] for each in (2, 4, 5, 6, 7)] == [after[each] for each in (2, 4, 5, 6, 7)]


async def test_option_releases_the_shipments_that_wait_for_it(queue: RunningEmulator) -> None:
    before = await shipments(queue)
    assert {"item_type_1": [2]} == selections(await post(queue, CHOICE))
    after = await shipments(queue)
    assert [{"status": "Processing", "shipping_address": ADDRESS}] == after[2]
    assert [{**QUEUED, "issues": ADDRESS_ONLY}] == after[3]
    assert [before[each] for each in (1, 4, 5, 6, 7)] == [after[each] for each in (1, 4, 5, 6, 7)]


async def test_both_release_all_shipments_as_orders_show(queue: RunningEmulator) -> None:
    await post(queue, {"address": HOME, **CHOICE})
    orders = (await queue.universe("/orders", "own")).json["orders"]
    assert [] == [order["id"] for order in orders if order["id"] != 4 and "Backordered" in str(order)]
    assert [RELEASED] == (await queue.universe("/orders/3", "own")).json["order"]["shipments"]


async def test_one_after_the_other_releases_a_shipment(queue: RunningEmulator) -> None:
    await post(queue, CHOICE)
    await post(queue, {"address": HOME})
    assert [RELEASED] == (await shipments(queue))[3]


async def test_later_shipment_is_released_by_stored_information(queue: RunningEmulator) -> None:
    await post(queue, {"address": HOME})
    patch = {"shipments": [{**QUEUED, "issues": ADDRESS_ONLY}]}
    await queue.control("PATCH", "/sandboxes/own/records/universe/orders/1", json=patch)
    await post(queue, {})
    assert [RELEASED] == (await shipments(queue))[1]


async def test_properties_that_are_missing_are_kept(queue: RunningEmulator) -> None:
    await post(queue, {"address": HOME})
    document = await post(queue, {"address": {"city": "Oakland", "address_2": None, "x": 1}})
    assert {**HOME, "city": "Oakland", "address_2": ""} == document["address"]


async def test_option_is_replaced(queue: RunningEmulator) -> None:
    await post(queue, CHOICE)
    assert {"item_type_1": [1]} == selections(await post(queue, {"items": {"item_type_1": "1"}}))


async def test_form_has_nested_fields_and_the_key(emulator: RunningEmulator) -> None:
    form = {"key": "docs-queued@164", "items[item_type_1]": "2", "address[city]": "Berkeley"}
    document = (await emulator.request("POST", "/account/shipping", data=form)).json
    assert ({"item_type_1": [2]}, "Berkeley") == (selections(document), document["address"]["city"])
    (shipment,) = (await emulator.universe("/orders/489", "docs-queued@164")).json["order"]["shipments"]
    assert ("Processing", False) == (shipment["status"], "issues" in shipment)


async def test_jsonp_has_nested_fields(emulator: RunningEmulator) -> None:
    query = "_method=post&callback=cb&address%5Bcity%5D=Berkeley&items[item_type_1]=1"
    reply = await emulator.universe(f"/account/shipping?{query}", "docs-queued@164")
    document = json.loads(reply.text.removeprefix("cb(").removesuffix(");"))
    assert ({"item_type_1": [1]}, "Berkeley") == (selections(document), document["address"]["city"])


BLANK = ["First name", "Last name", "Address", "City", "Postal code", "Country"]


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"address": {}}, [f"{name} can't be blank" for name in BLANK]),
        ({"address": {**HOME, "city": " "}, **CHOICE}, ["City can't be blank"]),
        ({"items": {"item_type_1": 3}}, ["T-Shirt Size is not included in the list"]),
        ({"items": {"item_type_1": "x"}}, ["T-Shirt Size is not included in the list"]),
        ({"items": {"item_type_1": 10**39}}, ["T-Shirt Size is not included in the list"]),
        ({"items": {"item_type_1": [1]}}, ["items.item_type_1: expected an integer or text or null, got [1]"]),
        ({"items": {"item_type_1": ""}}, ["T-Shirt Size can't be blank"]),
        ({"items": {"item_type_2": 1}}, ["items.item_type_2: expected one of item_type_1"]),
        ({"address": None}, ["address: expected an object, got null"]),
        ({"address": {"city": 5}}, ["address.city: expected text or null of at most 255 characters, got 5"]),
        ({"items": []}, ["items: expected an object, got []"]),
    ],
)
async def test_invalid_change_is_rejected_and_changes_nothing(
    queue: RunningEmulator, fields: dict[str, Any], messages: list[str]
) -> None:
    before = (await queue.control("GET", "/sandboxes/own/state")).json
    document = await post(queue, fields)
    assert ("error", messages) == (
        document["status"],
        [sent[: len(each)] for sent, each in zip(document["messages"], messages, strict=True)],
    )
    assert before == (await queue.control("GET", "/sandboxes/own/state")).json


async def test_state_is_not_needed(queue: RunningEmulator) -> None:
    assert "" == (await post(queue, {"address": {**HOME, "state": "", "country": "FR"}}))["address"]["state"]


async def test_message_about_an_unknown_item_names_at_most_20_items(queue: RunningEmulator) -> None:
    state = (await queue.control("GET", "/sandboxes/own/state")).json
    item_type = state["universe"]["item_types"][0]
    state["universe"]["item_types"] = [{**item_type, "id": number} for number in range(1, 23)]
    await queue.control("PUT", "/sandboxes/own/state", json=state)
    (message,) = (await post(queue, {"items": {"size": 1}}))["messages"]
    known = ", ".join(f"item_type_{number}" for number in range(1, 21))
    assert f"items.size: expected one of {known} or 2 others" == message


async def test_item_without_options_is_not_selectable(emulator: RunningEmulator) -> None:
    document = await post(emulator, {"items": {"item_type_0": 1}}, "docs@1")
    assert ["items.item_type_0: expected none, no item has options"] == document["messages"]


@pytest.mark.parametrize("path", ["item_types/1", f"plans/{stored(0)['plan']['id']}"])
async def test_referenced_records_cannot_be_deleted(queue: RunningEmulator, path: str) -> None:
    await post(queue, CHOICE)
    assert 422 == (await queue.control("DELETE", f"/sandboxes/own/records/universe/{path}")).status


async def test_generated_customers_miss_what_their_shipments_wait_for(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.universe("/orders", "own")
    records = (await emulator.control("GET", "/sandboxes/own/state")).json["universe"]
    customers = {customer["id"]: customer for customer in records["customers"] if customer["id"] >= 200}
    waiting: set[tuple[int, str]] = set()
    for order in (each for each in records["orders"] if each["customer_id"] in customers):
        issues = chain.from_iterable(each.get("issues", ()) for each in order["shipments"] or ())
        waiting.update((order["customer_id"], issue) for issue in issues)
    missing = {(each, ADDRESS_ONLY[0]) for each in customers if customers[each]["shipping_address"] is None}
    missing |= {(each, OPTION_ONLY[0]) for each in customers if customers[each]["item_options"] == []}
    assert len(missing) < 2 * len(customers)
    assert set() == waiting - missing
