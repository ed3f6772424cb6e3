"""The OpenAPI document is valid, complete, and describes all APIs correctly."""

import json
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.emulator import RunningEmulator, Start, basic, example
from support.openapi_paths import PATHS
from support.processes import MODULE, finish

from mockorders import MockServer
from mockorders.apis import discover
from mockorders.apis.cratejoy.filters.operators import OPERATORS
from mockorders.config import Profile
from mockorders.openapi.document import document

ROOT = Path(__file__).parents[2]
SCHEMATHESIS_SECONDS = 300
OPERATIONS = Path(ROOT / "docs/reference/operations.md").read_text(encoding="utf-8")
PROFILES: tuple[Profile, ...] = ("documented", "observed")
SCHEMATHESIS = Path(sysconfig.get_path("scripts")) / "schemathesis"

CUSTOMER = {"customer": {"id": 586402305}}
LINE = {"products": [{"product_instance": {"id": 645769439}}]}

document_of = cache(document)


def operations(profile: Profile = "documented") -> Iterator[tuple[str, str, Any]]:
    """Yield every operation with its path and method."""
    for path, item in document_of(profile)["paths"].items():
        for method, each in item.items():
            yield path, method, each


def operation(identifier: str, profile: Profile = "documented") -> Any:
    """Return an operation by its id."""
    return next(each for _, _, each in operations(profile) if each["operationId"] == identifier)


def shown(identifier: str, status: int, name: str) -> Any:
    """Return the example of a response."""
    return operation(identifier)["responses"][str(status)]["content"]["application/json"]["examples"][name]["value"]


def sent(identifier: str, name: str) -> Any:
    """Return the example of a request body."""
    return operation(identifier)["requestBody"]["content"]["application/json"]["examples"][name]["value"]


def parameter(identifier: str, name: str) -> Any:
    """Return a parameter by its name."""
    return next(each for each in operation(identifier)["parameters"] if each["name"] == name)


@pytest.mark.parametrize("profile", PROFILES)
def test_document_is_valid(profile: Profile) -> None:
    assert [] == list(OpenAPIV31SpecValidator(document_of(profile)).iter_errors())


def test_document_has_every_route_at_its_documented_path() -> None:
    assert PATHS == {f"{method} {path}" for path, method, _ in operations()}


def test_both_base_paths_of_universe_are_in_its_description() -> None:
    (tag,) = (tag for tag in document_of("documented")["tags"] if tag["name"] == "universe")
    assert "under `/api/v1`, `/`." in tag["description"].partition("\n")[0]


# ---- evidence


@pytest.mark.parametrize("api", discover(), ids=lambda api: api.name)
def test_every_operation_has_the_rules_of_its_route(api: Any) -> None:
    for route in (each for each in api.routes if not each.is_page):
        rules = operation(f"{api.name}_{route.name}")["x-mockorders-rules"]
        assert [(rule.name, rule.evidence, rule.source) for rule in (*route.rules, *route.error_rules)] == [
            (rule["name"], rule["evidence"], rule["source"]) for rule in rules
        ]


@pytest.mark.parametrize("api", discover(), ids=lambda api: api.name)
def test_every_rule_of_an_api_is_documented(api: Any) -> None:
    (tag,) = (tag for tag in document_of("documented")["tags"] if tag["name"] == api.name)
    there = {rule["name"] for rule in tag["x-mockorders-rules"]}
    for _, _, each in operations():
        there |= {rule["name"] for rule in each["x-mockorders-rules"]}
    assert {rule.name for rule in api.rules} <= there


REJECTED: tuple[tuple[str, str, str, Any], ...] = (
    ("universe_list_orders", "GET", "/orders?key=docs@none", None),
    ("universe_latest_order", "GET", "/orders/latest?key=docs@1", None),
    ("universe_get_order", "GET", "/orders/489?key=docs@2", None),
    ("universe_refresh", "POST", "/refresh?key=docs@2", {"refresh_token": "x"}),
    ("universe_update_account", "POST", "/account?key=docs@2", {"email": "x"}),
    ("universe_update_shipping", "POST", "/account/shipping?key=docs@2", {"items": {"x": 1}}),
    ("universe_get_plan", "GET", "/plans/489?key=docs@2", None),
    ("cratejoy_list_orders", "GET", "/v1/orders/?id=one", None),
    ("cratejoy_list_orders", "GET", f"/v1/orders/?{'id=1&' * 101}", None),
    ("cratejoy_list_orders", "GET", "/v1/orders/?no_such=1", None),
    ("cratejoy_get_order", "GET", "/v1/orders/1/", None),
    ("cratejoy_update_order", "PUT", "/v1/orders/1/", {}),
    ("cratejoy_update_order", "PUT", "/v1/orders/75572230/", {"id": 1}),
    ("cratejoy_update_order", "PUT", "/v1/orders/75572230/", {"note": 1}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {"customer": {"id": 1}, "products": []}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {"customer": {"id": 1}, **LINE}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {**CUSTOMER, **LINE, "cust_pay_id": 1}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {**CUSTOMER, **LINE, "ship_address_id": 1}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {**CUSTOMER, **LINE, "coupons": ["NO"]}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {**CUSTOMER, **LINE}),
    ("cratejoy_create_order", "POST", "/v1/orders/", {**CUSTOMER, "products": [{"product_instance": {"id": 1}}]}),
)


