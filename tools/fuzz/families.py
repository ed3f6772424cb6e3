"""Families of random requests: raw HTTP, API requests, control requests, headers.

Each is a function of a random generator, which returns the bytes of one request.
"""

import base64
from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from urllib.parse import quote

from tools.fuzz.mutation import NAMES, VALUES, mutated, spoiled, written

SANDBOX = "docs.fuzz"
CONTROL = f"/_mockorders/sandboxes/{SANDBOX}"
CREDENTIAL = b"Basic " + base64.b64encode(f"{SANDBOX}:any".encode())
SNAPSHOT = "before"

Body = Any
Template = tuple[str, str, Body]

API: tuple[Template, ...] = (
    ("GET", f"/orders?key={SANDBOX}@2", None),
    ("GET", f"/orders/489?key={SANDBOX}@2", None),
    ("GET", f"/orders/latest?key={SANDBOX}@2&callback=f", None),
    ("GET", "/v1/orders/?limit=10&page=0&with=customer,transactions", None),
    ("GET", "/v1/orders/?placed_at__gt=2017-03-01&customer.name__like=%25a%25", None),
    ("GET", "/v1/orders/75572230/", None),
    ("PUT", "/v1/orders/75572230/", {"note": "a", "order_gift_info": {"gift_message": "b"}}),
    (
        "POST",
        "/v1/orders/",
        {"customer": {"id": 586402305}, "products": [{"product_instance": {"id": 577149041}, "quantity": 1}]},
    ),
    ("POST", "/v1/orders/", {"customer": {"email": "a@b.example"}, "coupons": ["A"], "products": [1]}),
    ("DELETE", "/v1/orders/75572230/", None),
    ("OPTIONS", "/v1/orders/", None),
)
MANAGEMENT: tuple[Template, ...] = (
    ("GET", "/_mockorders/sandboxes", None),
    ("GET", CONTROL, None),
    ("PUT", CONTROL, {"fixtures": {"extends": "docs", "current_customer": 2}, "clock": "2017-03-21T00:00:00Z"}),
    ("PATCH", CONTROL, {"current_customer": 164}),
    ("POST", CONTROL + "/reset", None),
    ("PUT", CONTROL + "/state", {"extends": "docs", "universe": {"orders": [{"id": 1}]}}),
    ("PUT", CONTROL + f"/snapshots/{SNAPSHOT}", None),
    ("POST", CONTROL + f"/snapshots/{SNAPSHOT}/restore", None),
    ("GET", CONTROL + f"/diff?from={SNAPSHOT}", None),
    ("GET", CONTROL + "/records/cratejoy/orders", None),
    ("PUT", CONTROL + "/records/cratejoy/orders/75572230", {"id": 75572230, "note": "a", "status": "open"}),
    ("PATCH", CONTROL + "/records/cratejoy/orders/75572230", {"note": "a", "total": 1}),
    ("PATCH", CONTROL + "/records/universe/orders/489", {"status": "shipped"}),
    ("DELETE", CONTROL + "/records/cratejoy/orders/75572230", None),
    ("PUT", CONTROL + "/clock", {"now": "2017-03-21T00:00:00Z", "frozen": True}),
    ("POST", CONTROL + "/clock/advance", {"seconds": 61}),
    (
        "POST",
        CONTROL + "/faults",
        {"match": {"path": "/x", "query": {"a": "b"}}, "effect": {"type": "reset"}, "times": 1},
    ),
    ("POST", CONTROL + "/faults", {"match": {"path": "/x"}, "effect": {"type": "status", "status": 503, "body": {}}}),
    (
        "POST",
        CONTROL + "/faults",
        {"match": {"body": {"/a": 1}, "path": "/x"}, "effect": {"type": "drift", "pointer": "/a"}},
    ),
    ("DELETE", CONTROL + "/faults", None),
    ("DELETE", CONTROL + "/faults/1", None),
    ("GET", CONTROL + "/requests?status=4xx&path=/orders*&since=1", None),
    ("GET", CONTROL + "/requests/1/explain", None),
    ("GET", "/_mockorders/schemas/cratejoy/order.json", None),
)
HEADERS: Mapping[str, tuple[bytes, ...]] = {
    "Authorization": (CREDENTIAL, b"Basic", b"Basic %%%", b"Bearer customer-2", b"Bearer \xff", b"Basic Og=="),
    "Cookie": (b"mockorders_customer=2", b"mockorders_customer=\xff", b";;=", b"a=" + b"b" * 3_000),
    "Origin": (b"http://localhost:3000", b"https://evil.example", b"null", b"\xff", b"http://[::1", b"x" * 3_000),
    "Sec-Fetch-Site": (b"cross-site", b"same-origin", b"none", b"\xff"),
    "Referer": (b"https://evil.example/a", b"http://user:secret@localhost/", b"//", b"\xff"),
    "Content-Type": (b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b"\xff/%", b";" * 900),
    "Content-Encoding": (b"gzip", b"deflate", b"br", b"identity", b"gzip, gzip", b"\xff"),
    "Transfer-Encoding": (b"chunked", b"gzip", b"identity", b"chunked, chunked"),
    "Content-Length": (b"-1", b"0", b"99", b"1" * 40, b"+1", b"0x1"),
    "Accept-Encoding": (b"gzip", b"gzip;q=x", b"*;q=0", b"\xff"),
    "Expect": (b"100-continue", b"\xff", b"x"),
    "Host": (b"localhost", b"evil.example", b"[::1", b"\xff", b"", b"a:99999"),
    "Connection": (b"close", b"keep-alive", b"upgrade", b"\xff"),
    "Upgrade": (b"websocket", b"h2c"),
    "Access-Control-Request-Method": (b"PUT", b"\xff", b"x" * 3_000),
    "Access-Control-Request-Headers": (b"a,b", b"\xff", b"," * 3_000),
    "X-Mockorders-Fault": (
        b"status=418",
        b"status=999",
        b"drift=/0",
        b"drift=/results/0000000002",
        b"delay=1",
        b"\xe9",
    ),
    "If-None-Match": (b"*", b'"x"', b"\xff"),
    "Range": (b"bytes=0-1", b"bytes=9-1"),
    "X-Api-Key": (b"secret",),
}


