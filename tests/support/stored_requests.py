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
