"""Origins, and the CORS headers that responses to them have."""

from typing import Any

from support.emulator import RunningEmulator

ALLOWED = [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:3000",
    "http://LOCALHOST:3000",
    "http://127.0.0.1",
    "http://127.0.0.1:5173",
    "https://127.0.0.1:5173",
    "http://127.0.0.2:80",
    "http://127.255.255.254",
    "http://[::1]",
    "http://[::1]:3000",
    "https://[::1]:3000",
    "http://shop.localhost",
    "http://a.b.localhost:8000",
    "http://shop.test",
    "https://shop.test:8443",
    "http://SHOP.TEST",
    "http://printer.local",
    "https://fan-club.local:1",
    "http://localhost.",
    "http://LOCALHOST.:3000",
    "http://shop.test.:80",
    "null",
]
FOREIGN = [
    "http://evil.example",
    "https://evil.example:3000",
    "http://localhost.evil.com",
    "http://localhost.evil.com:3000",
    "http://localhost..",
    "http://[::1].",
    "http://evil-localhost",
    "http://evillocalhost:3000",
    "http://127.0.0.1.evil.com",
    "http://1.127.0.0.1",
    "http://localhost@evil.com",
    "http://localhost:80@evil.com",
    "http://evil.com/.localhost",
    "http://evil.com?.test",
    "http://evil.com#.local",
    "http://test.evil.com",
    "http://eviltest",
    "http://shop.test.com",
    "http://shop.locals",
    "http://shop.localhost.com",
    "http://shop.internal",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://192.168.0.1",
    "http://10.0.0.1:3000",
    "http://[::2]:3000",
    "http://[2001:db8::1]",
    "http://[::1",
    "http://",
    "localhost",
    "localhost:3000",
    "//localhost",
    "file://",
    "ftp://localhost",
    "javascript://localhost",
    "chrome-extension://abcdefghijklmnop",
    "nullx",
    "null, http://evil.example",
    "*",
    "",
]
EXPOSED = "X-Mockorders-Request, X-Mockorders-Note, Retry-After, WWW-Authenticate"
NOTE = "the origin of the page is not allowed, see --allow-origin"
METHODS = {"/orders": "GET, POST, OPTIONS", "/v1/orders/": "GET, POST, PUT, DELETE, OPTIONS"}
PREFLIGHT_VARY = (
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network"
)
REQUEST_HEADERS = "Authorization, Content-Type, X-Mockorders-Fault"

Headers = dict[str, str]


def cors(reply: Any) -> Headers:
    """Return the CORS headers of a response."""
    return {name: value for name, value in reply.headers.items() if name.startswith("Access-Control-")}


def simple(origin: str) -> Headers:
    """Return the CORS headers of a response to an allowed origin."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": EXPOSED,
    }


async def preflight(emulator: RunningEmulator, path: str, origin: str, **headers: str) -> Any:
    """Send the preflight of a request with custom headers or methods."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Origin": origin, "Access-Control-Request-Method": "PUT", **more}
    return await emulator.request("OPTIONS", path, headers=sent)
