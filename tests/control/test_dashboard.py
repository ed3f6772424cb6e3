"""The dashboard over HTTP: pages that show and never make, forms that do what the control API does."""

import asyncio
import gzip
import hashlib
import json
import re
import shlex
import subprocess
import sys
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

import pytest
from aiohttp.test_utils import TestServer
from conftest import Emulator, Reply, Start

from mockorders import MockServer, create_app
from mockorders.client import Sandbox
from mockorders.control import assets
from mockorders.control.dashboard import live, streams
from mockorders.control.request import CORE

ORDER = "/ui/docs/records/cratejoy/orders/75572230"
PAGES = [
    "",
    "/",
    "/ui/docs/records/cratejoy/orders",
    "/ui/docs/records/universe/orders?q=santos&page=2",
    "/ui/docs/records/cratejoy/product_instances",
    ORDER,
    f"{ORDER}/edit",
    "/ui/docs/requests",
    "/ui/docs/requests?method=GET&status=200&path=/orders*&api=universe",
    "/ui/docs/requests/1",
    "/ui/docs/faults",
    "/ui/docs/state",
    "/ui/docs/state/",
    "/ui/docs/connect",
    "/ui/_/requests",
    "/ui/_/state",
    "/ui/_/faults",
    "/ui/_/connect",
]
HTML = {"Accept": "text/html"}
EFFECTS = ["status", "delay", "reset", "close", "truncate", "drip", "malformed", "drift", "rate_limit"]


@pytest.fixture
async def docs(emulator: Emulator) -> Emulator:
    """Give an emulator whose sandbox `docs` was asked once."""
    await emulator.universe("/orders", key="docs")
    return emulator


async def post(emulator: Emulator, path: str, **fields: str) -> Reply:
    """Send a form as a browser does."""
    body = urlencode(fields).encode()
    headers = {"Origin": emulator.url, "Content-Type": "application/x-www-form-urlencoded", **HTML}
    return await emulator.control("POST", path, data=body, headers=headers)


async def picture(emulator: Emulator) -> Any:
    """Give what looking, or a form that does not fit, must leave as it is."""
    names = [each["name"] for each in (await emulator.control("GET", "/sandboxes")).json["sandboxes"]]
    parts = ("diff", "faults", "requests")
    return names, [(await emulator.control("GET", f"/sandboxes/docs/{part}")).json for part in parts]


