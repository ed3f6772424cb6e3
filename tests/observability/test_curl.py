"""Curl lines get the same response when pasted into a shell."""

import asyncio
import gzip
import json
import shutil
from typing import Any

import pytest
from support.emulator import Reply, RunningEmulator, Start, basic
from support.processes import finish

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BEARER = {"Authorization": "Bearer customer-164"}
COOKIE = {"Cookie": "session=1; mockorders_customer=164"}
ORDER = "/v1/orders/75572230/"
BROWSER = {
    "Origin": "http://localhost:5173",
    "Referer": "http://localhost:5173/?key=x",
    "Sec-Fetch-Site": "same-site",
    "Accept-Language": "de",
    "User-Agent": "Mozilla/5.0",
}

REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    # authentication with Universe
    ("GET", "/orders?key=docs", {}),
    ("GET", "/api/v1/orders.json?key=docs@164", {}),
    ("GET", "/orders?key=docs%40164", {}),
    ("GET", "/orders?key=docs@none", {}),
    ("GET", "/orders?k%65y=docs@164&order=DESC", {}),
    ("GET", "/orders?key=other&key=docs@164", {}),
    ("GET", "/orders?key=docs", {"headers": COOKIE}),
    ("GET", "/orders?key=docs@2", {"headers": {"Cookie": 'mockorders_customer="164"'}}),
    ("GET", "/orders?key=docs", {"headers": {"Cookie": "mockorders_customer=none"}}),
    ("GET", "/orders?key=docs", {"headers": {"Cookie": "mockorders_customer=secret"}}),
    ("GET", "/orders?key=docs", {"headers": BEARER | COOKIE}),
    ("GET", "/orders?key=docs@2", {"headers": {"Authorization": "bearer   customer-164"}}),
    ("GET", "/orders?key=docs@2", {"headers": {"Authorization": "Bearer secret"}}),
    ("GET", "/orders?key=docs@2", {"headers": {"Authorization": "Bearer"}}),
    ("GET", "/orders?key=docs@164", {"headers": basic("x")}),
    ("GET", "/orders?key=docs", {"headers": BROWSER | COOKIE}),
    ("GET", "/orders", {"headers": COOKIE}),
    ("GET", "/orders?key=", {}),
    ("GET", "/orders?key=a+b", {}),
    # authentication with Cratejoy
    ("GET", ORDER, {"headers": basic("docs")}),
    ("GET", ORDER, {"headers": basic("docs@164", "secret")}),
    ("GET", ORDER, {"headers": {"Authorization": basic("docs")["Authorization"].replace("Basic", "basic")}}),
    ("GET", ORDER, {"headers": basic("docs") | COOKIE}),
    ("GET", ORDER, {"headers": {"Authorization": "Basic ???"}}),
    ("GET", ORDER, {"headers": {"Authorization": "Basic"}}),
    ("GET", ORDER, {"headers": BEARER}),
    ("GET", ORDER, {}),
    # targets
    ("GET", "/orders/latest?key=docs&order=a%26b%20c%C3%BC&empty=&callback=show", {}),
    ("GET", "/orders?key=docs&_method=POST", {}),
    ("GET", "/orders?b=%FF&key=docs", {}),
    ("GET", "/v1/orders/?with=&id__in=1,2&name[]=x&id=1&x=3&id=2", {"headers": basic("docs")}),
    ("GET", "/v1/orders/?status=it's%0A$HOME", {"headers": basic("docs")}),
    ("GET", "/orders/../orders/%2E%2E/it's?key=docs", {}),
    ("GET", "/orders/{1,2}[1-2]?key=docs", {}),
    ("GET", "/orders/%27$(id)%60?key=docs", {}),
    ("HEAD", "/v1/orders/", {"headers": basic("docs")}),
    ("OPTIONS", "/v1/orders/", {"headers": {"Origin": "http://localhost"}}),
    ("DELETE", ORDER, {"headers": basic("docs")}),
    # pages
    ("GET", "/orders?key=docs", {"headers": {"Origin": "http://evil.example"}}),
    ("GET", "/orders?key=docs", {"headers": {"Origin": "https://shop.example", "Sec-Fetch-Site": "same-origin"}}),
    ("GET", "/orders?key=docs", {"headers": {"Sec-Fetch-Site": "cross-site", "Referer": "http://evil.example/"}}),
    ("POST", ORDER, {"headers": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Origin": "null"}}),
    # headers
    ("GET", "/orders?key=docs", {"headers": {"X-Empty": "", "X-Quote": 'it\'s $HOME `x` "y"'}}),
    ("GET", "/orders?key=docs", {"headers": {"X-Mockorders-Fault": "status=503"}}),
    ("GET", ORDER, {"headers": basic("docs") | {"X-Mockorders-Fault": "drift; seed=1"}}),
    # bodies
    ("GET", "/orders?key=docs@2", {"data": b'{"order": "DESC"}', "headers": JSON}),
    ("PUT", ORDER, {"data": '{"note": "it\'s\\n\\u00fc $HOME @x"}', "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": '{\n\t"note": "日本 🎁"\r\n}'.encode(), "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b'{"note": 1.50, "x": 1e2}', "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b'{"note": "a", "note": "b"}', "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b"note=a%20b", "headers": FORM | basic("docs")}),
    ("PUT", ORDER, {"data": b"@/etc/hostname", "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b"-n %s \\x41 'quoted'\xff\x00\n", "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": bytes(range(256)) * 8, "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b"note=\xff", "headers": FORM | basic("docs")}),
    ("PUT", ORDER, {"data": b'{"note":"x"}', "headers": basic("docs"), "skip_auto_headers": list(JSON)}),
    (
        "PUT",
        ORDER,
        {"data": gzip.compress(b'{"note":"z"}'), "headers": JSON | basic("docs") | {"Content-Encoding": "gzip"}},
    ),
    ("POST", "/v1/orders/", {"data": b"", "headers": basic("docs")}),
]


async def line_of(emulator: RunningEmulator, reply: Reply) -> str:
    """Return the curl line of the request behind a response."""
    identifier = reply.headers["X-Mockorders-Request"]
    for name in ("docs", "_"):
        explained = await emulator.control("GET", f"/sandboxes/{name}/requests/{identifier}/explain")
        if explained.status == 200 and await entry_status(emulator, name, identifier) in {reply.status, None}:
            return str(explained.json["curl"])
    raise AssertionError(reply)


async def entry_status(emulator: RunningEmulator, name: str, identifier: str) -> Any:
    return (await emulator.control("GET", f"/sandboxes/{name}/requests/{identifier}")).json["status"]


async def paste(line: str) -> tuple[int, bytes]:
    """Run a line in a shell; return status and body of the response."""
    options = "--silent --noproxy '*' --write-out '\\n%{http_code}'"
    command = ["bash", "-c", f'curl() {{ command curl {options} "$@"; }}\n{line}']
    done = await asyncio.to_thread(finish, command, text=False)
    body, _, status = done.stdout.rpartition(b"\n")
    assert status.isdigit(), (line, done)
    return int(status), body


@pytest.mark.skipif(None in {shutil.which("curl"), shutil.which("bash")}, reason="curl or bash is not installed")
@pytest.mark.parametrize(("method", "path", "options"), REQUESTS, ids=[f"{m} {p}" for m, p, _ in REQUESTS])
async def test_pasted_line_gets_the_same_response(
    emulator: RunningEmulator, method: str, path: str, options: dict[str, Any]
) -> None:
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21T00:00:00Z"})
    reply = await emulator.request(method, path, **options)
    line = await line_of(emulator, reply)
    await emulator.control("POST", "/reset")
    status, body = await paste(line)
    assert reply.status == status, line
    if method != "HEAD":  # curl prints the head of the response instead
        assert reply.body == body, line


@pytest.mark.skipif(None in {shutil.which("curl"), shutil.which("bash")}, reason="curl or bash is not installed")
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1/orders/", basic("docs", "s3cret")),
        ("/orders?key=docs@164", {}),
        ("/v1/orders/", basic("docs", "wrong")),
        ("/v1/orders/", basic("nobody")),
        ("/v1/orders/", basic("")),
        ("/orders?key=nobody", {}),
        ("/orders", {}),
    ],
)
async def test_pasted_line_has_the_password_of_an_accepted_credential(
    start: Start, path: str, headers: dict[str, str]
) -> None:
    emulator = await start(credentials={"docs": "s3cret"})
    reply = await emulator.request("GET", path, headers=headers)
    line = await line_of(emulator, reply)
    assert (reply.status, reply.body) == await paste(line), line
    assert not {"wrong", "nobody"} & set(line.replace(":", " ").replace("=", " ").split())


async def test_line_leaves_out_what_only_describes_a_browser(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/orders?key=docs", headers=BROWSER | COOKIE)
    origin = "-H 'Origin: http://localhost:5173'"
    cookie = "-H 'Cookie: session=***; mockorders_customer=164'"
    assert f"curl {origin} {cookie} '{emulator.url}/orders?key=docs'" == await line_of(emulator, reply)


async def test_truncated_body_has_a_comment(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", data=b"a=" + b"b" * 70_000, headers=FORM)
    line = await line_of(emulator, reply)
    assert line.endswith("  # the body is truncated, the original has 70002 bytes")


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "a=s3cret; mockorders_customer=s3cret"},
        {"Authorization": "Bearer s3cret"},
        {"Authorization": "Bearer customer-164s3cret"},
        {"Authorization": "s3cret"},
        {"Proxy-Authorization": "Basic s3cret"},
        basic("docs", "s3cret"),
    ],
)
@pytest.mark.parametrize("target", ["/orders?key=docs", "/v1/orders/?key=s3cret@1"])
async def test_secrets_are_redacted(emulator: RunningEmulator, headers: dict[str, str], target: str) -> None:
    reply = await emulator.request("GET", target, headers=headers)
    text = await line_of(emulator, reply)
    for name in ("docs", "_"):
        text += json.dumps([each["request"] for each in (await journal(emulator, name))])
        text += json.dumps([each["query"] for each in (await journal(emulator, name))])
    assert "s3cret" not in text
    assert basic("docs", "s3cret")["Authorization"].split()[1] not in text


async def journal(emulator: RunningEmulator, name: str) -> Any:
    return (await emulator.control("GET", f"/sandboxes/{name}/requests")).json["requests"]


@pytest.mark.parametrize("headers", [COOKIE, BEARER])
async def test_ids_of_customers_are_not_redacted(emulator: RunningEmulator, headers: dict[str, str]) -> None:
    await emulator.request("GET", "/orders?key=docs@2", headers=headers)
    (entry,) = await journal(emulator, "docs")
    (name,) = headers
    assert ("***@2", headers[name].replace("session=1", "session=***")) == (
        entry["query"]["key"],
        entry["request"]["headers"][name],
    )
