"""A cache of complete responses, each valid until a record of its sandbox changes.

Sandboxes without changes share the responses that were created from the same records.
"""

from collections.abc import Awaitable, Callable, Hashable
from typing import NamedTuple
from weakref import ref

from mockorders.apis.checks import Check
from mockorders.apis.messages import Response
from mockorders.caching import LruCache
from mockorders.errors import ApiError, DataReplaced
from mockorders.http.exchange import Exchange
from mockorders.http.response import finish_response, serialize_head
from mockorders.storage.collection import Version
from mockorders.storage.state import RecordAccess

CACHE_BYTES = 16 * 2**20
OVERHEAD_BYTES = 1_024

Execute = Callable[[Exchange], Awaitable[Response]]


class CachedResponse(NamedTuple):
    """A response, a weak reference to the version of the records it was created from, and its key's size.

    The others are the members of the exchange that its execution set.
    """

    response: Response
    version: ref[Version]
    key_size: int
    notes: tuple[str, ...]
    access: RecordAccess
    check: Check
    error: ApiError | None


class ResponseCache:
    """The cached responses of one server, by the parsed head of the request.

    A response is removed with the version of the records: after the next change, or with the sandbox.
    Only responses to GET requests without a body are cached, and only if the handler did not read the clock; rejections
    too.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._responses: LruCache[Hashable, CachedResponse] = LruCache(limit_bytes, _size)

    def replay(self, exchange: Exchange) -> Response | None:
        """Return the cached response to a request, or None; copy its notes and record accesses to the exchange."""
        if exchange.body:
            return None
        cached = self._responses.get(_key(exchange))
        if cached is None or cached.version() is not exchange.sandbox.state.version:
            return None
        exchange.notes += cached.notes
        exchange.access = cached.access
        exchange.check = cached.check
        exchange.error = cached.error
        return cached.response

    async def execute(self, exchange: Exchange, execute: Execute) -> Response:
        """Execute a request, and cache its response if possible."""
        key = _key(exchange)
        version = exchange.sandbox.state.version
        notes = exchange.notes
        response = await execute(exchange)
        if _is_cacheable(exchange, response):
            response.finished = finish_response(exchange.head, response)
            response.finished.head = serialize_head(response.finished)
            added = (exchange.notes[len(notes) :], exchange.access, exchange.check, exchange.error)
            current = ref(version, lambda _: self._responses.remove(key))
            self._responses.put(key, CachedResponse(response, current, exchange.head.size, *added))
        return response


def _key(exchange: Exchange) -> Hashable:
    """Return what a response depends on, apart from the records: while these are unchanged, not on the credential."""
    sandbox = exchange.sandbox
    state = sandbox.state
    if state.is_untouched:
        target = (exchange.head.target, exchange.suffix, id(state.version))
        return target, sandbox.current_customer, sandbox.profile
    return exchange.head, sandbox.current_customer, sandbox.profile


def _size(cached: CachedResponse) -> int:
    """Return the approximate number of bytes in memory, including the key."""
    return OVERHEAD_BYTES + cached.key_size + len(cached.response.body[0])


def _is_cacheable(exchange: Exchange, response: Response) -> bool:
    if not exchange.head.is_cacheable:
        return False
    repeatable = exchange.head.method == "GET" and not exchange.body and not exchange.reads_clock
    failed = exchange.problem is not None or isinstance(exchange.error, DataReplaced)
    return repeatable and not failed and len(response.body) == 1
