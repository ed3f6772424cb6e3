"""The time of a handler alone for a page, in this process: no head, checks, encoding or journal."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from statistics import median

from mockorders.apis.base import Api
from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Call, Request
from mockorders.apis.routing import RouteMatch
from mockorders.concurrency import run_to_end
from mockorders.config import Settings
from mockorders.emulator import Emulator
from mockorders.formats.query_strings import parse_query
from mockorders.sandbox.call_context import CallContext, CallReport

MAX_CALLS = 200
MAX_SECONDS = 1.0


class HandlerTimer:
    """Calls Cratejoy's list of orders on one fixture file."""

    def __init__(self, fixtures: str) -> None:
        self._core = Emulator.of(Settings(fixtures=(fixtures,)))
        self._api: Api = next(api for api in self._core.apis if api.name == "cratejoy")
        self._match: RouteMatch = self._api.match("GET", "/orders")
        sandbox = asyncio.run(self._core.sandboxes.get_or_create("bench"))
        self._context = CallContext(sandbox, CallReport())

    def times(self, queries: Iterable[str]) -> Iterator[tuple[str, float]]:
        """Yield the median time of a handler for each query in µs, after one call that builds its indexes."""
        for query in queries:
            call = self._call(query)
            self._timed(call)
            until = time.perf_counter() + MAX_SECONDS
            taken = [self._timed(call) for _ in range(MAX_CALLS) if time.perf_counter() < until]
            yield query, median(taken) * 1e6

    def _call(self, query: str) -> Call:
        request = Request("GET", "/v1/orders/", query, {}, "GET", parse_query(query))
        return self._api.dialect.parse_call(request, self._match, RequestContract(self._core.validator, strict=False))

    def _timed(self, call: Call) -> float:
        assert self._match.route is not None
        started = time.perf_counter()
        run_to_end(self._match.route.handler(self._context, call))
        return time.perf_counter() - started
