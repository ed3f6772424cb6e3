"""Requests and responses as the APIs see them, and the calls that handlers receive."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any, Literal, NamedTuple


@dataclass(slots=True)
class Request:
    """A request as it was received: `path` and `query` are not decoded, `pairs` are the decoded parameters.

    `headers` has only the headers that the dialect reads. `method` is the method to route by: GET if `sent_method` is
    HEAD. `scheme` is `http` or `https`.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    sent_method: str = "GET"
    pairs: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    scheme: str = "http"

    def with_body(self, body: bytes) -> "Request":
        """Return the same request with a body."""
        return Request(
            self.method, self.path, self.query, self.headers, self.sent_method, self.pairs, body, self.scheme
        )


class DeliveryFault(NamedTuple):
    """How a fault limits the delivery of a response: its size, its speed, or by aborting it (`reset`, `close`)."""

    max_bytes: int | None = None
    bytes_per_second: int | None = None
    abort: str = ""


NORMAL = DeliveryFault()
MAX_RECORDED_BODY = 64 * 2**10
MAX_WHOLE_BYTES = 2**20  # of a body that is sent as a whole


class RecordedBody:
    """A body as journals record it: its first 64 KiB, and the length of the whole in bytes.

    It refers to the pieces of the body, which other bodies may have too. Its own length is that of what is recorded.
    `is_json` is whether it is complete and JSON; None until it has been checked.
    """

    __slots__ = ("_pieces", "_size", "is_json", "length")

    def __init__(self, text: bytes, length: int) -> None:
        self._pieces: Sequence[bytes] = (text,)
        self._size = len(text)
        self.length = length
        self.is_json: bool | None = None

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> "RecordedBody":
        """Return the recording of a body that consists of pieces."""
        recorded = cls(b"", sum(map(len, pieces)))
        recorded._pieces = pieces if recorded.length <= MAX_RECORDED_BODY else _start(pieces)
        recorded._size = min(recorded.length, MAX_RECORDED_BODY)
        return recorded

    def __len__(self) -> int:
        return self._size

    @property
    def text(self) -> bytes:
        """What is recorded."""
        return b"".join(self._pieces)


def _start(pieces: Sequence[bytes]) -> Sequence[bytes]:
    """Return the pieces of the first 64 KiB of a longer body."""
    ends = list(accumulate(map(len, pieces)))
    whole = bisect_right(ends, MAX_RECORDED_BODY)
    length = ends[whole - 1] if whole else 0
    return (*pieces[:whole], pieces[whole][: MAX_RECORDED_BODY - length])


@dataclass(slots=True, eq=False)
class Response:
    """A response: the body in pieces, and the headers that only depend on the request.

    A cached response also has `finished`, the response as it is sent. `head` is set for a response that is sent as a
    whole: the formatted bytes of its status line and headers.
    """

    status: int
    body: list[bytes]
    headers: dict[str, str]
    delivery: DeliveryFault = NORMAL
    finished: "Response | None" = field(default=None, init=False)
    head: bytes | None = field(default=None, init=False)
    _recorded: RecordedBody | None = field(default=None, init=False)
    _length: int | None = field(default=None, init=False)

    @property
    def length(self) -> int:
        """The length of the body in bytes."""
        if self._length is None:
            self._length = sum(map(len, self.body))
        return self._length

    @property
    def is_long(self) -> bool:
        """Whether the body is so long that it is sent piece by piece, and not cached."""
        return len(self.body) > 1 and self.length > MAX_WHOLE_BYTES

    @property
    def recorded_body(self) -> RecordedBody:
        """The body as journals record it; the same object each time, so that entries can share it."""
        if self._recorded is None:
            self._recorded = RecordedBody.of(self.body)
        return self._recorded


CustomerSource = Literal["bearer", "cookie", "credential", "sandbox"]


class CurrentCustomer(NamedTuple):
    """The customer that a request is for: the id, or None if nobody is logged in, and what selected it.

    An id that was sent may be unknown. `credential` is the suffix `@CUSTOMER`; `sandbox` is the current customer of the
    sandbox, for requests that select none. A token selects nobody from `expires_at` on, a time of the sandbox's clock
    in seconds.
    """

    id: int | None
    source: CustomerSource
    expires_at: int | None = None

    def at(self, now: datetime) -> "CurrentCustomer":
        """Return the current customer at a time of the sandbox's clock."""
        if self.expires_at is None or now.timestamp() < self.expires_at:
            return self
        return CurrentCustomer(None, self.source)


class Page(NamedTuple):
    """A response of a handler to a browser: an HTML page or a redirect, with all of its headers."""

    status: int
    html: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Call:
    """A validated request, independent of HTTP.

    `params` are the path parameters, `query` and `body` are parsed by the dialect, and `customer` is the id of the
    current customer. `origin` is the URL that the client used for the server, if the dialect determines it.
    `notes` are hints for the client, sent along with the response.
    """

    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    customer: int | None = None
    body_is_json: bool = True
    origin: str = ""
    notes: list[str] = field(default_factory=list)
