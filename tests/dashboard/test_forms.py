"""The forms of the dashboard, and the code snippets of its page Connect."""

import re
from typing import Any

import pytest
from support.dashboard import HTML, ORDER, Reader, form_of, post, visible_state
from support.emulator import RunningEmulator

# Forms

NO_MEDIAN = {"delay/effect/lognormal/median": "0", "delay/effect/lognormal/sigma": "1"}
REVERSED_RANGE = {"delay/effect/uniform/0": "5", "delay/effect/uniform/1": "1"}


async def test_forms_reset_and_delete_a_sandbox(docs: RunningEmulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "x"})
    reply = await post(docs, "/ui/docs/reset")
    assert (303, "/_mockorders/ui/docs/state?notice=reset") == (reply.status, reply.headers["Location"])
    assert [] == (await docs.control("GET", "/sandboxes/docs/diff")).json["patch"]
    assert 303 == (await post(docs, "/ui/docs/delete")).status
    assert 0 == (await docs.control("GET", "/sandboxes")).json["count"]


async def test_form_resets_all_sandboxes(docs: RunningEmulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "x"})
    assert 303 == (await post(docs, "/ui/reset")).status
    assert [] == (await docs.control("GET", "/sandboxes/docs/diff")).json["patch"]


@pytest.mark.parametrize("path", ["reset", "delete", "requests/clear", "faults", "state/clock", "state/snapshots"])
async def test_form_for_an_unknown_sandbox_creates_none(emulator: RunningEmulator, path: str) -> None:
    assert 404 == (await post(emulator, f"/ui/new/{path}", snapshot="x", effect="reset", frozen="true")).status
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


async def test_form_creates_a_sandbox(emulator: RunningEmulator) -> None:
    fields = {"fixtures": "empty", "profile": "observed", "clock": "2017-03-21"}
    reply = await post(emulator, "/ui/", name="a/b", **fields)
    assert (303, "/_mockorders/ui/a%2Fb/connect?notice=created") == (reply.status, reply.headers["Location"])
    info = (await emulator.control("GET", "/sandboxes/a%2Fb")).json
    clock = {"now": "2017-03-21T00:00:00Z", "frozen": True}
    assert ("a/b", "empty", "observed", clock) == (info["name"], info["fixtures"], info["profile"], info["clock"])


@pytest.mark.parametrize(
    ("path", "fields", "beside"),
    [
        ("/ui/", {"name": "a b"}, "name"),
        ("/ui/", {"name": ""}, "name"),
        ("/ui/", {"name": "x@1"}, "name"),
        ("/ui/", {"name": "x", "clock": "soon"}, "clock"),
        ("/ui/", {"name": "x", "fixtures": "nothing"}, "fixtures"),
        ("/ui/", {"name": "x", "profile": "nothing"}, "profile"),
        ("/ui/docs/state/clock", {"now": "soon"}, "time"),
        ("/ui/docs/state/advance", {"seconds": "soon"}, "seconds"),
        ("/ui/docs/state/advance", {"seconds": "99999999999999"}, "seconds"),
        ("/ui/docs/state/advance", {}, "seconds"),
        ("/ui/docs/state/snapshots", {"snapshot": " "}, "snapshot"),
        (f"{ORDER}/edit", {"/total": "x"}, "total"),
        (f"{ORDER}/edit", {"/total": "5.5"}, "total"),
        (f"{ORDER}/edit", {"/total": ""}, "total"),
        (f"{ORDER}/edit", {"/placed_at": "soon"}, "placed_at"),
        (f"{ORDER}/edit", {"/status": '"done"'}, "status"),
        (f"{ORDER}/edit", {"/products/0/quantity": "x"}, "products/0/quantity"),
        (f"{ORDER}/edit", {"/products/0/instance_id": "1"}, "products/0/instance_id"),
        (f"{ORDER}/edit", {"/customer_id": "1"}, "customer_id"),
        ("/ui/docs/faults", {"effect": "status", "status/effect/status": "99"}, "status/effect/status"),
        ("/ui/docs/faults", {"effect": "status", "status/effect/status": "x"}, "status/effect/status"),
        (
            "/ui/docs/faults",
            {"effect": "status", "status/effect/status": "500", "status/effect/headers": "x"},
            "status/effect/headers",
        ),
        ("/ui/docs/faults", {"effect": "delay", "delay/effect/ms": "-1"}, "delay/effect/ms"),
        ("/ui/docs/faults", {"effect": "delay", **REVERSED_RANGE}, "delay/effect/uniform/0"),
        ("/ui/docs/faults", {"effect": "delay", **NO_MEDIAN}, "delay/effect/lognormal/median"),
        ("/ui/docs/faults", {"effect": "reset", "/match/path": "orders"}, "match/path"),
        ("/ui/docs/faults", {"effect": "reset", "/probability": "2"}, "probability"),
        ("/ui/docs/faults", {"effect": "reset", "/times": "0"}, "times"),
    ],
)
async def test_error_is_shown_next_to_its_field(
    docs: RunningEmulator, path: str, fields: dict[str, str], beside: str
) -> None:
    before = await visible_state(docs)
    sent = form_of((await docs.control("GET", path)).text) if path.endswith("edit") else {}
    reply = await post(docs, path, **(sent | fields))
    messages = Reader("").messages(reply.text)
    assert (422, [beside]) == (reply.status, list(messages))
    assert "expected" in messages[beside]
    assert before == await visible_state(docs)


