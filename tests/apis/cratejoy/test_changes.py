"""Changes to an order, as JSON and as form fields."""

import io
import json
from typing import Any

import pytest
from support.cratejoy import DOCUMENTED_INFO, GIFT_ORDER, OPEN_ORDER, error_of, state
from support.emulator import RunningEmulator, Start, example

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
FORM_NOTE = "form fields were converted to JSON; the real service accepts JSON only"


def info(**given: str) -> dict[str, str]:
    """Return a complete gift info with some of its members set."""
    return {"gift_message": "", "gift_recipient_name": "", "gift_recipient_email": "", **given}


@pytest.mark.parametrize(
    ("order", "body", "changes"),
    [
        (OPEN_ORDER, {}, {}),
        (OPEN_ORDER, {"note": "x"}, {"note": "x"}),
        (OPEN_ORDER, {"note": ""}, {"note": ""}),
        (OPEN_ORDER, {"note": None}, {"note": None}),
        (OPEN_ORDER, {"note": "Zoë ☕ \u2028"}, {"note": "Zoë ☕ \u2028"}),
        (OPEN_ORDER, {"is_gift": True}, {"is_gift": True}),
        (OPEN_ORDER, {"is_gift": False}, {"is_gift": False}),
        (
            OPEN_ORDER,
            {"gift_message": "Hi"},
            {"gift_message": "Hi", "order_gift_info": info(gift_message="Hi")},
        ),
        (
            OPEN_ORDER,
            {"order_gift_info": {"gift_message": "Hi"}},
            {"is_gift": True, "gift_message": "Hi", "order_gift_info": info(gift_message="Hi")},
        ),
        (
            OPEN_ORDER,
            {"order_gift_info": {"gift_recipient_name": "Ann"}},
            {"is_gift": True, "gift_message": "", "order_gift_info": info(gift_recipient_name="Ann")},
        ),
        (OPEN_ORDER, {"order_gift_info": {}}, {"is_gift": True, "gift_message": "", "order_gift_info": info()}),
        (
            OPEN_ORDER,
            {"order_gift_info": {"gift_message": "Hi"}, "is_gift": False, "note": "n"},
            {"is_gift": False, "gift_message": "Hi", "order_gift_info": info(gift_message="Hi"), "note": "n"},
        ),
        (
            OPEN_ORDER,
            {"gift_message": "outer", "order_gift_info": {"gift_message": "inner"}},
            {"is_gift": True, "gift_message": "inner", "order_gift_info": info(gift_message="inner")},
        ),
        (
            OPEN_ORDER,
            {"gift_message": "outer", "order_gift_info": {"gift_recipient_name": "Ann"}},
            {
                "is_gift": True,
                "gift_message": "outer",
                "order_gift_info": info(gift_message="outer", gift_recipient_name="Ann"),
            },
        ),
        (GIFT_ORDER, {}, {}),
        (GIFT_ORDER, {"note": "x"}, {"note": "x"}),
        (GIFT_ORDER, {"is_gift": False}, {"is_gift": False}),
        (
            GIFT_ORDER,
            {"gift_message": "New"},
            {"gift_message": "New", "order_gift_info": DOCUMENTED_INFO | {"gift_message": "New"}},
        ),
        (
            GIFT_ORDER,
            {"order_gift_info": {"gift_recipient_email": "a@example.com"}},
            {
                "gift_message": DOCUMENTED_INFO["gift_message"],
                "order_gift_info": DOCUMENTED_INFO | {"gift_recipient_email": "a@example.com"},
            },
        ),
    ],
)
async def test_update_changes_the_named_properties_and_returns_the_order(
    emulator: RunningEmulator, order: int, body: Any, changes: Any
) -> None:
    before = (await emulator.cratejoy("GET", f"/orders/{order}/")).json
    reply = await emulator.cratejoy("PUT", f"/orders/{order}/", json=body)
    assert (200, before | changes) == (reply.status, reply.json)
    assert before | changes == (await emulator.cratejoy("GET", f"/orders/{order}/")).json
    assert "X-Mockorders-Note" not in reply.headers


async def test_empty_update_leaves_the_state_unchanged(emulator: RunningEmulator) -> None:
    before = await state(emulator)
    await emulator.cratejoy("PUT", f"/orders/{GIFT_ORDER}/", json={})
    assert before == await state(emulator)


READ_ONLY = [
    *("id customer customer_id store_id status financial_status fulfillment_status placed_at total products".split()),
    *("sub_total is_test is_renewal gift_renewal_notif transaction_fee type url coupons ship_address nothing".split()),
]


