"""Between aiohttp and the pipeline: the request's head as it was sent, the answer as it leaves, the line in the log."""

import asyncio
import contextlib
import logging
import socket
import struct
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from aiohttp import web

from mockorders.api import WHOLE, Answer, Request
from mockorders.masking import mask_query
from mockorders.wire import Unreadable, is_form, parse_form, parse_json

_AS_SENT = "".join(map(chr, range(33, 127)))

requests_log = logging.getLogger("mockorders.requests")


DRIP_SECONDS = 0.05


def target(http: web.Request) -> tuple[str, str]:
    """Give path and query as they were sent; a proxy's absolute target is read as its path."""
    raw = http.raw_path.encode("utf-8", "surrogateescape")  # what was sent unencoded is encoded here
    sent = quote(raw, safe=_AS_SENT).partition("#")[0]
    if not sent.startswith("/"):
        sent = "/" + sent.partition("://")[2].partition("/")[2]
    path, _, query = sent.partition("?")
    return path, query


def head(http: web.Request) -> Request:
    """Give a request without its body; HEAD is read as GET."""
    path, query = target(http)
    return Request("GET" if http.method == "HEAD" else http.method, path, query, http.headers, http.method)


def lenient(request: Request) -> Any:
    """Give the body for faults to match: JSON or form fields if it is that, else None."""
    if not request.body:
        return None
    with contextlib.suppress(Unreadable):
        form = is_form(request.headers.get("Content-Type", ""), request.body)
        return parse_form(request.body) if form else parse_json(request.body)
    return None


async def send(http: web.Request, answer: Answer) -> web.StreamResponse:
    """Send an answer: whole, or piece by piece where it is long; cut, slow or not at all where a fault says so."""
    delivery = answer.delivery
    if delivery.breaks:
        return _break_off(http, reset=delivery.breaks == "reset")
    if delivery is WHOLE and len(answer.body) == 1:
        return web.Response(status=answer.status, body=answer.body[0], headers=answer.headers)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = sum(map(len, answer.body))
    await response.prepare(http)
    if http.method != "HEAD":
        async for piece in _pieces(answer):
            await response.write(piece)
    if delivery.most is not None and http.transport is not None:
        http.transport.close()
    else:
        await response.write_eof()
    return response


async def _pieces(answer: Answer) -> AsyncIterator[bytes]:
    """Give what is sent of a body, when it is to be sent."""
    left, speed = answer.delivery.most, answer.delivery.bytes_per_second
    for whole in answer.body:
        piece = whole if left is None else whole[:left]
        left = None if left is None else left - len(piece)
        step = len(piece) if speed is None else max(1, int(speed * DRIP_SECONDS))
        for start in range(0, len(piece), step or 1):
            yield piece[start : start + step]
            if speed is not None:
                await asyncio.sleep(step / speed)


def _break_off(http: web.Request, *, reset: bool) -> web.StreamResponse:
    """End the connection without an answer: closed, or with a TCP reset."""
    transport = http.transport
    if transport is not None:
        if reset:
            linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response(status=500)  # reaches nobody


def log_request(request: Request, status: int | None, seconds: float) -> None:
    """Write the line of one request, credentials masked; `-` stands for an answer that was not sent."""
    if requests_log.isEnabledFor(logging.INFO):
        target = f"{request.path}?{mask_query(request.query)}" if request.query else request.path
        text = target.encode("ascii", "backslashreplace").decode()
        requests_log.info("%s %s %s %.1f ms", request.sent, text, status or "-", seconds * 1000)


class QuietLogger(logging.Logger):
    """What aiohttp's protocol logs to: what a client sent wrong is no error of ours, and never worth a traceback."""

    def handle(self, record: logging.LogRecord) -> None:
        """Pass a record on to the project's log, one line of it, at the level of details."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {type(record.exc_info[1]).__name__}"
        logging.getLogger("mockorders").debug("%s", text)