class Reader(HTMLParser):
    """Reads a page: what it loads, where it leads, and whatever a policy without inline code forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @property
    def forbidden(self) -> list[str]:
        inline = [tag for tag, attrs in self.tags if tag == "style" or (tag == "script" and "src" not in attrs)]
        return inline + [name for _, attrs in self.tags for name in attrs if name == "style" or name.startswith("on")]

    @property
    def addresses(self) -> list[str]:
        found = [attrs.get(name) for _, attrs in self.tags for name in ("src", "href", "action")]
        return [each for each in found if each is not None]

    def messages(self, text: str) -> dict[str, str]:
        """Give the message beside each field that is wrong."""
        found = re.findall(r'<p class="error" id="([^"]+)-error">([^<]+)</p>', text)
        return {name.removeprefix("f-").replace("-", "/"): message for name, message in found}


# Looking


def test_the_vendored_script_is_the_one_that_is_stated() -> None:
    stated = json.loads((assets.FOLDER / "htmx/vendored.json").read_text(encoding="utf-8"))
    shipped = gzip.decompress(assets.asset("htmx/dist/htmx.min.js").body)
    assert stated["files"]["dist/htmx.min.js"] == hashlib.sha256(shipped).hexdigest()
    page = (Path(__file__).parents[2] / "docs/dashboard.md").read_text(encoding="utf-8")
    assert f"htmx {stated['version']} ({stated['licence']})" in page


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_shown(docs: Emulator, path: str) -> None:
    reply = await docs.control("GET", path, headers=HTML)
    assert (200, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    page = Reader(reply.text)
    assert [] == page.forbidden
    assert [] == [each for each in page.addresses if not each.startswith(("/_mockorders", "#")) and each]


@pytest.mark.parametrize("path", ["/", "/ui/docs/requests", "/ui/nobody/requests"])
async def test_the_policy_lets_nothing_else_in(docs: Emulator, path: str) -> None:
    headers = (await docs.control("GET", path, headers=HTML)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    expected = dict.fromkeys(("script-src", "style-src", "img-src", "connect-src", "form-action"), "'self'")
    assert expected | dict.fromkeys(("default-src", "base-uri", "frame-ancestors"), "'none'") == policy
    assert ("no-store", "nosniff") == (headers["Cache-Control"], headers["X-Content-Type-Options"])


async def test_what_a_page_loads_is_there(docs: Emulator) -> None:
    page = Reader((await docs.control("GET", "/")).text)
    loaded = [each for each in page.addresses if "/static/" in each]
    replies = [await docs.request("GET", each) for each in loaded]
    assert [200] * 4 == [reply.status for reply in replies]


async def test_looking_makes_no_sandbox_and_is_not_journalled(docs: Emulator) -> None:
    before = await picture(docs)
    for path in [*PAGES, *(page.replace("docs", "new") for page in PAGES)]:
        await docs.control("GET", path, headers=HTML)
    assert before == await picture(docs)


@pytest.mark.parametrize("path", ["", "/requests", "/state", "/records/cratejoy/orders", "/requests/1"])
async def test_an_unknown_sandbox_is_offered(emulator: Emulator, path: str) -> None:
    reply = await emulator.control("GET", f"/ui/new%2Fone{path}", headers=HTML)
    assert (404, True, True) == (reply.status, "Create <bdi>new/one" in reply.text, 'value="new/one"' in reply.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ui/docs/nothing", 404),
        ("/ui/docs/requests/999", 404),
        ("/ui/docs/records/cratejoy/nothing", 404),
        ("/ui/docs/records/nothing/orders", 404),
        ("/ui/docs/records/cratejoy/orders/1", 404),
        ("/ui/docs/records/cratejoy/orders/9999999999999999999", 404),
        ("/ui/docs/requests?status=x", 422),
        ("/ui/docs/requests?api=x", 422),
        ("/ui/a%20b/requests", 422),
    ],
)
async def test_what_is_not_there_is_a_page_that_says_so(docs: Emulator, path: str, status: int) -> None:
    reply = await docs.control("GET", path, headers=HTML)
    assert (status, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    program = await docs.control("GET", path)
    assert program.headers["Content-Type"] == (
        "application/problem+json" if "?" not in path else "text/html; charset=utf-8"
    )


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "", "3"])
async def test_a_page_that_there_is_not_becomes_one_that_there_is(docs: Emulator, page: str) -> None:
    reply = await docs.control("GET", f"/ui/docs/records/cratejoy/orders?page={quote(page)}")
    assert (200, True) == (reply.status, "1 to 2 of 2" in reply.text)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("75572230", ["75572230"]),
        ("closed", ["730837920"]),
        ("CLOSED ", ["730837920"]),
        ("holloway", ["730837920", "75572230"]),
        ("no such text", []),
        ('"', []),
        ("", ["730837920", "75572230"]),
    ],
)
async def test_search_looks_at_all_values_and_what_they_refer_to(docs: Emulator, query: str, ids: list[str]) -> None:
    text = (await docs.control("GET", f"/ui/docs/records/cratejoy/orders?q={quote(query)}")).text
    assert ids == re.findall(r'orders/\d+">(\d+)</a></th>', text)


async def test_long_lists_come_in_pages(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.universe("/orders", key="demo")
    path, seen = "/ui/demo/records/universe/orders", []
    for number in range(1, 15):
        text = (await emulator.control("GET", f"{path}?page={number}")).text
        seen += re.findall(r'orders/(\d+)">', text)
        if 'rel="next"' not in text:
            break
    assert (13, 305, 305) == (number, len(seen), len(set(seen)))


async def test_markup_is_shown_as_text(start: Start) -> None:
    emulator = await start(fixtures="edge")
    await emulator.universe("/orders?x=<script>alert(2)</script>", key="edge")
    await emulator.request(
        "GET", "/v1/orders/?%3Cscript%3E=%3Cimg%20src=x%3E", headers={"Authorization": "Basic ZWRnZTp4"}
    )
    pages = [
        *(f"/ui/edge/records/{api}/{name}?page={n}" for api, name in COLLECTIONS for n in (1, 2)),
        "/ui/edge/records/universe/customers/9223372036854600000",
        "/ui/edge/records/universe/customers/9223372036854600000/edit",
        *(f"/ui/edge/requests{each}" for each in ("", "/1", "/2")),
        f"/ui/edge/records/universe/orders?q={quote('<script>')}",
        f"/ui/{quote('<script>alert(3)</script>', safe='')}/requests",
    ]
    texts = [(await emulator.control("GET", page, headers=HTML)).text for page in pages]
    assert [] == [page for page, text in zip(pages, texts, strict=True) if re.search("<script>|<img", text)]
    assert 5 < sum("&lt;script&gt;" in text for text in texts)


COLLECTIONS = [
    (api, name)
    for api, names in {"universe": ("customers", "orders"), "cratejoy": ("customers", "products", "orders")}.items()
    for name in names
]


async def test_every_record_of_the_edge_set_can_be_looked_at(start: Start) -> None:
    emulator = await start(fixtures="edge")
    state = (await emulator.control("GET", "/sandboxes/edge/state")).json
    wrong = []
    for api in ("universe", "cratejoy"):
        for name, records in state[api].items():
            for record in records:
                path = f"/ui/edge/records/{api}/{name}/{record['id']}"
                replies = [await emulator.control("GET", path + more) for more in ("", "/edit")]
                wrong += [path for reply in replies if reply.status != 200]
    assert [] == wrong


async def test_saving_a_form_as_it_is_changes_nothing(start: Start) -> None:
    emulator = await start(fixtures="edge")
    state = (await emulator.control("GET", "/sandboxes/edge/state")).json
    for name, records in state["universe"].items():
        for record in records:
            path = f"/ui/edge/records/universe/{name}/{record['id']}/edit"
            sent = form_of((await emulator.control("GET", path)).text)
            assert 303 == (await post(emulator, path, **sent)).status
    assert [] == (await emulator.control("GET", "/sandboxes/edge/diff")).json["patch"]


class Fields(HTMLParser):
    """Reads what a browser would send of a page's forms, with line ends as it writes them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.name = self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "textarea":
            self.name, self.text = given["name"], ""
        elif tag == "select":
            self.name, self.sent[given["name"]] = given["name"], ""
        elif tag == "option" and "selected" in given:
            self.sent[self.name] = given.get("value", "")
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.sent[given["name"]] = given.get("value", "on")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self.name] = re.sub("\r\n|\r|\n", "\r\n", self.text.removeprefix("\n"))


