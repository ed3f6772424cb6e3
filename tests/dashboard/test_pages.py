"""The pages of the dashboard."""

import gzip
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestServer
from support.dashboard import HTML, ORDER, Reader, form_of, post, visible_state
from support.emulator import RunningEmulator, Start
from support.processes import finish

from mockorders import create_app
from mockorders.control import assets
from mockorders.control.inputs import EMULATOR

PAGES = [
    "",
    "/",
    "/ui/docs/records/cratejoy/orders",
    "/ui/docs/records/universe/orders?q=santos&page=2",
    "/ui/docs/records/cratejoy/product_instances",
    ORDER,
    f"{ORDER}/edit",
    "/ui/docs/requests",
    "/ui/docs/requests?q=method:GET+status:200+path:/orders*+api:universe",
    "/ui/docs/requests/1",
    "/ui/docs/faults",
    "/ui/docs/state",
    "/ui/docs/state/",
    "/ui/docs/connect",
    "/pages/rules",
    "/pages/openapi",
    "/pages/metrics",
    "/ui/_/requests",
    "/ui/_/state",
    "/ui/_/faults",
    "/ui/_/connect",
]


# Pages


def test_vendored_script_has_the_declared_version() -> None:
    stated = json.loads((assets.FOLDERS[""] / "htmx/vendored.json").read_text(encoding="utf-8"))
    shipped = gzip.decompress(assets.load_asset("htmx/dist/htmx.min.js").body)
    assert stated["files"]["dist/htmx.min.js"] == hashlib.sha256(shipped).hexdigest()
    page = (Path(__file__).parents[2] / "docs/how-to/dashboard.md").read_text(encoding="utf-8")
    assert f"htmx {stated['version']} ({stated['license']})" in page


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_is_rendered(docs: RunningEmulator, path: str) -> None:
    reply = await docs.control("GET", path, headers=HTML)
    assert (200, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    page = Reader(reply.text)
    assert [] == page.forbidden
    own = ("/_mockorders", "#", "http://localhost:")
    assert [] == [each for each in page.addresses if not each.startswith(own) and each]


@pytest.mark.parametrize("path", ["/", "/ui/docs/requests", "/ui/nobody/requests"])
async def test_pages_have_a_strict_content_security_policy(docs: RunningEmulator, path: str) -> None:
    headers = (await docs.control("GET", path, headers=HTML)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    expected = dict.fromkeys(("script-src", "style-src", "img-src", "connect-src", "form-action"), "'self'")
    assert expected | dict.fromkeys(("default-src", "base-uri", "frame-ancestors"), "'none'") == policy
    assert ("no-store", "nosniff") == (headers["Cache-Control"], headers["X-Content-Type-Options"])


async def test_all_resources_of_a_page_exist(docs: RunningEmulator) -> None:
    page = Reader((await docs.control("GET", "/")).text)
    loaded = [each for each in page.addresses if "/static/" in each]
    replies = [await docs.request("GET", each) for each in loaded]
    assert [200] * 5 == [reply.status for reply in replies]


async def test_opening_pages_creates_no_sandbox_and_is_not_recorded(docs: RunningEmulator) -> None:
    before = await visible_state(docs)
    for path in [*PAGES, *(page.replace("docs", "new") for page in PAGES)]:
        await docs.control("GET", path, headers=HTML)
    assert before == await visible_state(docs)


@pytest.mark.parametrize("path", ["", "/requests", "/state", "/records/cratejoy/orders", "/requests/1"])
async def test_page_of_an_unknown_sandbox_offers_to_create_it(emulator: RunningEmulator, path: str) -> None:
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
        ("/ui/docs/requests?q=status:x", 422),
        ("/ui/docs/requests?q=api:x", 422),
        ('/ui/docs/requests?q="', 422),
        ("/ui/a%20b/requests", 422),
    ],
)
async def test_unknown_url_is_a_404_page(docs: RunningEmulator, path: str, status: int) -> None:
    reply = await docs.control("GET", path, headers=HTML)
    assert (status, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    program = await docs.control("GET", path)
    assert program.headers["Content-Type"] == (
        "application/problem+json" if "?" not in path else "text/html; charset=utf-8"
    )


@pytest.mark.parametrize(
    ("path", "links"),
    [
        ("records/cratejoy/orders/1", ["records/cratejoy/orders", "requests", ""]),
        ("records/cratejoy/nothing", ["requests", ""]),
        ("requests/999", ["requests", ""]),
    ],
)
async def test_page_of_something_unknown_leads_to_what_exists(
    docs: RunningEmulator, path: str, links: list[str]
) -> None:
    text = (await docs.control("GET", f"/ui/docs/{path}", headers=HTML)).text
    shown = Reader(text.partition('<ul class="plain back">')[2].partition("</ul>")[0]).addresses
    expected = [f"/_mockorders/ui/docs/{link}".rstrip("/") for link in links]
    assert [*expected, "/_mockorders/"] == shown


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "", "3"])
async def test_page_number_out_of_range_is_clamped(docs: RunningEmulator, page: str) -> None:
    reply = await docs.control("GET", f"/ui/docs/records/cratejoy/orders?page={quote(page)}")
    assert (200, True) == (reply.status, "2 results" in reply.text)


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
async def test_search_covers_all_values_and_related_records(docs: RunningEmulator, query: str, ids: list[str]) -> None:
    text = (await docs.control("GET", f"/ui/docs/records/cratejoy/orders?q={quote(query)}")).text
    assert ids == re.findall(r'orders/\d+">(\d+)</a></th>', text)


