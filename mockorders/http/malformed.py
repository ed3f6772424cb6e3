"""What is known about input that is not a valid HTTP request."""

import re
from typing import NamedTuple

from aiohttp.http_exceptions import InvalidURLError, LineTooLong

UNKNOWN_METHOD = "UNKNOWN"
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n"
MAX_TARGET_BYTES = 2_048

_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) (/[!-~]{0,%d}) HTTP/" % MAX_TARGET_BYTES)
_QUOTED = re.compile(r"(:|(?<=line))\s+b?['\"].*")


class MalformedRequest(NamedTuple):
    """The reason why input is not a valid request, and its method and target if they could be read."""

    reason: str
    method: str = UNKNOWN_METHOD
    target: str = "/"


def describe(error: BaseException, data: bytes) -> MalformedRequest:
    """Return what is known about input that aiohttp's parser rejected; `data` is its start, or empty if unknown."""
    reason = "HTTP/2 is not supported" if data.startswith(HTTP2_PREFACE) else _reason(error)
    line = _REQUEST_LINE.match(data)
    if line is None:
        return MalformedRequest(reason)
    return MalformedRequest(reason, line[1].decode(), line[2].decode())


def _reason(error: BaseException) -> str:
    """Return the parser's message in one line, without the input that it quotes, which may contain a secret."""
    if isinstance(error, InvalidURLError):
        return "the request target is not a valid URL"
    if isinstance(error, LineTooLong):
        return "the request line or a header is too long"
    text = getattr(error, "message", "") or type(error).__name__
    words = " ".join(text.partition("\n\n")[0].split())
    return _QUOTED.sub("", words).rstrip(":.")
