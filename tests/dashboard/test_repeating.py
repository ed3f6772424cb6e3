"""Requests are repeated from their page, as they were or edited, in their sandbox or in a copy."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.dashboard import Fields, post
from support.emulator import RunningEmulator, Start, basic
from support.faults import fault
from support.journal import listed

from mockorders.dashboard import sending
from mockorders.dashboard.request_draft import DraftForm

JSON = {"Content-Type": "application/json"}
ORDER = "/v1/orders/75572230/"
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/orders?key=docs&callback=show", {}),
    ("GET", "/orders?key=docs@2", {"headers": {"Cookie": "session=secret; mockorders_customer=164"}}),
    ("GET", "/v1/orders/?status=it's%0A$HOME&name[]={x}", {"headers": basic("docs@164", "secret")}),
    ("PUT", ORDER, {"data": '{"note": "ü"}'.encode(), "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b"\xff\x00\r\n", "headers": JSON | basic("docs")}),
    ("POST", "/account", {"data": {"key": "docs", "first_name": "Ada"}}),
    ("HEAD", "/v1/orders/", {"headers": basic("docs")}),
    ("POST", "/v1/orders/", {"data": b"", "headers": basic("docs")}),
    ("GET", "/orders/0?key=docs", {"headers": {"X-Mockorders-Fault": "status=503"}}),
]


def essence(request: Any) -> Any:
    """Return what a repeated request has in common with the original."""
    headers = {name: text for name, text in request["request"]["headers"].items() if name in {"Cookie", "Content-Type"}}
    names = ("method", "path", "query", "customer", "status", "rejected")
    return [headers, request["request"]["body"], *(request[name] for name in names)]


def location(reply: Any) -> str:
    """Return the path of the page that a form leads to."""
    return str(reply.headers["Location"]).removeprefix("/_mockorders")


@pytest.mark.parametrize(("method", "path", "options"), REQUESTS, ids=[f"{m} {p}" for m, p, _ in REQUESTS])
async def test_request_is_repeated(emulator: RunningEmulator, method: str, path: str, options: Any) -> None:
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21T00:00:00Z"})
    await emulator.request(method, path, **options)
    reply = await post(emulator, "/ui/docs/requests/1/repeat")
    assert (303, "/ui/docs/requests/2?notice=request-repeated") == (reply.status, location(reply))
    original, repeated = (await listed(emulator))["requests"]
    assert essence(original) == essence(repeated)


@pytest.mark.parametrize(("method", "path", "options"), REQUESTS[1:6], ids=[f"{m} {p}" for m, p, _ in REQUESTS[1:6]])
async def test_request_is_repeated_in_a_copy(emulator: RunningEmulator, method: str, path: str, options: Any) -> None:
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21T00:00:00Z"})
    await emulator.control("PATCH", "/sandboxes/docs", json={"current_customer": 1})
    await emulator.control("PATCH", "/sandboxes/docs/records/cratejoy/orders/75572230", json={"note": "before"})
    await emulator.request(method, path, **options)
    before = (await emulator.control("GET", "/sandboxes/docs/state")).body
    reply = await post(emulator, "/ui/docs/requests/1/repeat", **{"in": "copy"})
    assert "/ui/docs.copy/requests/1?notice=request-repeated-in-copy" == location(reply)
    assert before == (await emulator.control("GET", "/sandboxes/docs/state")).body
    (original,) = (await listed(emulator))["requests"]
    (repeated,) = (await listed(emulator, "docs.copy"))["requests"]
    masked = [re.sub("docs.copy", "docs", str(each)) for each in essence(repeated)]
    assert list(map(str, essence(original))) == masked
    assert before == (await emulator.control("GET", "/sandboxes/docs.copy/state")).body


async def test_copy_has_faults_clock_and_settings_and_a_free_name(docs: RunningEmulator) -> None:
    await docs.control("PUT", "/sandboxes/docs/clock", json={"now": "2020-01-01T00:00:00Z", "frozen": True})
    await fault(docs, {"type": "status", "status": 418}, times=1)
    for name in ("docs.copy", "docs.copy-2"):
        reply = await post(docs, "/ui/docs/requests/1/repeat", **{"in": "copy"})
        assert f"/ui/{name}/requests/1?notice=request-repeated-in-copy" == location(reply)
        assert [418] == [each["status"] for each in (await listed(docs, name))["requests"]]
        info = (await docs.control("GET", f"/sandboxes/{name}")).json
        assert {"now": "2020-01-01T00:00:00Z", "frozen": True} == info["clock"]
    assert [0] == [each["hits"] for each in (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]]


async def test_delayed_request_is_shown_at_once(docs: RunningEmulator) -> None:
    await fault(docs, {"type": "delay", "ms": 600_000})
    reply = await post(docs, "/ui/docs/requests/1/repeat")
    assert "/ui/docs/requests/2?notice=request-repeated" == location(reply)
    assert (await listed(docs))["requests"][1]["in_progress"]


async def test_reset_connection_is_recorded(docs: RunningEmulator) -> None:
    await fault(docs, {"type": "reset"})
    assert "/ui/docs/requests/2?notice=request-repeated" == location(await post(docs, "/ui/docs/requests/1/repeat"))


async def test_page_links_to_the_request_that_it_repeats(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/requests/1/repeat")
    text = (await docs.control("GET", "/ui/docs/requests/2")).text
    assert 'repeats <a href="/_mockorders/ui/docs/requests/1">request 1</a>' in text
    assert "X-Mockorders-Repeats" not in re.findall(r'id="curl".*?</pre>', text, re.DOTALL)[0]


async def test_number_of_requests_being_sent_is_limited(docs: RunningEmulator, monkeypatch: Any) -> None:
    monkeypatch.setattr(sending, "MAX_SENDING", 1)
    await fault(docs, {"type": "delay", "ms": 600_000})
    statuses = [(await post(docs, "/ui/docs/requests/1/repeat")).status for _ in range(2)]
    assert [303, 503] == statuses


async def test_request_whose_body_is_truncated_is_only_repeated_with_another_one(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", data=b"x" * 70_000)
    page = (await emulator.control("GET", "/ui/docs/requests/1")).text
    assert "requests/1/repeat" not in page
    assert 422 == (await post(emulator, "/ui/docs/requests/1/repeat")).status
    fields = await form(emulator)
    assert 422 == (await post(emulator, "/ui/docs/requests/1/edit", **fields)).status
    assert 303 == (await post(emulator, "/ui/docs/requests/1/edit", **(fields | {"body": "{}"}))).status


async def test_no_copy_where_names_are_listed(start: Start) -> None:
    emulator = await start(credentials={"docs": None})
    await emulator.universe("/orders", key="docs")
    assert "Repeat in a copy" not in (await emulator.control("GET", "/ui/docs/requests/1")).text
    reply = await post(emulator, "/ui/docs/requests/1/repeat", **{"in": "copy"})
    assert "/ui/docs/requests/2?notice=request-repeated" == location(reply)


async def test_request_without_a_credential_is_repeated(emulator: RunningEmulator) -> None:
    await emulator.request("GET", "/orders")
    assert "/ui/_/requests/2?notice=request-repeated" == location(await post(emulator, "/ui/_/requests/1/repeat"))


@pytest.mark.parametrize("path", ["repeat", "edit", "pin"])
async def test_unknown_request_is_404(docs: RunningEmulator, path: str) -> None:
    assert 404 == (await post(docs, f"/ui/docs/requests/9/{path}")).status


# Editing


async def form(emulator: RunningEmulator, number: int = 1) -> dict[str, str]:
    """Return the fields of the form of a request."""
    text = (await emulator.control("GET", f"/ui/docs/requests/{number}/edit")).text
    fields = Fields(text.partition("<main")[2].partition("<form")[2].partition("</form>")[0]).sent
    method = re.search(r"<option selected>(\w+)<", text)
    assert method is not None
    return {**{name: fields[name] for name in ("target", "headers", "body")}, "method": method[1]}


@pytest.mark.parametrize(("method", "path", "options"), REQUESTS, ids=[f"{m} {p}" for m, p, _ in REQUESTS])
async def test_unedited_form_repeats_the_request(
    emulator: RunningEmulator, method: str, path: str, options: Any
) -> None:
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21T00:00:00Z"})
    await emulator.request(method, path, **options)
    fields = await form(emulator)
    assert "secret" not in str(fields)
    assert 303 == (await post(emulator, "/ui/docs/requests/1/edit", **fields)).status
    original, repeated = (await listed(emulator))["requests"]
    assert essence(original) == essence(repeated)


async def test_edited_request_is_sent(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "a"})
    fields = await form(emulator)
    fields |= {"body": '{"note": "b"}', "headers": fields["headers"] + "\nX-Test: 1"}
    reply = await post(emulator, "/ui/docs/requests/1/edit", **fields)
    assert "/ui/docs/requests/2?notice=request-repeated" == location(reply)
    repeated = (await listed(emulator))["requests"][1]
    assert ({"note": "b"}, "1") == (repeated["request"]["body"], repeated["request"]["headers"]["X-Test"])


async def test_long_body_is_sent_as_it_was_or_replaced(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "x" * 40_000})
    fields = await form(emulator)
    assert "" == fields["body"]
    await post(emulator, "/ui/docs/requests/1/edit", **fields)
    await post(emulator, "/ui/docs/requests/1/edit", **(fields | {"body": '{"note": "y"}'}))
    notes = [each["request"]["body"]["note"] for each in (await listed(emulator))["requests"]]
    assert ["x" * 40_000, "x" * 40_000, "y"] == notes


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("method", "GET /"),
        ("target", "orders"),
        ("target", "/orders x"),
        ("target", "/orders\r\nX: y"),
        ("target", "/ü"),
        ("target", "/" + "x" * 4_000),
        ("target", "/_mockorders/sandboxes"),
        ("target", "/_mockorders"),
        ("headers", "no header"),
        ("headers", "X y: z"),
        ("headers", ": z"),
        ("headers", "X: a\x00b"),
    ],
)
async def test_invalid_field_is_not_sent(docs: RunningEmulator, field: str, text: str) -> None:
    reply = await post(docs, "/ui/docs/requests/1/edit", **(await form(docs) | {field: text}))
    assert (422, True) == (reply.status, f'id="{field}-error">expected' in reply.text)
    assert 1 == (await listed(docs))["count"]


LINES = st.text(st.characters(codec="utf-8"), max_size=30)


@given(LINES, LINES, LINES)
def test_no_field_adds_a_line_to_the_head(method: str, target: str, headers: str) -> None:
    lines = [line.strip() for line in headers.split("\n")]
    if not dict(DraftForm(method, target, headers, "")._violations()):
        assert not re.search(r"[\x00-\x08\x0a-\x1f]", "".join([method, target, *lines]))


# Pins


async def test_pinned_request_survives_the_journal(docs: RunningEmulator) -> None:
    reply = await post(docs, "/ui/docs/requests/1/pin", pinned="true")
    assert "/ui/docs/requests/1?notice=request-pinned" == location(reply)
    await docs.control("DELETE", "/sandboxes/docs/requests")
    page = await docs.control("GET", "/ui/docs/requests/1")
    assert (200, True) == (page.status, '<span class="chip">pinned</span>' in page.text)
    listed_page = (await docs.control("GET", "/ui/docs/requests")).text
    assert ["1"] == re.findall(r'data-request="(\d+)"', listed_page)
    await post(docs, "/ui/docs/requests/1/pin", pinned="false")
    assert 404 == (await docs.control("GET", "/ui/docs/requests/1")).status


async def test_pins_are_counted_limited_and_removed_with_the_sandbox(docs: RunningEmulator) -> None:
    async def used() -> int:
        return int((await docs.control("GET", "/sandboxes/docs")).json["memory"]["used"])

    before = await used()
    for _ in range(50):
        await docs.universe("/orders", key="docs")
    statuses = [(await post(docs, f"/ui/docs/requests/{number}/pin", pinned="true")).status for number in range(1, 52)]
    assert [303] * 50 + [422] == statuses
    assert await used() > before + 50 * 2_000
    await docs.control("POST", "/sandboxes/docs/reset")
    assert before == await used()
    assert 404 == (await docs.control("GET", "/ui/docs/requests/1")).status
