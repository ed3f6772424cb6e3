"""A cache of complete responses, each valid for the records from which it was created.

Sandboxes with the same records share the responses: those without changes, and those that the same requests changed.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import NamedTuple
from weakref import ref

from mockorders.apis.checks import Check
from mockorders.apis.messages import Response
from mockorders.caching import LruCache
from mockorders.errors import ApiError, DataReplaced
from mockorders.http.exchange import Exchange
from mockorders.http.response import finish_response, preformat
from mockorders.storage.access import RecordAccess
from mockorders.storage.change_log import Version
from mockorders.storage.shared_change import SharedChange
from mockorders.storage.state import State

CACHE_BYTES = 16 * 2**20
OVERHEAD_BYTES = 1_024
MAX_BODY_BYTES = 4_096  # of a request


class CachedResponse(NamedTuple):
    """A response, a weak reference to the version of the records it was created from, and its key's size.

    `time` is the time that it depends on, in whole seconds, and `change` what the request changed, if it did. The
    others are the members of the exchange that its execution set.
    """

    response: Response
    version: ref[Version]
    key_size: int
    time: datetime | None
    change: SharedChange | None
    notes: tuple[str, ...]
    access: RecordAccess
    check: Check
    error: ApiError | None


class Baseline(NamedTuple):
    """What is known before a request is executed: its key, the records, and the number of its notes."""

    key: Hashable
    state: State
    version: Version
    is_shared: bool
    notes: int


class ResponseCache:
    """The cached responses of one server, by the parsed head of the request.

    A response is removed with the version of the records. That of one sandbox ends with its next change, or with the
    sandbox. Rejections are cached too. A request that changes records is cached with its changes, if other sandboxes
    can have the same records: those that send it too adopt the changes, instead of executing it again.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._responses: LruCache[Hashable, CachedResponse] = LruCache(limit_bytes, _size)

    def replay(self, exchange: Exchange) -> Response | None:
        """Return the cached response to a request, or None; change the records as it did.

        Copies its notes and record accesses to the exchange. Raises MemoryLimitError.
        """
        state = exchange.sandbox.state
        cached = self._responses.get(_key(exchange))
        if cached is None or cached.version() is not state.version:
            return None
        if cached.time is not None and cached.time != exchange.sandbox.clock.second():
            return None
        if cached.change is not None:
            state.adopt(cached.change)
        exchange.notes += cached.notes
        exchange.access = cached.access
        exchange.check = cached.check
        exchange.error = cached.error
        return cached.response

    def begin(self, exchange: Exchange) -> Baseline:
        """Return what `store` needs; to be called before the request is executed."""
        state = exchange.sandbox.state
        return Baseline(_key(exchange), state, state.version, state.is_shared, len(exchange.notes))

    def store(self, exchange: Exchange, response: Response, before: Baseline) -> None:
        """Cache the response to an executed request if possible."""
        if not _is_cacheable(exchange, response):
            return
        change = None
        if before.state.version is not before.version:
            change = before.state.share(exchange.access) if before.is_shared and not exchange.has_waited else None
            if change is None:
                return
        response.finished = finish_response(exchange.head, response)
        preformat(response.finished)
        added = (exchange.notes[before.notes :], exchange.access, exchange.check, exchange.error)
        key = before.key
        current = ref(before.version, lambda _: self._responses.remove(key))
        size = exchange.head.size + len(exchange.body)
        self._responses.put(key, CachedResponse(response, current, size, exchange.time, change, *added))


def _key(exchange: Exchange) -> Hashable:
    """Return what a response depends on, apart from the records: while these are shared, not on the credential."""
    sandbox = exchange.sandbox
    state = sandbox.state
    if state.is_shared:
        target = (exchange.head.target, exchange.suffix, id(state.version))
        return target, exchange.body, sandbox.current_customer, sandbox.profile
    return exchange.head, exchange.body, sandbox.current_customer, sandbox.profile


def _size(cached: CachedResponse) -> int:
    """Return the approximate number of bytes in memory, including the key."""
    size = OVERHEAD_BYTES + cached.key_size + cached.response.length
    return size if cached.change is None else size + cached.change.size


def _is_cacheable(exchange: Exchange, response: Response) -> bool:
    if not exchange.head.is_cacheable or len(exchange.body) > MAX_BODY_BYTES or exchange.reads_name:
        return False
    failed = exchange.problem is not None or isinstance(exchange.error, DataReplaced)
    return not failed and not response.is_long
