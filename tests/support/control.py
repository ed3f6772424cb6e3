"""Helpers for the control API."""

from typing import Any
from urllib.parse import quote

from mockorders.problems import uri_of
from support.emulator import Reply, RunningEmulator

FROZEN = "2017-03-21T00:00:00Z"
ORDER = "/orders/75572230/"
EMPTY: dict[str, Any] = {"universe": {"customers": [{"id": 7}]}}


async def note(emulator: RunningEmulator, text: str, sandbox: str = "docs") -> None:
    """Change the note of an order in a sandbox."""
    reply = await emulator.cratejoy("PUT", ORDER, sandbox, json={"note": text})
    assert 200 == reply.status


async def state(emulator: RunningEmulator, sandbox: str = "docs") -> Any:
    reply = await emulator.control("GET", f"/sandboxes/{quote(sandbox, safe='')}/state")
    assert (200, "application/json") == (reply.status, reply.headers["Content-Type"])
    return reply.json


def problem(reply: Reply, status: int, **members: Any) -> str:
    """Check for a problem document with these members; return its detail."""
    document = reply.json
    expected = {"type": uri_of(document["title"]), "status": status, **members}
    assert (status, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert expected == {name: document.get(name) for name in expected}
    assert {str} == {type(document["title"]), type(document["detail"])}
    return str(document["detail"])


def check_forbidden(reply: Reply) -> None:
    """Check for a 403 with a problem document and without headers that let a page read it."""
    cors = [name for name in reply.headers if name.lower().startswith("access-control")]
    assert (403, "application/problem+json", 403, []) == (
        reply.status,
        reply.headers["Content-Type"],
        reply.json["status"],
        cors,
    )