def form_of(text: str) -> dict[str, str]:
    """Give the fields of the form of a page."""
    return Fields(text.partition('<form method="post"')[2]).sent


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "1970-01-01", "9999-12-31T23:59:59Z"])
async def test_the_chart_holds_at_the_ends_of_time(docs: Emulator, now: str) -> None:
    await docs.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})
    await docs.universe("/orders", key="docs")
    text = (await docs.control("GET", "/ui/docs/requests")).text
    assert 2 == text.count("<rect ")
    assert re.findall(r'<th scope="row">(.{19})</th><td', text)


# Doing

NO_MEDIAN = {"/effect/lognormal/median": "0", "/effect/lognormal/sigma": "1"}
WRONG_WAY = {"/effect/uniform/0": "5", "/effect/uniform/1": "1"}


async def test_reset_and_forget(docs: Emulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "x"})
    reply = await post(docs, "/ui/docs/reset")
    assert (303, "/_mockorders/ui/docs/state?done=reset") == (reply.status, reply.headers["Location"])
    assert [] == (await docs.control("GET", "/sandboxes/docs/diff")).json["patch"]
    assert 303 == (await post(docs, "/ui/docs/forget")).status
    assert 0 == (await docs.control("GET", "/sandboxes")).json["count"]


async def test_reset_all(docs: Emulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "x"})
    assert 303 == (await post(docs, "/ui/reset")).status
    assert [] == (await docs.control("GET", "/sandboxes/docs/diff")).json["patch"]


