"""Decode content codings of request bodies, within a limit of size.

aiohttp's own decoding is disabled (`auto_decompress`): it rejects an unsupported coding before any handler runs, and
decompresses bodies of requests that are rejected.
"""

import zlib

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING, TRANSFER_ENCODING

SUPPORTED_CODINGS = "gzip, deflate"  # the value of Accept-Encoding
MAX_CODINGS = 2
MAX_GZIP_MEMBERS = 64  # each member copies the rest of the body

_GZIP = {"gzip", "x-gzip"}
_GZIP_BITS = 16 + zlib.MAX_WBITS
_ZLIB_METHOD = 8  # the lower half of the first byte of zlib's format


class UnsupportedCodingError(ValueError):
    """Raised for a Content-Encoding that is not supported; the message states what was expected."""


class CodingError(ValueError):
    """Raised if a body is not in its coding; the message states what was expected."""


class DecodedSizeError(ValueError):
    """Raised if a decoded body is larger than the limit."""


def codings_of(http: web.BaseRequest) -> tuple[str, ...]:
    """Return the content codings of a request's body in the order in which they were applied, without `identity`.

    Raises UnsupportedCodingError if one of them is not supported, or if there are more than two.
    """
    header = ",".join(http.headers.getall(CONTENT_ENCODING, ()))
    names = [name.strip().lower() for name in header.split(",")]
    codings = tuple(name for name in names if name not in {"", "identity"})
    if len(codings) > MAX_CODINGS or not _GZIP.union({"deflate"}).issuperset(codings):
        message = f"Content-Encoding: expected up to {MAX_CODINGS} codings of: {SUPPORTED_CODINGS}; got {header[:60]!r}"
        raise UnsupportedCodingError(message)
    return codings


def check_transfer_coding(http: web.BaseRequest) -> None:
    """Raise CodingError if a body has a transfer coding other than chunked, which aiohttp ignores."""
    header = http.headers.get(TRANSFER_ENCODING, "chunked")
    if header.strip().lower() != "chunked":
        message = f"expected the transfer coding chunked, got {header[:60]!r}"
        raise CodingError(message)


def decode_body(body: bytes, codings: tuple[str, ...], max_bytes: int) -> bytes:
    """Return a decoded body. Never decodes more than one byte above the limit.

    Raises CodingError if the body is not in its codings, and DecodedSizeError if it is larger than `max_bytes`.
    """
    for coding in reversed(codings):
        body = _decode(body, coding, max_bytes) if body else b""
    return body


def _decode(body: bytes, coding: str, max_bytes: int) -> bytes:
    try:
        return _gunzip(body, max_bytes) if coding in _GZIP else _inflate(body, max_bytes)
    except zlib.error as error:
        message = f"expected {coding} data"
        raise CodingError(message) from error


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    """Decode gzip, which may have several members."""
    output = bytearray()
    for _ in range(MAX_GZIP_MEMBERS):
        decoder = zlib.decompressobj(_GZIP_BITS)
        output += decoder.decompress(body, max_bytes + 1 - len(output))
        _check(decoder, len(output), max_bytes)
        body = decoder.unused_data
        if not body:
            return bytes(output)
    message = f"expected gzip data of at most {MAX_GZIP_MEMBERS} members"
    raise CodingError(message)


def _inflate(body: bytes, max_bytes: int) -> bytes:
    """Decode zlib's format, or deflate data without its header, which some clients send."""
    has_header = body[0] & 0xF == _ZLIB_METHOD
    decoder = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
    output = decoder.decompress(body, max_bytes + 1)
    _check(decoder, len(output), max_bytes)
    if decoder.unused_data:
        message = "expected nothing after the deflate data"
        raise CodingError(message)
    return output


def _check(decoder: "zlib._Decompress", size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise DecodedSizeError
    if not decoder.eof:
        message = "expected complete compressed data"
        raise CodingError(message)
