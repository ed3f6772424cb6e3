"""Measure for how long a server holds its event loop, in CPU time, so that other processes do not matter."""

import asyncio
import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from mockorders import MockServer
from support.bad_requests import TRACING_FACTOR

HOLD_SECONDS = 0.05 * TRACING_FACTOR
NO_HEADERS: Mapping[str, str] = {}
ATTEMPTS = 3
LARGE_HOLD_SECONDS = 0.1 * TRACING_FACTOR


class Iterations:
    """The iterations of event loops in other threads than the test's: the CPU seconds of the longest one."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._test = threading.get_ident()

    def measure(self, loop: asyncio.BaseEventLoop, run_once: Any) -> None:
        started = time.thread_time()
        run_once(loop)
        if threading.get_ident() != self._test:
            self.longest = max(self.longest, time.thread_time() - started)


@contextmanager
def measured_iterations() -> Iterator[Iterations]:
    """Measure all iterations of event loops in other threads while the block runs."""
    iterations = Iterations()
    run_once = asyncio.BaseEventLoop._run_once  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.BaseEventLoop, "_run_once", lambda loop: iterations.measure(loop, run_once))
        yield iterations


class MeasuredServer:
    """A server in a thread of its own, and the longest iteration of its event loop during one request.

    `status` is that of the last response.
    """

    def __init__(self, server: MockServer, iterations: Iterations, limit: float) -> None:
        self._server = server
        self._iterations = iterations
        self._limit = limit
        self.url = server.url
        self.status = 0

    def connection(self) -> http.client.HTTPConnection:
        """Return a new connection."""
        return http.client.HTTPConnection(self._server.url.removeprefix("http://"), timeout=120)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> tuple[int, bytes]:
        """Send a request; return status and body."""
        connection = self.connection()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        self.status = response.status
        return response.status, content

    def waiter_count(self, sandbox: str) -> int:
        """Return how many requests wait for the journal of a sandbox."""
        found = self._server._emulator.sandboxes.get(sandbox)
        return 0 if found is None else len(found.journal._listeners)

    def begin(self) -> None:
        """Begin to measure."""
        self._end_iteration()
        self._iterations.longest = 0.0

    @property
    def longest(self) -> float:
        """The CPU seconds of the longest iteration since `begin`."""
        self._end_iteration()
        return self._iterations.longest

    def _end_iteration(self) -> None:
        """Wait until the iteration is complete in which the last response was sent."""
        connection = self.connection()
        connection.request("GET", "/_mockorders/health")
        connection.getresponse().read()
        connection.close()

    def hold(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = NO_HEADERS) -> float:
        """Send a request; return the CPU seconds of the longest iteration meanwhile.

        It is sent up to three times if it takes too long, because a busy machine takes more time for the same work.
        """
        found: list[float] = []
        while len(found) < ATTEMPTS and min(found, default=self._limit) >= self._limit:
            self.begin()
            self.request(method, path, body, headers)
            found.append(self.longest)
        return min(found)


@contextmanager
def measured_server(limit: float = HOLD_SECONDS, **options: Any) -> Iterator[MeasuredServer]:
    """Run a server whose event loop is measured; `hold` repeats requests that take longer than the limit."""
    with measured_iterations() as iterations, MockServer(**options) as server:
        yield MeasuredServer(server, iterations, limit)


def shared_or_new(
    shared: MeasuredServer,
    create: Callable[[], AbstractContextManager[MeasuredServer]],
    request: pytest.FixtureRequest,
) -> Iterator[MeasuredServer]:
    """Yield the shared server, or a new one without indexes if the test is repeated."""
    if request.node.execution_count == 1:
        yield shared
        return
    with create() as server:
        yield server
