"""The journal as HAR."""

import json
from contextlib import suppress
from typing import Any

import jsonschema
import pytest
from support.emulator import RunningEmulator
from support.journal import KIB, fill, listed


def record(required: str, optional: str = "", /, **typed: Any) -> dict[str, Any]:
    """Return the schema of a HAR 1.2 object: strings by default, optional `comment`, custom members start with `_`."""
    names = [*required.split(), *optional.split(), "comment"]
    return {
        "type": "object",
        "required": required.split(),
        "properties": {name: typed.get(name, {"type": "string"}) for name in names},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


NUMBER = {"type": "integer", "minimum": -1}
TIME = {"type": "number", "minimum": 0}
PHASE = {"type": "number", "minimum": -1}
PAIRS = {"type": "array", "items": record("name value")}
COOKIES = {
    "type": "array",
    "items": record(
        "name value", "path domain expires httpOnly secure", httpOnly={"type": "boolean"}, secure={"type": "boolean"}
    ),
}
SIZES = {"headersSize": NUMBER, "bodySize": NUMBER}
REQUEST = record(
    "method url httpVersion cookies headers queryString headersSize bodySize",
    "postData",
    url={"type": "string", "pattern": "^https?://[!-~]+$"},
    cookies=COOKIES,
    headers=PAIRS,
    queryString=PAIRS,
    postData=record("mimeType", "text params", params={"type": "array"}),
    **SIZES,
)
RESPONSE = record(
    "status statusText httpVersion cookies headers content redirectURL headersSize bodySize",
    status={"type": "integer", "minimum": 0, "maximum": 599},
    cookies=COOKIES,
    headers=PAIRS,
    content=record("size mimeType", "compression text encoding", size=NUMBER, compression=NUMBER),
    **SIZES,
)
TIMINGS = record(
    "send wait receive",
    "blocked dns connect ssl",
    **dict.fromkeys(("blocked", "dns", "connect", "send", "wait", "receive", "ssl"), PHASE),
)
ENTRY = record(
    "startedDateTime time request response cache timings",
    "pageref serverIPAddress connection",
    startedDateTime={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
    time=TIME,
    request=REQUEST,
    response=RESPONSE,
    cache={"type": "object"},
    timings=TIMINGS,
)
LOG = record(
    "version creator entries",
    "browser pages",
    version={"const": "1.2"},
    creator=record("name version"),
    entries={"type": "array", "items": ENTRY},
)
HAR = {"type": "object", "required": ["log"], "properties": {"log": LOG}, "additionalProperties": False}


async def test_export_is_har_1_2(emulator: RunningEmulator) -> None:
    await fill(emulator)
    await emulator.cratejoy("PUT", "/orders/75572230/", data=b"\xff" * 100 * KIB)
    await emulator.universe("/orders?a=1&a=2&b=%26%C3%A9&callback=cb", X_Test="é")
    await emulator.universe("/orders/%F0%9F%94%91%20", Cookie="a=b")
    with suppress(Exception):
        await emulator.cratejoy("POST", "/orders/", json={}, headers={"X-Mockorders-Fault": "reset"})
    reply = await emulator.control("GET", "/sandboxes/docs/requests.har")
    assert (200, "application/json") == (reply.status, reply.headers["Content-Type"].partition(";")[0])
    jsonschema.validate(reply.json, HAR)
    entries = reply.json["log"]["entries"]
    listed_entries = (await listed(emulator))["requests"]
    assert [(each["method"], each["status"] or 0) for each in listed_entries] == [
        (each["request"]["method"], each["response"]["status"]) for each in entries
    ]
    for each in entries:
        parts = [each["timings"][name] for name in ("send", "wait", "receive")]
        assert each["time"] == pytest.approx(sum(part for part in parts if part > 0))


async def test_export_has_urls_bodies_and_parameters(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders?a=1&a=2&b=%26%C3%A9")
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "né"})
    first, second = (await emulator.control("GET", "/sandboxes/docs/requests.har")).json["log"]["entries"]
    pairs = [(each["name"], each["value"]) for each in first["request"]["queryString"]]
    assert [("a", "1"), ("a", "2"), ("b", "&é"), ("key", "***@2")] == pairs
    url = first["request"]["url"].replace("%2A", "*")
    assert f"{emulator.url}/orders?a=1&a=2&b=%26%C3%A9&key=***%402" == url
    assert {"note": "né"} == json.loads(second["request"]["postData"]["text"])
    assert "application/json" == second["request"]["postData"]["mimeType"]
    assert "né" == json.loads(second["response"]["content"]["text"])["note"]
    assert second["response"]["bodySize"] == len(second["response"]["content"]["text"].encode())


async def test_export_applies_the_filters(emulator: RunningEmulator) -> None:
    await fill(emulator)
    har = (await emulator.control("GET", "/sandboxes/docs/requests.har?api=cratejoy&method=PUT")).json
    assert ["PUT"] == [each["request"]["method"] for each in har["log"]["entries"]]


async def test_empty_journal_exports_no_entries(emulator: RunningEmulator) -> None:
    har = (await emulator.control("GET", "/sandboxes/docs/requests.har")).json
    jsonschema.validate(har, HAR)
    assert [] == har["log"]["entries"]
