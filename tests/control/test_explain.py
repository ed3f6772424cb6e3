"""Explain: the whole story of one request."""

from io import BytesIO
from typing import Any

import pytest
from support.emulator import Reply, RunningEmulator, Start, basic

KEYS = "id request status sandbox route checks rejection records fault violations clock notes rules".split()
CHECKS = "query credential body faults route request handler response".split()
FROZEN = "2017-03-21T00:00:00Z"
SENTENCE = (
    "To prevent accidental duplicate charges, you cannot create an order for a customer who already has one "
    "from the past minute."
)
ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
}


async def story(emulator: RunningEmulator, reply: Reply, user: str = "docs") -> Any:
    """Explain the request of an answer."""
    identifier = reply.headers["X-Mockorders-Request"]
    explained = await emulator.control("GET", f"/sandboxes/{user}/requests/{identifier}/explain")
    assert 200 == explained.status, explained.text
    return explained.json


async def freeze(emulator: RunningEmulator, now: str = FROZEN) -> None:
    """Let the clock stand still."""
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})


async def test_a_story_has_all_its_parts(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    reply = await emulator.cratejoy("GET", "/orders/75572230/")
    told = await story(emulator, reply)
    assert KEYS == list(told)
    assert {
        "id": reply.headers["X-Mockorders-Request"],
        "request": "GET /v1/orders/75572230/",
        "status": 200,
        "sandbox": "docs",
        "route": {"matched": "GET /orders/{id}", "parameters": {"id": "75572230"}},
        "rejection": None,
        "fault": None,
        "violations": [],
        "clock": {"now": FROZEN, "frozen": True},
        "notes": [],
    } == {name: told[name] for name in KEYS if name not in {"checks", "records", "rules"}}
    assert [(name, "passed") for name in CHECKS] == [(each["check"], each["result"]) for each in told["checks"]]
    assert all(each["meaning"] for each in told["checks"])


# The second order within a minute


async def test_a_second_order_shows_the_first_both_times_and_the_page_s_sentence(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    first = (await emulator.cratejoy("POST", "/orders/", json=ORDER)).json
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 59})
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    told = await story(emulator, reply)
    refusal = told["rejection"]
    assert (400, 400, reply.json["errors"]) == (reply.status, told["status"], refusal["messages"])
    assert {"order": first["id"], "placed_at": FROZEN, "now": "2017-03-21T00:00:59Z"} == refusal["facts"]
    assert ("cratejoy.one-minute", "documented", SENTENCE) == tuple(
        refusal[name] for name in ("rule", "evidence", "sentence")
    )
    assert [SENTENCE] == [rule["sentence"] for rule in told["rules"] if rule["name"] == refusal["rule"]]
    assert f"cratejoy.orders {first['id']}" in told["records"]["read"]
    assert ([], "2017-03-21T00:00:59Z") == (told["records"]["written"], told["clock"]["now"])
    results = [each["result"].partition(":")[0] for each in told["checks"]]
    assert [*["passed"] * 6, "rejected", "not reached"] == results


async def test_a_minute_later_it_is_written(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    await emulator.cratejoy("POST", "/orders/", json=ORDER)
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 60})
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    told = await story(emulator, reply)
    assert (201, None) == (told["status"], told["rejection"])
    assert f"cratejoy.orders {reply.json['id']}" in told["records"]["written"]


# Routes


@pytest.mark.parametrize(
    ("method", "path", "closest", "why"),
    [
        ("GET", "/order", "GET /orders", "'order'"),
        ("GET", "/order/489", "GET /orders/{id}", "'order'"),
        ("GET", "/orders/489/items", "GET /orders/{id}", "2 segments"),
        ("POST", "/orders", "GET /orders", "POST"),
        ("GET", "/v1/order/", "GET /orders", "'order'"),
        ("DELETE", "/v1/orders/75572230/", "GET /orders/{id}", "DELETE"),
        ("PUT", "/v1/orders/", "GET /orders", "PUT"),
        ("PATCH", "/v1/orders/1/2", "GET /orders/{id}", "2 segments"),
    ],
)
async def test_a_path_that_leads_nowhere_lists_the_closest_routes_and_why_not(
    emulator: RunningEmulator, method: str, path: str, closest: str, why: str
) -> None:
    headers = basic("docs") if path.startswith("/v1") else {}
    reply = await emulator.request(method, path + "?key=docs" * (not headers), headers=headers)
    told = await story(emulator, reply)
    route = told["route"]
    assert (None, {"matched", "closest"}) == (route["matched"], set(route))
    assert [{"route", "why"}] * len(route["closest"]) == [set(each) for each in route["closest"]]
    reasons = {each["route"]: each["why"] for each in route["closest"]}
    assert why in reasons[closest]
    assert [*["passed"] * 4, "rejected"] == [each["result"].partition(":")[0] for each in told["checks"][:5]]
    assert {"http.no-route", "http.wrong-method"} & {rule["name"] for rule in told["rules"]}


