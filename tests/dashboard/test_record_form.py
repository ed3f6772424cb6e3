"""The forms of records: nested fields, new records, copies, JSON, and deletion with what refers to the record."""

import json
import re
from html import unescape
from typing import Any

import pytest
from support.dashboard import ORDER, Reader, form_of, post
from support.emulator import RunningEmulator, Start

UNIVERSE_ORDER = "/ui/docs/records/universe/orders/489"
CUSTOMER = 586402305


async def record(emulator: RunningEmulator, path: str) -> Any:
    """Return a record of the sandbox `docs`, such as `universe/orders/489`."""
    return (await emulator.control("GET", f"/sandboxes/docs/records/{path}")).json


async def sent_by(emulator: RunningEmulator, path: str) -> dict[str, str]:
    """Return what a browser sends for the form of a page."""
    return form_of((await emulator.control("GET", path)).text)


# Nested fields


@pytest.mark.parametrize(
    ("path", "change", "lines"),
    [
        (UNIVERSE_ORDER, {"/plan/name": "Gold"}, ['order 489: plan.name "Plan Name 30" → "Gold"']),
        (UNIVERSE_ORDER, {"/paid_at": "2013-02-01"}, ['order 489: paid_at "2013-01-30" → "2013-02-01"']),
        (UNIVERSE_ORDER, {"/paid_at": ""}, ['order 489: paid_at "2013-01-30" → null']),
        (
            ORDER,
            {"/placed_at": "2017-03-02T10:30"},
            ['order 75572230: placed_at "2017-03-01T00:00:00Z" → "2017-03-02T10:30:00Z"'],
        ),
        (ORDER, {"/placed_at": "2017-03-01T00:00"}, []),
    ],
)
async def test_nested_values_and_dates_are_fields(
    docs: RunningEmulator, path: str, change: dict[str, str], lines: list[str]
) -> None:
    await post(docs, f"{path}/edit", **(await sent_by(docs, f"{path}/edit") | change))
    assert lines == (await docs.control("GET", "/sandboxes/docs/diff")).json["lines"]


async def test_values_of_elements_are_fields(docs: RunningEmulator) -> None:
    await post(docs, f"{ORDER}/edit", **(await sent_by(docs, f"{ORDER}/edit") | {"/products/0/quantity": "2"}))
    assert 2 == (await record(docs, "cratejoy/orders/75572230"))["products"][0]["quantity"]


async def test_an_element_is_added_filled_in_and_removed(docs: RunningEmulator) -> None:
    path = f"{UNIVERSE_ORDER}/edit"
    added = await post(docs, path, **(await sent_by(docs, path)), do="add:/shipments")
    sent = form_of(added.text)
    assert (200, "2") == (added.status, sent["count:/shipments"])
    assert 'name="/shipments/1/status" rows="1"' in added.text
    assert 303 == (await post(docs, path, **(sent | {"/shipments/1/status": "Lost"}))).status
    assert ["Shipped on Jaunary 1, 2013", "Lost"] == [
        each["status"] for each in (await record(docs, "universe/orders/489"))["shipments"]
    ]
    removed = await post(docs, path, **(await sent_by(docs, path)), do="remove:/shipments/0")
    await post(docs, path, **form_of(removed.text))
    assert [{"status": "Lost"}] == (await record(docs, "universe/orders/489"))["shipments"]


async def test_a_nested_object_is_unset_and_filled_in(docs: RunningEmulator) -> None:
    path = f"{UNIVERSE_ORDER}/edit"
    for name, empty in (("totals", None), ("plan/package", {})):
        unset = await post(docs, path, **(await sent_by(docs, path)), do=f"unset:/{name}")
        await post(docs, path, **form_of(unset.text))
        order = await record(docs, "universe/orders/489")
        assert empty == (order["totals"] if name == "totals" else order["plan"]["package"])
    filled_in = await post(docs, path, **(await sent_by(docs, path)), do="set:/totals")
    totals = {f"/totals/{name}": "1.00" for name in ("shipping", "discount", "subtotal", "total")}
    await post(docs, path, **(form_of(filled_in.text) | totals))
    assert "1.00" == (await record(docs, "universe/orders/489"))["totals"]["total"]


async def test_buttons_of_the_form_store_nothing(docs: RunningEmulator) -> None:
    sent = await sent_by(docs, f"{ORDER}/edit")
    for action in (
        "add:/products",
        "remove:/products/0",
        "unset:/note",
        "json",
        "add:/nothing",
        "remove:/products/x",
        "x",
    ):
        assert 200 == (await post(docs, f"{ORDER}/edit", **(sent | {"/note": "x"}), do=action)).status
    assert [] == (await docs.control("GET", "/sandboxes/docs/diff")).json["patch"]


