"""Requests of foreign web pages are rejected, and leave no trace but an entry in the journal without a sandbox."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.bad_requests import CRATEJOY, ORDER, connect, exchange, http
from support.cors import FOREIGN, METHODS, Headers, cors
from support.emulator import RunningEmulator, Start, basic
from support.journal import KIB, last, listed

EVIL = "http://evil.example"
LOCAL = "http://localhost:3000"
SHOP = "https://shop.example"
CROSS = {"Sec-Fetch-Site": "cross-site"}
SAME_SITE = {"Sec-Fetch-Site": "same-site"}
CORS = {"Sec-Fetch-Mode": "cors"}
NO_CORS = {"Sec-Fetch-Mode": "no-cors"}
NAVIGATE = {"Sec-Fetch-Mode": "navigate"}
NULL = {"Origin": "null"}


def referer(url: str) -> Headers:
    return {"Referer": url}


REJECTED: list[Headers] = [
    {"Origin": EVIL},
    {"Origin": EVIL, **CROSS, **CORS},
    {"Origin": EVIL, **CROSS, **NO_CORS},
    {"Origin": EVIL, **CROSS, **NAVIGATE},
    {"Origin": EVIL, **SAME_SITE},
    {"Origin": EVIL, **CROSS, **referer(LOCAL + "/")},
    {"Origin": SHOP},
    {"Origin": "http://shop.example:8080", "Host": "shop.example:8081"},
    {"Origin": "https://shop.example", "Host": "shop.example:80"},
    {**NULL, **CROSS, **NAVIGATE},
    {**NULL, **CROSS, **NO_CORS},
    {**NULL, **CROSS, **NAVIGATE, **referer(EVIL + "/page")},
    {**NULL, **SAME_SITE, **NAVIGATE, "Host": "192.0.2.1:8080"},
    CROSS,
    {**CROSS, **NO_CORS, "Sec-Fetch-Dest": "image"},
    {**CROSS, **NAVIGATE, "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"},
    {**CROSS, **referer(EVIL + "/page?a=b")},
    {**CROSS, **referer(EVIL)},
    {**CROSS, **referer("http://localhost:3000@evil.example/")},
    {**CROSS, **referer("http://evil.example#http://localhost/")},
    {**CROSS, **referer("http://evil.example?http://localhost/")},
    {**CROSS, **referer("//localhost/")},
    {**CROSS, **referer("localhost")},
    {**CROSS, **referer("about:client")},
    {**CROSS, **referer("null")},
    {**CROSS, **referer("")},
    {**SAME_SITE, **referer(EVIL + "/")},
    {**SAME_SITE, "Host": "shop.example"},
    {**SAME_SITE, "Host": ""},
    {"Sec-Fetch-Site": "anything"},
    {"Sec-Fetch-Site": ""},
]
ACCEPTED: list[Headers] = [
    {},
    {"Sec-Fetch-Mode": "cors"},
    referer(EVIL + "/"),
    {"Sec-Fetch-Site": "none", **NAVIGATE},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": SHOP, **CORS},
    {"Sec-Fetch-Site": "same-origin", **referer(SHOP + "/")},
    {"Sec-Fetch-Site": "none", "Origin": EVIL},
    {"Origin": LOCAL, **CROSS, **CORS},
    {"Origin": LOCAL, **CROSS, **NAVIGATE},
    {"Origin": "http://shop.example:8080", "Host": "shop.example:8080"},
    {"Origin": "https://shop.example", "Host": "shop.example"},
    {"Origin": "http://192.0.2.1:8080", "Host": "192.0.2.1:8080"},
    NULL,
    {**NULL, **CROSS, **CORS},
    {**NULL, **SAME_SITE, **NAVIGATE},
    {**NULL, **CROSS, **NAVIGATE, **referer(LOCAL + "/shop")},
    SAME_SITE,
    {**SAME_SITE, **NO_CORS, "Host": "shop.test:8080"},
    {**SAME_SITE, **referer(LOCAL + "/")},
    {**CROSS, **referer(LOCAL)},
    {**CROSS, **referer("http://127.0.0.1:3000/a?b#c")},
    {**CROSS, **referer("https://shop.test/")},
    {**CROSS, **referer("http://shop.example:8080/"), "Host": "shop.example:8080"},
]


def request(headers: Headers, target: str = "/orders?key=fresh") -> bytes:
    return http("GET", target, **{name.replace("-", "_"): value for name, value in headers.items()})


async def names(emulator: RunningEmulator) -> list[str]:
    """Return the names of the sandboxes."""
    return [each["name"] for each in (await emulator.control("GET", "/sandboxes")).json["sandboxes"]]


# Which requests are those of a foreign page


@pytest.mark.parametrize("headers", REJECTED, ids=str)
async def test_request_of_a_foreign_page_is_rejected(emulator: RunningEmulator, headers: Headers) -> None:
    reply = await exchange(emulator, request(headers))
    assert (403, {"Vary"}) == (reply.status, {"Vary"} & set(reply.headers))
    assert [] == await names(emulator)


@pytest.mark.parametrize("headers", ACCEPTED, ids=str)
async def test_other_requests_are_accepted(emulator: RunningEmulator, headers: Headers) -> None:
    reply = await exchange(emulator, request(headers))
    assert (200, ["fresh"]) == (reply.status, await names(emulator))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": SHOP, **CROSS},
        {**CROSS, **referer(SHOP + "/cart")},
        {**NULL, **CROSS, **NAVIGATE, **referer(SHOP + "/")},
    ],
    ids=str,
)
@pytest.mark.parametrize(("option", "status"), [((SHOP,), 200), (("https://*.example.com",), 403), (("*",), 200)])
async def test_allow_origin_accepts_pages(start: Start, headers: Headers, option: tuple[str, ...], status: int) -> None:
    assert status == (await exchange(await start(allow_origins=option), request(headers))).status


@pytest.mark.parametrize(("option", "status"), [((SHOP,), 403), (("*",), 200)])
async def test_page_without_referer_needs_the_wildcard(start: Start, option: tuple[str, ...], status: int) -> None:
    assert status == (await exchange(await start(allow_origins=option), request(CROSS))).status


# The response


SENTENCE = "Origin: expected a local origin, or one of --allow-origin, got a request of a page of 'http://evil.example'"


async def test_universe_names_the_origin_and_the_option(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/orders", Origin=EVIL)
    assert (403, {"status": "error", "messages": [SENTENCE]}) == (reply.status, reply.json)


async def test_cratejoy_names_the_origin_and_the_option(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/", headers=CROSS | referer(EVIL + "/"))
    assert (403, {"errors": [SENTENCE]}) == (reply.status, reply.json)


async def test_page_without_referer_gets_a_message_that_says_so(emulator: RunningEmulator) -> None:
    (message,) = (await emulator.universe("/orders", **CROSS)).json["messages"]
    assert ("Referer: expected", True) == (message[:17], "--allow-origin '*'" in message)


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize("origin", FOREIGN)
async def test_preflight_is_rejected(emulator: RunningEmulator, path: str, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "PUT", **CROSS, **CORS}
    reply = await emulator.request("OPTIONS", path, headers=headers)
    assert (403, {}) == (reply.status, cors(reply))


async def test_head_has_no_body(emulator: RunningEmulator) -> None:
    reply = await emulator.request("HEAD", "/orders?key=docs", headers={"Origin": EVIL})
    assert (403, b"") == (reply.status, reply.body)


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/nothing", {}),
        ("GET", "/orders", {}),
        ("GET", "/orders?key=%FF", {}),
        ("DELETE", "/v1/orders/", {}),
        ("GET", "/orders?key=docs", {"X-Mockorders-Fault": "status=503"}),
        ("PUT", ORDER, {**CRATEJOY, "Content-Encoding": "br"}),
    ],
)
async def test_origin_is_checked_first(emulator: RunningEmulator, method: str, target: str, headers: Headers) -> None:
    assert 403 == (await emulator.request(method, target, headers={"Origin": EVIL, **headers})).status


async def test_response_does_not_wait_for_the_body(emulator: RunningEmulator) -> None:
    reader, writer = await connect(emulator)
    writer.write(http("PUT", ORDER, Content_Length="1000", Origin=EVIL, Expect="100-continue", **CRATEJOY))
    assert b"HTTP/1.1 403 Forbidden\r\n" == await reader.readline()
    writer.close()


# What it leaves


async def attack(emulator: RunningEmulator, **headers: str) -> Any:
    """Send a PUT of a foreign page to the sandbox `docs`."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    options = {"headers": {**basic("docs"), "Origin": EVIL, **fields}, "json": {"note": "evil"}}
    return await emulator.request("PUT", ORDER, **options)