@pytest.mark.parametrize(("identifier", "method", "path", "body"), REJECTED)
async def test_every_error_has_a_rule_of_its_operation(
    emulator: RunningEmulator, identifier: str, method: str, path: str, body: Any
) -> None:
    await emulator.request(method, path, headers=basic("docs"), json=body)
    entry = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"][-1]
    (decided,) = entry["rules"]
    assert decided in {rule["name"] for rule in operation(identifier)["x-mockorders-rules"]}


def test_credential_is_optional_where_none_is_needed() -> None:
    optional = {each["operationId"] for _, _, each in operations() if {} in each["security"]}
    assert {"universe_get_account_status"} == optional


# ---- examples


@pytest.mark.parametrize(
    ("identifier", "name", "documented"),
    [
        ("universe_list_orders", "all-orders-sorted-by-id-descending", "orders_desc"),
        ("universe_list_orders", "all-orders-with-queued-shipments", "orders_queued"),
        ("universe_get_order", "an-order", "order_489"),
        ("universe_get_order", "an-order-with-a-queued-shipment", "order_489_queued"),
        ("universe_get_order", "order-doesn-t-belong-to-current-customer", "order_not_yours"),
        ("universe_latest_order", "the-latest-order", "order_489"),
        ("universe_latest_order", "no-orders", "latest_no_orders"),
    ],
)
def test_universe_examples_are_the_documented_ones(identifier: str, name: str, documented: str) -> None:
    assert example(f"universe/{documented}") == shown(identifier, 200, name)


def test_cratejoy_list_is_the_documented_one() -> None:
    page = shown("cratejoy_list_orders", 200, "orders-placed-after-a-time")
    page = {**page, "results": [{**order, "customer": [{}], "products": [{}]} for order in page["results"]]}
    assert example("cratejoy/orders_list") == page


@pytest.mark.parametrize(
    ("identifier", "name", "documented"),
    [
        ("cratejoy_update_order", "a-note", "update_note"),
        ("cratejoy_update_order", "gift-info", "update_gift"),
        ("cratejoy_create_order", "a-subscription-as-a-gift", "create_order"),
    ],
)
def test_cratejoy_bodies_are_the_documented_ones(identifier: str, name: str, documented: str) -> None:
    assert example(f"cratejoy/{documented}") == sent(identifier, name)


def test_documented_requests_are_examples_of_the_parameters() -> None:
    found = [
        parameter("universe_get_order", "id")["example"],
        parameter("universe_list_orders", "order")["example"],
        parameter("cratejoy_get_order", "id")["example"],
        parameter("cratejoy_list_orders", "filters")["example"],
    ]
    assert [489, "DESC", 75572230, {"placed_at__gt": "2017-03-15T20:00:24Z"}] == found


@pytest.mark.parametrize("profile", PROFILES)
def test_every_example_matches_its_schema(profile: Profile) -> None:
    components = {"components": document_of(profile)["components"]}
    counted = 0
    for path, method, each in operations(profile):
        for media in media_of(each):
            for name, shown in media.get("examples", {}).items():
                violations = list(Draft202012Validator({**media["schema"], **components}).iter_errors(shown["value"]))
                assert ([], path, method, name) == (violations, path, method, name)
                counted += 1
    assert 16 == counted


def media_of(operation: Mapping[str, Any]) -> Iterator[Any]:
    """Return request and response content of an operation, by media type."""
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).values()


