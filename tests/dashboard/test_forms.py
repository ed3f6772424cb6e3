"""The forms of the dashboard, and the code snippets of its page Connect."""

import asyncio
import json
import re
import shlex
import sys
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from support.dashboard import HTML, ORDER, Reader, form_of, post, visible_state
from support.emulator import RunningEmulator
from support.processes import finish

from mockorders.sandbox.effects import EFFECTS

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
        (f"{ORDER}/edit", {"/products": "[{]"}, "products"),
        (f"{ORDER}/edit", {"/products": '[{"id": "x"}]'}, "products"),
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
    ("effect", "fields", "expected"),
    [
        (
            "status",
            {"status": "503", "body": '{"a": 1}', "headers": "X-A: b\r\nX-C: d:e"},
            {"status": 503, "body": {"a": 1}, "headers": {"X-A": "b", "X-C": "d:e"}},
        ),
        ("status", {"status": "500", "body": "plain text"}, {"status": 500, "body": "plain text"}),
        ("delay", {"ms": "200.5"}, {"ms": 200.5}),
        ("delay", {"uniform/0": "1", "uniform/1": "5"}, {"uniform": [1, 5]}),
        ("delay", {"lognormal/median": "20", "lognormal/sigma": "0.5"}, {"lognormal": {"median": 20, "sigma": 0.5}}),
        ("reset", {}, {}),
        ("close", {}, {}),
        ("truncate", {"bytes": "10"}, {"bytes": 10}),
        ("drip", {"bytes_per_second": "100"}, {"bytes_per_second": 100}),
        ("malformed", {}, {}),
        ("drift", {"pointer": "/id", "how": '"wrong_type"'}, {"pointer": "/id", "how": "wrong_type"}),
        ("rate_limit", {"requests": "3", "window": "60"}, {"requests": 3, "window": 60}),
    ],
)
async def test_fault_is_added_with_every_parameter(
    docs: RunningEmulator, effect: str, fields: dict[str, str], expected: dict[str, Any]
) -> None:
    sent = form_of((await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text)
    parameters = {f"{effect}/effect/{name}": text for name, text in fields.items()}
    assert ({effect}, set(parameters)) == ({sent["effect"]}, set(parameters) & set(sent))
    match = {
        "/match/api": '"cratejoy"',
        "/match/method": "post",
        "/match/path": "/orders/*",
        "/match/query": "a: b",
        "/match/header": "X-Test: 1",
        "/match/body": '/note: "x"\r\n/id: 5',
        "/times": "2",
        "/after": "1",
        "/probability": "0.5",
        "/stage": '"after"',
    }
    reply = await post(docs, "/ui/docs/faults", **(sent | parameters | match))
    assert 303 == reply.status, Reader("").messages(reply.text)
    (fault,) = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert {"type": effect, **expected} == fault["effect"]
    assert fault == {
        "match": {
            "api": "cratejoy",
            "method": "post",
            "path": "/orders/*",
            "query": {"a": "b"},
            "header": {"X-Test": "1"},
            "body": {"/note": "x", "/id": 5},
        },
        "effect": fault["effect"],
        "times": 2,
        "after": 1,
        "probability": 0.5,
        "stage": "after",
        "id": "1",
        "hits": 0,
        "remaining": 2,
    }


async def test_fault_form_is_filled_with_the_query(docs: RunningEmulator) -> None:
    query = {
        "effect": "drift",
        "drift/effect/pointer": "/a b",
        "delay/effect/ms": "5",
        "/match/path": "/o*",
        "/times": "x",
    }
    text = (await docs.control("GET", f"/ui/docs/faults?{urlencode(query)}")).text
    assert query == {name: value for name, value in form_of(text).items() if value}


@pytest.mark.parametrize("effect", ["", "nothing", "status"])
async def test_fault_form_begins_with_the_first_effect(docs: RunningEmulator, effect: str) -> None:
    text = (await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text
    assert "status" == form_of(text)["effect"]


async def test_rejected_fault_keeps_all_that_was_typed(docs: RunningEmulator) -> None:
    sent = {
        "effect": "delay",
        "delay/effect/ms": "-1",
        "status/effect/status": "503",
        "/match/path": "/o*",
        "/times": "3",
    }
    reply = await post(docs, "/ui/docs/faults", **sent)
    assert (422, sent) == (reply.status, {name: value for name, value in form_of(reply.text).items() if value})


async def test_only_parameters_of_the_chosen_effect_are_sent(docs: RunningEmulator) -> None:
    sent = {"effect": "reset", "delay/effect/ms": "x", "status/effect/status": "503"}
    assert 303 == (await post(docs, "/ui/docs/faults", **sent)).status
    (fault,) = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert {"type": "reset"} == fault["effect"]


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


async def test_fault_form_offers_every_effect(docs: RunningEmulator) -> None:
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert list(EFFECTS) == re.findall(r'type="radio" name="effect" id="effect-\w+" value="(\w+)"', text)


async def test_spent_fault_is_marked_and_not_counted(docs: RunningEmulator) -> None:
    for times in ("1", "2", ""):
        sent = {"effect": "status", "status/effect/status": "503", "/match/path": "/orders", "/times": times}
        assert 303 == (await post(docs, "/ui/docs/faults", **sent)).status
    await docs.universe("/orders", key="docs")
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert 1 == text.count('<tr class="spent">')
    assert ["1 of 1", "0 of 2", "0"] == re.findall(r'<td class="number">(\d[^<]*)</td>', text)
    assert '<span class="chip warn">2 faults</span>' in text


async def test_sandbox_with_only_spent_faults_shows_no_count(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/faults", effect="status", **{"status/effect/status": "503", "/times": "1"})
    await docs.universe("/orders", key="docs")
    assert "chip warn" not in (await docs.control("GET", "/ui/docs/state")).text


async def test_faults_are_removed(docs: RunningEmulator) -> None:
    for _ in range(3):
        await post(docs, "/ui/docs/faults", effect="reset")
    await post(docs, "/ui/docs/faults/2/remove")
    left = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert ["1", "3"] == [fault["id"] for fault in left]
    await post(docs, "/ui/docs/faults/clear")
    assert 0 == (await docs.control("GET", "/sandboxes/docs/faults")).json["count"]
    assert 404 == (await post(docs, "/ui/docs/faults/1/remove")).status


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
    assert "order 75572230: note null → &#34;later&#34;" in state_page
    assert 303 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/restore")).status
    assert None is (await docs.cratejoy("GET", "/orders/75572230/")).json["note"]
    assert 303 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/delete")).status
    assert 404 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/restore")).status


async def test_record_is_edited(docs: RunningEmulator) -> None:
    sent = form_of((await docs.control("GET", f"{ORDER}/edit")).text)
    change = {"/note": "two\r\nlines", "/is_gift": "true", "/total": "4200", "/refund_applied": "5", "/coupons": "[]"}
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


async def test_record_is_deleted_unless_another_refers_to_it(docs: RunningEmulator) -> None:
    assert 422 == (await post(docs, "/ui/docs/records/cratejoy/customers/586402305/delete")).status
    assert 303 == (await post(docs, "/ui/docs/records/universe/orders/489/delete")).status
    assert 404 == (await docs.control("GET", "/sandboxes/docs/records/universe/orders/489")).status


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
    assert [] == [each for each in texts if re.search("secret-cookie|secret-pass|c2VjcmV0", each)]
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


# Code snippets of the page Connect


async def test_curl_and_python_lines_run(docs: RunningEmulator) -> None:
    text = unescape((await docs.control("GET", "/ui/docs/connect")).text)
    codes = dict(re.findall(r'<pre id="code-(\d-\d)"[^>]*><code>([^<]+)</code>', text))
    assert 8 == len(codes)
    for number in ("1-1", "2-1", "1-4", "2-4"):
        shell = number.endswith("1")
        python = [sys.executable, "-c", f"{codes[number]}\nimport json\nprint(json.dumps(orders))"]
        command = shlex.split(codes[number]) if shell else python
        done = await asyncio.to_thread(finish, command)
        assert {"count", "orders"} & set(json.loads(done.stdout)), number