async def test_no_record_changes(emulator: RunningEmulator) -> None:
    before = (await emulator.control("GET", "/sandboxes/docs/state")).json
    await attack(emulator)
    assert before == (await emulator.control("GET", "/sandboxes/docs/state")).json


async def test_journal_of_the_sandbox_has_no_entry(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("GET", "/orders/")
    await attack(emulator)
    assert ["GET"] == [each["method"] for each in (await listed(emulator))["requests"]]


async def test_journal_without_a_sandbox_has_an_entry(emulator: RunningEmulator) -> None:
    reply = await attack(emulator)
    entry = await last(emulator, "_")
    assert (reply.headers["X-Mockorders-Request"], 403, ["cors.foreign-pages"]) == (
        entry["id"],
        entry["status"],
        entry["rules"],
    )


async def test_fault_is_not_triggered(emulator: RunningEmulator) -> None:
    await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": {"type": "reset"}})
    await attack(emulator)
    (fault,) = (await emulator.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert 0 == fault["hits"]


async def test_explanation_ends_at_the_origin(emulator: RunningEmulator) -> None:
    reply = await attack(emulator)
    path = f"/sandboxes/_/requests/{reply.headers['X-Mockorders-Request']}/explain"
    explained = (await emulator.control("GET", path)).json
    results = [each["result"].partition(":")[0] for each in explained["checks"]]
    assert ["passed", "rejected", *["not reached"] * 8] == results
    assert ["cors.foreign-pages"] == [rule["name"] for rule in explained["rules"] if "cors" in rule["name"]]


async def test_metrics_count_it(emulator: RunningEmulator) -> None:
    await attack(emulator)
    text = (await emulator.control("GET", "/metrics")).text
    (family,) = [each for each in text_string_to_metric_families(text) if each.name == "mockorders_requests"]
    counted = [sample.labels for sample in family.samples]
    assert [{"api": "cratejoy", "route": "none", "method": "PUT", "status": "403"}] == counted


async def test_requests_of_foreign_pages_evict_none_of_a_test(start: Start) -> None:
    emulator = await start(journal_memory=500 * KIB)
    await emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 50 * KIB})
    for number in range(60):
        await emulator.universe(f"/orders?x={'x' * 20 * KIB}{number}", Origin=EVIL)
    document = await listed(emulator)
    assert (1, 0) == (document["count"], document["evicted"])
    assert 0 < (await listed(emulator, "_"))["evicted"]


