"""Access tokens: they expire by the sandbox's clock, and refresh tokens are exchanged for new ones."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.emulator import RunningEmulator, Start

START = 1_577_836_800  # 2020-01-01T00:00:00Z
REFUSED = {"status": "error", "messages": ["Unable to decode refresh token"]}
SITE = "http://localhost:5173/"


async def set_clock(emulator: RunningEmulator, seconds: int, sandbox: str = "docs") -> None:
    """Freeze a sandbox's clock some seconds after the start of 2020."""
    now = f"2020-01-{1 + seconds // 86_400:02}T{seconds // 3_600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"
    await emulator.control("PUT", f"/sandboxes/{sandbox}/clock", json={"now": now, "frozen": True})


async def log_in(emulator: RunningEmulator, customer: int = 164) -> dict[str, str]:
    """Return the tokens that the login page hands over, at the start of 2020."""
    await set_clock(emulator, 0)
    reply = await emulator.request("GET", f"/login/docs?popup=1&redirect={SITE}&customer={customer}")
    return {name: value[0] for name, value in parse_qs(urlsplit(reply.headers["Location"]).query).items()}


async def refresh(emulator: RunningEmulator, token: Any, path: str = "/refresh") -> Any:
    """Return the response to a refresh."""
    reply = await emulator.request("POST", f"{path}?key=docs", json={"refresh_token": token})
    assert 200 == reply.status
    return reply.json


async def customer(emulator: RunningEmulator, token: str, key: str = "docs") -> Any:
    """Return the customer of an account that is requested with a token."""
    reply = await emulator.universe("/account", key, Authorization=f"Bearer {token}")
    return reply.json.get("customer", {}).get("id")


