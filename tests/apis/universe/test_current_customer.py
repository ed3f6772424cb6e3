"""How a request chooses the current customer."""

from pathlib import Path

import pytest
from support.emulator import RunningEmulator, Start
from support.universe import ids

LOGGED_OUT = {"status": "error", "messages": ["Please log in to access your online benefits."]}


@pytest.mark.parametrize(
    ("key", "headers", "customer"),
    [
        ("docs", {}, 2),
        ("default", {}, 164),
        ("docs@164", {}, 164),
        ("docs@0164", {}, 164),
        ("docs", {"Authorization": "Bearer customer-164"}, 164),
        ("docs", {"Authorization": "bearer customer-164"}, 164),
        ("docs", {"Cookie": "mockorders_customer=164"}, 164),
        ("docs", {"Cookie": "a=1; mockorders_customer=164; b=2"}, 164),
        ("docs", {"Cookie": "xmockorders_customer=1; mockorders_customer=164"}, 164),
        ("docs", {"Cookie": "mockorders_customerx=1"}, 2),
        ("docs", {"Cookie": "Mockorders_customer=164"}, 2),
        ("docs@2", {"Cookie": "mockorders_customer=164"}, 164),
        ("docs@none", {"Cookie": "mockorders_customer=164"}, 164),
        ("docs@2", {"Authorization": "Bearer customer-164"}, 164),
        ("docs@none", {"Authorization": "Bearer customer-164"}, 164),
        ("docs@1", {"Authorization": "Bearer customer-164", "Cookie": "mockorders_customer=2"}, 164),
        ("docs@999", {"Authorization": "Bearer customer-164", "Cookie": "mockorders_customer=999"}, 164),
        ("docs@164", {"Authorization": "Basic Y3VzdG9tZXItMjp4"}, 164),
        ("docs@164", {"Authorization": "Token customer-2"}, 164),
        ("docs@164", {"Authorization": "customer-2"}, 164),
        ("docs@164", {"Authorization": "Bearercustomer-2"}, 164),
        ("docs@2", {"Authorization": "Basic xyz", "Cookie": "mockorders_customer=164"}, 164),
    ],
)
async def test_token_cookie_credential_and_set_select_the_current_customer(
    emulator: RunningEmulator, key: str, headers: dict[str, str], customer: int
) -> None:
    reply = await emulator.universe("/orders", key, **headers)
    assert {customer} == {order["customer_id"] for order in reply.json["orders"]}


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        ("docs@none", {}),
        ("docs@999", {}),
        ("docs@0", {}),
        ("docs@" + "9" * 100, {}),
        ("docs", {"Authorization": "Bearer customer-999"}),
        ("docs", {"Authorization": "Bearer customer-"}),
        ("docs", {"Authorization": "Bearer customer-2x"}),
        ("docs", {"Authorization": "Bearer customer-none"}),
        ("docs", {"Authorization": "Bearer 2"}),
        ("docs", {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}),
        ("docs", {"Authorization": "Bearer customer-" + "2" * 5_000}),
        ("docs", {"Authorization": "Bearer"}),
        ("docs@2", {"Authorization": "Bearer customer-999", "Cookie": "mockorders_customer=2"}),
        ("docs@2", {"Authorization": "Bearer nonsense", "Cookie": "mockorders_customer=2"}),
        ("docs", {"Cookie": "mockorders_customer=999"}),
        ("docs", {"Cookie": "mockorders_customer=none"}),
        ("docs", {"Cookie": "mockorders_customer="}),
        ("docs", {"Cookie": "mockorders_customer=%32"}),
        ("docs", {"Cookie": "mockorders_customer=-2"}),
        ("docs", {"Cookie": "mockorders_customer=" + "2" * 5_000}),
        ("docs@2", {"Cookie": "mockorders_customer=999"}),
    ],
)
@pytest.mark.parametrize("path", ["/orders", "/orders/2", "/orders/latest", "/orders/abc"])
async def test_unknown_customer_is_logged_out(
    emulator: RunningEmulator, path: str, key: str, headers: dict[str, str]
) -> None:
    reply = await emulator.universe(path, key, **headers)
    assert (200, LOGGED_OUT) == (reply.status, reply.json)


async def test_set_without_a_current_customer_is_logged_out(start: Start, tmp_path: Path) -> None:
    (tmp_path / "nobody.json").write_text('{"extends": "docs", "current_customer": null}')
    emulator = await start(fixtures=str(tmp_path / "nobody.json"))
    assert LOGGED_OUT == (await emulator.universe("/orders", "nobody")).json
    assert [2, 3] == await ids(emulator, "/orders", "nobody@2")