@pytest.mark.parametrize(("profile", "kind"), [("documented", list), ("observed", dict)])
def test_examples_follow_the_profile(profile: Profile, kind: type) -> None:
    content = operation("cratejoy_get_order", profile)["responses"]["200"]["content"]["application/json"]
    assert isinstance(content["examples"]["one-order"]["value"]["customer"], kind)


# ---- the schemas of parameters are correct


def test_filters_list_every_operator() -> None:
    pattern = parameter("cratejoy_list_orders", "filters")["schema"]["propertyNames"]["pattern"]
    assert list(OPERATORS) == re.findall(r"[a-z_]+", pattern.partition("__(")[2])


@pytest.mark.parametrize("callback", ["a", "$.b_c[0]", "x" * 128, "", "a-b", "x" * 129, "ä", "a()"])
async def test_callback_pattern_is_the_accepted_one(emulator: RunningEmulator, callback: str) -> None:
    pattern = parameter("universe_list_orders", "callback")["schema"]["pattern"]
    reply = await emulator.request("GET", "/orders", params={"key": "docs@2", "callback": callback})
    assert (re.search(pattern, callback) is not None) == (reply.headers["Content-Type"].startswith("application/java"))


async def test_unsupported_method_is_405_with_any_callback(emulator: RunningEmulator) -> None:
    reply = await emulator.request("POST", "/orders?key=docs@2&callback=")
    assert (405, ["Invalid callback"], "GET") == (reply.status, reply.json["messages"], reply.headers["Allow"])


# ---- where the document is served


@pytest.mark.parametrize(
    ("started", "query", "profile"),
    [("documented", "", "documented"), ("observed", "", "observed"), ("observed", "?profile=documented", "documented")],
)
async def test_document_is_served(start: Start, started: Profile, query: str, profile: Profile) -> None:
    reply = await (await start(profile=started)).control("GET", f"/openapi.json{query}")
    assert (200, "application/json", document_of(profile)) == (reply.status, reply.headers["Content-Type"], reply.json)


async def test_unknown_profile_is_rejected(emulator: RunningEmulator) -> None:
    reply = await emulator.control("GET", "/openapi.json?profile=real")
    assert (422, "/profile", "expected one of documented, observed") == (
        reply.status,
        reply.json["pointer"],
        reply.json["message"],
    )


def test_user_set_does_not_change_the_document(tmp_path: Path) -> None:
    own = tmp_path / "docs.json"
    own.write_text(json.dumps({"universe": {"customers": [{"id": 2}]}}), encoding="utf-8")
    import urllib.request

    with (
        MockServer(fixtures=str(own)) as server,
        urllib.request.urlopen(f"{server.url}/_mockorders/openapi.json") as got,
    ):
        assert document_of("documented") == json.load(got)


def test_command_line_prints_the_document() -> None:
    done = finish([*MODULE, "openapi"], check=True)
    assert document_of("documented") == json.loads(done.stdout)


def test_every_process_builds_the_same_text() -> None:
    seeds = [{"PYTHONHASHSEED": seed} for seed in ("1", "2")]
    first, second = (finish([*MODULE, "openapi"], environment=seed, check=True).stdout for seed in seeds)
    assert first == second


def test_what_is_seldom_used_is_not_imported_at_startup() -> None:
    unused = {"mockorders.openapi", "mockorders.apis.documentation", "mockorders.store.codec", "prometheus_client"}
    code = f"import sys; from mockorders import create_app; create_app(); print(sorted({unused!r} & set(sys.modules)))"
    assert "[]\n" == finish([sys.executable, "-c", code], check=True).stdout


# ---- all APIs conform to it


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_schemathesis_finds_nothing(profile: Profile, tmp_path: Path) -> None:
    excluded = re.findall(r"^\| `([a-z_]+)` \|", OPERATIONS.partition("## Metrics")[0], re.MULTILINE)
    assert f"--exclude-checks {','.join(excluded)}\n" in OPERATIONS
    options = ["--checks", "all", "--exclude-checks", ",".join(excluded), "--auth", "docs:any", "--no-color"]
    options += ["--seed", "2013", "--max-examples", "5", "--generation-database", "none"]
    with MockServer(profile=profile) as server:
        command = [str(SCHEMATHESIS), "run", f"{server.url}/_mockorders/openapi.json", *options]
        done = finish(command, cwd=tmp_path, timeout=SCHEMATHESIS_SECONDS)
    routes = chain.from_iterable(api.routes for api in discover())
    count = sum(not route.is_page for route in routes)
    assert 0 == done.returncode, done.stdout
    assert f"{count} selected / {count} total" in done.stdout