@pytest.mark.parametrize(
    ("path", "fields", "focused"),
    [
        ("/ui/docs/faults", {"effect": "delay", "delay/effect/ms": "x", "/times": "y"}, ["f-delay-effect-ms"]),
        ("/ui/docs/faults", {"effect": "delay"}, [""]),
        ("/ui/", {"name": "x", "clock": "soon", "profile": "nothing"}, ["profile"]),
        ("/ui/docs/state/advance", {"seconds": "soon"}, ["seconds"]),
        ("/ui/docs/state/clock", {"now": "soon"}, ["time"]),
        ("/ui/docs/state/snapshots", {"snapshot": " "}, ["snapshot"]),
        (f"{ORDER}/edit", {"/total": "x", "/status": '"done"'}, ["f-status"]),
    ],
)
async def test_first_invalid_field_gets_the_focus(
    docs: RunningEmulator, path: str, fields: dict[str, str], focused: list[str]
) -> None:
    sent = form_of((await docs.control("GET", path)).text) if path.endswith("edit") else {}
    reply = await post(docs, path, **(sent | fields))
    assert 422 == reply.status
    assert focused == [
        attributes.get("id", "") for _, attributes in Reader(reply.text).tags if "autofocus" in attributes
    ]


async def test_clock_is_frozen_set_moved_and_resumed(docs: RunningEmulator) -> None:
    async def clock() -> Any:
        return (await docs.control("GET", "/sandboxes/docs/clock")).json

    await post(docs, "/ui/docs/state/clock", frozen="true", now="2017-03-21T00:00:00Z")
    assert {"now": "2017-03-21T00:00:00Z", "frozen": True} == await clock()
    await post(docs, "/ui/docs/state/advance", seconds="61")
    assert "2017-03-21T00:01:01Z" == (await clock())["now"]
    await post(docs, "/ui/docs/state/clock", frozen="false")
    assert False is (await clock())["frozen"]


async def test_snapshots_are_taken_compared_restored_and_deleted(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/state/snapshots", snapshot="a/b & c")
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "later"})
    state_page = (await docs.control("GET", "/ui/docs/state?since=a/b+%26+c")).text
    assert "note null → &#34;later&#34;" in state_page
    assert 303 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/restore")).status
    assert None is (await docs.cratejoy("GET", "/orders/75572230/")).json["note"]
    assert 303 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/delete")).status
    assert 404 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/restore")).status