async def test_requests_of_tests_evict_none_without_a_sandbox(start: Start) -> None:
    emulator = await start(journal_memory=500 * KIB)
    await attack(emulator)
    for _ in range(20):
        await emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 50 * KIB})
    assert 1 == (await listed(emulator, "_"))["count"]


async def test_journals_have_the_limit_together(start: Start) -> None:
    emulator = await start(journal_memory=400 * KIB)
    for number in range(40):
        await emulator.universe(f"/orders?x={'x' * 20 * KIB}{number}", Origin=EVIL)
        await emulator.universe(f"/orders?x={'x' * 20 * KIB}{number}")
    text = (await emulator.control("GET", "/metrics")).text
    (size,) = [float(line.split()[1]) for line in text.splitlines() if line.startswith("mockorders_journal_bytes ")]
    assert 300 * KIB < size <= 400 * KIB


# Caches


@pytest.mark.parametrize("first", [{}, {"Origin": EVIL}, CROSS, {"Origin": LOCAL}], ids=str)
async def test_cached_head_and_response_do_not_change_the_decision(emulator: RunningEmulator, first: Headers) -> None:
    for _ in range(3):
        await exchange(emulator, request(first))
    rounds = [
        [(await exchange(emulator, request(each))).status for each in ({}, {"Origin": EVIL}, CROSS)] for _ in "12"
    ]
    assert [[200, 403, 403]] * 2 == rounds
