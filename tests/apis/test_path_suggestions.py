"""Unknown paths: the message suggests the path that was probably meant."""

import pytest
from support.emulator import RunningEmulator, basic

from mockorders.apis.cratejoy.dialect import unknown_parameter

PATHS = [f"GET {path}" for path in "/orders /orders/latest /fanclub /plans /account".split()]
PATHS += ["POST /account", "GET /account/shipping", "POST /account/shipping", "GET /subscriptions"]
PATHS += ["GET /account/status", "POST /refresh"]
SUGGESTIONS = [
    ("GET", "//v1/orders/", "GET /v1/orders/"),
    ("GET", "/v1//orders/", "GET /v1/orders/"),
    ("GET", "/v1/orders//", "GET /v1/orders/"),
    ("PUT", "/v1/orders/75572230//", "PUT /v1/orders/75572230/"),
    ("POST", "//v1/orders", "POST /v1/orders/"),
    ("DELETE", "//v1/orders", "GET /v1/orders/"),
    ("GET", "//orders", "GET /orders"),
    ("GET", "/api//v1/orders/latest", "GET /api/v1/orders/latest"),
    ("GET", "/orders//", "GET /orders"),
    ("GET", "/V1/orders/", "GET /v1/orders/"),
    ("GET", "/v1/Orders/75572230", "GET /v1/orders/75572230/"),
    ("GET", "/Orders.JSON", "GET /orders"),
    ("GET", "/v1%2Forders", "GET /v1/orders/"),
    ("GET", "/v1/orders%2F75572230", "GET /v1/orders/75572230/"),
    ("GET", "/v1/ordres/", "GET /v1/orders/"),
    ("GET", "/v1/order/75572230/", "GET /v1/orders/75572230/"),
    ("GET", "/v2/orders/", "GET /v1/orders/"),
    ("GET", "/api/v2/orders", "GET /api/v1/orders"),
    ("GET", "/api/v1/ordres", "GET /api/v1/orders"),
    ("GET", "/order", "GET /orders"),
    ("GET", "/orders/lattest/", None),  # an id that does not exist
    ("GET", "/cratejoy/v1/orders/", "GET /v1/orders/"),
    ("PUT", "/api/v1/v1/orders/75572230", "PUT /v1/orders/75572230/"),
    ("GET", "/nothing", None),
    ("GET", "/v1/", None),
    ("GET", "/orders/489/items", None),
    ("GET", "/" + "o" * 300, None),
    ("GET", "/%FF%00", None),
]


@pytest.mark.parametrize(("method", "path", "suggested"), SUGGESTIONS)
async def test_message_suggests_a_path(
    emulator: RunningEmulator, method: str, path: str, suggested: str | None
) -> None:
    reply = await emulator.request(method, f"{path}?key=docs@2", headers=basic("docs"))
    found = reply.text.partition("did you mean '")[2].partition("'")[0]
    assert suggested == (found or None)


@pytest.mark.parametrize(("method", "path", "suggested"), [row for row in SUGGESTIONS if row[2]])
async def test_suggested_path_exists(emulator: RunningEmulator, method: str, path: str, suggested: str) -> None:
    used, _, target = suggested.partition(" ")
    reply = await emulator.request(used, f"{target}?key=docs@164", headers=basic("docs"), json={})
    assert reply.status not in {404, 405}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "//v1/orders/",
            "GET //v1/orders/: no such path, as it has an empty segment, did you mean 'GET /v1/orders/'?",
        ),
        ("/ordres", "GET /ordres: no such path, did you mean 'GET /orders'?"),
        ("/nothing", f"GET /nothing: no such path, expected one of {', '.join(PATHS)}"),
    ],
)
async def test_message_names_whole_paths(emulator: RunningEmulator, path: str, expected: str) -> None:
    assert [expected] == (await emulator.universe(path)).json["messages"]


async def test_message_names_paths_under_the_base_path_of_the_request(emulator: RunningEmulator) -> None:
    (message,) = (await emulator.universe("/api/v1/nothing")).json["messages"]
    paths = ", ".join(PATHS).replace(" /", " /api/v1/")
    assert message.endswith(f": no such path, expected one of {paths}")


async def test_message_of_cratejoy_names_whole_paths(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/nothing")
    (message,) = reply.json["errors"]
    assert message.startswith("GET /v1/nothing: no such path, expected one of GET /v1/orders/, POST /v1/orders/, GET ")


async def test_message_of_an_api_with_many_endpoints_names_those_without_parameters(emulator: RunningEmulator) -> None:
    (message,) = (await emulator.cratejoy("GET", "/nothing")).json["errors"]
    assert "{" not in message


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("wiht=all", "wiht: unknown parameter, did you mean 'with'?"),
        ("x=1", "x: unknown parameter, expected one of with, limit, page; only lists have filters"),
        ("with=custmer", "'custmer' is unknown, did you mean 'customer'?"),
    ],
)
async def test_unknown_parameters_and_relations_are_named(emulator: RunningEmulator, query: str, expected: str) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/75572230/?{query}")
    assert (400, True) == (reply.status, reply.json["errors"][0].endswith(expected))


async def test_unknown_operator_is_suggested(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?note__ilke=x")
    assert reply.json["errors"][0].endswith("got 'ilke', did you mean 'ilike'?")


def test_endpoint_without_parameters_says_so() -> None:
    assert "x: unknown parameter, this endpoint takes none" == unknown_parameter("x", [])
