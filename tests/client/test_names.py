"""Sandbox names in URLs and credentials."""

import asyncio
from urllib.parse import quote

import aiohttp
import pytest
from support.client import Connect, ids
from yarl import URL

from mockorders.client.sandbox import EmulatorClient

NAMES = [
    "a/b",
    "/",
    "a/",
    "%",
    "%2F",
    "%252F",
    "100%",
    "..",
    ".",
    "../..",
    "a?b=c&d#e",
    "a+b;c,d",
    "docs.test[x-1]",
    "a{b}",
    "a\\b",
    "a@b",
    "ünïcödé-日本-🎁",
    '"quoted"',
    "a:b",
    "état/%/..",
    "x" * 200,
    "é" * 200,
]


@pytest.mark.parametrize("name", NAMES)
async def test_every_name_addresses_its_own_sandbox(connect: Connect, name: str) -> None:
    client = await connect(name)
    await client("create")
    assert name == (await client("info"))["name"]
    assert [name] == await client("snapshot", name)
    await client("restore", name)
    assert name == (await client("diff", name))["from"]
    await client("delete_snapshot", name)
    await client("delete")


@pytest.mark.parametrize("name", NAMES)
async def test_credential_of_a_name_uses_the_same_sandbox(connect: Connect, name: str) -> None:
    client = await connect(name)
    url = URL(f"{client.url}/orders?key={quote(name, safe='')}", encoded=True)
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert "ok" == (await response.json())["status"]
    assert ids("1")(await client("requests"))
    assert name in [each["name"] for each in await asyncio.to_thread(EmulatorClient(client.url).sandboxes)]
    await client("delete")


@pytest.mark.parametrize("name", ["a b", " ", "a\tb", "a\x00b", "x" * 201, "docs@2", "docs@none"])
async def test_invalid_name_is_rejected(connect: Connect, name: str) -> None:
    error = await (await connect(name)).error("clock.now")
    assert (422, "Invalid sandbox name") == (error.status, error.title)
