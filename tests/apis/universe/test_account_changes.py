"""POST /account."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from support.emulator import RunningEmulator, Start

RECORD = "/sandboxes/docs/records/universe/customers/2"
LOGGED_OUT = ["Please log in to access your online benefits."]


async def change(emulator: RunningEmulator, fields: Any, key: str = "docs@2", path: str = "/account") -> Any:
    """Return the response to a change that is sent as JSON."""
    reply = await emulator.request("POST", f"{path}?key={key}", json=fields)
    assert 200 == reply.status
    return reply.json


async def record(emulator: RunningEmulator) -> dict[str, Any]:
    """Return the stored customer 2 without the properties that have their defaults."""
    stored = (await emulator.control("GET", RECORD)).json
    return {name: stored[name] for name in ("first_name", "last_name", "username", "email", "new_email")}


MARIA = {
    "first_name": "Maria",
    "last_name": "Santos",
    "username": None,
    "email": "maria.santos@example.com",
    "new_email": None,
}


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({}, {}),
        ({"first_name": "Ana"}, {"first_name": "Ana"}),
        ({"last_name": "É " * 100}, {"last_name": "É " * 100}),
        ({"username": "maria"}, {"username": "maria"}),
        ({"username": ""}, {}),
        ({"username": None}, {}),
        ({"email": "ana@example.com"}, {"new_email": "ana@example.com"}),
        ({"email": "maria.santos@example.com"}, {}),
        ({"email": "Maria.Santos@example.com"}, {"new_email": "Maria.Santos@example.com"}),
        ({"id": 1, "expired": True, "birthdate": "2000-01-01", "authentications": [], "x": {"y": 1}}, {}),
    ],
)
async def test_fields_are_changed_and_others_are_ignored(
    emulator: RunningEmulator, fields: dict[str, Any], changes: dict[str, Any]
) -> None:
    document = await change(emulator, fields)
    assert {**MARIA, **changes} == await record(emulator)
    assert (await emulator.universe("/account")).json == document


@pytest.mark.parametrize("path", ["/account", "/account.json", "/api/v1/account", "/api/v1/account/"])
async def test_form_is_accepted_at_every_spelling_of_the_path(emulator: RunningEmulator, path: str) -> None:
    form = {"username": "ana", "first_name": "Ana", "email": "ana@example.com", "current_password": "", "password": ""}
    reply = await emulator.request("POST", f"{path}?key=docs@2", data=form)
    customer = reply.json["customer"]
    assert ("Ana", "ana", "ana@example.com") == (customer["first_name"], customer["username"], customer["new_email"])


async def test_change_is_jsonp_with_the_method_override(emulator: RunningEmulator) -> None:
    path = "/account?_method=POST&callback=cb&id=1&first_name=Ana"
    assert (await emulator.universe(path)).text.startswith('cb({"status":"ok","customer":{"id":2,"first_name":"Ana"')
    assert "Ana" == (await record(emulator))["first_name"]


async def test_change_with_an_invalid_callback_changes_nothing(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/account?_method=POST&callback=a(&first_name=Ana")
    assert (["Invalid callback"], MARIA) == (reply.json["messages"], await record(emulator))
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert ["universe.jsonp"] == entry["rules"]


async def test_query_string_has_precedence_over_the_body(emulator: RunningEmulator) -> None:
    await emulator.request("POST", "/account?key=docs@2&first_name=Ana", json={"first_name": "Eva"})
    assert "Ana" == (await record(emulator))["first_name"]


async def test_user_name_is_removed_by_an_empty_one(emulator: RunningEmulator) -> None:
    await change(emulator, {"username": "maria"})
    document = await change(emulator, {"username": ""})
    assert "username" not in document["customer"]


async def test_confirmed_email_is_set_in_the_record(emulator: RunningEmulator) -> None:
    await change(emulator, {"email": "ana@example.com"})
    await emulator.control("PATCH", RECORD, json={"email": "ana@example.com", "new_email": None})
    customer = (await change(emulator, {"email": "ana@example.com"}))["customer"]
    assert ("ana@example.com", None) == (customer["email"], customer["new_email"])


@pytest.mark.parametrize("key", ["docs@none", "docs@999"])
async def test_login_is_needed(emulator: RunningEmulator, key: str) -> None:
    assert LOGGED_OUT == (await change(emulator, {"first_name": ""}, key))["messages"]


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"first_name": " ", "last_name": None}, ["First name can't be blank", "Last name can't be blank"]),
        ({"email": ""}, ["Email can't be blank"]),
        ({"email": "ana"}, ["Email is invalid"]),
        ({"email": "a@b c"}, ["Email is invalid"]),
        ({"email": "joe.jackson@example.com"}, ["Email has already been taken"]),
        ({"username": "taken"}, ["Username has already been taken"]),
        ({"password": "a", "password_confirmation": "a"}, ["Current password can't be blank"]),
        (
            {"password": "a", "password_confirmation": "", "current_password": "c"},
            ["Password confirmation doesn't match Password"],
        ),
        ({"first_name": "Ana", "email": "x"}, ["Email is invalid"]),
        ({"first_name": 5}, ["first_name: expected text or null of at most 255 characters, got 5"]),
        ({"username": ["x"]}, ['username: expected text or null of at most 255 characters, got ["x"]']),
    ],
)
async def test_invalid_change_is_rejected_and_changes_nothing(
    emulator: RunningEmulator, fields: dict[str, Any], messages: list[str]
) -> None:
    await emulator.control("PATCH", "/sandboxes/docs/records/universe/customers/164", json={"username": "taken"})
    document = await change(emulator, {"last_name": "New", **fields})
    assert {"status": "error", "messages": messages} == document
    assert MARIA == await record(emulator)


async def test_text_of_more_than_255_characters_is_rejected(emulator: RunningEmulator) -> None:
    (message,) = (await change(emulator, {"first_name": "x" * 256}))["messages"]
    assert message.startswith("first_name: expected text or null of at most 255 characters")


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "a", "password_confirmation": "a", "current_password": "b"},
        {"password": "a", "current_password": "b"},
        {"password": "", "password_confirmation": "x", "current_password": ""},
    ],
)
async def test_password_is_accepted_and_not_stored(emulator: RunningEmulator, fields: dict[str, str]) -> None:
    before = (await emulator.control("GET", RECORD)).json
    assert "ok" == (await change(emulator, fields))["status"]
    assert before == (await emulator.control("GET", RECORD)).json


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"{", "application/json", "body: expected JSON"),
        (b"[]", "application/json", "body: expected a JSON object"),
        (b"\xff", "application/json", "body: expected JSON in UTF-8"),
        (b"first_name=x", "text/plain", "body: expected JSON"),
        (b"first_name=%ff", "application/x-www-form-urlencoded", "body: expected form fields"),
    ],
)
async def test_unreadable_body_is_rejected(
    emulator: RunningEmulator, body: bytes, content_type: str, message: str
) -> None:
    headers = {"Content-Type": content_type}
    reply = await emulator.request("POST", "/account?key=docs@2", data=body, headers=headers)
    assert (200, "error", message) == (reply.status, reply.json["status"], reply.json["messages"][0][: len(message)])


async def test_change_is_in_the_journal_with_its_rules(emulator: RunningEmulator) -> None:
    await change(emulator, {"first_name": ""})
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert ["universe.account-errors"] == entry["rules"]


async def test_fault_applies_to_a_change(emulator: RunningEmulator) -> None:
    fault = {"match": {"method": "POST", "path": "/account"}, "effect": {"type": "status", "status": 503}}
    await emulator.control("POST", "/sandboxes/docs/faults", json=fault)
    assert 503 == (await emulator.request("POST", "/account?key=docs@2", json={"first_name": "Ana"})).status
    assert MARIA == await record(emulator)


# ---- the key


@pytest.mark.parametrize("path", ["/account", "/api/v1/account.json"])
async def test_key_is_read_from_a_form(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.request("POST", path, data={"key": "docs@2", "first_name": "Ana"})
    assert ("ok", 2, "Ana") == (
        reply.json["status"],
        reply.json["customer"]["id"],
        (await record(emulator))["first_name"],
    )
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert ("credential", 2) == (entry["customer"]["source"], entry["customer"]["id"])


async def test_key_of_the_query_string_has_precedence(emulator: RunningEmulator) -> None:
    reply = await emulator.request("POST", "/account?key=docs.b@164", data={"key": "docs@2"})
    assert 164 == reply.json["customer"]["id"]


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({"data": {"first_name": "Ana"}}, ""),
        ({"data": {"key": ""}}, ""),
        ({"data": {"key": "a b"}}, ""),
        ({"data": {"key": "docs@2"}}, "?key="),
        ({"json": {"key": "docs@2"}}, ""),
        ({"data": b"key=%ff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, ""),
        ({"data": b"\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, ""),
        ({"data": b"key[]=docs", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, ""),
    ],
)
async def test_other_keys_in_a_body_are_not_accepted(
    emulator: RunningEmulator, options: dict[str, Any], query: str
) -> None:
    reply = await emulator.request("POST", f"/account{query}", **options)
    assert {"status": "error", "messages": ["Invalid API key"]} == reply.json


async def test_listed_keys_apply_to_forms(start: Start) -> None:
    emulator = await start(credentials={"listed": None})
    replies = [await emulator.request("POST", "/account", data={"key": key}) for key in ("listed", "other")]
    assert ["ok", "error"] == [reply.json["status"] for reply in replies]


async def test_form_with_a_key_is_limited_in_size(emulator: RunningEmulator) -> None:
    body = BytesIO(urlencode({"key": "docs@2", "x": "y" * 2**20}).encode())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert 413 == (await emulator.request("POST", "/account", data=body, headers=headers)).status


async def test_other_forms_have_a_key_too(emulator: RunningEmulator) -> None:
    reply = await emulator.request("POST", "/refresh", data={"key": "docs", "refresh_token": "x"})
    assert ["Unable to decode refresh token"] == reply.json["messages"]
