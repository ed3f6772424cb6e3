"""Known endpoints that are not emulated are said not to be."""

import re
from dataclasses import replace

import pytest
from support.emulator import RunningEmulator, basic

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.apis.coverage import KnownEndpoint, known


def missing() -> list[tuple[Api, KnownEndpoint]]:
    """Return the known endpoints that have no route."""
    found = []
    for api in discover():
        routes = {re.sub(r"\{\w+\}", "{}", f"{route.method} {route.path}") for route in api.routes}
        found += [(api, each) for each in api.coverage if re.sub(r"\{\w+\}", "{}", each.endpoint) not in routes]
    return found


MISSING = missing()


@pytest.mark.parametrize(("api", "endpoint"), MISSING, ids=[f"{api.name} {each.endpoint}" for api, each in MISSING])
async def test_endpoint_that_is_not_emulated_says_so(
    emulator: RunningEmulator, api: Api, endpoint: KnownEndpoint
) -> None:
    method = "GET" if endpoint.method == "?" else endpoint.method
    base = "" if endpoint.path.startswith(api.versioned_bases) else api.base_paths[0]
    target = base + re.sub(r"\{\w+\}", "1", endpoint.path)
    reply = await emulator.request(method, f"{target}?key=docs", headers=basic("docs"))
    assert (404, False) == (reply.status, "Allow" in reply.headers)
    assert "the real service has" in reply.text
    assert ", the emulator does not" in reply.text


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("PUT", "/api/v1/account?key=docs"),
        ("POST", "/api/v1/orders?key=docs"),
        ("DELETE", "/v1/orders/1/"),
        ("POST", "/v1/customers/"),
        ("PATCH", "/v1/subscriptions/1/cancel/"),
    ],
)
async def test_unsupported_method_does_not_mention_the_real_service(
    emulator: RunningEmulator, method: str, target: str
) -> None:
    reply = await emulator.request(method, target, headers=basic("docs"))
    assert (405, False) == (reply.status, "real service" in reply.text)


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("cratejoy", "DELETE", "/orders/1"),
        ("cratejoy", "POST", "/orders/1/metadata/x"),
        ("cratejoy", "GET", "/labels"),
        ("cratejoy", "PUT", "/labels/1/lines/2"),
        ("universe", "DELETE", "/orders/1"),
        ("universe", "GET", "/l%61bels/1"),
    ],
)
def test_coverage_tells_which_endpoints_only_the_real_service_has(name: str, method: str, path: str) -> None:
    real = next(api for api in discover() if api.name == name)
    api = replace(real)
    vars(api)["coverage"] = tuple(
        known("DELETE /orders/{id}, POST /orders/{id}/metadata/x, ? /labels", "assumed", "x", 2026)
    )
    assert (False, True) == (real.is_unimplemented(method, path), api.is_unimplemented(method, path))


def test_endpoints_are_written_with_their_methods() -> None:
    found = [each.endpoint for each in known("GET POST /a, ? /b/{id}", "observed", "x", 2026)]
    assert ["GET /a", "POST /a", "? /b/{id}"] == found
