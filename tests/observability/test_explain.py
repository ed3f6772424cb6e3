"""The explanation of a request."""

from io import BytesIO
from typing import Any

import pytest
from support.emulator import Reply, RunningEmulator, Start, basic

KEYS = (
    "id request status sandbox customer route checks rejection records fault violations clock notes rules curl".split()
)
CHECKS = "http origin query credential body faults route request handler response".split()
FROZEN = "2017-03-21T00:00:00Z"
SENTENCE = (
    "To prevent accidental duplicate charges, you cannot create an order for a customer who already has one "
    "from the past minute."
)
ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
}


async def explain(emulator: RunningEmulator, reply: Reply, user: str = "docs") -> Any:
    """Return the explanation of the request behind a response."""
    identifier = reply.headers["X-Mockorders-Request"]
    explained = await emulator.control("GET", f"/sandboxes/{user}/requests/{identifier}/explain")
    assert 200 == explained.status, explained.text
    return explained.json


async def freeze(emulator: RunningEmulator, now: str = FROZEN) -> None:
    """Freeze the clock."""
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})


async def test_explanation_has_all_parts(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    reply = await emulator.cratejoy("GET", "/orders/75572230/")
    explanation = await explain(emulator, reply)
    assert KEYS == list(explanation)
    assert {
        "id": reply.headers["X-Mockorders-Request"],
        "request": "GET /v1/orders/75572230/",
        "status": 200,
        "sandbox": "docs",
        "customer": None,
        "route": {"matched": "GET /v1/orders/{id}/", "parameters": {"id": "75572230"}},
        "rejection": None,
        "fault": None,
        "violations": [],
        "clock": {"now": FROZEN, "frozen": True},
        "notes": [],
    } == {name: explanation[name] for name in KEYS if name not in {"checks", "records", "rules", "curl"}}
    assert [(name, "passed") for name in CHECKS] == [(each["check"], each["result"]) for each in explanation["checks"]]
    assert all(each["meaning"] for each in explanation["checks"])


# The second order within a minute


async def test_second_order_explains_both_times_and_quotes_the_documentation(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    first = (await emulator.cratejoy("POST", "/orders/", json=ORDER)).json
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 59})
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    explanation = await explain(emulator, reply)
    rejection = explanation["rejection"]
    assert (400, 400, reply.json["errors"]) == (reply.status, explanation["status"], rejection["messages"])
    assert {"order": first["id"], "placed_at": FROZEN, "now": "2017-03-21T00:00:59Z"} == rejection["facts"]
    assert ("cratejoy.one-minute", "documented", SENTENCE) == tuple(
        rejection[name] for name in ("rule", "evidence", "sentence")
    )
    assert [SENTENCE] == [rule["sentence"] for rule in explanation["rules"] if rule["name"] == rejection["rule"]]
    assert f"cratejoy.orders {first['id']}" in explanation["records"]["read"]
    assert ([], "2017-03-21T00:00:59Z") == (explanation["records"]["written"], explanation["clock"]["now"])
    results = [each["result"].partition(":")[0] for each in explanation["checks"]]
    assert [*["passed"] * 8, "rejected", "not reached"] == results


async def test_order_a_minute_later_is_accepted(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    await emulator.cratejoy("POST", "/orders/", json=ORDER)
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 60})
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    explanation = await explain(emulator, reply)
    assert (201, None) == (explanation["status"], explanation["rejection"])
    assert f"cratejoy.orders {reply.json['id']}" in explanation["records"]["written"]


# Routes


@pytest.mark.parametrize(
    ("method", "path", "closest", "why"),
    [
        ("GET", "/order", "GET /orders", "'order'"),
        ("GET", "/order/489", "GET /orders/{id}", "'order'"),
        ("GET", "/api/v1/order", "GET /api/v1/orders", "'order'"),
        ("GET", "/orders/489/items", "GET /orders/{id}", "2 segments"),
        ("POST", "/orders", "GET /orders", "POST"),
        ("GET", "/v1/order/", "GET /v1/orders/", "'order'"),
        ("DELETE", "/v1/orders/75572230/", "GET /v1/orders/{id}/", "DELETE"),
        ("PUT", "/v1/orders/", "GET /v1/orders/", "PUT"),
        ("PATCH", "/v1/orders/1/2", "GET /v1/orders/{id}/metadata/", "'metadata'"),
    ],
)
async def test_unknown_path_lists_the_closest_routes_with_reasons(
    emulator: RunningEmulator, method: str, path: str, closest: str, why: str
) -> None:
    headers = basic("docs") if path.startswith("/v1") else {}
    reply = await emulator.request(method, path + "?key=docs" * (not headers), headers=headers)
    explanation = await explain(emulator, reply)
    route = explanation["route"]
    assert (None, {"matched", "closest"}) == (route["matched"], set(route))
    assert [{"route", "why"}] * len(route["closest"]) == [set(each) for each in route["closest"]]
    reasons = {each["route"]: each["why"] for each in route["closest"]}
    assert why in reasons[closest]
    assert [*["passed"] * 6, "rejected"] == [each["result"].partition(":")[0] for each in explanation["checks"][:7]]
    assert {"http.no-route", "http.wrong-method"} & {rule["name"] for rule in explanation["rules"]}


