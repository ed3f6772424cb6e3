"""Paths and methods of the Cratejoy API, and the headers of its responses."""

from typing import Any

import pytest
from support.cratejoy import OPEN_ORDER, error_of, state
from support.emulator import RunningEmulator, basic, example

# Paths


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/orders", None, 200),
        ("GET", f"/orders/{OPEN_ORDER}", None, 200),
        ("HEAD", "/orders", None, 200),
        ("PUT", f"/orders/{OPEN_ORDER}", {}, 200),
        ("POST", "/orders", example("cratejoy/create_order"), 201),
    ],
)
async def test_trailing_slash_is_optional(
    emulator: RunningEmulator, *, method: str, path: str, body: Any, status: int, slash: str
) -> None:
    reply = await emulator.cratejoy(method, path + slash, json=body)
    assert status == reply.status
    assert "Location" not in reply.headers


async def test_head_is_get_without_its_body(emulator: RunningEmulator) -> None:
    got = await emulator.cratejoy("GET", "/orders/")
    head = await emulator.cratejoy("HEAD", "/orders/")
    assert (200, b"", str(len(got.body))) == (head.status, head.body, head.headers["Content-Length"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nothing", "no such path"),
        ("", "no such path"),
        ("/", "no such path"),
        ("/orders/1/2", "the emulator does not have this path, the real service may"),
        ("/customers/1/orders/", "the emulator does not have this path, the real service may"),
        ("/customers/1/orders/2", "the emulator does not have this path, the real service may"),
        ("/shipments/1/labels", "the emulator does not have this path, the real service may"),
        ("/subscriptions/1/pause/", "the emulator does not have this path, the real service may"),
        ("/products/1/plans", "the emulator does not have this path, the real service may"),
        ("/Orders/", "no such path"),
        ("/orders.json", "no such path"),
        ("/carts/", "the real service has this path, the emulator does not"),
        ("/store/api/customers/", "the real service has this path, the emulator does not"),
        ("/hooks", "the real service has this path, the emulator does not"),
        ("/page_redirects", "the real service has this path, the emulator does not"),
    ],
)
async def test_unknown_paths_are_404_with_the_reason(emulator: RunningEmulator, path: str, words: str) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", path))
    assert (404, 1) == (status, len(messages))
    assert words in messages[0]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1.1/orders/1", "no such path, did you mean 'GET /v1/orders/1/'?"),
        ("/v1.1/shipments/1", "no such path, did you mean 'GET /v1/shipments/1/'?"),
        ("/v1.1/shipments/1/2/3", "the emulator does not have this path, the real service may"),
        ("/v1.1/shipment", "no such path, did you mean 'GET /v1.1/shipments/'?"),
        ("/v1/v1.1/shipments", "no such path, did you mean 'GET /v1.1/shipments/'?"),
        ("/v1.1/v1.1/shipments", "no such path, did you mean 'GET /v1.1/shipments/'?"),
        ("/v1.1", "no such path, expected one of GET /v1/orders/"),
        ("/v1.1/", "no such path, expected one of GET /v1/orders/"),
    ],
)
async def test_other_paths_of_version_1_1_are_rejected_in_the_form_of_cratejoy(
    emulator: RunningEmulator, path: str, words: str
) -> None:
    status, messages = error_of(await emulator.request("GET", path, headers=basic("docs")))
    assert (404, 1) == (status, len(messages))
    assert f"GET {path}: {words}" in messages[0]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/orders/", {"GET", "POST"}),
        ("PATCH", "/orders/", {"GET", "POST"}),
        ("PUT", "/orders/", {"GET", "POST"}),
        ("DELETE", f"/orders/{OPEN_ORDER}/", {"GET", "PUT"}),
        ("PATCH", f"/orders/{OPEN_ORDER}", {"GET", "PUT"}),
        ("POST", f"/orders/{OPEN_ORDER}/", {"GET", "PUT"}),
        ("DELETE", "/orders/404", {"GET", "PUT"}),
    ],
)
async def test_unsupported_method_is_405_with_the_allowed_methods(
    emulator: RunningEmulator, method: str, path: str, allow: set[str]
) -> None:
    reply = await emulator.cratejoy(method, path, json={"note": "x"})
    status, messages = error_of(reply)
    assert (405, allow) == (status, set(reply.headers["Allow"].split(", ")))
    assert all(each in messages[0] for each in allow)


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    "identifier",
    [
        "0",
        "1",
        "-1",
        f"%2B{OPEN_ORDER}",
        f"-{OPEN_ORDER}",
        "abc",
        f"{OPEN_ORDER}abc",
        f"{OPEN_ORDER}.0",
        "7.5572230e7",
        "75_572_230",
        f"%20{OPEN_ORDER}",
        f"{OPEN_ORDER}%0A",
        "%EF%BC%97%EF%BC%95%EF%BC%95%EF%BC%97%EF%BC%92%EF%BC%92%EF%BC%93%EF%BC%90",
        "latest",
        "%00",
        "%FF",
        "%",
        "/",
        "..",
        "..%2F..%2Fetc%2Fpasswd",
        str(2**63),
        "9" * 40,
        "9" * 5000,
    ],
)
async def test_unknown_or_malformed_id_is_404(emulator: RunningEmulator, method: str, identifier: str) -> None:
    before = await state(emulator)
    reply = await emulator.cratejoy(method, f"/orders/{identifier}", json={} if method == "PUT" else None)
    status, messages = error_of(reply)
    assert (404, 1) == (status, len(messages))
    assert len(messages[0]) < 6000
    assert before == await state(emulator)


# Headers of every response


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/orders/"), ("GET", "/orders/1"), ("DELETE", "/orders/"), ("GET", "/orders/?x=1")]
)
async def test_every_response_has_a_request_id_and_a_content_type(
    emulator: RunningEmulator, method: str, path: str
) -> None:
    reply = await emulator.cratejoy(method, path)
    assert reply.headers["X-Mockorders-Request"].isdigit()
    assert reply.headers["Content-Type"].startswith("application/json")
