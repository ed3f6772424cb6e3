"""Redact credentials: in headers, cookies, query strings, URLs, faults and messages, and sandbox names in logs.

What only selects a customer of the emulator is no secret and stays: the suffix `@ID`, and what a dialect calls public.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

from mockorders.sandbox.credentials import customer_suffix

IsPublic = Callable[[str, str], bool]

MASK = "***"
_AUTHORIZATION = {"authorization", "proxy-authorization"}
_SCHEMES = {"basic", "bearer", "digest", "negotiate"}  # the first word of any other value may be the secret
_URLS = {"referer", "origin", "location"}
_USER = re.compile(r"(?<=://)[^/?#]*@")
_SECRET_NAME = re.compile(
    r"key|(?:.*[-_])?(?:api[-_]?key|auth|token|secret|passw(?:or)?d|session(?:[-_]?id)?)", re.IGNORECASE
)
_MEMBER = re.compile(r'"((?:[^"\\]|\\.)*)":\s*("(?:[^"\\]|\\.)*"?|[^\s,}\]"]+)')  # the text may be cut off


def mask_headers(headers: Mapping[str, str], is_public: IsPublic) -> dict[str, str]:
    """Return headers by name, with credentials redacted and repeated headers joined, as valid Unicode text.

    `is_public` is that of the API's dialect.
    """
    redacted: dict[str, str] = {}
    for name, value in headers.items():
        text = mask_header(name, value, is_public)
        plain = str(name)  # orjson rejects aiohttp's subclass of str as a key
        redacted[plain] = text if plain not in redacted else f"{redacted[plain]}, {text}"
    return redacted


def mask_header(name: str, value: str, is_public: IsPublic) -> str:
    """Return the value of a header with its credential redacted, as valid Unicode text."""
    return _mask(name.lower(), value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), is_public)


def mask_query(query: str, mask: str = MASK) -> str:
    """Return a query string with `mask` instead of the name in its key."""
    return "&".join(_mask_parameter(each, mask) for each in query.split("&"))


def mask_parameter(name: str, value: str, mask: str = MASK) -> str:
    """Return the value of a decoded parameter, with `mask` instead of the name in a key, and other secrets redacted."""
    if name == "key":
        return mask + customer_suffix(value)
    return MASK + customer_suffix(value) if _is_secret(name) else value


def mask_message(text: str) -> str:
    """Return a message without the secrets in what it quotes: users in URLs, and members of JSON objects."""
    return _MEMBER.sub(_mask_member, _USER.sub(f"{MASK}@", text)) if "://" in text or '":' in text else text


def mask_effect(effect: Mapping[str, Any], is_public: IsPublic) -> dict[str, Any]:
    """Return the effect of a fault, or a merge patch of it, with the credentials in its headers redacted."""
    headers = effect.get("headers")
    if headers is None:
        return dict(effect)
    sent = {name: value for name, value in headers.items() if value is not None}
    return {**effect, "headers": {**headers, **mask_headers(sent, is_public)}}


def mask_match(match: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions of a fault, or a merge patch of them, with the credentials in them redacted."""
    masked = dict(match)
    for name, mask in (("header", partial(mask_header, is_public=lambda *_: False)), ("query", mask_parameter)):
        if match.get(name):
            masked[name] = {each: value if value is None else mask(each, value) for each, value in match[name].items()}
    return masked


def pseudonym(name: str) -> str:
    """Return a pseudonym for a sandbox name, which is a credential: the first eight hex digits of its SHA-256."""
    return sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _is_secret(name: str) -> bool:
    """Check whether the name of a parameter, header or member says that its value is a secret.

    The name can be in any case, below relations, and followed by `[]` or an operator: `customer.token__in`.
    """
    plain = name.partition("[")[0].rpartition(".")[2].partition("__")[0]
    return _SECRET_NAME.fullmatch(plain.strip()) is not None


def _mask_member(member: re.Match[str]) -> str:
    return f'"{member[1]}": "{MASK}"' if _is_secret(member[1]) else member[0]


def _mask_parameter(parameter: str, mask: str) -> str:
    sent, found, value = parameter.partition("=")
    name = unquote_plus(sent)
    if not found or not _is_secret(name):
        return parameter
    return f"{'key' if name == 'key' else sent}={mask_parameter(name, unquote_plus(value), mask)}"


def _mask_cookie(cookie: str, is_public: IsPublic) -> str:
    if is_public("cookie", cookie):
        return cookie
    name, found, _ = cookie.partition("=")
    return f"{name}={MASK}" if found else MASK


def _mask_authorization(value: str, is_public: IsPublic) -> str:
    if value.lower() in _SCHEMES or is_public("authorization", value):
        return value
    scheme, found, _ = value.partition(" ")
    return f"{scheme} {MASK}" if found and scheme.lower() in _SCHEMES else MASK


def _mask(name: str, value: str, is_public: IsPublic) -> str:
    if name in _AUTHORIZATION:
        return _mask_authorization(value, is_public)
    if name == "cookie":
        return "; ".join(_mask_cookie(each.strip(), is_public) for each in value.split(";"))
    if name == "set-cookie":
        cookie, found, attributes = value.partition(";")
        return _mask_cookie(cookie, is_public) + found + attributes
    if name in _URLS:
        url, found, query = _USER.sub(f"{MASK}@", value).partition("?")
        return f"{url}?{mask_query(query)}" if found else url
    return MASK if _is_secret(name) else value