@pytest.mark.parametrize("path", ["reset", "forget", "requests/clear", "faults", "state/clock", "state/snapshots"])
async def test_a_form_makes_no_sandbox_either(emulator: Emulator, path: str) -> None:
    assert 404 == (await post(emulator, f"/ui/new/{path}", snapshot="x", effect="reset", frozen="true")).status
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


async def test_a_sandbox_is_made(emulator: Emulator) -> None:
    fields = {"fixtures": "empty", "profile": "observed", "clock": "2017-03-21"}
    reply = await post(emulator, "/ui/", name="a/b", **fields)
    assert (303, "/_mockorders/ui/a%2Fb/connect?done=made") == (reply.status, reply.headers["Location"])
    look = (await emulator.control("GET", "/sandboxes/a%2Fb")).json
    clock = {"now": "2017-03-21T00:00:00Z", "frozen": True}
    assert ("a/b", "empty", "observed", clock) == (look["name"], look["fixtures"], look["profile"], look["clock"])


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
        ("/ui/docs/faults", {"effect": "status", "/effect/status": "99"}, "effect/status"),
        ("/ui/docs/faults", {"effect": "status", "/effect/status": "x"}, "effect/status"),
        ("/ui/docs/faults", {"effect": "status", "/effect/status": "500", "/effect/headers": "x"}, "effect/headers"),
        ("/ui/docs/faults", {"effect": "delay", "/effect/ms": "-1"}, "effect/ms"),
        ("/ui/docs/faults", {"effect": "delay", **WRONG_WAY}, "effect/uniform/0"),
        ("/ui/docs/faults", {"effect": "delay", **NO_MEDIAN}, "effect/lognormal/median"),
        ("/ui/docs/faults", {"effect": "reset", "/match/path": "orders"}, "match/path"),
        ("/ui/docs/faults", {"effect": "reset", "/probability": "2"}, "probability"),
        ("/ui/docs/faults", {"effect": "reset", "/times": "0"}, "times"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    docs: Emulator, path: str, fields: dict[str, str], beside: str
) -> None:
    before = await picture(docs)
    sent = form_of((await docs.control("GET", path)).text) if path.endswith("edit") else {}
    reply = await post(docs, path, **(sent | fields))
    messages = Reader("").messages(reply.text)
    assert (422, [beside]) == (reply.status, list(messages))
    assert "expected" in messages[beside]
    assert before == await picture(docs)


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
        ("drift", {"pointer": "/id", "how": '"retype"'}, {"pointer": "/id", "how": "retype"}),
        ("rate_limit", {"requests": "3", "window": "60"}, {"requests": 3, "window": 60}),
    ],
)
async def test_a_fault_is_added_with_every_parameter(
    docs: Emulator, effect: str, fields: dict[str, str], expected: dict[str, Any]
) -> None:
    sent = form_of((await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text.partition('id="adding"')[2])
    assert {f"/effect/{name}" for name in fields} <= set(sent)
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
    reply = await post(docs, "/ui/docs/faults", **(sent | {f"/effect/{k}": v for k, v in fields.items()} | match))
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
        "met": 0,
    }


async def test_the_form_knows_every_effect(docs: Emulator) -> None:
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert EFFECTS == re.findall(r'hx-get="[^"]+\?effect=(\w+)"', text)


async def test_faults_are_removed(docs: Emulator) -> None:
    for _ in range(3):
        await post(docs, "/ui/docs/faults", effect="reset")
    await post(docs, "/ui/docs/faults/2/remove")
    left = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert ["1", "3"] == [fault["id"] for fault in left]
    await post(docs, "/ui/docs/faults/clear")
    assert 0 == (await docs.control("GET", "/sandboxes/docs/faults")).json["count"]
    assert 404 == (await post(docs, "/ui/docs/faults/1/remove")).status


