"""Basic authentication of the Cratejoy API."""

import base64

import pytest
from support.cratejoy import OPEN_ORDER, error_of
from support.emulator import RunningEmulator, Start, basic


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Bearer docs",
        f"Bearer {encoded('docs:any')}",
        encoded("docs:any"),
        "Basic docs:any",
        "Basic !!!!",
        f"Basic {encoded('docs:any')}*",
        f"Basic {encoded('docs:any').rstrip('=')[:-1]}",
        f"Basic {encoded('no colon')}",
        f"Basic {encoded(b'docs-' + bytes([0x85]) + b':any')}",
        f"Basic {encoded(':any')}",
        f"Basic {encoded('@2:any')}",
        f"Basic {encoded('two words:any')}",
        f"Basic {encoded('tab' + chr(9) + ':any')}",
        f"Basic {encoded('hidden' + chr(0x200B) + ':any')}",
        f"Basic {encoded('a' * 201 + ':any')}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_missing_or_malformed_credential_is_401(
    emulator: RunningEmulator, method: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    reply = await emulator.request(method, "/v1/orders/", headers=headers)
    status, messages = error_of(reply)
    assert (401, 1) == (status, len(messages))
    assert "credential" in messages[0]
    assert reply.headers["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize(
    "authorization",
    [
        f"Basic {encoded('docs:any')}",
        f"basic {encoded('docs:')}",
        f"BASIC {encoded('docs:with:colons')}",
        f"Basic  {encoded('docs:ünïcode')}",
        f"Basic {encoded('docs@2:any')}",
        f"Basic {encoded('docs@none:any')}",
        f"Basic {encoded('docs.' + 'é' * 195 + '@164:any')}",
        f"Basic {encoded('docs:pässwörd'.encode('iso-8859-1'))}",
        f"Basic {encoded('docs.tést:any'.encode('iso-8859-1'))}",
        f"Basic {encoded(b'docs:' + bytes(range(0x80, 0x100)))}",
    ],
)
async def test_any_well_formed_credential_is_accepted(emulator: RunningEmulator, authorization: str) -> None:
    reply = await emulator.request("GET", "/v1/orders/", headers={"Authorization": authorization})
    assert (200, 2) == (reply.status, reply.json["count"])
    assert "WWW-Authenticate" not in reply.headers


@pytest.mark.parametrize(
    ("writer", "reader", "shared"),
    [
        ("docs@2", "docs", True),
        ("docs", "docs@none", True),
        ("docs@2", "docs@164", True),
        ("docs@two", "docs", False),
        ("docs.one", "docs.two", False),
        ("docs.one", "docs", False),
    ],
)
async def test_customer_suffix_is_ignored_but_not_the_name(
    emulator: RunningEmulator, writer: str, reader: str, shared: bool
) -> None:
    await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", writer, json={"note": "mine"})
    read = await emulator.cratejoy("GET", f"/orders/{OPEN_ORDER}/", reader)
    assert ("mine" if shared else None) == read.json["note"]


@pytest.mark.parametrize(
    ("user", "password", "status"),
    [("docs", "right", 200), ("docs", "wrong", 401), ("docs", "", 401), ("docs@2", "right", 200), ("free", "x", 200)],
)
async def test_listed_credentials_require_their_password(start: Start, user: str, password: str, status: int) -> None:
    emulator = await start(credentials={"docs": "right", "free": None})
    reply = await emulator.request("GET", "/v1/orders/", headers=basic(user, password))
    assert status == reply.status


async def test_unlisted_credential_is_rejected_with_a_message(start: Start) -> None:
    emulator = await start(credentials={"docs": None})
    reply = await emulator.cratejoy("GET", "/orders/", "other")
    assert (401, ["expected a credential from the --credentials file"]) == error_of(reply)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    ("login", "status"), [("döcs:pässwörd", 200), ("döcs@2:pässwörd", 200), ("döcs:password", 401)]
)
async def test_listed_credentials_are_compared_as_text(start: Start, login: str, status: int, encoding: str) -> None:
    emulator = await start(credentials={"döcs": "pässwörd"})
    headers = {"Authorization": f"Basic {encoded(login.encode(encoding))}"}
    assert status == (await emulator.request("GET", "/v1/orders/", headers=headers)).status


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
async def test_name_selects_the_same_sandbox_in_each_encoding(emulator: RunningEmulator, encoding: str) -> None:
    headers = {"Authorization": f"Basic {encoded('docs.é:any'.encode(encoding))}"}
    await emulator.request("PUT", f"/v1/orders/{OPEN_ORDER}/", headers=headers, json={"note": encoding})
    read = await emulator.cratejoy("GET", f"/orders/{OPEN_ORDER}/", "docs.é")
    assert encoding == read.json["note"]


async def test_percent_encoded_key_selects_the_sandbox_of_the_credential(emulator: RunningEmulator) -> None:
    headers = {"Authorization": f"Basic {encoded('docs.é:any'.encode('iso-8859-1'))}"}
    await emulator.request("GET", "/v1/orders/", headers=headers)
    await emulator.request("GET", "/orders?key=docs.%C3%A9")
    found = (await emulator.control("GET", "/sandboxes/docs.%C3%A9/requests")).json["requests"]
    assert {"cratejoy", "universe"} == {entry["api"] for entry in found}


async def test_password_in_iso_8859_1_is_not_in_the_journal(emulator: RunningEmulator) -> None:
    headers = {"Authorization": f"Basic {encoded('docs:pässwörd'.encode('iso-8859-1'))}"}
    await emulator.request("GET", "/v1/orders/", headers=headers)
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert "Basic ***" == entry["request"]["headers"]["Authorization"]
