"""Snippets on the page of a request repeat it: each is executed."""

import asyncio
import re
import shutil
import sys
import sysconfig
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from support.emulator import RunningEmulator, basic
from support.faults import fault
from support.journal import listed
from support.processes import finish
from support.sessions import Session, run_sessions

from mockorders.observability.snippets import KEYS

HTTPIE = Path(sysconfig.get_path("scripts")) / "http"
NODE = shutil.which("node") or ""
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ORDER = "/v1/orders/75572230/"
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/orders?key=docs&callback=show", {}),
    ("GET", "/orders?key=docs@2", {"headers": {"Cookie": "x=1; mockorders_customer=164"}}),
    (
        "GET",
        "/orders?key=docs@none",
        {"headers": {"X-Equal": "=1", "X-Empty": "", "X-Quote": 'it\'s $HOME `x` "y"', "-X-Dash": ""}},
    ),
    ("GET", "/v1/orders/?status=it's%0A$HOME&name[]={x}", {"headers": basic("docs@164")}),
    ("PUT", ORDER, {"data": '{"note": "it\'s\\n\\u00fc 日本 $HOME @x"}'.encode(), "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b"note=a%20b", "headers": FORM | basic("docs")}),
    ("PUT", ORDER, {"data": b"-n %s \\x41 'quoted'\xff\x00\n", "headers": JSON | basic("docs")}),
    ("PUT", ORDER, {"data": b"-n", "headers": JSON | basic("docs")}),
    ("POST", "/account", {"data": b"key=docs&first_name=Ada", "headers": FORM}),
    ("GET", "/orders?key=docs", {"headers": {"X-Mockorders-Fault": "status=503"}}),
]
SECONDS = 60


@pytest.fixture
async def sent(emulator: RunningEmulator) -> RunningEmulator:
    """Start an emulator that has received `REQUESTS`, in a sandbox with a frozen clock."""
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21T00:00:00Z"})
    for method, path, options in REQUESTS:
        await emulator.request(method, path, **options)
    return emulator


async def snippet(emulator: RunningEmulator, number: int, key: str) -> str:
    """Return the text of a snippet on the page of a request."""
    text = (await emulator.control("GET", f"/ui/docs/requests/{number}")).text
    found = re.search(rf'<pre id="{key}"[^>]*><code>(.*?)</code></pre>', text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def essence(request: Any) -> tuple[Any, ...]:
    """Return what a repeated request has in common with the original."""
    body = request["request"]["body"]
    customer = request["customer"] and request["customer"]["id"]
    return (
        request["method"],
        request["path"],
        request["query"],
        body,
        request["request"]["headers"].get("-X-Dash"),
        customer,
        request["status"],
        request["response"]["body"],
    )


async def repeated(emulator: RunningEmulator) -> tuple[list[Any], list[Any]]:
    """Return the essence of the first requests, and of those that followed."""
    requests = [essence(each) for each in (await listed(emulator))["requests"]]
    return requests[: len(REQUESTS)], requests[len(REQUESTS) :]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
async def test_httpie_commands_repeat_the_requests(sent: RunningEmulator) -> None:
    lines = [await snippet(sent, number, "httpie") for number in range(1, len(REQUESTS) + 1)]
    script = "\n".join([f'http() {{ "{HTTPIE}" "$@"; }}', *lines])
    done = await asyncio.to_thread(finish, ["bash", "-c", script], timeout=SECONDS, environment={"NO_PROXY": "*"})
    originals, others = await repeated(sent)
    assert originals == others, done.stderr


@pytest.mark.skipif(not NODE, reason="Node.js is not installed")
async def test_fetch_lines_repeat_the_requests(sent: RunningEmulator) -> None:
    calls = [f"{{ {await snippet(sent, number, 'fetch')} }}" for number in range(1, len(REQUESTS) + 1)]
    program = "\n".join(calls)
    done = await asyncio.to_thread(finish, [NODE, "--input-type=module", "-e", program], timeout=SECONDS)
    originals, others = await repeated(sent)
    assert originals == others, done.stderr


async def test_python_lines_repeat_the_requests(sent: RunningEmulator) -> None:
    calls = [await snippet(sent, number, "python") for number in range(1, len(REQUESTS) + 1)]
    done = await asyncio.to_thread(finish, [sys.executable, "-c", "\n".join(calls)], timeout=SECONDS)
    originals, others = await repeated(sent)
    assert originals == others, done.stderr


async def test_pytest_cases_pass(sent: RunningEmulator, tmp_path: Path) -> None:
    await fault(sent, {"type": "status", "status": 418, "body": {"tea": True}}, times=1)
    await sent.universe("/orders", "docs")
    await fault(sent, {"type": "rate_limit", "requests": 0, "window": 60}, times=1, stage="after")
    await sent.universe("/orders/489", "docs@164")
    await fault(sent, {"type": "delay", "ms": 1}, times=1)
    await sent.control("PATCH", "/sandboxes/docs", json={"current_customer": 164})
    await sent.universe("/orders/489", "docs")
    numbers = range(1, len(REQUESTS) + 4)
    for number in numbers:
        (tmp_path / f"test_{number}.py").write_text(await snippet(sent, number, "pytest"), encoding="utf-8")
    (output,) = await asyncio.to_thread(run_sessions, [Session(tmp_path, ["-q"])], ["mockorders"])
    assert f"{len(numbers)} passed" in output, output


async def test_pytest_case_has_the_fault_the_customer_and_the_clock(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": "2017-03-21T00:00:00Z"})
    await emulator.control("PATCH", "/sandboxes/docs", json={"current_customer": 164})
    await fault(emulator, {"type": "status", "status": 503, "headers": {"Set-Cookie": "a=secret"}}, stage="after")
    await emulator.universe("/orders/489", "docs")
    expected = """\
import pytest
import requests


@pytest.mark.mockorders(fixtures="docs", clock="2017-03-21T00:00:00Z")
def test_get_orders_489(mockorders):
    mockorders.log_in(164)
    mockorders.fault("status", status=503, headers={'Set-Cookie': 'a=***'}, stage="after")
    response = requests.request(
        "GET",
        f"{mockorders.url}/orders/489?key={mockorders.name}",
        allow_redirects=False,
    )
    assert response.status_code == 503"""
    assert expected == await snippet(emulator, 1, "pytest")


async def test_changed_records_are_mentioned_in_the_pytest_case(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"})
    assert "# the sandbox had other records than its fixtures" in await snippet(emulator, 1, "pytest")


async def test_truncated_body_is_mentioned(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", data=b"x" * 70_000)
    texts = [(await emulator.control("GET", f"/ui/docs/requests/1/snippets/{key}")).text for key in KEYS]
    assert all("the body is truncated, the original has 70000 bytes" in text for text in texts)


async def test_page_of_a_request_with_long_bodies_is_short(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "<&>" * 20_000})
    reply = await emulator.control("GET", "/ui/docs/requests/1")
    assert len(reply.body) < 100_000
    assert KEYS == tuple(re.findall(r'/requests/1/snippets/(\w+)">', reply.text))


async def test_unknown_snippet_is_404(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders")
    assert 404 == (await emulator.control("GET", "/ui/docs/requests/1/snippets/perl")).status
