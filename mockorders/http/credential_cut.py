"""Cut the credential out of a request head, so that heads which differ only there are parsed once."""

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from mockorders.apis.dialect import Dialect
from mockorders.apis.messages import Request


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


def cut_credential(dialect: Dialect, parts: HeadParts, names: tuple[str, ...]) -> CredentialCut | None:
    """Return a head without its credential; None unless the dialect names the header or parameter that holds it.

    `names` are the names of the headers.
    """
    if dialect.credential_header is not None:
        return _cut_header(parts, names.index(dialect.credential_header))
    if dialect.credential_parameter is not None:
        return _cut_parameter(parts, dialect.credential_parameter)
    return None


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
    if found is None:
        return None
    try:
        credential = unquote(found[2], errors="strict")
    except UnicodeDecodeError:
        return None
    return CredentialCut(parts._replace(raw_path=found[1] + found[3]), credential)


@cache
def _parameter(name: str) -> re.Pattern[str]:
    """Return the pattern of a path, relative and without characters to encode, whose query has this parameter."""
    value = r"(?:[\w.~@-]|%[0-9A-Fa-f]{2})*"
    return re.compile(rf"(/[!\"$->@-~]*\?(?:[!\"$-~]*&)?{name}=)({value})((?:&[!\"$-~]*)?)", re.ASCII)
