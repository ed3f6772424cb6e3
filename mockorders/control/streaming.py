"""Send long JSON documents in pieces, as they are made, without holding the event loop or the whole document."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import suppress

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.http.response import abort

MAX_WHOLE_BYTES = 2**18
CHUNK_BYTES = 2**16
WRITE_SECONDS = 60

log = logging.getLogger("mockorders")

Pieces = Generator[bytes, None, None]


async def send_json(request: web.Request, pieces: Pieces, status: int = 200) -> web.StreamResponse:
    """Return the response with a JSON document, which is sent already if it is larger than 256 KiB.

    Raises what `pieces` raises before that.
    """
    try:
        start: list[bytes] = []
        is_complete = await run_in_steps(_take(pieces, start, MAX_WHOLE_BYTES))
        if is_complete:
            return web.Response(status=status, body=b"".join(start), content_type="application/json")
        response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
        await response.prepare(request)
        if request.method != "HEAD":
            await _send_rest(request, response, start, pieces)
        return response
    finally:
        pieces.close()


async def _send_rest(request: web.Request, response: web.StreamResponse, start: list[bytes], pieces: Pieces) -> None:
    """Send the start and the rest of a document; close the connection if that fails or the client does not read."""
    with suppress(ConnectionError):
        try:
            await _write(response, start)
            is_complete = False
            while not is_complete:
                chunk: list[bytes] = []
                is_complete = await run_in_steps(_take(pieces, chunk, CHUNK_BYTES))
                await _write(response, chunk)
            await response.write_eof()
        except TimeoutError:
            abort(request)
        except ConnectionError:
            raise
        except Exception:
            log.exception("unhandled error while the response to %s %s was sent", request.method, request.path)
            abort(request)


def _take(pieces: Pieces, taken: list[bytes], limit: int) -> Generator[None, None, bool]:
    """Add pieces to a list until it has `limit` bytes; return whether there are no more. Yields after each piece."""
    size = 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= limit:
            return False
        yield
    return True


async def _write(response: web.StreamResponse, pieces: list[bytes]) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(b"".join(pieces))
