"""Cut the credential out of a request head, so that heads which differ only there are parsed once."""

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from mockorders.apis.dialect import Dialect
from mockorders.apis.messages import Request

_CREDENTIAL = re.compile(rb"[!-~]+(?: [!-~]+)*")  # in a header


class HeadParts(NamedTuple):
    """The parts of a head that determine how it is parsed; `headers` are the values of those that the APIs read."""

    method: str
    raw_path: str
    origin: str | None
    headers: tuple[str | None, ...]


class CredentialCut(NamedTuple):
    """The parts of a head without its credential, and the credential as it was sent."""

    rest: HeadParts
    credential: str


class HeadCut(NamedTuple):
    """The bytes of a head without its credential, and the credential."""

    rest: bytes
    credential: str


def cut_credential(dialect: Dialect, parts: HeadParts, names: tuple[str, ...]) -> CredentialCut | None:
    """Return a head without its credential; None unless the dialect names the header or parameter that holds it.

    `names` are the names of the headers.
    """
    if dialect.credential_header is not None:
        return _cut_header(parts, names.index(dialect.credential_header))
    if dialect.credential_parameter is not None:
        return _cut_parameter(parts, dialect.credential_parameter)
    return None


def cut_bytes(dialect: Dialect, head: bytes) -> HeadCut | None:
    """Cut the credential out of the bytes of a head; None if it is not certain where it is."""
    if dialect.credential_header is not None:
        return _cut_header_line(head, *_header_line(dialect.credential_header))
    if dialect.credential_parameter is None:
        return None
    found = _parameter_of_head(dialect.credential_parameter).match(head)
    credential = None if found is None else _unquoted(found[2].decode())
    if found is None or credential is None:
        return None
    return HeadCut(head[: found.end(1)] + head[found.end(2) :], credential)


def with_credential(dialect: Dialect, like: Request, raw_path: str, credential: str) -> Request | None:
    """Return the request of a head that differs from that of `like` only in its credential.

    None if that is not certain, so that it has to be parsed like any other.
    """
    headers = like.headers
    query = like.query
    pairs = like.pairs
    if dialect.credential_header is not None:
        headers = {**headers, dialect.credential_header: credential}
    else:
        name = str(dialect.credential_parameter)
        query = raw_path.partition("?")[2]
        others = [pair for pair in pairs if pair[0] != name]
        if len(others) != len(pairs) - 1:
            return None
        pairs = tuple([(name, credential) if pair[0] == name else pair for pair in pairs])
    return Request(like.method, like.path, query, headers, like.sent_method, pairs, scheme=like.scheme)


def _cut_header(parts: HeadParts, index: int) -> CredentialCut | None:
    credential = parts.headers[index]
    if credential is None:
        return None
    return CredentialCut(parts._replace(headers=parts.headers[:index] + parts.headers[index + 1 :]), credential)


def _cut_parameter(parts: HeadParts, name: str) -> CredentialCut | None:
    found = _parameter(name).fullmatch(parts.raw_path)
    credential = None if found is None else _unquoted(found[2])
    if found is None or credential is None:
        return None
    return CredentialCut(parts._replace(raw_path=found[1] + found[3]), credential)


def _unquoted(value: str) -> str | None:
    """Return a value of the query decoded, or None if it is not UTF-8."""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return None


@cache
def _parameter(name: str) -> re.Pattern[str]:
    return re.compile("".join(_parameter_parts(name)), re.ASCII)


@cache
def _parameter_of_head(name: str) -> re.Pattern[bytes]:
    before, value, after = _parameter_parts(name)
    return re.compile(f"([A-Z]+ {before[1:]}{value}(?={after} HTTP)".encode())


def _parameter_parts(name: str) -> tuple[str, str, str]:
    """Return the pattern of a path, relative and without characters to encode, whose query has this parameter.

    It has three groups: before the value, the value, and after it.
    """
    return rf"(/[!\"$->@-~]*\?(?:[!\"$-~]*&)?{name}=)", r"((?:[\w.~@-]|%[0-9A-Fa-f]{2})*)", r"((?:&[!\"$-~]*)?)"


@cache
def _header_line(name: str) -> tuple[bytes, bytes]:
    """Return the bytes before the value of a header as it is usually written, and a part of them in lower case."""
    return f"\r\n{name}: ".encode(), f"{name}:".lower().encode()


def _cut_header_line(head: bytes, start: bytes, lower: bytes) -> HeadCut | None:
    before, found, after = head.partition(start)
    if not found or head.lower().count(lower) != 1:
        return None
    credential, end, rest = after.partition(b"\r\n")
    if _CREDENTIAL.fullmatch(credential) is None:
        return None
    return HeadCut(before + found + end + rest, credential.decode())
