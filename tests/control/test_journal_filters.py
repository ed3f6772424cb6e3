"""Which journal records a request, and how entries are filtered."""

from urllib.parse import quote

import pytest
from aiohttp import ClientError
from support.emulator import RunningEmulator, Start, basic
from support.journal import fill, ids, last, listed

FOREIGN = "http://evil.example"


# The journal of a request


async def test_each_sandbox_has_its_own_journal(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", "a")
    await emulator.cratejoy("GET", "/orders/", "b")
    await emulator.universe("/orders", "b@2")
    assert [["universe"], ["cratejoy", "universe"]] == [
        [each["api"] for each in (await listed(emulator, user))["requests"]] for user in ("a", "b")
    ]


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/orders", {}),
        ("GET", "/orders?key=", {}),
        ("GET", "/orders?key=%20", {}),
        ("GET", "/orders?key=%FF", {}),
        ("GET", "/v1/orders/", {}),
        ("GET", "/nothing", {}),
        ("GET", "/v1/nothing", {}),
        ("OPTIONS", "/orders?key=fresh", {"Origin": "http://localhost:3000"}),
        ("OPTIONS", "/v1/orders/", {}),
        ("GET", "/orders?key=fresh", {"Origin": FOREIGN}),
        ("GET", "/v1/orders/", {**basic("fresh"), "Origin": FOREIGN}),
        ("PUT", "/v1/orders/75572230/", {**basic("fresh"), "Origin": FOREIGN}),
    ],
)
async def test_request_without_a_credential_is_in_the_default_journal(
    emulator: RunningEmulator, method: str, target: str, headers: dict[str, str]
) -> None:
    reply = await emulator.request(method, target, headers=headers)
    entry = await last(emulator, "_")
    assert (reply.headers["X-Mockorders-Request"], method) == (entry["id"], entry["method"])
    sandboxes = (await emulator.control("GET", "/sandboxes")).json["sandboxes"]
    assert ["_"] == [each["name"] for each in sandboxes]  # created by reading its journal


async def test_request_of_a_foreign_page_is_not_recorded_in_an_existing_sandbox(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", "a")
    await emulator.universe("/orders", "a", Origin=FOREIGN)
    assert 1 == (await listed(emulator, "a"))["count"]


async def test_request_over_the_sandbox_limit_is_in_the_default_journal(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    assert 503 == (await emulator.universe("/orders/1", "a") and await emulator.universe("/orders/2", "b")).status
    await emulator.control("DELETE", "/sandboxes/a")
    entry = await last(emulator, "_")
    assert (503, "/orders/2") == (entry["status"], entry["path"])


async def test_control_requests_are_not_recorded(emulator: RunningEmulator) -> None:
    await emulator.control("GET", "/sandboxes/docs/state")
    assert [0, 0] == [(await listed(emulator, user))["count"] for user in ("docs", "_")]


# Filters


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "12345678"),
        ("?api=universe", "12348"),
        ("?api=cratejoy", "567"),
        ("?method=PUT", "7"),
        ("?method=put", "7"),
        ("?method=HEAD", "8"),
        ("?method=GET", "123456"),
        ("?method=POST", ""),
        ("?path=/nothing", "4"),
        ("?path=/api/v1/orders/", "3"),
        ("?path=/api/*", "3"),
        ("?path=/orders/489", "2"),
        ("?path=/orders/489.json", "2"),
        ("?path=*.json", "2"),
        ("?path=/v1/*", "567"),
        ("?path=/v1/orders/", "5"),
        ("?path=/v1/orders", "5"),
        ("?path=*", "12345678"),
        ("?path=/Nothing", ""),
        ("?status=404", "46"),
        ("?status=200", "123578"),
        ("?status=500", ""),
        ("?since=0", "12345678"),
        ("?since=5", "678"),
        ("?since=8", ""),
        ("?since=99", ""),
        ("?api=cratejoy&method=GET&status=200", "5"),
        ("?api=cratejoy&since=5&path=*755*", "7"),
        ("?min=99", "12345678"),
        ("?wait=0&min=99", "12345678"),
    ],
)
async def test_filters_select_entries(emulator: RunningEmulator, query: str, expected: str) -> None:
    await fill(emulator)
    document = await listed(emulator, query=query)
    assert (list(expected), len(expected)) == (ids(document), document["count"])


STATUSES = [
    ("200", "135"),
    ("2xx", "135"),
    ("4xx", "2"),
    ("404", "2"),
    ("5xx", "4"),
    ("3xx", ""),
    ("none", "6"),
    ("rejected", "123"),
    ("fault", "46"),
    ("violation", ""),
    ("404,503", "24"),
    ("4xx,5xx", "24"),
    ("4XX, Rejected", "123"),
    ("rejected,rejected,200", "1235"),
    ("5xx,none", "46"),
    ("fault,404", "246"),
    (",".join(map(str, range(400, 600))), "24"),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
async def test_status_selects_codes_classes_and_outcomes(emulator: RunningEmulator, status: str, expected: str) -> None:
    await emulator.universe("/orders/0")  # 200 with an error
    await emulator.universe("/nothing")  # 404
    await emulator.universe("/orders", "docs@none")  # 200 with an error
    await emulator.universe("/orders", **{"X-Mockorders-Fault": "status=503"})
    await emulator.universe("/orders")
    with pytest.raises(ClientError):
        await emulator.universe("/orders", **{"X-Mockorders-Fault": "reset"})
    assert list(expected) == ids(await listed(emulator, query=f"?status={quote(status)}"))


async def test_status_violation_selects_responses_that_violate_their_schema(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", **{"X-Mockorders-Fault": "drift=/status"})
    await emulator.universe("/orders")
    (entry,) = (await listed(emulator, query="?status=violation"))["requests"]
    assert "drift" == entry["fault"]["type"]


BAD_FILTERS = [
    "color=red",
    "API=universe",
    "api=shop",
    "status=abc",
    "status=",
    "status=-1",
    "status=20x",
    "status=2000",
    "status=xx",
    "status=0xx",
    "status=6xx",
    "status=44xx",
    "status=accepted",
    "status=404,",
    "status=,404",
    "status=404;500",
    "status=4xx%205xx",
    "status=%D9%A14xx",
    "status=%D9%A1",
    "since=abc",
    "since=-1",
    "since=1.5",
    "since=%D9%A1",
]
BAD_WAITS = [
    "wait=61",
    "wait=-1",
    "wait=soon",
    "wait=" + "9" * 30,
    "min=-1",
    "min=two",
    "wait=1&min=x",
]


@pytest.mark.parametrize(
    ("view", "query"),
    [("requests", each) for each in BAD_FILTERS + BAD_WAITS] + [("requests.har", each) for each in BAD_FILTERS],
)
async def test_invalid_filter_is_422(emulator: RunningEmulator, view: str, query: str) -> None:
    reply = await emulator.control("GET", f"/sandboxes/docs/{view}?{query}")
    assert (422, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    name = "min" if "min" in query else query.partition("=")[0]
    assert (f"/{name}", True) == (reply.json["pointer"], bool(reply.json["message"]))
