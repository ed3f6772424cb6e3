"""Curl lines send the same request when pasted into a shell."""

import asyncio
import json
import shutil
from base64 import b64encode
from typing import Any

import pytest
from support.emulator import RunningEmulator, basic
from support.processes import finish

from mockorders.observability.curl import curl_line

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# recorded, but different in each client
VARY = {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection", "Content-Length", "Authorization"}

REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/orders?key=docs", {}),
    ("GET", "/orders/latest?key=docs&order=a%26b%20c%C3%BC&empty=", {}),
    ("GET", "/v1/orders/?with=&id__in=1,2&name[]=x&id=1&id=2", {"headers": basic("docs")}),
    ("GET", "/orders/../orders/%2E%2E/it's?key=docs", {}),
    ("GET", "/orders/{1,2}[1-2]?key=docs", {}),
    ("HEAD", "/v1/orders/", {"headers": basic("docs")}),
    ("OPTIONS", "/v1/orders/", {"headers": {"Origin": "http://localhost"}}),
    ("GET", "/orders?key=docs", {"headers": {"X-Empty": "", "X-Quote": 'it\'s $HOME `x` "y"'}}),
    ("GET", "/orders?key=docs", {"data": b"[1]", "headers": JSON}),
    ("PUT", "/v1/orders/75572230/", {"data": '{"note": "it\'s\\n\\u00fc $HOME @x"}', "headers": JSON | basic("docs")}),
    ("PUT", "/v1/orders/75572230/", {"data": b"note=a%20b", "headers": FORM | basic("docs")}),
    ("PUT", "/v1/orders/75572230/", {"data": b"@/etc/hostname", "headers": JSON | basic("docs")}),
    (
        "PUT",
        "/v1/orders/75572230/",
        {"data": b'{"note":"x"}', "headers": basic("docs"), "skip_auto_headers": list(JSON)},
    ),
    ("POST", "/v1/orders/", {"data": b"", "headers": basic("docs")}),
    ("GET", "/v1/orders/", {"headers": {"Authorization": "Basic " + b64encode("docs:pä".encode("latin-1")).decode()}}),
]


async def entries(emulator: RunningEmulator) -> list[dict[str, Any]]:
    """Return the journal without what differs between clients."""
    found: list[dict[str, Any]] = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    found += (await emulator.control("GET", "/sandboxes/_/requests")).json["requests"]
    return found


def essence(entry: dict[str, Any]) -> dict[str, Any]:
    headers = {name: value for name, value in entry["request"]["headers"].items() if name not in VARY}
    parts = {name: entry[name] for name in ("api", "method", "path", "query", "status")}
    return {**parts, "headers": headers, "body": entry["request"]["body"]}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(("method", "path", "options"), REQUESTS, ids=[f"{m} {p}" for m, p, _ in REQUESTS])
async def test_curl_line_sends_the_same_request(
    emulator: RunningEmulator, method: str, path: str, options: dict[str, Any]
) -> None:
    await emulator.request(method, path, **options)
    (before,) = await entries(emulator)
    line = curl_line(before, emulator.url, "docs")
    done = await asyncio.to_thread(finish, f"{line} --silent --fail-with-body --noproxy '*'", shell=True)
    _, after = await entries(emulator)
    assert essence(before) == essence(after), (line, done.stderr)


CUT = "the body is truncated, the original has 70000 bytes"
ENTRY: dict[str, Any] = {"method": "GET", "path": "/orders", "query": {}, "request": {"headers": {}, "body": None}}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({}, "curl http://x/orders"),
        ({"query": {"key": "***"}}, "curl 'http://x/orders?key=me'"),
        ({"query": {"key": "shown"}}, "curl 'http://x/orders?key=shown'"),
        ({"request": {"headers": {"Authorization": "Basic ***"}, "body": None}}, "curl -u me:any http://x/orders"),
        (
            {"request": {"headers": {"authorization": "Bearer ***"}, "body": None}},
            "curl -H 'authorization: Bearer ***' http://x/orders",
        ),
        (
            {"method": "POST", "request": {"headers": JSON, "body": {"a": "ü"}}},
            "curl -X POST -H 'Content-Type: application/json' --data-raw '{\"a\": \"ü\"}' http://x/orders",
        ),
        (
            {"method": "PUT", "request": {"headers": FORM, "body": "a=b", "truncated": 70_000}},
            f"curl -X PUT -H 'Content-Type: {FORM['Content-Type']}' --data-raw a=b http://x/orders  # {CUT}",
        ),
    ],
)
def test_curl_line_is_short_and_contains_no_secret(entry: dict[str, Any], expected: str) -> None:
    assert expected == curl_line(ENTRY | entry, "http://x", "me")


async def test_masked_values_are_left_out(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("GET", "/orders/?key=s3cret", headers=basic("docs", "s3cret") | {"Cookie": "a=s3cret"})
    (entry,) = await entries(emulator)
    assert "s3cret" not in curl_line(entry, emulator.url, "docs") + json.dumps(entry)
