"""Sandboxes: the credential chooses one, and they are isolated."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.emulator import Reply, RunningEmulator, Start, basic
from support.examples import examples

from mockorders import create_app

NO_KEY = {"status": "error", "messages": ["Invalid API key"]}
ORDERS = (75572230, 730837920)
FROZEN = "2017-03-21T00:00:00Z"

GOOD_NAMES = [
    "docs",
    "12345",
    "a",
    "_",
    "a@b.com",
    "@",
    "@@",
    "none",
    "a@none.b",
    "a@2b",
    "a@-2",
    "a@NONE",
    "@docs@x",
    "..",
    "%",
    "%41",
    "a/b?c#d&e=f+g",
    "../../etc/passwd",
    "<b>'\"`;--",
    "ключ",
    "鍵",
    "🔑",
    "e\u0301",
    "a@\u0662",
    "x" * 200,
    "鍵" * 200,
]
BAD_NAMES = [
    "",
    " ",
    "a b",
    " a",
    "a ",
    "a\tb",
    "a\n",
    "a\r\nb",
    "a\x00",
    "a\x1b",
    "a\x7f",
    "a\x85",
    "a\u00a0b",
    "a\u2003b",
    "a\u2028b",
    "a\u200bb",
    "a\u202eb",
    "a\ufeff",
    "a\ue000",
    "\u3000",
    "x" * 201,
    "鍵" * 201,
]
SUFFIXES = ["", "@2", "@0", "@none", "@" + "9" * 300]


async def names(emulator: RunningEmulator) -> list[str]:
    """Return the names of the sandboxes."""
    return [each["name"] for each in (await emulator.control("GET", "/sandboxes")).json["sandboxes"]]


async def start_set(emulator: RunningEmulator, name: str) -> str:
    """Return the fixture set that a sandbox was created from."""
    return str((await emulator.control("GET", f"/sandboxes/{quote(name, safe='')}")).json["fixtures"])


async def notes(emulator: RunningEmulator, user: str) -> dict[int, Any]:
    """Return the notes of the orders in a sandbox."""
    results = (await emulator.cratejoy("GET", "/orders/", user)).json["results"]
    return {order["id"]: order["note"] for order in results}


async def write_note(emulator: RunningEmulator, user: str, note: str, order: int = ORDERS[0]) -> Reply:
    """Change an order."""
    return await emulator.cratejoy("PUT", f"/orders/{order}/", user, json={"note": note})


# Credentials


@pytest.mark.parametrize("name", GOOD_NAMES)
async def test_universe_finds_the_sandbox_of_a_credential(emulator: RunningEmulator, name: str) -> None:
    for suffix in SUFFIXES:
        reply = await emulator.universe("/orders", quote(name + suffix, safe=""))
        assert (200, [name]) == (reply.status, await names(emulator))
        assert reply.json != NO_KEY


@pytest.mark.parametrize("name", GOOD_NAMES)
async def test_cratejoy_finds_the_same_sandbox_and_ignores_the_customer(emulator: RunningEmulator, name: str) -> None:
    await emulator.universe("/orders", quote(name, safe=""))
    for suffix in SUFFIXES:
        reply = await emulator.cratejoy("GET", "/orders/", name + suffix)
        assert (200, 2, [name]) == (reply.status, reply.json["count"], await names(emulator))


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_invalid_name_is_rejected_by_universe(emulator: RunningEmulator, name: str) -> None:
    for suffix in SUFFIXES:
        reply = await emulator.universe("/orders", quote(name + suffix, safe=""))
        assert (200, NO_KEY, []) == (reply.status, reply.json, await names(emulator))


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_invalid_name_is_rejected_by_cratejoy(emulator: RunningEmulator, name: str) -> None:
    for suffix in SUFFIXES:
        reply = await emulator.cratejoy("GET", "/orders/", name + suffix)
        assert (401, []) == (reply.status, await names(emulator))
        assert reply.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert [str] == [type(message) for message in reply.json["errors"]]


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic ", "Basic !", "Basic ZG9jcw==", "Bearer docs", "Basic ZG9jczp4 x", "docs:any"],
)
async def test_malformed_basic_credential_is_401(emulator: RunningEmulator, authorization: str) -> None:
    reply = await emulator.request("GET", "/v1/orders/", headers={"Authorization": authorization})
    assert (401, []) == (reply.status, await names(emulator))


@pytest.mark.parametrize("password", ["", "any", "with:colons:", "пароль", "x" * 5_000])
async def test_any_password_is_accepted(emulator: RunningEmulator, password: str) -> None:
    reply = await emulator.request("GET", "/v1/orders/", headers=basic("docs", password))
    assert (200, ["docs"]) == (reply.status, await names(emulator))


async def test_names_differ_by_case_and_by_form(emulator: RunningEmulator) -> None:
    for name in ("docs", "Docs", "e\u0301", "\xe9"):
        await emulator.universe("/orders", quote(name))
    assert sorted(["docs", "Docs", "e\u0301", "\xe9"]) == sorted(await names(emulator))


# The initial fixture set


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docs", "docs"),
        ("docs.x", "docs"),
        ("docs.test_checkout", "docs"),
        ("docs.a.b", "docs"),
        ("docs.", "docs"),
        ("docs.a@b", "docs"),
        ("docs-queued", "docs-queued"),
        ("docs-queued.x", "docs-queued"),
        ("empty.1", "empty"),
        ("edge.1", "edge"),
        ("default", "default"),
        ("test_checkout", "empty"),
        ("12345", "empty"),
        ("Docs", "empty"),
        ("docsx", "empty"),
        ("docs-x", "empty"),
        ("docs/x", "empty"),
        (".docs", "empty"),
        ("x.docs", "empty"),
        ("large", "empty"),
        ("large.x", "empty"),
    ],
)
async def test_name_or_its_part_before_the_first_dot_selects_the_set(start: Start, name: str, expected: str) -> None:
    emulator = await start(fixtures="empty")
    await emulator.universe("/orders", quote(name, safe=""))
    assert expected == await start_set(emulator, name)


async def test_both_apis_select_the_same_set(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("GET", "/orders/", "docs-queued.x@164")
    assert "docs-queued" == await start_set(emulator, "docs-queued.x")


async def test_default_set_is_used_without_a_choice(start: Start) -> None:
    emulator = await start(fixtures=())
    assert 489 == (await emulator.universe("/orders/latest", "somebody")).json["order"]["id"]
    assert "default" == await start_set(emulator, "somebody")


async def test_last_named_set_is_selected(start: Start) -> None:
    emulator = await start(fixtures=("docs-queued", "empty", "docs"))
    await emulator.universe("/orders", "somebody")
    assert "docs" == await start_set(emulator, "somebody")


async def test_file_adds_and_selects_a_set_with_dots_in_its_name(start: Start, tmp_path: Path) -> None:
    for name in ("my.shop", "docs"):
        (tmp_path / f"{name}.json").write_text('{"extends": "empty", "current_customer": 2}', encoding="utf-8")
    emulator = await start(fixtures=(str(tmp_path / "my.shop.json"), str(tmp_path / "docs.json"), "empty"))
    sandboxes = {"my.shop": "my.shop", "my": "empty", "docs": "docs", "docs.x": "docs", "x": "empty"}
    for name in sandboxes:
        await emulator.universe("/orders", name)
    assert sandboxes == {name: await start_set(emulator, name) for name in sandboxes}
    assert [] == (await emulator.universe("/orders", "docs")).json["orders"]


async def test_four_names_are_four_sandboxes(emulator: RunningEmulator) -> None:
    names_of_sandboxes = ("docs", "docs.test_checkout", "test_checkout", "12345")
    for name in names_of_sandboxes:
        await write_note(emulator, name, name)
    assert [{ORDERS[0]: name, ORDERS[1]: None} for name in names_of_sandboxes] == [
        await notes(emulator, name) for name in names_of_sandboxes
    ]


# Isolation


async def test_both_apis_share_a_sandbox(emulator: RunningEmulator) -> None:
    await write_note(emulator, "shared@164", "from Cratejoy")
    await emulator.universe("/orders", "shared@2")
    await emulator.universe("/orders", "shared@none")
    assert ["shared"] == await names(emulator)
    assert "from Cratejoy" == (await notes(emulator, "shared"))[ORDERS[0]]


async def test_put_state_changes_universe_only_in_its_sandbox(emulator: RunningEmulator) -> None:
    before = (await emulator.universe("/orders", "a@2")).body
    await emulator.universe("/orders", "b@2")
    await emulator.control("PUT", "/sandboxes/b/state", json={"extends": "empty", "current_customer": 2})
    assert {"status": "ok", "orders": []} == (await emulator.universe("/orders", "b@2")).json
    assert [before, before] == [(await emulator.universe("/orders", key)).body for key in ("a@2", "c@2")]


async def test_each_sandbox_has_its_own_clock(emulator: RunningEmulator) -> None:
    for name in ("a", "b"):
        await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"now": FROZEN, "frozen": True})
    await emulator.control("POST", "/sandboxes/b/clock/advance", json={"seconds": 61})
    dates = [(await emulator.universe("/orders", name)).headers["Date"] for name in ("a", "b")]
    assert ["Tue, 21 Mar 2017 00:00:00 GMT", "Tue, 21 Mar 2017 00:01:01 GMT"] == dates


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "rejected", "reset", "delete", "read"]),
        st.sampled_from(["docs.a", "docs.b", "docs.c", "x"]),
        st.sampled_from(ORDERS),
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
    ),
    max_size=14,
)
EXAMPLES = count()


@given(steps=STEPS)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_sandboxes_match_independent_dictionaries(
    emulator: RunningEmulator, steps: list[tuple[str, str, int, str]]
) -> None:
    number = next(EXAMPLES)
    model: dict[str, dict[int, str | None]] = {}
    for action, name, order, note in steps:
        user = f"{name}.{number}"
        dataset = model.setdefault(user, dict.fromkeys(ORDERS))
        await ACTIONS[action](emulator, user, order, note)
        if action == "write":
            dataset[order] = note
        if action in {"reset", "delete"}:
            model[user] = dict.fromkeys(ORDERS)
    assert model == {user: await notes(emulator, user) for user in model}


async def rejected(emulator: RunningEmulator, user: str, order: int, note: str) -> None:
    reply = await emulator.cratejoy("PUT", f"/orders/{order}/", user, json={"note": note, "status": "closed"})
    assert 400 == reply.status


async def written(emulator: RunningEmulator, user: str, order: int, note: str) -> None:
    assert (await write_note(emulator, user, note, order)).json["note"] == note


async def control_call(emulator: RunningEmulator, method: str, user: str, tail: str, *expected: int) -> None:
    assert (await emulator.control(method, f"/sandboxes/{user}{tail}")).status in expected


ACTIONS: dict[str, Callable[[RunningEmulator, str, int, str], Any]] = {
    "write": written,
    "rejected": rejected,
    "read": lambda emulator, user, _, __: notes(emulator, user),
    "reset": lambda emulator, user, _, __: control_call(emulator, "POST", user, "/reset", 204),
    "delete": lambda emulator, user, _, __: control_call(emulator, "DELETE", user, "", 204, 404),
}


# Listed credentials


LISTED = {"shop": "s3cret", "open": None, "blank": ""}


@pytest.mark.parametrize(
    ("name", "password", "status"),
    [
        ("shop", "s3cret", 200),
        ("shop@2", "s3cret", 200),
        ("shop", "wrong", 401),
        ("shop", "", 401),
        ("shop", "S3CRET", 401),
        ("open", "any", 200),
        ("open", "", 200),
        ("blank", "", 200),
        ("blank", "any", 401),
        ("other", "s3cret", 401),
        ("docs", "any", 401),
        ("shop.x", "s3cret", 401),
        ("SHOP", "s3cret", 401),
        ("", "", 401),
    ],
)
async def test_only_listed_names_are_accepted_with_their_password(
    start: Start, name: str, password: str, status: int
) -> None:
    emulator = await start(credentials=LISTED)
    reply = await emulator.request("GET", "/v1/orders/", headers=basic(name, password))
    assert status == reply.status
    assert ([name.partition("@")[0]] if status == 200 else []) == await names(emulator)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("shop", "ok"),
        ("shop@2", "ok"),
        ("open", "ok"),
        ("blank@164", "ok"),
        ("other", "error"),
        ("docs", "error"),
        ("shop.x", "error"),
        ("shop@x", "error"),
        ("", "error"),
    ],
)
async def test_universe_requires_no_password_of_listed_names(start: Start, key: str, expected: str) -> None:
    emulator = await start(credentials=LISTED)
    reply = await emulator.universe("/orders", key)
    assert (200, expected) == (reply.status, reply.json["status"])
    assert (reply.json == NO_KEY) == (expected == "error")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "expected names of 1 to 200 visible characters without spaces, got ''"),
        ("a b", "expected names of 1 to 200 visible characters without spaces, got 'a b'"),
        ("a\n", "expected names of 1 to 200 visible characters"),
        ("a" * 201, "expected names of 1 to 200 visible characters"),
        ("shop@2", "expected names without a customer, such as 'shop', got 'shop@2'"),
        ("shop@none", "expected names without a customer, such as 'shop'"),
    ],
)
def test_accepted_credential_that_never_matches_is_rejected(name: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"credentials: {expected}"):
        create_app(credentials={"fine": None, name: None})


async def test_empty_list_accepts_no_credential(start: Start) -> None:
    emulator = await start(credentials={})
    assert NO_KEY == (await emulator.universe("/orders")).json


# The maximum number


async def test_new_credential_over_the_limit_gets_a_problem(start: Start) -> None:
    emulator = await start(max_sandboxes=2)
    for name in ("a", "b"):
        await write_note(emulator, name, name)
    for reply in (await emulator.universe("/orders", "c"), await emulator.cratejoy("GET", "/orders/", "c")):
        assert (503, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
        assert {"type", "title", "status", "detail"} <= set(reply.json)
        assert (True, 503) == ("--max-sandboxes" in reply.json["detail"], reply.json["status"])
    assert ["a", "b"] == sorted(await names(emulator))


async def test_existing_sandboxes_are_served_at_the_limit(start: Start) -> None:
    emulator = await start(max_sandboxes=2)
    for name in ("a", "b", "c"):
        await write_note(emulator, name, name)
    assert ["a", "b"] == [(await notes(emulator, name))[ORDERS[0]] for name in ("a", "b")]
    assert "ok" == (await emulator.universe("/orders", "b@2")).json["status"]


async def test_existing_sandbox_can_be_recreated_at_the_limit(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    await write_note(emulator, "a", "gone")
    new = await emulator.control("PUT", "/sandboxes/b", json={})
    again = await emulator.control("PUT", "/sandboxes/a", json={})
    assert (503, 200, {ORDERS[0]: None, ORDERS[1]: None}) == (new.status, again.status, await notes(emulator, "a"))


async def test_deletion_of_a_sandbox_allows_another_one(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    await emulator.universe("/orders", "a")
    await emulator.control("DELETE", "/sandboxes/a")
    assert (200, ["b"]) == ((await emulator.universe("/orders", "b")).status, await names(emulator))


# Requests that create no sandbox


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("OPTIONS", "/orders?key=a", {}),
        ("OPTIONS", "/orders?key=a", {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}),
        ("OPTIONS", "/v1/orders/", basic("a")),
        ("OPTIONS", "/v1/orders/", {**basic("a"), "Origin": "http://localhost:3000"}),
        ("GET", "/orders?key=a", {"Origin": "http://evil.example"}),
        ("GET", "/orders?key=docs", {"Origin": "http://localhost.evil.com"}),
        ("GET", "/nothing?key=a", {"Origin": "http://evil.example"}),
        ("GET", "/v1/orders/", {**basic("a"), "Origin": "http://evil.example"}),
        ("PUT", "/v1/orders/75572230/", {**basic("a"), "Origin": "http://evil.example"}),
        ("GET", "/orders", {}),
        ("GET", "/orders?key=", {}),
        ("GET", "/v1/orders/", {}),
        ("GET", "/v1/orders/?key=a", {}),
        ("GET", "/orders", basic("a")),
        ("GET", "/_mockorders/health", {}),
    ],
)
async def test_no_sandbox_is_created_by(
    emulator: RunningEmulator, method: str, target: str, headers: dict[str, str]
) -> None:
    await emulator.request(method, target, headers=headers)
    assert [] == await names(emulator)


async def test_foreign_pages_create_no_sandboxes(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    for name in ("a", "b", "c"):
        assert 403 == (await emulator.universe("/orders", name, Origin="http://evil.example")).status
    assert 200 == (await emulator.universe("/orders", "d")).status


# Ids, dates and bytes


async def test_every_response_has_an_id_unique_in_its_sandbox(emulator: RunningEmulator) -> None:
    replies = [
        await emulator.universe("/orders", "a"),
        await emulator.universe("/orders/999", "a@none"),
        await emulator.universe("/nothing", "a"),
        await emulator.request("PUT", "/orders?key=a"),
        await emulator.universe("/orders?callback=cb", "a"),
        await emulator.cratejoy("GET", "/orders/", "a"),
        await emulator.cratejoy("PUT", "/orders/75572230/", "a", json={"bad": 1}),
        await emulator.cratejoy("GET", "/orders/1/", "a"),
    ]
    issued = [reply.headers["X-Mockorders-Request"] for reply in replies]
    assert (len(replies), True) == (len(set(issued)), all(issued))


@pytest.mark.parametrize("target", ["/orders", "/v1/orders/", "/nothing", "/v1/nothing", "/orders?key=%20"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "PUT"])
async def test_requests_without_a_credential_have_an_id(emulator: RunningEmulator, method: str, target: str) -> None:
    first, second = [await emulator.request(method, target) for _ in range(2)]
    assert first.headers["X-Mockorders-Request"] != second.headers["X-Mockorders-Request"]


async def test_problems_have_an_id(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "changed"})
    assert (await emulator.universe("/orders", key="docs.other")).headers["X-Mockorders-Request"]


@pytest.mark.parametrize(
    "clock",
    [
        FROZEN,
        "2017-03-21",
        "2017-03-21T02:00:00+02:00",
        datetime(2017, 3, 21, tzinfo=UTC),
        datetime(2017, 3, 21, 2, tzinfo=timezone(timedelta(hours=2))),
    ],
)
async def test_responses_are_dated_by_the_frozen_clock(start: Start, clock: str | datetime) -> None:
    emulator = await start(clock=clock)
    replies = [await emulator.universe("/orders"), await emulator.cratejoy("GET", "/orders/")]
    assert ["Tue, 21 Mar 2017 00:00:00 GMT"] * 2 == [reply.headers.get("Date") for reply in replies]


async def test_clock_of_the_set_overrides_that_of_the_server(start: Start, tmp_path: Path) -> None:
    (tmp_path / "then.json").write_text('{"extends": "docs", "clock": "2013-01-30T12:00:00Z"}', encoding="utf-8")
    emulator = await start(fixtures=str(tmp_path / "then.json"), clock=FROZEN)
    dates = [(await emulator.universe("/orders", key)).headers["Date"] for key in ("then", "docs")]
    assert ["Wed, 30 Jan 2013 12:00:00 GMT", "Tue, 21 Mar 2017 00:00:00 GMT"] == dates


async def test_clock_runs_with_real_time_by_default(emulator: RunningEmulator) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    text = (await emulator.universe("/orders")).headers["Date"]
    assert before <= datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) <= datetime.now(UTC)


ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
}
REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "/orders?key=docs", None),
    ("GET", "/orders?key=default@100&order=DESC", None),
    ("GET", "/orders?key=edge", None),
    ("GET", "/orders?key=", None),
    ("GET", "/nothing?key=docs", None),
    ("GET", "/orders/latest?key=docs@164&callback=cb", None),
    ("OPTIONS", "/orders", None),
    ("POST", "/v1/orders/", ORDER),
    ("POST", "/v1/orders/", ORDER),
    ("PUT", "/v1/orders/75572230/", {"note": "n"}),
    ("GET", "/v1/orders/?with=all", None),
]


async def test_same_requests_under_a_frozen_clock_give_the_same_bytes(start: Start) -> None:
    first, second = [await everything(await start(fixtures="default", clock=FROZEN)) for _ in range(2)]
    assert first == second
    assert [200, 200, 200, 200, 404, 200, 200, 201, 400, 200, 200] == [status for status, _, _ in first]


async def everything(emulator: RunningEmulator) -> list[tuple[int, list[tuple[str, str]], bytes]]:
    """Send all requests to a fresh emulator; return status, headers and body of each response."""
    found = []
    for method, target, body in REQUESTS:
        headers = basic("docs") if target.startswith("/v1") else {}
        reply = await emulator.request(method, target, json=body, headers=headers)
        found.append((reply.status, list(reply.headers.items()), reply.body))
    return found
