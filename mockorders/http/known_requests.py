"""Recognize requests by the bytes of earlier heads, whatever their credential, without parsing them again."""

import re
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import HttpVersion11, web
from multidict import CIMultiDict, CIMultiDictProxy

from mockorders.apis.dialect import Dialect
from mockorders.caching import LruCache
from mockorders.http.credential_cut import cut_bytes, with_credential
from mockorders.http.head import CACHE_BYTES
from mockorders.http.parsed_head import ReceivedHead

HEAD_END = b"\r\n\r\n"
MAX_KNOWN_BYTES = 4_096
MAX_HEAD_BYTES = 2**16
SEEN_HEADS = 2**12
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
SPECIAL_HEADERS = ("Upgrade", "Expect", "Transfer-Encoding", "Content-Encoding", "X-Mockorders-Fault")

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n")


class RequestBoundary:
    """Where requests end in the input of a connection, as long as that is certain.

    Once it is not, as after a head in several pieces or a chunked body, it never is again.
    """

    __slots__ = ("_missing",)

    def __init__(self) -> None:
        self._missing = 0  # bytes of the body; below 0 if it is not certain

    @property
    def is_certain(self) -> bool:
        """Whether the next byte is the first of a request."""
        return self._missing == 0

    def feed(self, data: bytes) -> bytes:
        """Follow the next bytes; return the head that they start with, if they are of one request that starts there."""
        if self._missing > 0:
            self._missing -= len(data)
        elif self._missing == 0 and data:  # aiohttp feeds nothing to resume
            end = data.find(HEAD_END, 0, MAX_HEAD_BYTES) + len(HEAD_END)
            self._missing = _missing(data, end)
            return data[:end] if self._missing >= 0 else b""
        return b""


class KnownHead(NamedTuple):
    """A head as it was received, the length of the body that follows it, and whether the connection ends then."""

    received: ReceivedHead
    length: int
    closes: bool


class KnownRequest(NamedTuple):
    """A request whose head is known, and its body."""

    head: KnownHead
    body: bytes


class KnownResponse(NamedTuple):
    """The response to a known request in pieces, and whether the connection ends then."""

    pieces: Sequence[bytes]
    closes: bool


class KnownRequests:
    """Requests with the heads of earlier ones that arrive as a whole.

    Heads are kept with and without their credentials, 8 MiB of each. Those with another credential are kept when they
    are repeated, because few of them are: most tests use a new one.
    """

    def __init__(self) -> None:
        self._dialects: dict[Dialect, None] = {}  # of the heads without credentials, in order
        self._heads: LruCache[bytes, KnownHead] = LruCache(CACHE_BYTES, lambda known: known.received.size)
        self._similar: LruCache[bytes, KnownHead] = LruCache(CACHE_BYTES, lambda known: known.received.size)
        self._seen = array("q", [0]) * SEEN_HEADS  # hashes of heads

    def learn(self, data: bytes, http: web.BaseRequest, received: ReceivedHead) -> None:
        """Remember the head of a request, which has these bytes, unless it is known."""
        if len(data) >= MAX_KNOWN_BYTES or http.method not in METHODS or self._heads.get(data) is not None:
            return
        if http.version != HttpVersion11 or not received.parsed.is_cacheable:
            return
        if received.parsed.failure is not None or any(name in received.headers for name in SPECIAL_HEADERS):
            return
        known = KnownHead(received, http.content_length or 0, not http.keep_alive)
        self._heads.put(data, known)
        dialect = received.parsed.api.dialect
        cut = cut_bytes(dialect, data)
        if cut is not None:
            self._dialects[dialect] = None
            self._similar.put(cut.rest, known)

    def find(self, data: bytes) -> KnownRequest | None:
        """Return a request, or None if no head like its own was learned."""
        end = data.find(HEAD_END, 0, MAX_KNOWN_BYTES) + len(HEAD_END)
        head = data[:end]
        known = self._heads.get(head) or self._find_similar(head)
        if known is None or len(data) - end != known.length:
            return None
        return KnownRequest(known, data[end:])

    def _find_similar(self, head: bytes) -> KnownHead | None:
        """Return a head that differs from a learned one only in its credential."""
        for dialect in self._dialects:
            cut = cut_bytes(dialect, head)
            similar = None if cut is None else self._similar.get(cut.rest)
            if cut is not None and similar is not None and similar.received.parsed.api.dialect is dialect:
                return self._with_credential(similar, head, cut.credential)
        return None

    def _with_credential(self, similar: KnownHead, head: bytes, credential: str) -> KnownHead | None:
        """Return a head that has the bytes of a similar one, apart from its credential; None if that is not certain."""
        parsed, headers, size, rejection = similar.received
        dialect = parsed.api.dialect
        raw_path = head.split(b" ", 2)[1].decode("utf-8", "surrogateescape")
        request = with_credential(dialect, parsed.request, raw_path, credential)
        if request is None:
            return None
        if dialect.credential_header is not None:
            changed = CIMultiDict(headers)
            changed[dialect.credential_header] = credential
            headers = CIMultiDictProxy(changed)
        received = ReceivedHead(parsed.with_request(request, size), headers, size, rejection)
        known = KnownHead(received, similar.length, similar.closes)
        if self._is_repeated(head):
            self._heads.put(head, known)
        return known

    def _is_repeated(self, head: bytes) -> bool:
        """Check whether a head was seen lately, as far as that is remembered; remember it."""
        number = hash(head)
        slot = number % SEEN_HEADS
        if self._seen[slot] == number:
            return True
        self._seen[slot] = number
        return False


def _missing(data: bytes, end: int) -> int:
    """Return how many bytes of its body a request lacks whose head ends there, or -1 if that is not certain."""
    head = data[:end].lower()
    if end < len(HEAD_END) or b"\r\ntransfer-encoding" in head:
        return -1
    length = _LENGTH.search(head)
    return max(-1, (0 if length is None else int(length[1])) - (len(data) - end))