async def test_the_clock_is_frozen_set_moved_and_let_run(docs: Emulator) -> None:
    async def clock() -> Any:
        return (await docs.control("GET", "/sandboxes/docs/clock")).json

    await post(docs, "/ui/docs/state/clock", frozen="true", now="2017-03-21T00:00:00Z")
    assert {"now": "2017-03-21T00:00:00Z", "frozen": True} == await clock()
    await post(docs, "/ui/docs/state/advance", seconds="61")
    assert "2017-03-21T00:01:01Z" == (await clock())["now"]
    await post(docs, "/ui/docs/state/clock", frozen="false")
    assert False is (await clock())["frozen"]


async def test_snapshots_are_taken_compared_restored_and_deleted(docs: Emulator) -> None:
    await post(docs, "/ui/docs/state/snapshots", snapshot="a/b & c")
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "later"})
    shown = (await docs.control("GET", "/ui/docs/state?since=a/b+%26+c")).text
    assert "order 75572230: note null → &#34;later&#34;" in shown
    assert 303 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/restore")).status
    assert None is (await docs.cratejoy("GET", "/orders/75572230/")).json["note"]
    assert 303 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/delete")).status
    assert 404 == (await post(docs, "/ui/docs/state/snapshots/a%2Fb%20%26%20c/restore")).status


async def test_a_record_is_edited(docs: Emulator) -> None:
    sent = form_of((await docs.control("GET", f"{ORDER}/edit")).text)
    change = {"/note": "two\r\nlines", "/is_gift": "true", "/total": "4200", "/refund_applied": "5", "/coupons": "[]"}
    kept = {name: value for name, value in (sent | change).items() if name != "null:/note"}
    reply = await post(docs, f"{ORDER}/edit", **kept)
    assert (303, f"/_mockorders{ORDER}?done=saved") == (reply.status, reply.headers["Location"])
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


async def test_a_record_is_deleted_unless_another_names_it(docs: Emulator) -> None:
    assert 422 == (await post(docs, "/ui/docs/records/cratejoy/customers/586402305/delete")).status
    assert 303 == (await post(docs, "/ui/docs/records/universe/orders/489/delete")).status
    assert 404 == (await docs.control("GET", "/sandboxes/docs/records/universe/orders/489")).status


async def test_an_order_tells_its_lifecycle_and_who_wrote_it(docs: Emulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"note": "x"})
    text = (await docs.control("GET", ORDER)).text
    told = re.findall(r'<p class="what"><bdi>([^<]+)', text)
    assert ["Placed", "Payment captured", "Fulfilment open", "Written by PUT /v1/orders/75572230/"] == told
    assert "/_mockorders/ui/docs/requests/2" in text


async def test_requests_are_cleared(docs: Emulator) -> None:
    assert 303 == (await post(docs, "/ui/docs/requests/clear")).status
    assert 0 == (await docs.control("GET", "/sandboxes/docs/requests")).json["count"]


async def test_a_request_is_explained_with_its_curl_line_and_body(docs: Emulator) -> None:
    await docs.cratejoy("PUT", "/orders/75572230/", json={"status": "done"})
    text = (await docs.control("GET", "/ui/docs/requests/2")).text
    for said in (
        "Rejected",
        "curl -X PUT -u docs:any",
        "&#34;status&#34;: &#34;done&#34;",
        "cratejoy.",
        "Unknown property",
    ):
        assert said in text


async def test_credentials_are_masked(docs: Emulator) -> None:
    await docs.request("GET", "/orders?key=secret-key", headers={"Cookie": "session=secret-cookie"})
    await docs.request("GET", "/v1/orders/", headers={"Authorization": "Basic c2VjcmV0LWtleTpzZWNyZXQtcGFzcw=="})
    pages = ["/ui/secret-key/requests", "/ui/secret-key/requests/1", "/ui/secret-key/requests/2"]
    texts = [(await docs.control("GET", page)).text for page in pages]
    assert [] == [each for each in texts if re.search("secret-cookie|secret-pass|c2VjcmV0", each)]
    assert "key=***" in texts[0]


