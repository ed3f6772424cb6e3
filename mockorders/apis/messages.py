"""Requests, responses and calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(slots=True)
class Request:
    """What came over the wire: `path` and `query` as they were sent, `pairs` the query's, `body` within the limit.

    `method` is the one that is meant where `sent_method` is HEAD; `headers` are those that the dialect reads.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    sent_method: str = "GET"
    pairs: Sequence[tuple[str, str]] = ()
    body: bytes = b""


class DeliveryFault(NamedTuple):
    """How an answer is sent: at most so many bytes, at most so many a second, or broken off (`reset`, `close`)."""

    max_bytes: int | None = None
    bytes_per_second: int | None = None
    abort: str = ""


NORMAL = DeliveryFault()
MAX_RECORDED_BODY = 64 * 2**10


class RecordedBody(NamedTuple):
    """A body as journals record it: its first 64 KiB, and the length of the whole in bytes."""

    text: bytes
    length: int

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> "RecordedBody":
        """Return the recording of a body that consists of pieces."""
        if len(pieces) == 1 and len(pieces[0]) <= MAX_RECORDED_BODY:
            return cls(pieces[0], len(pieces[0]))
        start = bytearray()
        for piece in pieces:
            start += piece[: MAX_RECORDED_BODY - len(start)]
            if len(start) == MAX_RECORDED_BODY:
                break
        return cls(bytes(start), sum(map(len, pieces)))


@dataclass(slots=True, eq=False)
class Response:
    """A response: the body in pieces, and the headers that only depend on the request.

    A cached response also has `finished`, the response as it is sent; that one has `head`, the formatted bytes of its
    status line and headers.
    """

    status: int
    body: list[bytes]
    headers: dict[str, str]
    delivery: DeliveryFault = NORMAL
    finished: "Response | None" = field(default=None, init=False)
    head: bytes | None = field(default=None, init=False)
    _recorded: RecordedBody | None = field(default=None, init=False)

    @property
    def recorded_body(self) -> RecordedBody:
        """The body as journals record it; the same object each time, so that entries can share it."""
        if self._recorded is None:
            self._recorded = RecordedBody.of(self.body)
        return self._recorded


@dataclass(slots=True)
class Call:
    """A request as a handler sees it: checked, and free of HTTP.

    `params` are the path's, `query` and `body` what the dialect made of them, `customer` whom the request speaks for,
    `notes` what the client is to be told beside the answer.
    """

    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    customer: int | None = None
    body_is_json: bool = True
    notes: list[str] = field(default_factory=list)
