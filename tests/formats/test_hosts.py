"""Addresses and host names to listen on."""

import re

import pytest

from mockorders.formats.hosts import parse_listening_host


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("::", "::"),
        ("[::]", "::"),
        ("0:0::1", "::1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("localhost", "localhost"),
        ("LocalHost", "localhost"),
        ("my-host", "my-host"),
        ("ci.example.", "ci.example."),
        ("1.example", "1.example"),
    ],
)
def test_address_or_name_is_accepted(text: str, expected: str) -> None:
    assert expected == parse_listening_host(text)


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "*", "0", "00", "127.1", "127.0.0.1:80", "localhost:80", "http://localhost", "2130706433", "0x7f.1"],
        *["0x7f000001", "256.0.0.1", "1.2.3.4.5", "127.0.0.01", "[127.0.0.1]", "[::1]:80", "[::1", "::1]", "[]", "."],
        *[
            "a..b",
            ".example",
            " localhost",
            "localhost\n",
            "127.0.0.1 ",
            "a b",
            "a,b",
            "a/b",
            "*.example",
            "h\u00f6st",
            "\0",
        ],
    ],
)
def test_anything_else_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="expected an address such as 127.0.0.1, or .*" + re.escape(repr(text))):
        parse_listening_host(text)