async def test_access_token_selects_its_customer(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    assert 164 == await customer(emulator, tokens["access_token"])


@pytest.mark.parametrize(("seconds", "expected"), [(0, 164), (899, 164), (900, None), (86_400, None)])
async def test_access_token_expires_by_the_clock_of_the_sandbox(
    emulator: RunningEmulator, seconds: int, expected: int | None
) -> None:
    tokens = await log_in(emulator)
    assert 164 == await customer(emulator, tokens["access_token"])
    await set_clock(emulator, seconds)
    assert expected == await customer(emulator, tokens["access_token"])


async def test_expired_token_has_precedence_over_the_cookie(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    await set_clock(emulator, 900)
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Cookie": "mockorders_customer=2"}
    assert {"status": "ok"} == (await emulator.universe("/account", "docs@2", **headers)).json


async def test_token_is_valid_in_every_sandbox(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    await set_clock(emulator, 0, "docs.b")
    assert 164 == await customer(emulator, tokens["access_token"], "docs.b")


async def test_token_of_a_missing_customer_is_logged_out(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator, 1)
    await emulator.control("DELETE", "/sandboxes/docs/records/universe/customers/1")
    assert await customer(emulator, tokens["access_token"]) is None


async def test_token_of_another_process_or_with_changes_is_logged_out(emulator: RunningEmulator) -> None:
    header, claims, signature = (await log_in(emulator))["access_token"].split(".")
    _, other, _ = (await log_in(emulator, 2))["access_token"].split(".")
    unsigned = "eyJhbGciOiJub25lIn0"
    wrong = [f"{header}.{other}.{signature}", f"{unsigned}.{claims}.", f"{unsigned}.{claims}.x", f"{header}.{claims}.x"]
    assert [None] * 4 == [await customer(emulator, token) for token in wrong]


async def test_refresh_token_is_no_access_token(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    assert await customer(emulator, tokens["refresh_token"]) is None


async def test_journal_names_the_customer_of_a_token_but_not_the_token(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    await customer(emulator, tokens["access_token"])
    await set_clock(emulator, 900)
    await customer(emulator, tokens["access_token"])
    reply = await emulator.control("GET", "/sandboxes/docs/requests")
    customers = [entry["customer"]["id"] for entry in reply.json["requests"][-2:]]
    assert [164, None] == customers
    assert tokens["access_token"] not in reply.text


async def test_curl_command_selects_the_same_customer(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    commands = []
    for seconds in (0, 900):
        await set_clock(emulator, seconds)
        await customer(emulator, tokens["access_token"])
        entry = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"][-1]
        explanation = await emulator.control("GET", f"/sandboxes/docs/requests/{entry['id']}/explain")
        commands.append(explanation.json["curl"])
    assert [True, False] == ["Bearer customer-164" in command for command in commands]
    assert [] == [command for command in commands if tokens["access_token"] in command]


# ---- refresh


@pytest.mark.parametrize("path", ["/refresh", "/refresh.json", "/api/v1/refresh", "/api/v1/refresh/"])
async def test_refresh_returns_new_tokens_and_their_expirations(emulator: RunningEmulator, path: str) -> None:
    tokens = await log_in(emulator)
    await set_clock(emulator, 60)
    document = await refresh(emulator, tokens["refresh_token"], path)
    access = document["access"]
    assert ["access_token", "access_token_expiration", "refresh_token", "refresh_token_expiration"] == list(access)
    expirations = (access["access_token_expiration"], access["refresh_token_expiration"])
    assert ("ok", (START + 60 + 900, START + 60 + 86_400)) == (document["status"], expirations)
    assert 164 == await customer(emulator, access["access_token"])


async def test_tokens_change_while_the_clock_is_frozen(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    first = (await refresh(emulator, tokens["refresh_token"]))["access"]
    second = (await refresh(emulator, first["refresh_token"]))["access"]
    for name in ("access_token", "refresh_token"):
        assert 3 == len({tokens[name], first[name], second[name]})


async def test_same_refresh_at_the_same_time_gives_the_same_tokens(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    first = await refresh(emulator, tokens["refresh_token"])
    assert first == await refresh(emulator, tokens["refresh_token"])


@pytest.mark.parametrize(("seconds", "status"), [(86_399, "ok"), (86_400, "error")])
async def test_refresh_token_expires_by_the_clock_of_the_sandbox(
    emulator: RunningEmulator, seconds: int, status: str
) -> None:
    tokens = await log_in(emulator)
    await set_clock(emulator, seconds)
    assert status == (await refresh(emulator, tokens["refresh_token"]))["status"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "customer-164", None, "é.b.c", "a.b." + "c" * 5_000])
async def test_invalid_refresh_token_is_rejected(emulator: RunningEmulator, token: Any) -> None:
    assert REFUSED == await refresh(emulator, token)


async def test_access_token_is_no_refresh_token(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    assert REFUSED == await refresh(emulator, tokens["access_token"])


@pytest.mark.parametrize("body", [b"", b"{}", b'{"token": "x"}'])
async def test_body_without_a_token_is_rejected(emulator: RunningEmulator, body: bytes) -> None:
    assert REFUSED == (await emulator.request("POST", "/refresh?key=docs", data=body)).json


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"refresh_token=x", b'{"refresh_token": 5}'])
async def test_unreadable_body_is_rejected(emulator: RunningEmulator, body: bytes) -> None:
    reply = await emulator.request("POST", "/refresh?key=docs", data=body)
    assert ("error", True) == (reply.json["status"], ": expected" in reply.json["messages"][0])


async def test_refresh_needs_a_key_and_a_post(emulator: RunningEmulator) -> None:
    assert ["Invalid API key"] == (await emulator.request("POST", "/refresh", json={})).json["messages"]
    assert (405, "POST") == ((reply := await emulator.universe("/refresh")).status, reply.headers["Allow"])


async def test_refresh_is_jsonp_with_the_method_override(emulator: RunningEmulator) -> None:
    tokens = await log_in(emulator)
    path = f"/refresh?_method=POST&callback=cb&refresh_token={tokens['refresh_token']}"
    assert (await emulator.universe(path, "docs")).text.startswith('cb({"status":"ok","access":{')


async def test_reset_keeps_tokens(start: Start) -> None:
    emulator = await start(clock="2020-01-01T00:00:00Z")
    tokens = await log_in(emulator)
    await emulator.control("POST", "/sandboxes/docs/reset")
    assert 164 == await customer(emulator, tokens["access_token"])
