"""Read request bodies, within limits of size and time."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from aiohttp import HttpVersion11, web
from aiohttp.hdrs import EXPECT

from mockorders import rules
from mockorders.errors import ContentTooLarge, InvalidRequest, RequestTimeout, UnsupportedContentCoding
from mockorders.formats.form_bodies import is_form, parse_form
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.http.codings import (
    SUPPORTED_CODINGS,
    CodingError,
    DecodedSizeError,
    UnsupportedCodingError,
    check_transfer_coding,
    codings_of,
    decode_body,
)

BODY_SECONDS = 20
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MAX_BODY_BYTES = 2**20


async def read_body(http: web.BaseRequest) -> bytes:
    """Return a request's body as it was sent.

    Raises ContentTooLarge, RequestTimeout, or InvalidRequest if its transfer coding is invalid.
    """
    try:
        check_transfer_coding(http)
        body = http.content.read_nowait() if http.content.is_eof() else await _wait_for_body(http)
    except TimeoutError as error:
        message = f"body: expected to arrive within {BODY_SECONDS} s"
        raise RequestTimeout(message, rule=rules.BODY_TIME) from error
    except web.HTTPRequestEntityTooLarge as error:
        raise _content_too_large() from error
    except (web.RequestPayloadError, ValueError) as error:
        message = "body: expected the transfer coding chunked, or none"
        raise InvalidRequest(message, rule=rules.BODY_READ) from error
    if len(body) > MAX_BODY_BYTES:
        raise _content_too_large()
    return body


async def _wait_for_body(http: web.BaseRequest) -> bytes:
    async with asyncio.timeout(BODY_SECONDS):
        await _continue(http)
        return await http.read()


async def _continue(http: web.BaseRequest) -> None:
    """Request the body from a client that expects `100 Continue`."""
    if http.headers.get(EXPECT, "").lower() == "100-continue" and http.version == HttpVersion11:
        with contextlib.suppress(ConnectionError):  # the client is gone, which ends the request while its body is read
            await http.writer.write(CONTINUE)
        http.writer.output_size = 0  # of the response


def decode_content(http: web.BaseRequest, body: bytes) -> bytes:
    """Return a request's body without its content codings.

    Raises ContentTooLarge, UnsupportedContentCoding, or InvalidRequest if the body is not in its coding.
    """
    try:
        return decode_body(body, codings_of(http), MAX_BODY_BYTES)
    except UnsupportedCodingError as error:
        raise UnsupportedContentCoding(str(error), accepted=SUPPORTED_CODINGS, rule=rules.BODY_CODING) from error
    except DecodedSizeError as error:
        raise _content_too_large() from error
    except CodingError as error:
        message = f"body: {error}"
        raise InvalidRequest(message, rule=rules.BODY_CODING) from error


def _content_too_large() -> ContentTooLarge:
    message = f"body: expected at most {MAX_BODY_BYTES} bytes"
    return ContentTooLarge(message, rule=rules.BODY_SIZE)


def parse_leniently(headers: Mapping[str, str], body: bytes) -> Any:
    """Return a request's body as faults match it: JSON or form fields, or None if it is neither."""
    if not body:
        return None
    with contextlib.suppress(ParseError):
        form = is_form(headers.get("Content-Type", ""), body)
        return parse_form(body) if form else parse_json(body)
    return None