@pytest.mark.parametrize("name", READ_ONLY)
async def test_unknown_and_read_only_properties_get_the_same_message(emulator: RunningEmulator, name: str) -> None:
    before = await state(emulator)
    reply = await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", json={"note": "x", name: "closed"})
    assert (400, [f"Unknown property '{name}'"]) == error_of(reply)
    assert before == await state(emulator)


async def test_putting_back_a_complete_order_is_rejected(emulator: RunningEmulator) -> None:
    order = (await emulator.cratejoy("GET", f"/orders/{GIFT_ORDER}/?with=")).json
    status, messages = error_of(await emulator.cratejoy("PUT", f"/orders/{GIFT_ORDER}/", json=order | {"note": "x"}))
    editable = {"note", "is_gift", "gift_message", "order_gift_info"}
    possible = {f"Unknown property '{name}'" for name in order if name not in editable}
    assert (400, set()) == (status, set(messages) - possible)


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"note": 5}, ["note: expected text or null, got 5"]),
        ({"note": True}, ["note: expected text or null, got true"]),
        ({"note": 5.5}, ["note: expected text or null, got 5.5"]),
        ({"note": ["x"]}, ['note: expected text or null, got ["x"]']),
        ({"is_gift": "yes"}, ['is_gift: expected true or false, got "yes"']),
        ({"is_gift": 1}, ["is_gift: expected true or false, got 1"]),
        ({"is_gift": None}, ["is_gift: expected true or false, got null"]),
        ({"gift_message": None}, ["gift_message: expected text, got null"]),
        ({"gift_message": 1}, ["gift_message: expected text, got 1"]),
        ({"order_gift_info": None}, ["order_gift_info: expected an object, got null"]),
        ({"order_gift_info": []}, ["order_gift_info: expected an object, got []"]),
        ({"order_gift_info": "Hi"}, ['order_gift_info: expected an object, got "Hi"']),
        ({"order_gift_info": {"gift_message": 1}}, ["order_gift_info.gift_message: expected text, got 1"]),
        ({"order_gift_info": {"x": "y"}}, ["Unknown property 'order_gift_info.x'"]),
        ({"is_gift": 1, "note": 5}, ["is_gift: expected true or false, got 1", "note: expected text or null, got 5"]),
        ([], ["body: expected an object, got []"]),
        (["note"], ['body: expected an object, got ["note"]']),
        (None, ["body: expected an object, got null"]),
        ("note", ['body: expected an object, got "note"']),
        (5, ["body: expected an object, got 5"]),
    ],
)
async def test_invalid_values_are_400_and_name_the_field(
    emulator: RunningEmulator, body: Any, messages: list[str]
) -> None:
    before = await state(emulator)
    reply = await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", data=json.dumps(body).encode(), headers=JSON)
    status, actual = error_of(reply)
    assert (400, messages) == (status, sorted(actual))
    assert before == await state(emulator)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{}{}",
        b'{"note":"x",}',
        b"{'note':'x'}",
        b"note=x",
        b'{"note":NaN}',
        b'{"note":-Infinity}',
        b'{"note":"\xff"}',
        b"\xff\xfe{\x00}\x00",
        b'{"note":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"note":"a","note":"b"}',
        b'{"order_gift_info":{"gift_message":"a","gift_message":"b"}}',
        b'{"note":' + b"9" * 5000 + b"}",
        b'{"note":1e999999}',
        b'{"note":' + b"[" * 65 + b"]" * 65 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"note":"a\nb"}',
    ],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", f"/orders/{OPEN_ORDER}"), ("POST", "/orders")])
async def test_unparsable_bodies_are_400_and_change_nothing(
    emulator: RunningEmulator, method: str, path: str, body: bytes
) -> None:
    before = await state(emulator)
    status, messages = error_of(await emulator.cratejoy(method, path, data=body, headers=JSON))
    assert 400 == status
    assert all("expected" in each or each.startswith("Unknown property '") for each in messages)
    assert max(map(len, messages)) < 1000
    assert before == await state(emulator)


