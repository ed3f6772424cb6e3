"""Between aiohttp and the pipeline: the request's head as it was sent, the answer as it leaves, the line in the log."""

import logging
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import unquote

from aiohttp import web

from mockorders.api import Answer, Request

requests_log = logging.getLogger("mockorders.requests")


def head(http: web.Request) -> Request:
    """Give a request without its body; HEAD is read as GET, and a proxy's absolute target as its path."""
    target = http.raw_path.partition("#")[0]
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    return Request("GET" if http.method == "HEAD" else http.method, path, query, http.headers)


async def send(http: web.Request, answer: Answer, now: datetime) -> web.StreamResponse:
    """Send an answer: whole, or piece by piece where it is long; dated by the sandbox's clock."""
    answer.headers["Date"] = format_datetime(now, usegmt=True)
    if len(answer.body) == 1:
        return web.Response(status=answer.status, body=answer.body[0], headers=answer.headers)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = sum(map(len, answer.body))
    await response.prepare(http)
    if http.method != "HEAD":
        for piece in answer.body:
            await response.write(piece)
    await response.write_eof()
    return response


def log_request(request: Request, status: int, seconds: float) -> None:
    """Write the line of one request, credentials masked."""
    if requests_log.isEnabledFor(logging.INFO):
        target = f"{request.path}?{mask(request.query)}" if request.query else request.path
        text = target.encode("ascii", "backslashreplace").decode()
        requests_log.info("%s %s %d %.1f ms", request.method, text, status, seconds * 1000)


def mask(query: str) -> str:
    """Give a query string without its key."""
    return "&".join("key=***" if unquote(each.partition("=")[0]) == "key" else each for each in query.split("&"))


class QuietLogger(logging.Logger):
    """What aiohttp's protocol logs to: what a client sent wrong is no error of ours, and never worth a traceback."""

    def handle(self, record: logging.LogRecord) -> None:
        """Pass a record on to the project's log, one line of it, at the level of details."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {type(record.exc_info[1]).__name__}"
        logging.getLogger("mockorders").debug("%s", text)
