"""Known endpoints that are not emulated are said not to be."""

import re

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
    method, path = endpoint.endpoint.replace("?", "GET").split()
    base = "" if path.startswith(api.unimplemented_bases) else api.base_paths[0]
    target = base + re.sub(r"\{\w+\}", "1", path)
    reply = await emulator.request(method, f"{target}?key=docs", headers=basic("docs"))
    assert reply.status in {404, 405}
    assert reply.status == 405 or re.search("the emulator does not|did you mean", reply.text)


def test_endpoints_are_written_with_their_methods() -> None:
    found = [each.endpoint for each in known("GET POST /a, ? /b/{id}", "observed", "x", 2026)]
    assert ["GET /a", "POST /a", "? /b/{id}"] == found