async def test_the_closest_come_first(emulator: RunningEmulator) -> None:
    routes = (await story(emulator, await emulator.universe("/orderz/489")))["route"]["closest"]
    assert "GET /orders/{id}" == routes[0]["route"]
    routes = (await story(emulator, await emulator.cratejoy("PUT", "/order/489/", json={})))["route"]["closest"]
    assert "PUT /orders/{id}" == routes[0]["route"]


# Where a request ended


CASES: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("GET", "/orders?key=docs@none", {}, "handler", "universe.logged-out"),
    ("GET", "/orders/999?key=docs", {}, "handler", "universe.no-order-found"),
    ("GET", "/v1/orders/1/", {}, "handler", "cratejoy.not-found"),
    ("GET", "/v1/orders/?colour=red", {}, "handler", "cratejoy.query"),
    ("GET", "/v1/orders/?limit=0", {}, "request", "cratejoy.query"),
    ("PUT", "/v1/orders/75572230/", {"data": b"{"}, "request", "cratejoy.body"),
    ("PUT", "/v1/orders/75572230/", {"json": {"total": 1}}, "request", "cratejoy.unknown-property"),
    ("PUT", "/v1/orders/75572230/", {"data": BytesIO(b"x" * 2**20 + b"x")}, "body", "http.body-size"),
    ("POST", "/v1/orders/", {"json": {**ORDER, "coupons": ["X"]}}, "handler", "cratejoy.coupons"),
    ("POST", "/v1/orders/", {"json": {**ORDER, "customer": {"id": 1}}}, "handler", "cratejoy.customer-filter"),
    ("GET", "/v1/nothing", {}, "route", "http.no-route"),
    ("PUT", "/v1/orders/", {"json": {}}, "route", "http.wrong-method"),
    ("GET", "/v1/orders/", {"headers": {"X-Mockorders-Fault": "bogus"}}, "faults", "faults.header"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{each[0]} {each[1]} {each[4]}" for each in CASES])
async def test_the_check_that_refused_says_so_and_names_its_rule(
    emulator: RunningEmulator, case: tuple[str, str, dict[str, Any], str, str]
) -> None:
    method, target, options, check, rule = case
    headers = (basic("docs") if target.startswith("/v1") else {}) | options.get("headers", {})
    reply = await emulator.request(method, target, **{**options, "headers": headers})
    told = await story(emulator, reply)
    messages = reply.json.get("errors") or reply.json["messages"]
    place = CHECKS.index(check)
    results = [each["result"] for each in told["checks"]]
    assert ["passed"] * place == results[:place]
    assert results[place].startswith("rejected: " + messages[0])
    assert ["not reached"] * (len(CHECKS) - place - 1) == results[place + 1 :]
    assert (rule, messages[0]) == (told["rejection"]["rule"], told["rejection"]["messages"][0])
    assert rule == told["rules"][0]["name"]
    assert {"read", "written"} == set(told["records"])
    assert [] == told["records"]["written"]


@pytest.mark.parametrize(
    ("target", "check", "rule"),
    [
        ("/orders", "credential", "sandbox.credential"),
        ("/v1/orders/", "credential", "sandbox.credential"),
        ("/orders?key=%FF", "query", "http.query-text"),
    ],
)
async def test_a_request_without_a_sandbox_is_explained_in_that_of_nobody(
    emulator: RunningEmulator, target: str, check: str, rule: str
) -> None:
    told = await story(emulator, await emulator.request("GET", target), "_")
    results = {each["check"]: each["result"].partition(":")[0] for each in told["checks"]}
    assert ("rejected", rule) == (results[check], told["rejection"]["rule"])


async def test_a_preflight_says_that_it_ended_as_one(emulator: RunningEmulator) -> None:
    reply = await emulator.request("OPTIONS", "/orders?key=docs", headers={"Origin": "http://localhost:3000"})
    told = await story(emulator, reply, "_")
    assert ["not reached"] * 7 == [each["result"] for each in told["checks"][1:]]
    assert "preflight" in told["checks"][0]["result"]


@pytest.mark.parametrize(
    ("target", "status"),
    [("/v1/orders/", 200), ("/v1/orders/1/", 404), ("/v1/nothing", 404), ("/v1/orders/?limit=0", 400)],
)
async def test_the_clock_is_the_sandbox_s_whatever_happened(
    emulator: RunningEmulator, target: str, status: int
) -> None:
    await freeze(emulator)
    reply = await emulator.request("GET", target, headers=basic("docs"))
    await freeze(emulator, "2020-01-01T00:00:00Z")
    told = await story(emulator, reply)
    assert (status, {"now": FROZEN, "frozen": True}) == (reply.status, told["clock"])


async def test_a_running_clock_is_no_frozen_one(emulator: RunningEmulator) -> None:
    assert (await story(emulator, await emulator.universe("/orders")))["clock"]["frozen"] is False


# Records, faults, notes, rules


async def test_the_records_that_were_read_and_written(emulator: RunningEmulator) -> None:
    told = await story(emulator, await emulator.universe("/orders/489", "docs@164"))
    assert {"universe.orders 489", "universe.customers 164"} <= set(told["records"]["read"])
    assert [] == told["records"]["written"]
    told = await story(emulator, await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"}))
    assert ["cratejoy.orders 75572230"] == told["records"]["written"]
    assert "cratejoy.orders 75572230" in told["records"]["read"]
    told = await story(emulator, await emulator.cratejoy("PUT", "/orders/75572230/", json={}))
    assert [] == told["records"]["written"]


async def test_what_is_read_again_is_told_again(emulator: RunningEmulator) -> None:
    stories = [await story(emulator, await emulator.cratejoy("GET", "/orders/75572230/")) for _ in range(2)]
    assert "cratejoy.orders 75572230" in stories[0]["records"]["read"]
    assert stories[0]["records"] == stories[1]["records"]


async def test_a_created_order_tells_all_that_came_with_it(emulator: RunningEmulator) -> None:
    told = await story(emulator, await emulator.cratejoy("POST", "/orders/", json=ORDER))
    written = [each.split()[0] for each in told["records"]["written"]]
    assert ["cratejoy.fulfillments", "cratejoy.orders", "cratejoy.subscriptions", "cratejoy.transactions"] == sorted(
        written
    )


async def test_the_story_stays_as_it_was(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    before = await story(emulator, reply)
    await emulator.control("PUT", "/sandboxes/docs/state", json={"extends": "empty"})
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 999})
    assert before == await story(emulator, reply)


@pytest.mark.parametrize(
    ("stage", "results", "written"),
    [
        ("before", [*["passed"] * 3, "ended here", *["not reached"] * 4], []),
        ("after", ["passed"] * 8, ["cratejoy.orders 75572230"]),
    ],
)
async def test_a_fault_is_part_of_the_story(
    emulator: RunningEmulator, stage: str, results: list[str], written: list[str]
) -> None:
    rule = {"effect": {"type": "status", "status": 503}, "stage": stage}
    identifier = (await emulator.control("POST", "/sandboxes/docs/faults", json=rule)).json["id"]
    told = await story(emulator, await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"}))
    assert (503, identifier, "status", stage) == (
        told["status"],
        *(told["fault"][name] for name in ("id", "type", "stage")),
    )
    assert results == [each["result"].partition(":")[0] for each in told["checks"]]
    assert written == told["records"]["written"]


async def test_a_drift_names_the_breach(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/orders", X_Mockorders_Fault="drift=/orders")
    told = await story(emulator, reply)
    assert [("universe/orders-response", "/orders")] == [
        (each["schema"], each["pointer"]) for each in told["violations"]
    ]


async def test_notes_are_part_of_the_story(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?offset=3")
    assert [reply.headers["X-Mockorders-Note"]] == (await story(emulator, reply))["notes"]


@pytest.mark.parametrize(
    ("method", "target", "names"),
    [
        ("GET", "/orders?key=docs@2", {"universe.list-form", "universe.order-parameter"}),
        ("GET", "/orders/2?key=docs@2", {"universe.detail-form", "universe.order-id"}),
        ("GET", "/v1/orders/", {"cratejoy.paging", "cratejoy.envelope"}),
        ("GET", "/v1/orders/1/", {"cratejoy.not-found"}),
    ],
)
async def test_each_rule_has_its_evidence(emulator: RunningEmulator, method: str, target: str, names: set[str]) -> None:
    told = await story(emulator, await emulator.request(method, target, headers=basic("docs")))
    listed = {rule["name"]: rule for rule in (await emulator.control("GET", "/fidelity")).json["rules"]}
    assert names <= {rule["name"] for rule in told["rules"]}
    for rule in told["rules"]:
        assert {"name", "statement", "evidence", "source", "sentence"} <= set(rule)
        assert listed[rule["name"]] == rule


async def test_a_sentence_that_there_is_not_is_null(emulator: RunningEmulator) -> None:
    told = await story(emulator, await emulator.universe("/nothing"))
    assert ("assumed", None) == (told["rejection"]["evidence"], told["rejection"]["sentence"])


async def test_a_client_of_the_observed_profile_is_told_the_same(start: Start) -> None:
    emulator = await start(profile="observed")
    told = await story(emulator, await emulator.cratejoy("GET", "/orders/?page=0"))
    assert "cratejoy.paging" == told["rejection"]["rule"]
