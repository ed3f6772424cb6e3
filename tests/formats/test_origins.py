"""Allowed origins, host names and tokens: normalized, matched, and rejected if they can never match."""

import re
from pathlib import Path

import pytest

from mockorders import create_app
from mockorders.config import Settings
from mockorders.formats.origins import compile_pattern, normalize_host_name, normalize_origin

PAGE = (Path(__file__).parents[2] / "docs/reference/command-line.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(https://\S*\*\S*)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", "*"),
        ("null", "null"),
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("https://shop.example.", "https://shop.example"),
        ("https://shop.example:08443", "https://shop.example:8443"),
        ("http://intranet", "http://intranet"),
        ("http://192.168.0.1:3000", "http://192.168.0.1:3000"),
        ("http://[0:0::1]:3000", "http://[::1]:3000"),
        ("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop"),
        ("https://*.Preview.example", "https://*.preview.example"),
        ("https://shop-*-x.preview.example:8443", "https://shop-*-x.preview.example:8443"),
    ],
)
def test_origin_is_normalized(text: str, expected: str) -> None:
    assert expected == normalize_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "shop.example",
            "//shop.example",
            "https:",
            "https://",
            "https:shop.example",
            "https://shop.example/path",
        ],
        *[
            "https://shop.example?x",
            "https://shop.example#x",
            "https://user:secret@shop.example",
            "https://u@shop.example",
        ],
        *[
            "https://shop.example:",
            "https://shop.example:https",
            "https://shop.example:99999",
            "https://shop.example:*",
        ],
        *[
            "https://sh\u00f6p.example",
            "https://shop..example",
            "https://127.1",
            "file:///index.html",
            "file://",
            "NULL",
        ],
        *[
            "https://*",
            "https://*.example",
            "https://*.*.example",
            "https://a.*.example",
            "https://**.a.example",
            "*.a.example",
        ],
        *["http*://shop.example", "https://a.example//", "https://a.example\n", "https://[::1", "https://::1"],
    ],
)
def test_origin_that_never_matches_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("expected an origin such as https://shop.example")) as caught:
        normalize_origin(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("separator", [",", ", ", " ", ";", "\n"])
def test_list_of_origins_is_rejected(separator: str) -> None:
    with pytest.raises(ValueError, match="expected one origin for each option"):
        normalize_origin(f"https://a.example{separator}https://b.example")


@pytest.mark.parametrize(("pattern", "matching", "others"), ROWS)
def test_documented_patterns_match(pattern: str, matching: str, others: str) -> None:
    compiled = compile_pattern(normalize_origin(pattern))
    assert [] == [origin for origin in re.findall(r"`(\S+)`", matching) if not compiled.fullmatch(origin)]
    assert [] == [origin for origin in re.findall(r"`(\S+)`", others) if compiled.fullmatch(origin)]


def test_patterns_are_documented() -> None:
    assert 3 == len(ROWS)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("https://*.preview.example", "https://evil.example/.preview.example"),
        ("https://*.preview.example", "https://evil.example#.preview.example"),
        ("https://*.preview.example", "https://user@a.preview.example"),
        ("https://*.preview.example", "https://a.preview.example:8443"),
        ("https://*.preview.example", "https://a.preview.example.evil.example"),
        ("https://*.preview.example", "https://apreview.example"),
        ("https://*.preview.example", "https://a.previewxexample"),
        ("https://*.preview.example", "https://a.preview.example\n"),
        ("https://*.preview.example", "https://.preview.example"),
        ("https://shop-*.preview.example", "https://shop-.preview.example"),
        ("https://shop-*.preview.example", "https://evil.shop-1.preview.example"),
    ],
)
def test_pattern_matches_nothing_else(pattern: str, text: str) -> None:
    assert compile_pattern(normalize_origin(pattern)).fullmatch(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CI.example", "ci.example"),
        ("ci.example:80", "ci.example"),
        ("[::1]:80", "::1"),
        ("::1", "::1"),
        ("*.ci.example", "*.ci.example"),
        ("[::1]", "::1"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_host_name_is_normalized(text: str, expected: str) -> None:
    assert expected == normalize_host_name(text)


@pytest.mark.parametrize(
    "text", ["", "*", "*.example", "https://ci.example", "ci.example:http", "a.example,b.example", "a b", "ci.example/"]
)
def test_host_name_that_never_matches_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("expected a host name such as ci.example")):
        normalize_host_name(text)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"allow_origins": ("https://a.example,https://b.example",)}, "allow_origins: expected one origin"),
        ({"allow_origins": "https://a.example"}, "allow_origins: expected a list of texts, got 'https://a.example'"),
        ({"allow_hosts": ["http://ci.example"]}, "allow_hosts: expected a host name"),
        ({"control_token": ""}, "control_token: expected a token .* got an empty text"),
    ],
)
def test_invalid_option_of_an_application_is_rejected(options: dict[str, object], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        create_app(**options)  # type: ignore[arg-type]


def test_settings_are_normalized() -> None:
    settings = Settings(allow_origins=("https://A.example:443/",), allow_hosts=("CI.example",))
    assert (("https://a.example",), ("ci.example",)) == (settings.allow_origins, settings.allow_hosts)