async def test_long_lists_are_paginated(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.universe("/orders", key="demo")
    path = "/ui/demo/records/universe/orders"
    seen = []
    for number in range(1, 15):
        text = (await emulator.control("GET", f"{path}?page={number}")).text
        seen += re.findall(r'orders/(\d+)">', text)
        if 'rel="next"' not in text:
            break
    assert (13, 305, 305) == (number, len(seen), len(set(seen)))


async def test_markup_is_escaped(start: Start) -> None:
    emulator = await start(fixtures="edge")
    await emulator.universe("/orders?x=<script>alert(2)</script>", key="edge")
    await emulator.request(
        "GET", "/v1/orders/?%3Cscript%3E=%3Cimg%20src=x%3E", headers={"Authorization": "Basic ZWRnZTp4"}
    )
    pages = [
        *(f"/ui/edge/records/{api}/{name}?page=1" for api, name in COLLECTIONS),
        *(f"/ui/edge/records/{api}/{name}?page=2" for api, name in COLLECTIONS),
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
    ("universe", "customers"),
    ("universe", "orders"),
    ("cratejoy", "customers"),
    ("cratejoy", "products"),
    ("cratejoy", "orders"),
]


async def test_every_record_of_the_edge_set_has_a_page(start: Start) -> None:
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


async def test_saving_an_unchanged_form_changes_nothing(start: Start) -> None:
    emulator = await start(fixtures="edge")
    state = (await emulator.control("GET", "/sandboxes/edge/state")).json
    for name, records in state["universe"].items():
        for record in records:
            path = f"/ui/edge/records/universe/{name}/{record['id']}/edit"
            sent = form_of((await emulator.control("GET", path)).text)
            assert 303 == (await post(emulator, path, **sent)).status
    assert [] == (await emulator.control("GET", "/sandboxes/edge/diff")).json["patch"]


# No cost while no page is open

COST = """
import asyncio, sys
from aiohttp.test_utils import TestClient, TestServer
from mockorders import create_app

async def main():
    async with TestClient(TestServer(create_app(fixtures="docs"))) as client:
        await client.get("/orders?key=docs")
        await client.get("/_mockorders/sandboxes/docs/requests")
        print("jinja2" in sys.modules, "mockorders.dashboard.templating" in sys.modules)
        await client.get("/_mockorders/")
        print("jinja2" in sys.modules)

asyncio.run(main())
"""


def test_dashboard_is_imported_with_the_first_page() -> None:
    done = finish([sys.executable, "-c", COST], check=True)
    assert ["False False", "True"] == done.stdout.splitlines()


async def test_journal_has_no_listener_without_an_open_page(docs: RunningEmulator, aiohttp_server: Any) -> None:
    app = create_app(fixtures="docs")
    server: TestServer = await aiohttp_server(app)
    assert server.port
    core = next(iter(app._subapps))[EMULATOR]
    sandbox = await core.sandboxes.get_or_create("docs")
    async with docs.session.get(server.make_url("/_mockorders/ui/docs/requests")) as page:
        assert 200 == page.status
    assert [] == list(sandbox.journal._listeners)
    stream = await docs.session.get(server.make_url("/_mockorders/live/docs"))
    assert 1 == len(sandbox.journal._listeners)
    stream.close()


async def test_state_page_shows_the_memory_of_the_sandbox_and_its_limit(start: Start) -> None:
    emulator = await start(max_memory=8 * 2**20)
    await emulator.control("PUT", "/sandboxes/docs/records/universe/customers/7", json={"first_name": "x" * 1_000_000})
    page = (await emulator.control("GET", "/ui/docs/state")).text
    assert "<p>1.0 MiB of 4.0 MiB, apart from the fixture set.</p>" in page