async def test_record_is_edited(docs: RunningEmulator) -> None:
    sent = form_of((await docs.control("GET", f"{ORDER}/edit")).text)
    change = {"/note": "two\r\nlines", "/is_gift": "true", "/total": "4200", "/refund_applied": "5"}
    sent_fields = {name: value for name, value in (sent | change).items() if name != "null:/note"}
    reply = await post(docs, f"{ORDER}/edit", **sent_fields)
    assert (303, f"/_mockorders{ORDER}?notice=record-saved") == (reply.status, reply.headers["Location"])
    lines = (await docs.control("GET", "/sandboxes/docs/diff")).json["lines"]
    assert {
        'order 75572230: note null → "two\\nlines"',
        "order 75572230: is_gift false → true",
        "order 75572230: total 3500 → 4200",
        "order 75572230: refund_applied null → 5",
    } == set(lines)
    sent = form_of((await docs.control("GET", f"{ORDER}/edit")).text)
    await post(docs, f"{ORDER}/edit", **(sent | {"/note": "", "null:/note": "on", "/refund_applied": ""}))
    record = (await docs.control("GET", "/sandboxes/docs/records/cratejoy/orders/75572230")).json
    assert (None, None) == (record["note"], record["refund_applied"])


async def test_order_page_shows_its_timeline_and_writers(docs: RunningEmulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "x"})
    text = (await docs.control("GET", ORDER)).text
    events = re.findall(r'<p class="what"><bdi>([^<]+)', text)
    assert ["Placed", "Payment captured", "Fulfillment open", "Written by PUT /v1/orders/75572230/"] == events
    assert "/_mockorders/ui/docs/requests/2" in text


async def test_requests_are_cleared(docs: RunningEmulator) -> None:
    assert 303 == (await post(docs, "/ui/docs/requests/clear")).status
    assert 0 == (await docs.control("GET", "/sandboxes/docs/requests")).json["count"]


async def test_request_is_explained_with_its_curl_line_and_body(docs: RunningEmulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"status": "done"})
    text = (await docs.control("GET", "/ui/docs/requests/2")).text
    for part in (
        "Rejected",
        "curl -X PUT -u docs:any",
        "&#34;status&#34;: &#34;done&#34;",
        "cratejoy.",
        "Unknown property",
    ):
        assert part in text


async def test_credentials_are_masked(docs: RunningEmulator) -> None:
    await docs.request("GET", "/orders?key=secret-key", headers={"Cookie": "session=secret-cookie"})
    await docs.request("GET", "/v1/orders/", headers={"Authorization": "Basic c2VjcmV0LWtleTpzZWNyZXQtcGFzcw=="})
    pages = ["/ui/secret-key/requests", "/ui/secret-key/requests/1", "/ui/secret-key/requests/2"]
    texts = [(await docs.control("GET", page)).text for page in pages]
    assert [] == [each for each in texts if re.search("secret-cookie|secret-pass|c2VjcmV0LWtleTpz", each)]
    assert "key=***" in texts[0]


async def test_requests_without_a_credential_are_listed(emulator: RunningEmulator) -> None:
    await emulator.request("GET", "/orders")
    assert "1 request without a credential" in (await emulator.control("GET", "/")).text
    assert "/orders" in (await emulator.control("GET", "/ui/_/requests")).text
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"\xff\xfe", 400), (b"a=%ff", 400), (b"&".join([b"a=1"] * 4000), 400), (b"", 303), (b"=&&;=", 303)],
)
async def test_malformed_form_is_rejected(docs: RunningEmulator, body: bytes, status: int) -> None:
    reply = await docs.control("POST", "/ui/docs/state/clock", data=body, headers={"Origin": docs.url, **HTML})
    expected = status if status == 400 else 422
    assert (expected, False) == (reply.status, "Traceback" in reply.text)
