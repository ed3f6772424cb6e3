"""Add the common headers to responses, and write them to the connection."""

import asyncio
import socket
import struct
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

from mockorders.__version__ import __version__
from mockorders.apis.messages import NORMAL, Response
from mockorders.http.parsed_head import ParsedHead

SERVER = f"mockorders/{__version__}"
DRIP_SECONDS = 0.05
MAX_COPIED_BYTES = 2**18


def finish_response(head: ParsedHead, response: Response) -> Response:
    """Return a response with the headers that all responses have, in its API's final form.

    Cached responses were finished when they were cached.
    """
    if response.finished is not None:
        return response.finished
    return head.api.dialect.finish_response(head.request, with_common_headers(head, response))


def with_common_headers(head: ParsedHead, response: Response) -> Response:
    """Return a response with the headers that all responses have."""
    headers = {**response.headers, "Server": SERVER, **head.cors_headers}
    return Response(response.status, response.body, headers, response.delivery)


def preformat(response: Response) -> None:
    """Serialize the head of a finished response, unless its body is long."""
    if response.head is None and not response.is_long:
        response.head = _serialize_head(response)


def _serialize_head(response: Response) -> bytes:
    """Return the status line and headers of a response, without the final empty line."""
    lines = [_status_line(response.status)]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    if response.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {response.length}")
    lines.append("")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


@cache
def _status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"


def serialize(response: Response, extra_headers: Mapping[str, str]) -> Sequence[bytes]:
    """Return a response with a serialized head: as one piece, unless copying the body takes longer than more writes.

    `extra_headers` are the headers that belong to this response alone.
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in extra_headers.items()])
    pieces = (response.head or b"", lines.encode(), b"\r\n", *response.body)
    return (b"".join(pieces),) if response.length <= MAX_COPIED_BYTES else (b"".join(pieces[:3]), *response.body)


class PreformattedResponse(web.StreamResponse):
    """A response that is already serialized, including its head; only for keep-alive connections."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._writer: AbstractStreamWriter | None = None

    @property
    def keep_alive(self) -> bool:
        """Always true, because other connections get an ordinary response."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Store the connection's writer; the head is already serialized."""
        self._writer = request.writer
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Write the pieces."""
        if self._writer is None:
            return
        for piece in self._pieces[:-1]:
            await self._writer.write(piece)
        await self._writer.write_eof(self._pieces[-1])
        self._writer = None


async def write_response(
    http: web.BaseRequest, response: Response, extra_headers: Mapping[str, str]
) -> web.StreamResponse:
    """Write a response: at once if its head is serialized, in pieces if it is long, or as a fault requires.

    `extra_headers` are the headers that belong to this response alone.
    """
    if response.head is not None and http.method != "HEAD" and http.version == HttpVersion11 and http.keep_alive:
        return PreformattedResponse(serialize(response, extra_headers))
    delivery = response.delivery
    if delivery.abort:
        abort(http, reset=delivery.abort == "reset")
        return web.Response(status=500)  # never sent
    headers = {**response.headers, **extra_headers}
    if delivery is NORMAL and not response.is_long:
        return await send(http, web.Response(status=response.status, body=b"".join(response.body), headers=headers))
    return await _write_in_pieces(http, response, headers)


async def send(http: web.BaseRequest, response: web.Response) -> web.Response:
    """Write a whole response. aiohttp would do that later, where its errors are not handled."""
    await response.prepare(http)
    await response.write_eof()
    return response


async def _write_in_pieces(http: web.BaseRequest, response: Response, headers: Mapping[str, str]) -> web.StreamResponse:
    stream = web.StreamResponse(status=response.status, headers=headers)
    stream.content_length = response.length
    await stream.prepare(http)
    if http.method != "HEAD":
        async for piece in _paced(_truncated(response), response.delivery.bytes_per_second):
            await stream.write(piece)
    if response.delivery.max_bytes is not None and http.transport is not None:
        http.transport.close()
    else:
        await stream.write_eof()
    return stream


def _truncated(response: Response) -> Iterator[bytes]:
    """Yield the pieces of a body, up to the limit of the fault if there is one."""
    left = response.delivery.max_bytes
    for piece in response.body:
        if left is None:
            yield piece
            continue
        yield piece[:left]
        left = max(0, left - len(piece))


async def _paced(pieces: Iterable[bytes], bytes_per_second: int | None) -> AsyncIterator[bytes]:
    """Yield pieces at once, or in small parts at the speed of the fault if there is one."""
    for piece in pieces:
        if bytes_per_second is None:
            yield piece
            continue
        size = max(1, int(bytes_per_second * DRIP_SECONDS))
        for start in range(0, len(piece), size):
            yield piece[start : start + size]
            await asyncio.sleep(size / bytes_per_second)


def has_begun(http: web.BaseRequest) -> bool:
    """Check whether the first byte of the response to a request was written."""
    return http.writer.output_size > 0


def abort(http: web.BaseRequest, *, reset: bool = False) -> None:
    """End the connection at once: close it, or send a TCP reset."""
    transport = http.transport
    if transport is not None:
        if reset:
            linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