async def test_requests_without_a_credential_are_shown(emulator: Emulator) -> None:
    await emulator.request("GET", "/orders")
    assert "1 request without a credential" in (await emulator.control("GET", "/")).text
    assert "/orders" in (await emulator.control("GET", "/ui/_/requests")).text
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"\xff\xfe", 400), (b"a=%ff", 400), (b"&".join([b"a=1"] * 4000), 400), (b"", 303), (b"=&&;=", 303)],
)
async def test_a_form_that_cannot_be_read(docs: Emulator, body: bytes, status: int) -> None:
    reply = await docs.control("POST", "/ui/docs/state/clock", data=body, headers={"Origin": docs.url, **HTML})
    expected = status if status == 400 else 422
    assert (expected, False) == (reply.status, "Traceback" in reply.text)


# The code of the page Connect


async def test_the_curl_and_python_lines_run(docs: Emulator) -> None:
    text = unescape((await docs.control("GET", "/ui/docs/connect")).text)
    codes = dict(re.findall(r'<pre id="code-(\d-\d)"[^>]*><code>([^<]+)</code>', text))
    assert 8 == len(codes)
    for number in ("1-1", "2-1", "1-4", "2-4"):
        shell = number.endswith("1")
        python = [sys.executable, "-c", f"{codes[number]}\nimport json\nprint(json.dumps(orders))"]
        command = shlex.split(codes[number]) if shell else python
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        out, _ = await process.communicate()
        assert {"count", "orders"} & set(json.loads(out)), number


# Who may


SAME = {"Sec-Fetch-Site": "same-origin"}
FORMS = ["/ui/", "/ui/reset", "/ui/docs/reset", "/ui/docs/faults", f"{ORDER}/edit", "/ui/docs/state/clock"]
ELSEWHERE: list[dict[str, str]] = [
    {},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:3000"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
async def test_a_form_from_elsewhere_is_refused(docs: Emulator, path: str, headers: dict[str, str]) -> None:
    reply = await docs.control("POST", path, data=b"name=x&effect=reset&frozen=true", headers=headers)
    assert (403, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert ["docs"] == [each["name"] for each in (await docs.control("GET", "/sandboxes")).json["sandboxes"]]


@pytest.mark.parametrize("path", ["/", "/ui/docs/requests", "/ui/docs/state"])
async def test_one_may_come_to_a_page_from_elsewhere_but_not_to_its_stream(docs: Emulator, path: str) -> None:
    assert 200 == (await docs.control("GET", path, headers=ELSEWHERE[4])).status
    assert 403 == (await docs.control("GET", "/live/docs", headers=ELSEWHERE[4])).status
    assert 403 == (await docs.control("GET", path, headers=ELSEWHERE[4] | {"Sec-Fetch-Dest": "iframe"})).status


TOKEN = "s3cret-token"  # of these tests


@pytest.fixture
async def closed(start: Start) -> Emulator:
    return await start(control_token=TOKEN)


async def test_the_token_is_taken_once_and_a_cookie_kept(closed: Emulator) -> None:
    await closed.universe("/orders", key="docs")
    reply = await closed.control("GET", f"/ui/docs/requests?api=universe&token={TOKEN}", headers=HTML)
    assert (303, "/_mockorders/ui/docs/requests?api=universe") == (reply.status, reply.headers["Location"])
    cookie, *said = reply.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/_mockorders"} == set(said)
    assert TOKEN not in cookie
    closed.client.session.cookie_jar.clear()
    with_cookie = {"Cookie": cookie, **HTML}
    assert 200 == (await closed.control("GET", "/ui/docs/requests", headers=with_cookie)).status
    assert 200 == (await closed.control("GET", "/sandboxes/docs/state", headers=with_cookie)).status
    reset = {"Origin": closed.url, **with_cookie}
    assert 303 == (await closed.control("POST", "/ui/docs/reset", headers=reset)).status
    assert 403 == (await closed.control("POST", "/ui/docs/reset", headers=with_cookie)).status


@pytest.mark.parametrize("path", ["/", "/ui/docs/requests", "/ui/docs/requests?token=wrong", "/?token="])
async def test_without_the_token_a_page_asks_for_it(closed: Emulator, path: str) -> None:
    reply = await closed.control("GET", path, headers=HTML)
    assert (401, "Bearer") == (reply.status, reply.headers["WWW-Authenticate"])
    assert 'name="token" type="password"' in reply.text
    style = next(each for each in Reader(reply.text).addresses if each.endswith(".css"))
    assert 200 == (await closed.request("GET", style)).status
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"/sandboxes?token={TOKEN}"), ("POST", f"/ui/reset?token={TOKEN}"), ("GET", f"/live/docs?token={TOKEN}")],
)
async def test_the_token_is_taken_from_no_other_address(closed: Emulator, method: str, path: str) -> None:
    assert 401 == (await closed.control(method, path, headers={"Origin": closed.url})).status


