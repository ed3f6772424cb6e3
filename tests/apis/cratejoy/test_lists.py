"""Lists of Cratejoy orders: envelope, pages and links."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from support.cratejoy import GIFT_ORDER, INVALID, OPEN_ORDER, error_of, shop
from support.emulator import RunningEmulator, Start, basic
from support.event_loop import HOLD_SECONDS, measured_server


async def ids(emulator: RunningEmulator, query: str, **options: Any) -> list[int]:
    reply = await emulator.cratejoy("GET", f"/orders/{query}", **options)
    assert 200 == reply.status, reply.text
    return [order["id"] for order in reply.json["results"]]


# Envelope and pages


async def test_list_has_count_next_prev_and_results_in_this_order(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/")
    assert ["count", "next", "prev", "results"] == list(reply.json)
    assert (2, None, None) == (reply.json["count"], reply.json["next"], reply.json["prev"])
    assert "X-Mockorders-Note" not in reply.headers


async def test_lists_are_sorted_by_id(emulator: RunningEmulator) -> None:
    assert [OPEN_ORDER, GIFT_ORDER] == await ids(emulator, "")


async def test_empty_store_has_an_empty_list(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/", "empty")
    assert {"count": 0, "next": None, "prev": None, "results": []} == reply.json


@pytest.mark.parametrize(
    ("profile", "query", "numbers", "following", "before"),
    [
        ("documented", "", range(1, 11), "?page=1", None),
        ("documented", "?page=0", range(1, 11), "?page=1", None),
        ("documented", "?page=1", range(11, 21), "?page=2", "?page=0"),
        ("documented", "?limit=10&page=2", range(21, 24), None, "?page=1&limit=10"),
        ("documented", "?page=3", range(0), None, "?page=2"),
        ("documented", f"?page={10**30}", range(0), None, "?page=2"),
        ("documented", "?limit=23", range(1, 24), None, None),
        ("documented", "?limit=22", range(1, 23), "?page=1&limit=22", None),
        ("documented", "?limit=1&page=22", range(23, 24), None, "?page=21&limit=1"),
        ("documented", f"?limit={10**30}", range(1, 24), None, None),
        ("documented", f"?limit={10**39}&page=1", range(0), None, f"?page=0&limit={10**39}"),
        ("documented", "?limit=100000", range(1, 24), None, None),
        ("observed", "", range(1, 11), "?page=2", None),
        ("observed", "?page=1", range(1, 11), "?page=2", None),
        ("observed", "?page=2", range(11, 21), "?page=3", "?page=1"),
        ("observed", "?page=3", range(21, 24), None, "?page=2"),
        ("observed", "?page=4", range(0), None, "?page=3"),
        ("observed", f"?page={10**30}", range(0), None, "?page=3"),
    ],
)
async def test_pages_have_the_expected_orders_and_links(
    start: Start, tmp_path: Path, *, profile: str, query: str, numbers: range, following: str, before: str
) -> None:
    emulator = await start(fixtures=shop(tmp_path, 23), profile=profile)
    page = (await emulator.cratejoy("GET", f"/orders/{query}", "me")).json
    actual = ([order["id"] for order in page["results"]], page["count"], page["next"], page["prev"])
    assert ([7 * number for number in numbers], 23, following, before) == actual


@pytest.mark.parametrize(
    ("query", "following"),
    [
        ("?placed_at__gt=2016-03-01T00:00:00Z", "?page=1&placed_at__gt=2016-03-01T00%3A00%3A00Z"),
        ("?placed_at__gt=2016-03-01T00%3A00%3A00Z", "?page=1&placed_at__gt=2016-03-01T00%3A00%3A00Z"),
        ("?limit=2&with=all&id__gt=0", "?page=1&limit=2&with=all&id__gt=0"),
        ("?id__gt=0&page=0&limit=2&with=", "?page=1&id__gt=0&limit=2&with="),
        ("?&limit=2", "?page=1&limit=2"),
        ("?limit=2&&", "?page=1&limit=2"),
        ("?=&limit=2", "?page=1&limit=2"),
        ("?limit=2&offset=7", "?page=1&limit=2"),
        ("?limit=2&id__gt=1&id__gt=2", "?page=1&limit=2&id__gt=1&id__gt=2"),
        ("?limit=2&note=red+%26%20blue", "?page=1&limit=2&note=red%20%26%20blue"),
        ("?limit=2&note__like=%C3%A9%25", "?page=1&limit=2&note__like=%C3%A9%25"),
        ("?limit=2&note__in=x,%C3%A9t%C3%A9", "?page=1&limit=2&note__in=x%2C%C3%A9t%C3%A9"),
        ("?%6Cimit=2&customer%2Eid=1", "?page=1&limit=2&customer.id=1"),
    ],
)
async def test_next_repeats_the_parameters_of_the_request(
    start: Start, tmp_path: Path, query: str, following: str
) -> None:
    emulator = await start(fixtures=shop(tmp_path, 23))
    assert following == (await emulator.cratejoy("GET", f"/orders/{query}", "me")).json["next"]


async def walk(emulator: RunningEmulator, query: str, link: str) -> list[list[int]]:
    """Follow next or prev from a page to the end; return the ids of each page."""
    pages: list[list[int]] = []
    following: str | None = query
    while following is not None:
        assert len(pages) < 100
        page = (await emulator.cratejoy("GET", f"/orders/{following}", "me")).json
        pages.append([order["id"] for order in page["results"]])
        following = page[link]
    return pages


FILTERED = [
    ("", [7 * number for number in range(1, 24)]),
    ("note__like=%25%26%25", [7 * number for number in range(1, 24) if number % 3 == 0]),
    ("note__is_null=true&with=all", [7 * number for number in range(1, 24) if number % 3 == 2]),
    ("placed_at__ge=2016-03-10T00:00:00%2B00:00&id__ne=77", [7 * number for number in range(9, 24) if number != 11]),
    ("note=no+such", []),
]


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("limit", ["", "limit=1", "limit=2", "limit=7", "limit=22", "limit=23", "limit=24"])
@pytest.mark.parametrize(("filters", "matches"), FILTERED)
async def test_following_next_and_prev_visits_every_match_once(
    start: Start, tmp_path: Path, *, profile: str, limit: str, filters: str, matches: list[int]
) -> None:
    emulator = await start(fixtures=shop(tmp_path, 23), profile=profile)
    forth = await walk(emulator, f"?{limit}&{filters}", "next")
    assert matches == list(chain.from_iterable(forth))
    back = await walk(emulator, f"?page=1000&{limit}&{filters}", "prev")
    assert matches == list(chain.from_iterable(reversed(back)))


@pytest.mark.parametrize(
    ("profile", "query", "note"),
    [
        ("documented", "page=0", None),
        ("documented", "page=1&limit=2", None),
        ("documented", "page=1", "page 1 is empty: the last page is 0; pages start at 0 with the profile documented"),
        (
            "documented",
            "page=7&id=1",
            "page 7 is empty: nothing was found; pages start at 0 with the profile documented",
        ),
        ("documented", "page=0&id=1", None),
        ("observed", "page=1", None),
        ("observed", "page=2", "page 2 is empty: the last page is 1; pages start at 1 with the profile observed"),
        ("observed", "page=1&id=1", None),
    ],
)
async def test_page_past_the_end_has_a_note(
    start: Start, tmp_path: Path, *, profile: str, query: str, note: str | None
) -> None:
    emulator = await start(fixtures=shop(tmp_path, 3), profile=profile)
    for _ in range(2):  # the second response is cached
        reply = await emulator.cratejoy("GET", f"/orders/?{query}", "me")
        assert note == reply.headers.get("X-Mockorders-Note")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit: expected an integer of at least 1, got 0"),
        ("limit=-1", "limit: expected an integer of at least 1, got -1"),
        ("limit=abc", 'limit: expected an integer of at least 1, got "abc"'),
        ("limit=", 'limit: expected an integer of at least 1, got ""'),
        ("limit=5.5", 'limit: expected an integer of at least 1, got "5.5"'),
        ("limit=1e3", 'limit: expected an integer of at least 1, got "1e3"'),
        ("limit=1_0", 'limit: expected an integer of at least 1, got "1_0"'),
        ("limit=+5", 'limit: expected an integer of at least 1, got " 5"'),
        ("limit=%EF%BC%95", 'limit: expected an integer of at least 1, got "\uff15"'),
        ("limit=true", 'limit: expected an integer of at least 1, got "true"'),
        ("limit", 'limit: expected an integer of at least 1, got ""'),
        ("page=-1", "page: expected an integer of at least 0, got -1"),
        ("page=one", 'page: expected an integer of at least 0, got "one"'),
        ("page=", 'page: expected an integer of at least 0, got ""'),
        ("limit=1&limit=1", "limit: expected once, got 2 times"),
        ("page=0&page=1&page=2", "page: expected once, got 3 times"),
        ("with=all&with=", "with: expected once, got 2 times"),
        ("sort=id", "Unknown property 'sort'"),
        ("order=DESC", "Unknown property 'order'"),
        ("Limit=5", "Unknown property 'Limit'"),
        ("=5", "Unknown property ''"),
    ],
)
async def test_unknown_list_parameters_are_400(emulator: RunningEmulator, query: str, message: str) -> None:
    assert (400, [message, INVALID]) == error_of(await emulator.cratejoy("GET", f"/orders/?{query}"))


async def test_page_0_does_not_exist_in_the_observed_profile(start: Start) -> None:
    emulator = await start(profile="observed")
    reply = await emulator.cratejoy("GET", "/orders/?page=0")
    assert (400, ["page: expected an integer of at least 1, got 0", INVALID]) == error_of(reply)


@pytest.mark.parametrize(
    "query",
    [
        f"limit={'9' * 5000}",
        f"page={'9' * 5000}",
        f"id={'9' * 5000}",
        "note=%FF",
        "note=%C3",
        "note=%ED%A0%80",
        "%FF=1",
        "&".join(f"id__gt={number}" for number in range(3001)),
        f"{'a.' * 5000}b=1",
        f"with={'customer.' * 1000}",
    ],
)
async def test_hostile_queries_are_400_with_a_short_message(emulator: RunningEmulator, query: str) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", f"/orders/?{query}"))
    assert 400 == status
    assert max(map(len, messages)) < 1000


async def test_offset_is_ignored_with_a_note(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?offset=1")
    assert (200, 2) == (reply.status, len(reply.json["results"]))
    assert "offset is ignored; use page and limit" == reply.headers["X-Mockorders-Note"]


# Speed


@pytest.mark.timing
@pytest.mark.slow
@pytest.mark.parametrize("query", ["limit=100000", "limit=100000&with=all", "customer.name__like=%25a%25&with="])
def test_long_list_does_not_hold_the_event_loop(tmp_path: Path, query: str) -> None:
    file = tmp_path / "many.json"
    plan = {"seed": 1, "cratejoy": {"customers": 1000, "orders": 5000}}
    file.write_text(json.dumps({"extends": "docs", "generate": plan}), encoding="utf-8")
    with measured_server(fixtures=str(file)) as server:
        server.request("GET", f"/v1/orders/{OPEN_ORDER}/", headers=basic("me"))
        held = server.hold("GET", f"/v1/orders/?{query}", headers=basic("me"))
    assert 200 == server.status
    assert held < HOLD_SECONDS
