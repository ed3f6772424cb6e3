"""Asks a live service the read-only calls of an API, within bounds of time and size."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from yarl import URL

from mockorders.__version__ import __version__
from mockorders.apis.base import Api
from mockorders.apis.parts import LiveCheck
from mockorders.conformance.recordings import RecordedBody, RecordedResponse, parse_body

MAX_RESPONSE_BYTES = 16 * 2**20
CHUNK_BYTES = 2**16


class UnreachableError(Exception):
    """A service that does not answer; says why."""


async def probe(api: Api, base: str, credentials: Mapping[str, str], seconds: float) -> AsyncIterator[RecordedResponse]:
    """Ask every probe of an API below a base URL, and give the answers; Unreachable where one does not come."""
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
                yield _recorded(api, base, check, RecordedBody(missing="no order is listed"))
                continue
            url = check._replace(path=check.path.replace("{id}", str(identifier)))
            status, location, body = await _get(session, URL(base + url.path).update_query(query))
            listed = listed or body.value
            yield _recorded(api, base, url, body)._replace(status=status, location=location)


async def _get(session: aiohttp.ClientSession, url: URL) -> tuple[int, str, RecordedBody]:
    """GET one answer: status, where a redirect leads, and body."""
    try:
        async with session.get(url, allow_redirects=False) as response:
            return response.status, response.headers.get("Location", ""), await _body(response)
    except TimeoutError as error:
        message = "no answer in time"
        raise UnreachableError(message) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise UnreachableError(_reason(error)) from error


async def _body(response: aiohttp.ClientResponse) -> RecordedBody:
    body = bytearray()
    async for piece in response.content.iter_chunked(CHUNK_BYTES):
        body += piece
        if len(body) > MAX_RESPONSE_BYTES:
            return RecordedBody(error=f"expected at most {MAX_RESPONSE_BYTES} bytes")
    return parse_body(bytes(body), response.headers.get("Content-Type", ""))


def _recorded(api: Api, base: str, check: LiveCheck, body: RecordedBody) -> RecordedResponse:
    """Give an answer under the path as it was asked, and as the API's own base has it."""
    path = api.base_paths[0] + check.path.partition("?")[0]
    return RecordedResponse(f"GET {URL(base).path.rstrip('/')}{check.path}", body, "GET", path, expects=check.expects)


def _reason(error: Exception) -> str:
    """Say what went wrong, without the URL, in which the key may stand."""
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
        return "expected an answer in HTTP"
    return str(error) or type(error).__name__


def _first_id(listed: Any) -> int | None:
    """Give the id of the first record of a list's answer."""
    if not isinstance(listed, dict):
        return None
    lists = (value for value in listed.values() if isinstance(value, list) and value)
    first = next(lists, [None])[0]
    identifier = first.get("id") if isinstance(first, dict) else None
    return identifier if isinstance(identifier, int) else None