def api_request(rng: Random) -> bytes:
    """Return a request to one of the APIs, with changes to its path, query or body."""
    return _from_template(rng, rng.choice(API), {"Authorization": CREDENTIAL})


def control_request(rng: Random) -> bytes:
    """Return a request to the control API, with changes to its path, query or body."""
    return _from_template(rng, rng.choice(MANAGEMENT), {})


def header_request(rng: Random) -> bytes:
    """Return a valid request with up to five unusual headers."""
    method, target, body = rng.choice(API + MANAGEMENT)
    names = rng.sample(list(HEADERS), rng.randint(1, 5))
    headers = {"Authorization": CREDENTIAL} | {name: rng.choice(HEADERS[name]) for name in names}
    if rng.random() < 0.1:
        headers[rng.choice(names)] = rng.randbytes(20).translate(None, b"\r\n")
    return _http(method, target.encode(), b"" if body is None else written(body), headers)


def raw_request(rng: Random) -> bytes:
    """Return arbitrary bytes, or a request of another family of which some bytes are changed."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.randint(0, 200)) + b"\r\n\r\n"
    family = rng.choice((api_request, control_request, header_request))
    return spoiled(rng, family(rng))


FAMILIES: Mapping[str, Callable[[Random], bytes]] = {
    "raw HTTP": raw_request,
    "API": api_request,
    "control": control_request,
    "headers": header_request,
}


def _from_template(rng: Random, template: Template, headers: Mapping[str, bytes]) -> bytes:
    method, target, body = template
    data = b""
    if body is not None:
        data = written(mutated(rng, body) if rng.random() < 0.8 else body)
        data = spoiled(rng, data) if rng.random() < 0.15 else data
    if rng.random() < 0.05:
        method = rng.choice(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "TRACE"))
    return _http(method, _target(rng, target), data, headers)


def _target(rng: Random, target: str) -> bytes:
    if rng.random() < 0.3:
        name = quote(rng.choice(NAMES))
        value = quote(str(rng.choice(VALUES))[:200])
        target += ("&" if "?" in target else "?") + f"{name}={value}"
    data = target.encode()
    if rng.random() < 0.2:
        data = spoiled(rng, data[1:])
        return b"/" + data.translate(None, b" \r\n")
    return data


def _http(method: str, target: bytes, body: bytes, headers: Mapping[str, bytes]) -> bytes:
    fields = {"Host": b"localhost", "Content-Length": str(len(body)).encode(), **headers}
    lines = [b"%b %b HTTP/1.1" % (method.encode(), target)]
    lines += [b"%b: %b" % (name.encode(), value) for name, value in fields.items()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
