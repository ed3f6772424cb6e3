"""Recognize the heads of earlier requests by their bytes, whatever their credential, without parsing them again."""

import re
from typing import NamedTuple

from aiohttp import HttpVersion11, web
from multidict import CIMultiDict, CIMultiDictProxy

from mockorders.apis.dialect import Dialect
from mockorders.caching import LruCache
from mockorders.http.boundary import METHOD, is_whole
from mockorders.http.credential_cut import HeadParts, cut_credential, with_credential
from mockorders.http.head import CACHE_BYTES, HeadParser, ReceivedHead

_CREDENTIAL = re.compile(rb"[!-~]+(?: [!-~]+)*")

SPECIAL_HEADERS = ("Upgrade", "Expect", "Transfer-Encoding", "Content-Length", "X-Mockorders-Fault")


class ReceivedBytes(NamedTuple):
    """The bytes of a head without its credential, the target as it was sent, and the credential."""

    rest: bytes
    raw_path: str
    credential: str


class KnownHeads:
    """The heads of GET requests without a body, on persistent connections, with and without their credentials.

    Both are limited to 8 MiB.
    """

    def __init__(self, parser: HeadParser) -> None:
        self._parser = parser
        self._heads: LruCache[bytes, ReceivedHead] = LruCache(CACHE_BYTES, lambda received: received.size)
        self._similar: LruCache[bytes, ReceivedHead] = LruCache(CACHE_BYTES, lambda received: received.size)

    def learn(self, data: bytes, http: web.BaseRequest, received: ReceivedHead) -> None:
        """Remember the head of a request that consists of these bytes, unless it is known."""
        if self._heads.get(data) is not None:
            return
        if http.version != HttpVersion11 or not http.keep_alive or not received.parsed.is_cacheable:
            return
        if received.parsed.failure is not None or any(name in received.headers for name in SPECIAL_HEADERS):
            return
        self._heads.put(data, received)
        cut = _cut(received.parsed.api.dialect, data)
        if cut is not None:
            self._similar.put(cut.rest, received)

    def find(self, data: bytes) -> ReceivedHead | None:
        """Return the head of a request, or None if none like it was learned."""
        received = self._heads.get(data)
        if received is not None or not is_whole(data):
            return received
        dialect = self._parser.api_of(_raw_path(data)).dialect
        cut = _cut(dialect, data)
        similar = None if cut is None else self._similar.get(cut.rest)
        if cut is None or similar is None:
            return None
        request = with_credential(dialect, similar.parsed.request, cut.raw_path, cut.credential)
        if request is None:
            return None
        headers = similar.headers
        if dialect.credential_header is not None:
            changed = CIMultiDict(headers)
            changed[dialect.credential_header] = cut.credential
            headers = CIMultiDictProxy(changed)
        received = similar._replace(parsed=similar.parsed.with_request(request, similar.size), headers=headers)
        self._heads.put(data, received)
        return received


def _raw_path(data: bytes) -> str:
    return data[len(METHOD) : data.index(b" ", len(METHOD))].decode("utf-8", "surrogateescape")


def _cut(dialect: Dialect, data: bytes) -> ReceivedBytes | None:
    """Cut the credential out of a head; None if it is not certain where it is."""
    raw_path = _raw_path(data)
    if dialect.credential_header is not None:
        return _cut_header(data, raw_path, f"\r\n{dialect.credential_header}: ".encode())
    cut = cut_credential(dialect, HeadParts("GET", raw_path, None, ()), ())
    if cut is None:
        return None
    after_target = data[len(METHOD) + len(raw_path) :]  # the path of a cut is ASCII
    return ReceivedBytes(cut.rest.raw_path.encode() + after_target, raw_path, cut.credential)


def _cut_header(data: bytes, raw_path: str, name: bytes) -> ReceivedBytes | None:
    before, found, after = data.partition(name)
    credential, end, rest = after.partition(b"\r\n")
    is_single = data.lower().count(name.strip().lower()) == 1
    if not found or not is_single or _CREDENTIAL.fullmatch(credential) is None:
        return None
    return ReceivedBytes(before + found + end + rest, raw_path, credential.decode())
