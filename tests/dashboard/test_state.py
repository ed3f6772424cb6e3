"""The page for clock and state: upload, units of time, snapshots and their changes."""

import json
import re
from html import unescape
from io import BytesIO

import pytest
from support.dashboard import HTML, post
from support.emulator import Reply, RunningEmulator

BOUNDARY = "----boundary7"
TAG = re.compile(r"<[^>]*>")
NOTE = {"note": "x"}


async def upload(emulator: RunningEmulator, content: bytes, boundary: str = BOUNDARY) -> Reply:
    """Upload a file as a browser does."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="state"; filename="s.json"\r\n'
    body = head.encode() + b"Content-Type: application/json\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Origin": emulator.url, "Content-Type": f"multipart/form-data; boundary={boundary}", **HTML}
    return await emulator.control("POST", "/ui/docs/state/upload", data=BytesIO(body), headers=headers)


async def changes(emulator: RunningEmulator, query: str = "") -> list[str]:
    """Return the changes that the page shows, as text."""
    text = (await emulator.control("GET", f"/ui/docs/state{query}")).text
    items = text.partition('<ul class="changes">')[2].partition("</section>")[0]
    lines = [" ".join(unescape(TAG.sub(" ", line)).split()) for line in items.splitlines()]
    return [line for line in lines if line]


async def test_downloaded_state_is_uploaded_again(docs: RunningEmulator) -> None:
    state = (await docs.control("GET", "/sandboxes/docs/state")).text
    await docs.cratejoy("PUT", "/orders/75572230/", json=NOTE)
    reply = await upload(docs, state.encode())
    assert (303, "/_mockorders/ui/docs/state?notice=state-uploaded") == (reply.status, reply.headers["Location"])
    assert json.loads(state) == (await docs.control("GET", "/sandboxes/docs/state")).json


async def test_uploaded_fixture_file_may_extend_a_set(docs: RunningEmulator) -> None:
    order = {"id": 5, "customer_id": 2, "created_at": "2020-01-01", "plan": None}
    document = {"extends": "docs", "universe": {"orders": [{**order, "deleted": True}]}}
    assert 422 == (await upload(docs, json.dumps(document).encode())).status
    document["universe"] = {"orders": [{"id": 489, "deleted": True}]}
    assert 303 == (await upload(docs, json.dumps(document).encode())).status
    assert 404 == (await docs.control("GET", "/sandboxes/docs/records/universe/orders/489")).status


async def test_large_file_is_uploaded(docs: RunningEmulator) -> None:
    note = "x" * 900_000
    customers = [{"id": 7, "last_name": note}, {"id": 8, "last_name": note}]
    document = json.dumps({"universe": {"customers": customers}}).encode()
    assert 303 == (await upload(docs, document)).status
    assert note == (await docs.control("GET", "/sandboxes/docs/records/universe/customers/8")).json["last_name"]


@pytest.mark.parametrize(
    ("content", "boundary", "message"),
    [
        (b"", BOUNDARY, "JSON"),
        (b"[]", BOUNDARY, "expected an object"),
        (b'{"universe": {"orders": [{"id": "x"}]}}', BOUNDARY, "universe/orders"),
        (b"{}", "another", "expected a form with a file"),
        (b"{}", "", "expected a form with a file"),
    ],
)
async def test_invalid_file_changes_nothing(docs: RunningEmulator, content: bytes, boundary: str, message: str) -> None:
    before = (await docs.control("GET", "/sandboxes/docs/state")).json
    reply = await upload(docs, content, boundary)
    assert 422 == reply.status
    assert message in unescape(reply.text.partition('id="file-error">')[2].partition("</p>")[0])
    assert before == (await docs.control("GET", "/sandboxes/docs/state")).json


async def test_upload_from_another_origin_is_rejected(docs: RunningEmulator) -> None:
    headers = {"Origin": "https://example.com", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert 403 == (await docs.control("POST", "/ui/docs/state/upload", data=b"x", headers=headers)).status


@pytest.mark.parametrize(
    ("amount", "unit", "now"),
    [
        ("2", "hours", "2017-03-21T02:00:00Z"),
        ("-1", "days", "2017-03-20T00:00:00Z"),
        ("5", "x", "2017-03-21T00:00:05Z"),
    ],
)
async def test_clock_is_moved_by_units(docs: RunningEmulator, amount: str, unit: str, now: str) -> None:
    await post(docs, "/ui/docs/state/clock", frozen="true", now="2017-03-21T00:00")
    await post(docs, "/ui/docs/state/advance", seconds=amount, unit=unit)
    assert now == (await docs.control("GET", "/sandboxes/docs/clock")).json["now"]


async def test_snapshots_have_the_number_of_changes_since(docs: RunningEmulator) -> None:
    await docs.control("PUT", "/sandboxes/docs/snapshots/a")
    assert "no changes since" in (await docs.control("GET", "/ui/docs/state")).text
    await docs.cratejoy("PUT", "/orders/75572230/", json=NOTE)
    await docs.control("DELETE", "/sandboxes/docs/records/universe/orders/489")
    assert "2 changes since" in (await docs.control("GET", "/ui/docs/state")).text


async def test_two_snapshots_are_compared(docs: RunningEmulator) -> None:
    for name in ("a", "b", "c"):
        await docs.control("PUT", f"/sandboxes/docs/snapshots/{name}")
        await docs.cratejoy("PUT", "/orders/75572230/", json={"note": name})
    assert ["order 75572230 Cratejoy", 'note null → "a"'] == await changes(docs, "?since=a&until=b")
    assert ["order 75572230 Cratejoy", 'note "a" → "c"'] == await changes(docs, "?since=b")


async def test_added_and_removed_records_and_settings_are_listed(docs: RunningEmulator) -> None:
    await docs.control("DELETE", "/sandboxes/docs/records/universe/orders/489")
    await docs.control("POST", "/sandboxes/docs/records/universe/orders", json={"customer_id": 2})
    await docs.control("PATCH", "/sandboxes/docs", json={"current_customer": 1})
    expected = ["current customer: 2 → 1", "order 489 Universe removed", "order 490 Universe added"]
    assert expected == await changes(docs)
    text = (await docs.control("GET", "/ui/docs/state")).text
    assert ("orders/490" in text, "orders/489" in text) == (True, False)


async def test_many_changes_are_cut_and_counted(docs: RunningEmulator) -> None:
    orders = {"universe": {"orders": [{"customer_id": 2}] * 130}}
    await docs.control("POST", "/sandboxes/docs/records", json=orders)
    text = (await docs.control("GET", "/ui/docs/state")).text
    assert "The first 100 records. 30 more are in" in text
