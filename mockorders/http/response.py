"""Between aiohttp and the pipeline: the request's head as it was sent, the answer as it leaves."""

import asyncio
import logging
import socket
import struct
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from http import HTTPStatus

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

from mockorders.__version__ import __version__
from mockorders.apis.messages import NORMAL, Response
from mockorders.http.head import ParsedHead

DRIP_SECONDS = 0.05
MAX_COPIED_BYTES = 2**15


def serialize_head(response: Response) -> bytes:
    """Write the head of an answer with a whole body, but for the headers that are only its own."""
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines.append(f"Content-Length: {len(response.body[0])}\r\n")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


class PreformattedResponse(web.StreamResponse):
    """An answer whose bytes are ready, head and all; for connections that stay open."""

    def __init__(self, head: bytes, body: bytes) -> None:
        super().__init__()
        self._head = head
        self._text = body
        self._writer: AbstractStreamWriter | None = None

    @property
    def keep_alive(self) -> bool:
        """Always, or it would not have been prepared."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Take the connection's writer; there is no head to be made."""
        self._writer = request.writer
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Send all: in one write, or in two where copying the body would take longer than a second one."""
        if self._writer is None:
            return
        if len(self._text) > MAX_COPIED_BYTES:
            await self._writer.write(self._head)
            await self._writer.write_eof(self._text)
        else:
            await self._writer.write_eof(self._head + self._text)
        self._writer = None


async def write_response(
    http: web.BaseRequest, answer: Response, extra_headers: Mapping[str, str]
) -> web.StreamResponse:
    """Send a response: in one write if it is cached, in pieces if it is long, or as a fault demands.

    `extra_headers` are the headers that belong to this response alone.
    """
    delivery = answer.delivery
    if answer.head is not None and http.method != "HEAD" and http.version == HttpVersion11 and http.keep_alive:
        lines = "".join([f"{name}: {value}\r\n" for name, value in extra_headers.items()])
        return PreformattedResponse(answer.head + lines.encode() + b"\r\n", answer.body[0])
    if delivery.abort:
        return _abort(http, reset=delivery.abort == "reset")
    headers = {**answer.headers, **extra_headers}
    if delivery is NORMAL and len(answer.body) == 1:
        return web.Response(status=answer.status, body=answer.body[0], headers=headers)
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_length = sum(map(len, answer.body))
    await response.prepare(http)
    if http.method != "HEAD":
        async for piece in _pieces(answer):
            await response.write(piece)
    if delivery.max_bytes is not None and http.transport is not None:
        http.transport.close()
    else:
        await response.write_eof()
    return response


async def _pieces(response: Response) -> AsyncIterator[bytes]:
    """Give what is sent of a body, when it is to be sent."""
    left, speed = response.delivery.max_bytes, response.delivery.bytes_per_second
    for whole in response.body:
        piece = whole if left is None else whole[:left]
        left = None if left is None else left - len(piece)
        step = len(piece) if speed is None else max(1, int(speed * DRIP_SECONDS))
        for start in range(0, len(piece), step or 1):
            yield piece[start : start + step]
            if speed is not None:
                await asyncio.sleep(step / speed)


def _abort(http: web.BaseRequest, *, reset: bool) -> web.StreamResponse:
    """End the connection without an answer: closed, or with a TCP reset."""
    transport = http.transport
    if transport is not None:
        if reset:
            linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response(status=500)  # reaches nobody


class ProtocolLogger(logging.Logger):
    """What aiohttp's protocol logs to: what a client sent wrong is no error of ours, and never worth a traceback."""

    def handle(self, record: logging.LogRecord) -> None:
        """Pass a record on to the project's log, one line of it, at the level of details."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {type(record.exc_info[1]).__name__}"
        logging.getLogger("mockorders").debug("%s", text)


SERVER = f"mockorders/{__version__}"


def finish_response(head: ParsedHead, response: Response) -> Response:
    """Return a response as it is sent; a cached response was finished when it was cached."""
    if response.finished is not None:
        return response.finished
    headers = {**response.headers, "Server": SERVER, **head.cors_headers}
    return head.api.dialect.finish_response(head.request, replace(response, headers=headers))
