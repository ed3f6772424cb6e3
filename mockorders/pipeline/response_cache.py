"""A cache of complete responses, each valid until a record of its sandbox changes."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from mockorders.apis.checks import Check
from mockorders.apis.messages import Response
from mockorders.caching import LruCache
from mockorders.http.exchange import Exchange
from mockorders.http.response import finish_response, serialize_head
from mockorders.storage.state import RecordAccess

if TYPE_CHECKING:
    from mockorders.http.head import ParsedHead

CACHE_BYTES = 16 * 2**20
OVERHEAD_BYTES = 1_024

Execute = Callable[[Exchange], Awaitable[Response]]


class CachedResponse(NamedTuple):
    """A response, the version of the records it was created from, its notes and record accesses, and its key's size."""

    response: Response
    version: object
    notes: tuple[str, ...]
    access: RecordAccess
    key_size: int


class ResponseCache:
    """The cached responses of one server, by the parsed head of the request.

    Only responses to GET requests without a body are cached, and only if the handler did not read the clock.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._responses: LruCache[ParsedHead, CachedResponse] = LruCache(limit_bytes, _size)

    def replay(self, exchange: Exchange) -> Response | None:
        """Return the cached response to a request, or None; copy its notes and record accesses to the exchange."""
        if exchange.body:
            return None
        cached = self._responses.get(exchange.head)
        if cached is None or cached.version is not exchange.sandbox.state.version:
            return None
        exchange.notes += cached.notes
        exchange.access = cached.access
        exchange.check = Check.DONE
        return cached.response

    async def execute(self, exchange: Exchange, execute: Execute) -> Response:
        """Execute a request, and cache its response if possible."""
        version = exchange.sandbox.state.version
        notes = exchange.notes
        response = await execute(exchange)
        if _is_cacheable(exchange, response):
            response.finished = finish_response(exchange.head, response)
            response.finished.head = serialize_head(response.finished)
            added_notes = exchange.notes[len(notes) :]
            head = exchange.head
            self._responses.put(head, CachedResponse(response, version, added_notes, exchange.access, head.size))
        return response


def _size(cached: CachedResponse) -> int:
    """Return the approximate number of bytes in memory, including the key."""
    return OVERHEAD_BYTES + cached.key_size + len(cached.response.body[0])


def _is_cacheable(exchange: Exchange, response: Response) -> bool:
    if not exchange.head.is_cacheable:
        return False
    repeatable = exchange.head.method == "GET" and not exchange.body and not exchange.reads_clock
    return repeatable and len(response.body) == 1
