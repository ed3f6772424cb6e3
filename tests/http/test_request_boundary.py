"""Where requests end in the input of a connection."""

import pytest

from mockorders.http.known_requests import RequestBoundary

GET = b"GET /v1/orders/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b'{"note": "new"}'
PUT = b"PUT /v1/orders/730837920/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "is_certain"),
    [
        ([GET], True),
        ([GET, GET], True),
        ([GET, b""], True),
        ([PUT], False),
        ([PUT + BODY], True),
        ([PUT, BODY], True),
        ([PUT, BODY + b"G"], False),
        ([PUT + BODY + b"G"], False),
        ([GET + b"G"], False),
        ([GET[:9], GET[9:]], False),
        ([PUT.replace(b"Content-Length", b"content-length"), BODY], True),
        ([PUT.replace(b"Content-Length: 15", b"Transfer-Encoding: chunked"), b"0\r\n\r\n"], False),
        ([PUT.replace(b": 15", b": -15")], True),  # aiohttp rejects it, and closes the connection
    ],
)
def test_end_of_a_request_is_followed(pieces: list[bytes], is_certain: bool) -> None:
    boundary = RequestBoundary()
    for piece in pieces:
        boundary.feed(piece)
    assert is_certain == boundary.is_certain