@pytest.mark.parametrize("cookie", ["", "x", TOKEN])
async def test_a_wrong_cookie_does_not_open(closed: Emulator, cookie: str) -> None:
    port = closed.client.port
    headers = {"Cookie": f"mockorders_pass_{port}={cookie}; mockorders_pass={cookie}"}
    assert 401 == (await closed.control("GET", "/sandboxes", headers=headers)).status


# Requests as they happen


class Stream:
    """An open event stream."""

    def __init__(self, emulator: Emulator, path: str = "/live/docs", **headers: str) -> None:
        self._open = emulator.client.session.get(f"{emulator.url}/_mockorders{path}", headers=headers)

    async def __aenter__(self) -> Self:
        self.response = await self._open.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        self.response.close()

    async def event(self) -> tuple[str, str, str]:
        """Wait for an event: name, id, data."""
        async with asyncio.timeout(5):
            while True:
                text = (await self.response.content.readuntil(b"\n\n")).decode()
                found = dict(line.split(": ", 1) for line in text.splitlines() if line.startswith(("event", "id")))
                if "event" in found:
                    data = "\n".join(line[6:] for line in text.splitlines() if line.startswith("data: "))
                    return found["event"], found.get("id", ""), data

    async def lines(self) -> list[str]:
        """Wait for requests; gives their ids."""
        _, _, data = await self.event()
        return re.findall(r'requests/(\d+)"', data)


async def test_requests_are_told_as_they_come(docs: Emulator) -> None:
    async with Stream(docs, "/live/docs?from=1-1") as one, Stream(docs, "/live/docs?from=1-0") as other:
        assert ("text/event-stream", "no-store") == (one.response.content_type, one.response.headers["Cache-Control"])
        assert ["1"] == await other.lines()
        await docs.universe("/orders", key="docs")
        assert (["2"], ["2"]) == (await one.lines(), await other.lines())


async def test_a_stream_goes_on_where_it_was_left(docs: Emulator) -> None:
    for _ in range(3):
        await docs.universe("/orders", key="docs")
    async with Stream(docs, "/live/docs?from=1-0", **{"Last-Event-ID": "1-2"}) as stream:
        name, identifier, _ = await stream.event()
    assert ("requests", "1-4") == (name, identifier)


async def test_a_stream_tells_what_its_filters_let_through(docs: Emulator) -> None:
    async with Stream(docs, "/live/docs?from=1-1&api=cratejoy") as stream:
        await docs.universe("/orders", key="docs")
        await docs.cratejoy("GET", "/orders/")
        assert ["3"] == await stream.lines()
    reply = await docs.control("GET", "/live/docs?api=nothing")
    assert 422 == reply.status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/sandboxes/docs/requests"),
        ("POST", "/sandboxes/docs/reset"),
        ("DELETE", "/sandboxes/docs"),
        ("PUT", "/sandboxes/docs"),
    ],
)
async def test_a_stream_whose_requests_are_let_go_ends_with_a_reload(docs: Emulator, method: str, path: str) -> None:
    async with Stream(docs, "/live/docs?from=1-1") as stream:
        await docs.control(method, path, json={} if method == "PUT" else None)
        assert ("reload", "", "") == await stream.event()
        assert b"" == await stream.response.content.read()


