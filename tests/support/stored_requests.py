"""Send the requests of a sandbox with a stored journal, and read what is shown of them."""

import re
from typing import Any

from support.dashboard import post
from support.emulator import basic
from support.stored import ORDER, Stored

HERE = "/sandboxes/docs"
REQUESTS = f"{HERE}/requests"
PAGE = "/ui/docs/requests"
PATH = f"/v1/orders/{ORDER}/"
SECRET = "wJalrXUtnFEMI"

Call = tuple[str, str, Any]
READ: Call = ("GET", PATH, None)
WRITE: Call = ("PUT", PATH, {"note": "new"})
FAULT = {"effect": {"type": "status", "status": 503}, "times": 1}
CALLS: dict[str, list[Call]] = {
    "reads": [READ, READ],
    "a change": [WRITE],
    "a rejection": [("PUT", PATH, {"note": 1})],
    "a fault": [("POST", f"{HERE}/faults", FAULT), READ],
    "no credential": [("GET", "/orders?key=", None), WRITE],
    "a cleared journal": [READ, ("DELETE", REQUESTS, None), READ],
    "an empty journal": [READ, ("DELETE", REQUESTS, None)],
    "a cleared journal without credential": [("GET", "/orders", None), ("DELETE", "/sandboxes/_/requests", None)],
    "a reset": [READ, WRITE, ("POST", f"{HERE}/reset", None), READ],
    "a reset of all": [READ, ("POST", "/reset", None)],
    "a new sandbox": [READ, READ, ("PUT", HERE, {"fixtures": "empty"}), READ],
    "a deleted sandbox": [READ, READ, ("DELETE", HERE, None), READ],
    "a replaced state": [READ, ("PUT", f"{HERE}/state", {"extends": "docs"}), READ],
    "a restored snapshot": [WRITE, ("PUT", f"{HERE}/snapshots/a", None), ("POST", f"{HERE}/snapshots/a/restore", None)],
    "a pinned request": [READ, READ, ("pin", "1", None), ("DELETE", REQUESTS, None), READ],
    "a request that is pinned no more": [READ, ("pin", "1", None), ("unpin", "1", None), ("DELETE", REQUESTS, None)],
    "a pinned request of before a reset": [READ, ("pin", "1", None), ("POST", f"{HERE}/reset", None)],
}


async def call(place: Stored, method: str, path: str, body: Any) -> None:
    """Send a request to an API or to the control API, or pin a request."""
    if method in {"pin", "unpin"}:
        reply = await post(place.emulator, f"{PAGE}/{path}/pin", pinned="true" if method == "pin" else "")
        assert 303 == reply.status, reply.text
    elif path.startswith(("/v1", "/orders")):
        await place.emulator.request(method, path, headers=basic("docs", SECRET), json=body)
    else:
        reply = await place.emulator.control(method, path, json=body)
        assert reply.status in {200, 201, 204}, reply.text


async def shown(place: Stored) -> list[Any]:
    """Return all that is shown of the requests of two sandboxes."""
    found: list[Any] = []
    for name in ("docs", "_"):
        listed = (await place.emulator.control("GET", f"/sandboxes/{name}/requests")).json
        page = (await place.emulator.control("GET", f"/ui/{name}/requests", headers={"Accept": "text/html"})).text
        ids = [each["id"] for each in listed["requests"]]
        paths = [f"/sandboxes/{name}/requests/{each}/explain" for each in ids]
        found += [listed, [(await place.emulator.control("GET", each)).json["checks"] for each in paths]]
        found.append(re.findall(r'href="[^"]*/requests/(\d+)"', page))
    return found