@pytest.mark.parametrize(("size", "status"), [(2**20, 200), (2**20 + 1, 413), (3 * 2**20, 413)])
async def test_bodies_over_one_mebibyte_are_413(emulator: RunningEmulator, size: int, status: int) -> None:
    body = b'{"note":"' + b"x" * (size - 11) + b'"}'
    reply = await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}", data=io.BytesIO(body), headers=JSON)
    assert status == reply.status
    assert status == 200 or error_of(reply) == (413, ["body: expected at most 1048576 bytes"])


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "nonsense",
    ],
)
@pytest.mark.parametrize("body", [b'{"note":"x"}', b' \r\n\t{"note": "x"}'])
async def test_json_object_is_parsed_whatever_its_content_type(
    emulator: RunningEmulator, content_type: str | None, body: bytes
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    options: dict[str, Any] = {"skip_auto_headers": ["Content-Type"], "headers": headers}
    reply = await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}", data=body, **options)
    assert (200, "x") == (reply.status, reply.json["note"])
    assert "X-Mockorders-Note" not in reply.headers


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (b"", {}),
        (b"note=Drop+package+off", {"note": "Drop package off"}),
        (b"note=", {"note": ""}),
        (b"note=5", {"note": "5"}),
        (b"note=true", {"note": "true"}),
        (b"note=%7B%22a%22%3A1%7D", {"note": '{"a":1}'}),
        (b"note=Zo%C3%AB", {"note": "Zoë"}),
        (b"is_gift=true", {"is_gift": True}),
        (b"is_gift=false", {"is_gift": False}),
        (
            b"order_gift_info%5Bgift_message%5D=Hi%2C+I+got+you+this+gift.",
            {
                "is_gift": True,
                "gift_message": "Hi, I got you this gift.",
                "order_gift_info": info(gift_message="Hi, I got you this gift."),
            },
        ),
        (
            b"order_gift_info[gift_recipient_email]=a%40example.com&note=n",
            {
                "is_gift": True,
                "gift_message": "",
                "order_gift_info": info(gift_recipient_email="a@example.com"),
                "note": "n",
            },
        ),
    ],
)
async def test_form_fields_are_converted_by_the_schema_with_a_note(
    emulator: RunningEmulator, body: bytes, changes: Any
) -> None:
    before = (await emulator.cratejoy("GET", f"/orders/{OPEN_ORDER}")).json
    reply = await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}", data=body, headers=FORM)
    assert (200, before | changes) == (reply.status, reply.json)
    assert FORM_NOTE == reply.headers["X-Mockorders-Note"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"is_gift=yes", "is_gift: expected true or false"),
        (b"is_gift=1", "is_gift: expected true or false"),
        (b"note=a&note=b", "note: expected text or null"),
        (b"note[x]=a", "note: expected text or null"),
        (b"total=5", "Unknown property 'total'"),
        (b"order_gift_info=Hi", "order_gift_info: expected an object"),
        (b"order_gift_info[x]=Hi", "Unknown property 'order_gift_info.x'"),
        (b"note=%FF", "body: expected form fields"),
        (b"note=\xc3\xa9", "body: expected form fields"),
        (b"note" + b"[a]" * 100 + b"=1", "body: expected form fields"),
        (b"a[" * 50_000, "Unknown property 'a"),
        (b"&".join(b"a=1" for _ in range(3001)), "body: expected form fields"),
    ],
)
async def test_invalid_form_fields_are_400(emulator: RunningEmulator, body: bytes, place: str) -> None:
    before = await state(emulator)
    reply = await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}", data=body, headers=FORM)
    status, messages = error_of(reply)
    assert (400, place) == (status, messages[0][: len(place)])
    assert before == await state(emulator)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", f"/orders/{OPEN_ORDER}", b"note=x"), ("POST", "/orders", b"customer[id]=586402305")],
)
async def test_strict_mode_rejects_forms(start: Start, method: str, path: str, body: bytes) -> None:
    emulator = await start(strict=True)
    reply = await emulator.cratejoy(method, path, data=body, headers=FORM)
    assert (400, ["body: expected JSON, got form fields (--strict)"]) == error_of(reply)
    assert "X-Mockorders-Note" not in reply.headers


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("PUT", f"/orders/{OPEN_ORDER}", {"data": b'{"note":"x"}', "headers": FORM}, 200),
        ("PUT", f"/orders/{OPEN_ORDER}", {"json": {"note": "x"}}, 200),
        ("POST", "/orders", {"json": example("cratejoy/create_order")}, 201),
        ("GET", "/orders?offset=1", {}, 200),
        ("GET", "/orders?sort=id", {}, 400),
    ],
)
async def test_strict_mode_changes_nothing_else(
    start: Start, method: str, path: str, options: Any, status: int
) -> None:
    emulator = await start(strict=True)
    assert status == (await emulator.cratejoy(method, path, **options)).status
