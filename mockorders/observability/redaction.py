"""Redact credentials: in headers, cookies, query strings, and sandbox names in logs."""

import re
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import unquote

MASK = "***"
_AUTHORIZATION = {"authorization", "proxy-authorization"}
_URLS = {"referer", "origin"}
_USER = re.compile(r"(?<=://)[^/@]*@")


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by name, with credentials redacted and repeated headers joined, as valid Unicode text."""
    redacted: dict[str, str] = {}
    for name, value in headers.items():
        text = _mask(name.lower(), value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        plain = str(name)  # orjson rejects aiohttp's subclass of str as a key
        redacted[plain] = text if plain not in redacted else f"{redacted[plain]}, {text}"
    return redacted


def mask_query(query: str) -> str:
    """Return a query string with its key redacted."""
    return "&".join(f"key={MASK}" if unquote(each.partition("=")[0]) == "key" else each for each in query.split("&"))


def pseudonym(name: str) -> str:
    """Return a pseudonym for a sandbox name, which is a credential: the first eight hex digits of its SHA-256."""
    return sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _mask_cookie(cookie: str) -> str:
    name, found, _ = cookie.partition("=")
    return f"{name}={MASK}" if found else MASK


def _mask(name: str, value: str) -> str:
    if name in _AUTHORIZATION:
        scheme, found, _ = value.partition(" ")
        return f"{scheme} {MASK}" if found else MASK
    if name == "cookie":
        return "; ".join(_mask_cookie(each.strip()) for each in value.split(";"))
    if name in _URLS:
        url, found, query = _USER.sub(f"{MASK}@", value).partition("?")
        return f"{url}?{mask_query(query)}" if found else url
    return value