async def test_closest_routes_come_first(emulator: RunningEmulator) -> None:
    routes = (await explain(emulator, await emulator.universe("/orderz/489")))["route"]["closest"]
    assert "GET /orders/{id}" == routes[0]["route"]
    routes = (await explain(emulator, await emulator.cratejoy("PUT", "/order/489/", json={})))["route"]["closest"]
    assert "PUT /v1/orders/{id}/" == routes[0]["route"]


# The check that ended a request


CASES: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("GET", "/orders?key=docs@none", {}, "handler", "universe.logged-out"),
    ("GET", "/orders/999?key=docs", {}, "handler", "universe.no-order-found"),
    ("GET", "/v1/orders/1/", {}, "handler", "cratejoy.not-found"),
    ("GET", "/v1/orders/?color=red", {}, "handler", "cratejoy.query"),
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
async def test_failed_check_is_marked_and_names_its_rule(
    emulator: RunningEmulator, case: tuple[str, str, dict[str, Any], str, str]
) -> None:
    method, target, options, check, rule = case
    headers = (basic("docs") if target.startswith("/v1") else {}) | options.get("headers", {})
    reply = await emulator.request(method, target, **{**options, "headers": headers})
    explanation = await explain(emulator, reply)
    messages = reply.json.get("errors") or reply.json["messages"]
    place = CHECKS.index(check)
    results = [each["result"] for each in explanation["checks"]]
    assert ["passed"] * place == results[:place]
    assert results[place].startswith("rejected: " + messages[0])
    assert ["not reached"] * (len(CHECKS) - place - 1) == results[place + 1 :]
    assert (rule, messages[0]) == (explanation["rejection"]["rule"], explanation["rejection"]["messages"][0])
    assert rule == explanation["rules"][0]["name"]
    assert {"read", "written"} == set(explanation["records"])
    assert [] == explanation["records"]["written"]


@pytest.mark.parametrize(
    ("target", "check", "rule"),
    [
        ("/orders", "credential", "sandbox.credential"),
        ("/v1/orders/", "credential", "sandbox.credential"),
        ("/orders?key=%FF", "query", "http.query-text"),
    ],
)
async def test_request_without_a_credential_is_explained_in_the_default_journal(
    emulator: RunningEmulator, target: str, check: str, rule: str
) -> None:
    explanation = await explain(emulator, await emulator.request("GET", target), "_")
    results = {each["check"]: each["result"].partition(":")[0] for each in explanation["checks"]}
    assert ("rejected", rule) == (results[check], explanation["rejection"]["rule"])


async def test_preflight_is_explained_as_preflight(emulator: RunningEmulator) -> None:
    reply = await emulator.request("OPTIONS", "/orders?key=docs", headers={"Origin": "http://localhost:3000"})
    explanation = await explain(emulator, reply, "_")
    assert ["not reached"] * 7 == [each["result"] for each in explanation["checks"][3:]]
    assert "preflight" in explanation["checks"][2]["result"]


@pytest.mark.parametrize(
    ("target", "status"),
    [("/v1/orders/", 200), ("/v1/orders/1/", 404), ("/v1/nothing", 404), ("/v1/orders/?limit=0", 400)],
)
async def test_explanation_has_the_clock_of_the_sandbox(emulator: RunningEmulator, target: str, status: int) -> None:
    await freeze(emulator)
    reply = await emulator.request("GET", target, headers=basic("docs"))
    await freeze(emulator, "2020-01-01T00:00:00Z")
    explanation = await explain(emulator, reply)
    assert (status, {"now": FROZEN, "frozen": True}) == (reply.status, explanation["clock"])


async def test_running_clock_is_not_reported_as_frozen(emulator: RunningEmulator) -> None:
    assert (await explain(emulator, await emulator.universe("/orders")))["clock"]["frozen"] is False


# Records, faults, notes, rules


