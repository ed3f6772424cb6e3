"""JSONP and the method override."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from support.emulator import Reply, RunningEmulator, example
from support.universe import HOSTILE

BAD_CALLBACK = {"status": "error", "messages": ["Invalid callback"]}


def unwrapped(reply: Reply, name: str) -> Any:
    """Return the value that a JSONP response passes to its function."""
    assert "application/javascript; charset=utf-8" == reply.headers["Content-Type"]
    assert (reply.text[: len(name) + 1], reply.text[-2:]) == (f"{name}(", ");")
    return json.loads(reply.text[len(name) + 1 : -2])


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/orders", "docs@2", 200),
        ("/orders.json?order=DESC", "docs@2", 200),
        ("/orders/489", "docs@164", 200),
        ("/orders/489", "docs@2", 200),
        ("/orders", "docs@none", 200),
        ("/orders", "", 200),
        ("/orders", "@2", 200),
        ("/account/status.json", "", 200),
        ("/account", "docs@none", 200),
        ("/fanclub.json", "docs@2", 200),
        ("/plans", "default@100", 200),
        ("/plans/999", "docs@2", 200),
        ("/nothing", "docs@2", 404),
        ("/account/status.json", "docs@2", 200),
        ("/orders?_method=POST", "docs@2", 405),
    ],
)
async def test_jsonp_wraps_every_response(emulator: RunningEmulator, path: str, key: str, status: int) -> None:
    plain = await emulator.universe(path, key)
    join = "&" if "?" in path else "?"
    wrapped = await emulator.universe(f"{path}{join}callback=jQuery1_2&jsonp=true&_=3", key)
    assert (status, status) == (plain.status, wrapped.status)
    assert plain.json == unwrapped(wrapped, "jQuery1_2")


@pytest.mark.parametrize(
    "query",
    [
        "callback=cb&x=%FF",
        "x=%FF&callback=cb",
        "%FF&callback=cb&_=1",
        "key=d%F6cs&callback=cb",
        "callback=%FF&callback=cb",
        "callback=%63b&x=%C0%80",
        "callback=cb&x=%ED%A0%80",
        "callback=cb" + "&a=1" * 3_000,
        "&" * 3_001 + "callback=cb",
    ],
    ids=lambda query: query[:30],
)
async def test_jsonp_wraps_the_error_of_an_unreadable_query(emulator: RunningEmulator, query: str) -> None:
    plain = await emulator.request("GET", f"/orders?{query.replace('callback=', 'called=')}")
    wrapped = await emulator.request("GET", f"/orders?{query}")
    assert (200, "error", plain.json) == (wrapped.status, plain.json["status"], unwrapped(wrapped, "cb"))


@pytest.mark.parametrize("query", ["callback=%FF", "callback=cb&callback=%FF", "x=%FF", "x=%FF&xcallback=cb", "%FF"])
async def test_unreadable_callback_is_ignored(emulator: RunningEmulator, query: str) -> None:
    reply = await emulator.request("GET", f"/orders?{query}")
    assert ("application/json; charset=utf-8", "error") == (reply.headers["Content-Type"], reply.json["status"])


async def test_invalid_callback_of_an_unreadable_query_is_named(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/orders?x=%FF&callback=a-b")
    assert BAD_CALLBACK == reply.json


async def test_jsonp_wraps_the_error_of_a_large_body(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/orders?key=docs@2&callback=cb", data=BytesIO(b"x" * (2**20 + 1)))
    assert (413, "error") == (reply.status, unwrapped(reply, "cb")["status"])


@pytest.mark.parametrize(
    "name",
    ["cb", "$", "_", "solidus_client_jsonp_callback_12345", "jQuery111_222", "a.b[0].c", "A9", "9", "x" * 128],
)
async def test_valid_callback_is_used_unchanged(emulator: RunningEmulator, name: str) -> None:
    reply = await emulator.universe(f"/orders?callback={quote(name)}")
    assert example("universe/orders_desc")["orders"][::-1] == unwrapped(reply, name)["orders"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 129,
        "a b",
        "a-b",
        "alert(1)//",
        "a;b",
        "é",
        "\u0660",
        "a\n",
        "\u2028",
        "a\x00",
        "<script>",
        "a/b",
        "a'b",
        'a"',
    ],
)
@pytest.mark.parametrize(("path", "key"), [("/orders", "docs@2"), ("/orders", ""), ("/orders/999", "docs@2")])
async def test_invalid_callback_gets_plain_json(emulator: RunningEmulator, path: str, key: str, name: str) -> None:
    reply = await emulator.universe(f"{path}?callback={quote(name, safe='')}", key)
    expected = (200, BAD_CALLBACK, "application/json; charset=utf-8")
    assert expected == (reply.status, reply.json, reply.headers["Content-Type"])


async def test_jsonp_escapes_characters_that_scripts_cannot_contain(own: RunningEmulator) -> None:
    plain = await own.universe("/orders/10", "own")
    reply = await own.universe("/orders/10?callback=cb", "own")
    assert [] == [bad for bad in ("\u2028", "\u2029", "</") if bad in reply.text]
    assert HOSTILE == plain.json["order"]["plan"]["name"] == unwrapped(reply, "cb")["order"]["plan"]["name"]


async def test_plain_json_is_not_escaped_for_scripts(own: RunningEmulator) -> None:
    assert HOSTILE in (await own.universe("/orders/10", "own")).text


@pytest.mark.parametrize(
    ("method", "status"),
    [("POST", 405), ("post", 405), ("Post", 405), ("GET", 200), ("get", 200), ("", 200)],
)
async def test_method_override_turns_a_get_into_a_post(emulator: RunningEmulator, method: str, status: int) -> None:
    reply = await emulator.universe(f"/orders?_method={method}&callback=cb")
    assert status == reply.status
    assert {200: None, 405: "GET"}[status] == reply.headers.get("Allow")


async def test_method_override_does_not_change_a_post(emulator: RunningEmulator) -> None:
    assert 405 == (await emulator.request("POST", "/orders?key=docs@2&_method=GET")).status