async def test_a_burst_is_told_in_one_event_that_counts_the_rest(docs: Emulator) -> None:
    async with Stream(docs, "/live/docs?from=1-1") as stream:
        await docs.universe("/orders", key="docs")
        assert ["2"] == await stream.lines()
        for _ in range(70):
            await docs.universe("/orders", key="docs")
        told: list[str] = []
        missed = 0
        while len(told) + missed < 70:
            _, _, data = await stream.event()
            told += re.findall(r'requests/(\d+)"', data)
            missed += sum(map(int, re.findall(r"(\d+) more arrived", data)))
    assert "72" in told


async def test_there_are_only_so_many_streams(docs: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_STREAMS", 2)
    async with Stream(docs), Stream(docs):
        reply = await docs.control("GET", "/live/docs")
        assert (503, True) == (reply.status, "Too many streams" in reply.text)


@pytest.mark.parametrize("position", ["2-0", "1-5", "9-9"])
async def test_a_stream_of_another_server_s_requests_asks_for_a_reload(docs: Emulator, position: str) -> None:
    async with Stream(docs, f"/live/docs?from={position}") as stream:
        assert ("reload", "", "") == await stream.event()


async def test_a_client_that_takes_nothing_is_let_go(docs: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("WRITE_SECONDS", 0.2), ("SECONDS", 0.001)):
        monkeypatch.setattr(live, name, seconds)
    monkeypatch.setattr(live, "event", lambda *_: "data: x\n\n" * 2**18)
    async with Stream(docs) as stream:
        stream.response.connection.transport.pause_reading()  # type: ignore[union-attr]
        for _ in range(20):
            await docs.universe("/orders", key="docs")
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        monkeypatch.setattr(streams, "MAX_STREAMS", 1)
        async with Stream(docs) as another:
            assert 200 == another.response.status


async def test_a_stream_has_no_head(docs: Emulator) -> None:
    replies = [await docs.control("HEAD", path) for path in ("/live/docs", "/ui/docs/requests")]
    assert [405, 200] == [reply.status for reply in replies]


async def test_looking_at_a_stream_makes_no_sandbox(emulator: Emulator) -> None:
    assert 404 == (await emulator.control("GET", "/live/new")).status
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


def test_streams_end_when_the_server_stops() -> None:
    import socket

    with MockServer(fixtures="docs") as server:
        Sandbox(server.url, "docs").make()
        port = int(server.url.rpartition(":")[2])
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        for client in clients:
            client.sendall(f"GET /_mockorders/live/docs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 0.3
        for client in clients:
            client.close()


# What it costs where nobody looks

COST = """
import asyncio, sys
from aiohttp.test_utils import TestClient, TestServer
from mockorders import create_app

async def main():
    async with TestClient(TestServer(create_app(fixtures="docs"))) as client:
        await client.get("/orders?key=docs")
        await client.get("/_mockorders/sandboxes/docs/requests")
        print("jinja2" in sys.modules, "mockorders.control.dashboard.rendering" in sys.modules)
        await client.get("/_mockorders/")
        print("jinja2" in sys.modules)

asyncio.run(main())
"""


def test_nothing_is_imported_before_the_first_page() -> None:
    done = subprocess.run([sys.executable, "-c", COST], capture_output=True, text=True, check=True)
    assert ["False False", "True"] == done.stdout.splitlines()


async def test_nobody_listens_where_no_page_is_open(docs: Emulator, aiohttp_server: Any) -> None:
    app = create_app(fixtures="docs")
    server: TestServer = await aiohttp_server(app)
    assert server.port
    core = next(iter(app._subapps))[CORE]
    sandbox = await core.sandboxes.find("docs")
    async with docs.client.session.get(server.make_url("/_mockorders/ui/docs/requests")) as page:
        assert 200 == page.status
    assert [] == sandbox.journal._listeners
    stream = await docs.client.session.get(server.make_url("/_mockorders/live/docs"))
    assert 1 == len(sandbox.journal._listeners)
    stream.close()