async def test_a_long_list_is_edited_as_json(docs: RunningEmulator) -> None:
    order = await record(docs, "cratejoy/orders/75572230")
    lines = [{**order["products"][0], "id": number} for number in range(11)]
    await docs.control("PUT", "/sandboxes/docs/records/cratejoy/orders/75572230", json={**order, "products": lines})
    sent = await sent_by(docs, f"{ORDER}/edit")
    assert lines == json.loads(sent["/products"])
    await post(docs, f"{ORDER}/edit", **(sent | {"/products": "[]"}))
    assert [] == (await record(docs, "cratejoy/orders/75572230"))["products"]


async def test_dates_references_and_units_have_their_own_fields(docs: RunningEmulator) -> None:
    page = (await docs.control("GET", f"{ORDER}/edit")).text
    tags = {attributes["name"]: (tag, attributes) for tag, attributes in Reader(page).tags if attributes.get("name")}
    assert "datetime-local" == tags["/placed_at"][1]["type"]
    assert "select" == tags["/customer_id"][0]
    assert f'<option value="{CUSTOMER}" selected>Grace Holloway ({CUSTOMER})</option>' in page
    assert '<span aria-hidden="true">cents</span>' in page


async def test_many_records_are_suggested_instead_of_listed(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/me/state")
    url = "/ui/me/records/universe/customers/options"
    page = (await emulator.control("GET", "/ui/me/records/universe/orders/1101/edit")).text
    assert f'hx-get="/_mockorders{url}"' in page
    options = (await emulator.control("GET", f"{url}?q=jackson")).text
    assert '<option value="164">Joe Jackson (164)</option>' in options
    assert 20 == (await emulator.control("GET", url)).text.count("<option")


# JSON


async def test_a_record_is_edited_as_json(docs: RunningEmulator) -> None:
    path = f"{ORDER}/edit"
    shown = await post(docs, path, **(await sent_by(docs, path) | {"/note": "typed"}), do="json")
    text = form_of(shown.text)["json"]
    assert "typed" == json.loads(text)["note"]
    fields = await post(docs, path, json=text, do="fields")
    assert "typed" == form_of(fields.text)["/note"]
    assert 303 == (await post(docs, path, json=text.replace("typed", "saved"))).status
    assert "saved" == (await record(docs, "cratejoy/orders/75572230"))["note"]


@pytest.mark.parametrize(
    ("text", "message"), [("[1", "JSON"), ("[]", "expected an object"), ('{"id": 75572230}', "customer_id: ")]
)
async def test_invalid_json_is_shown_again_with_a_message(docs: RunningEmulator, text: str, message: str) -> None:
    reply = await post(docs, f"{ORDER}/edit", json=text)
    assert (422, text) == (reply.status, unescape(form_of(reply.text)["json"]))
    assert message in unescape(reply.text)


@pytest.mark.parametrize("value", ["5", '"x"', "[5]", '["x", null]', '{"a": []}', "null", "[[1]]", "true"])
async def test_json_with_values_of_other_types_can_be_shown_as_fields(docs: RunningEmulator, value: str) -> None:
    names = ("products", "order_gift_info", "placed_at", "customer_id", "status", "note", "total", "is_gift", "other")
    text = f"{{{', '.join(f'{json.dumps(name)}: {value}' for name in names)}}}"
    for path in (f"{ORDER}/edit", "/ui/docs/records/cratejoy/orders/new"):
        shown = await post(docs, path, json=text, do="fields")
        assert 200 == shown.status
        assert (await post(docs, path, **form_of(shown.text))).status in {303, 422}


@pytest.mark.parametrize(
    "action",
    [
        "",
        "add:",
        "add:/",
        "remove:",
        "remove:/products",
        "remove:/products/9",
        "remove:/products/-1",
        "set:/products/7",
        "set:/products/x",
        "unset:/products/7",
        "add:/products/0/id/1",
        "add:/order_gift_info/a",
        "unset:/id",
        f"set:/{'a/' * 500}",
        f"remove:/products/{'9' * 400}",
    ],
)
async def test_odd_buttons_are_harmless(docs: RunningEmulator, action: str) -> None:
    sent = await sent_by(docs, f"{ORDER}/edit")
    reply = await post(
        docs, f"{ORDER}/edit", **(sent | {"count:/products": "9" * 30, "count:/coupons": "x"}), do=action
    )
    assert 200 == reply.status


# New records


async def test_a_new_record_is_completed_with_those_that_it_refers_to(docs: RunningEmulator) -> None:
    path = "/ui/docs/records/cratejoy/orders/new"
    added = await post(docs, path, **(await sent_by(docs, path) | {"/note": "by hand"}), do="add:/products")
    reply = await post(docs, path, **form_of(added.text))
    location = reply.headers["Location"]
    assert (303, "?notice=records-added") == (reply.status, location[location.index("?") :])
    order = await record(docs, location.partition("/records/")[2].partition("?")[0])
    assert ("by hand", 1) == (order["note"], len(order["products"]))
    assert order["products"][0]["price"] == order["total"]
    assert order["customer_id"] == (await record(docs, f"cratejoy/customers/{order['customer_id']}"))["id"]


async def test_a_new_record_is_filled_in_from_the_address(docs: RunningEmulator) -> None:
    path = f"/ui/docs/records/cratejoy/orders/new?customer_id={CUSTOMER}"
    reply = await post(docs, path, **(await sent_by(docs, path)))
    assert reply.headers["Location"].endswith("?notice=record-added")
    order = await record(docs, reply.headers["Location"].partition("/records/")[2].partition("?")[0])
    assert CUSTOMER == order["customer_id"]


@pytest.mark.parametrize(("name", "text"), [("/id", "75572230"), ("/customer_id", "x"), ("/total", "much")])
async def test_invalid_new_record_is_shown_again(docs: RunningEmulator, name: str, text: str) -> None:
    path = "/ui/docs/records/cratejoy/orders/new"
    reply = await post(docs, path, **(await sent_by(docs, path) | {name: text}))
    assert (422, [name[1:]]) == (reply.status, list(Reader("").messages(reply.text)))
    assert text == form_of(reply.text)[name]
    assert [] == (await docs.control("GET", "/sandboxes/docs/diff")).json["patch"]


async def test_a_record_is_duplicated_without_its_id(docs: RunningEmulator) -> None:
    sent = await sent_by(docs, f"{UNIVERSE_ORDER}/duplicate")
    reply = await post(docs, "/ui/docs/records/universe/orders/new", **(sent | {"/totals/total": "99.0"}))
    path = reply.headers["Location"].partition("/records/")[2].partition("?")[0]
    copy = await record(docs, path)
    original = await record(docs, "universe/orders/489")
    assert {**original, "id": copy["id"], "totals": {**original["totals"], "total": "99.0"}} == copy
    assert 490 == copy["id"]


async def test_every_collection_has_a_form_for_a_new_record(docs: RunningEmulator) -> None:
    state = (await docs.control("GET", "/sandboxes/docs/state")).json
    wrong = []
    names = [f"universe/{name}" for name in state["universe"]] + [f"cratejoy/{name}" for name in state["cratejoy"]]
    for name in names:
        path = f"/ui/docs/records/{name}/new"
        reply = await post(docs, path, **(await sent_by(docs, path)))
        wrong += [(path, reply.status)] * (reply.status != 303)
    assert [] == wrong


# Deletion


async def test_a_record_without_references_is_deleted(docs: RunningEmulator) -> None:
    path = f"{UNIVERSE_ORDER}/delete"
    assert "No record refers to this order." in (await docs.control("GET", path)).text
    assert 303 == (await post(docs, path, **(await sent_by(docs, path)))).status
    assert 404 == (await docs.control("GET", "/sandboxes/docs/records/universe/orders/489")).status


async def test_what_refers_to_a_record_is_listed_and_deleted_with_it(docs: RunningEmulator) -> None:
    path = f"/ui/docs/records/cratejoy/customers/{CUSTOMER}/delete"
    page = (await docs.control("GET", path)).text
    assert "11 records refer to this customer" in page
    titles = re.findall(r'<h2 id="of-\w+">(.+?) <small>(\d+)', page)
    assert [("Addresses", "1"), ("Fulfillments", "2"), ("Orders", "2"), ("Payment methods", "1")] == titles[:4]
    assert "/ui/docs/records/cratejoy/orders/730837920" in page
    reply = await post(docs, path, **form_of(page))
    assert reply.headers["Location"].endswith("/customers?notice=records-deleted")
    assert 12 == len((await docs.control("GET", "/sandboxes/docs/diff")).json["lines"])


async def test_deletion_is_confirmed_again_if_other_records_refer_to_it_now(docs: RunningEmulator) -> None:
    path = "/ui/docs/records/universe/customers/2/delete"
    sent = await sent_by(docs, path)
    await docs.control("POST", "/sandboxes/docs/records/universe/orders", json={"customer_id": 2})
    reply = await post(docs, path, **sent)
    assert (409, True) == (reply.status, "3 records refer" in reply.text)
    assert 200 == (await docs.control("GET", "/sandboxes/docs/records/universe/customers/2")).status


async def test_a_record_with_too_many_references_is_not_deleted(docs: RunningEmulator) -> None:
    orders = {"universe": {"orders": [{"customer_id": 2}] * 101}}
    await docs.control("POST", "/sandboxes/docs/records", json=orders)
    path = "/ui/docs/records/universe/customers/2/delete"
    page = (await docs.control("GET", path)).text
    assert "100 or more records refer to this customer" in page
    assert 409 == (await post(docs, path, **form_of(page))).status