async def test_records_read_and_written_are_listed(emulator: RunningEmulator) -> None:
    explanation = await explain(emulator, await emulator.universe("/orders/489", "docs@164"))
    assert {"universe.orders 489", "universe.customers 164"} <= set(explanation["records"]["read"])
    assert [] == explanation["records"]["written"]
    explanation = await explain(emulator, await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"}))
    assert ["cratejoy.orders 75572230"] == explanation["records"]["written"]
    assert "cratejoy.orders 75572230" in explanation["records"]["read"]
    explanation = await explain(emulator, await emulator.cratejoy("PUT", "/orders/75572230/", json={}))
    assert [] == explanation["records"]["written"]


async def test_cached_response_lists_the_same_records(emulator: RunningEmulator) -> None:
    explanations = [await explain(emulator, await emulator.cratejoy("GET", "/orders/75572230/")) for _ in range(2)]
    assert "cratejoy.orders 75572230" in explanations[0]["records"]["read"]
    assert explanations[0]["records"] == explanations[1]["records"]


async def test_created_order_lists_its_related_records(emulator: RunningEmulator) -> None:
    explanation = await explain(emulator, await emulator.cratejoy("POST", "/orders/", json=ORDER))
    written = [each.split()[0] for each in explanation["records"]["written"]]
    collections = ("fulfillments", "orders", "shipments", "subscriptions", "transactions")
    assert [f"cratejoy.{each}" for each in collections] == sorted(written)


async def test_explanation_does_not_change_later(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    before = await explain(emulator, reply)
    await emulator.control("PUT", "/sandboxes/docs/state", json={"extends": "empty"})
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": 999})
    assert before == await explain(emulator, reply)


@pytest.mark.parametrize(
    ("stage", "results", "written"),
    [
        ("before", [*["passed"] * 5, "ended here", *["not reached"] * 4], []),
        ("after", ["passed"] * 10, ["cratejoy.orders 75572230"]),
    ],
)
async def test_fault_is_part_of_the_explanation(
    emulator: RunningEmulator, stage: str, results: list[str], written: list[str]
) -> None:
    rule = {"effect": {"type": "status", "status": 503}, "stage": stage}
    identifier = (await emulator.control("POST", "/sandboxes/docs/faults", json=rule)).json["id"]
    explanation = await explain(emulator, await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"}))
    assert (503, identifier, "status", stage) == (
        explanation["status"],
        *(explanation["fault"][name] for name in ("id", "type", "stage")),
    )
    assert results == [each["result"].partition(":")[0] for each in explanation["checks"]]
    assert written == explanation["records"]["written"]


async def test_drift_is_explained_by_its_violation(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/orders", X_Mockorders_Fault="drift=/orders")
    explanation = await explain(emulator, reply)
    assert [("universe/orders-response", "/orders")] == [
        (each["schema"], each["pointer"]) for each in explanation["violations"]
    ]


async def test_notes_are_part_of_the_explanation(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?offset=3")
    assert [reply.headers["X-Mockorders-Note"]] == (await explain(emulator, reply))["notes"]


@pytest.mark.parametrize(
    ("method", "target", "names"),
    [
        ("GET", "/orders?key=docs@2", {"universe.list-form", "universe.order-parameter"}),
        ("GET", "/orders/2?key=docs@2", {"universe.detail-form", "universe.order-id"}),
        ("GET", "/v1/orders/", {"cratejoy.paging", "cratejoy.envelope"}),
        ("GET", "/v1/orders/1/", {"cratejoy.not-found"}),
    ],
)
async def test_rules_have_evidence(emulator: RunningEmulator, method: str, target: str, names: set[str]) -> None:
    explanation = await explain(emulator, await emulator.request(method, target, headers=basic("docs")))
    listed = {rule["name"]: rule for rule in (await emulator.control("GET", "/fidelity")).json["rules"]}
    assert names <= {rule["name"] for rule in explanation["rules"]}
    for rule in explanation["rules"]:
        assert {"name", "statement", "evidence", "source", "sentence"} <= set(rule)
        assert listed[rule["name"]] == rule


async def test_missing_quotation_is_null(emulator: RunningEmulator) -> None:
    explanation = await explain(emulator, await emulator.universe("/nothing"))
    assert ("assumed", None) == (explanation["rejection"]["evidence"], explanation["rejection"]["sentence"])


async def test_observed_profile_gives_the_same_explanation(start: Start) -> None:
    emulator = await start(profile="observed")
    explanation = await explain(emulator, await emulator.cratejoy("GET", "/orders/?page=0"))
    assert "cratejoy.paging" == explanation["rejection"]["rule"]
