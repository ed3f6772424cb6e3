"""Send the read-only requests of an API to a live service, within limits of time and size."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from yarl import URL

from mockorders.__version__ import __version__
from mockorders.apis.base import Api
from mockorders.apis.parts import LiveCheck
from mockorders.conformance.recordings import RecordedResponse, RecordingBody, parse_body

MAX_RESPONSE_BYTES = 16 * 2**20
CHUNK_BYTES = 2**16


class LiveServiceError(Exception):
    """The service did not respond; the text is the reason."""


async def probe(api: Api, base: str, credentials: Mapping[str, str], seconds: float) -> AsyncIterator[RecordedResponse]:
    """Yield the responses to all live checks of an API. Raises LiveServiceError if the service does not respond."""
    if api.live_checks is None:
        return
    query, headers = api.live_checks.authenticate(credentials)
    listed: Any = None
    async with aiohttp.ClientSession(
        headers={"User-Agent": f"mockorders/{__version__}", **headers},
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=True,
    ) as session:
        for check in api.live_checks.LIVE_CHECKS:
            identifier = _first_id(listed)
            if "{id}" in check.path and identifier is None:
                yield _recorded(api, base, check, RecordingBody(missing="no order is listed"))
                continue
            url = check._replace(path=check.path.replace("{id}", str(identifier)))
            status, location, body = await _get(session, URL(base + url.path).update_query(query))
            listed = listed or body.value
            yield _recorded(api, base, url, body)._replace(status=status, location=location)


async def _get(session: aiohttp.ClientSession, url: URL) -> tuple[int, str, RecordingBody]:
    """GET one URL and return the status, the target of a redirect, and the body."""
    try:
        async with session.get(url, allow_redirects=False) as response:
            return response.status, response.headers.get("Location", ""), await _body(response)
    except TimeoutError as error:
        message = "no response in time"
        raise LiveServiceError(message) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise LiveServiceError(_reason(error)) from error


async def _body(response: aiohttp.ClientResponse) -> RecordingBody:
    body = bytearray()
    async for piece in response.content.iter_chunked(CHUNK_BYTES):
        body += piece
        if len(body) > MAX_RESPONSE_BYTES:
            return RecordingBody(error=f"expected at most {MAX_RESPONSE_BYTES} bytes")
    return parse_body(bytes(body), response.headers.get("Content-Type", ""))


def _recorded(api: Api, base: str, check: LiveCheck, body: RecordingBody) -> RecordedResponse:
    """Return a recorded response, with the path as it was requested and below the API's own base path."""
    path = api.base_paths[0] + check.path.partition("?")[0]
    return RecordedResponse(f"GET {URL(base).path.rstrip('/')}{check.path}", body, "GET", path, expects=check.expects)


def _reason(error: Exception) -> str:
    """Return the reason of an error without the URL, which may contain the key."""
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
        return "expected an HTTP response"
    return str(error) or type(error).__name__


def _first_id(listed: Any) -> int | None:
    """Return the id of the first record of a list response, or None."""
    if not isinstance(listed, dict):
        return None
    lists = (value for value in listed.values() if isinstance(value, list) and value)
    first = next(lists, [None])[0]
    identifier = first.get("id") if isinstance(first, dict) else None
    return identifier if isinstance(identifier, int) else None
