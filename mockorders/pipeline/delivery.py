"""Deliver responses: record them in the journal, write them to the client, and log the requests."""

import asyncio
from collections.abc import Awaitable, Mapping

from aiohttp import web

from mockorders.apis.messages import Response
from mockorders.http.connection import is_connected
from mockorders.http.exchange import BROKEN_NOTE, DISCONNECT_NOTE, PARTIAL_NOTE, STOP_NOTE, Exchange
from mockorders.http.response import abort, finish_response, has_begun, preformat, write_response
from mockorders.observability.entry import JournalEntry
from mockorders.observability.logs import log_request
from mockorders.pipeline.error_responses import ErrorResponses
from mockorders.pipeline.recorder import Recorder
from mockorders.real_time import monotonic


class Delivery:
    """Delivers the responses of one server.

    Every step may fail: the response is 500 then, the error is logged, and the sandbox reports it.
    """

    def __init__(self, errors: ErrorResponses, recorder: Recorder) -> None:
        self._errors = errors
        self.recorder = recorder

    async def deliver(
        self, exchange: Exchange, http: web.BaseRequest, responding: Awaitable[Response], started: float
    ) -> web.StreamResponse:
        """Await the response to a request, record it and write it; `started` is the `monotonic` time of the start.

        Raises ConnectionError if the client disconnects, and CancelledError if the server stops or the client is gone.
        """
        try:
            return await self._deliver(exchange, http, responding, started)
        except ConnectionError:
            raise
        except Exception as error:  # of the journal itself
            response = self._errors.render_final(exchange, error)
            self.recorder.add_error(exchange, "")
            return await write_response(http, response, {})

    def deliver_at_once(
        self, exchange: Exchange, response: Response, started: float
    ) -> tuple[Response, Mapping[str, str]]:
        """Record the response to a request, and return it with its headers, to be written by the caller.

        The response has no long body; `started` is the `monotonic` time of the start.
        """
        try:
            finished = finish_response(exchange.head, response)
            preformat(finished)
            entry, finished = self._record(exchange, finished, started)
        except Exception as error:
            finished = self._errors.render_final(exchange, error)
            preformat(finished)
            self.recorder.add_error(exchange, "")
            return finished, {}
        self.log(entry, started)
        return finished, entry.headers

    async def _deliver(
        self, exchange: Exchange, http: web.BaseRequest, responding: Awaitable[Response], started: float
    ) -> web.StreamResponse:
        try:
            response = await responding
        except asyncio.CancelledError:
            exchange.interrupt(STOP_NOTE if is_connected(http) else DISCONNECT_NOTE)
            self.log(self.recorder.record(exchange, None, started), started)
            raise
        try:
            entry, response = self._record(exchange, response, started)
        except Exception as error:
            response = self._errors.render_final(exchange, error)
            entry = self.recorder.record(exchange, response, started)
        try:
            return await self._write(http, response, entry)
        except (asyncio.CancelledError, ConnectionError):
            if entry.exchange.interruption is None:
                self.recorder.interrupt(entry, STOP_NOTE if is_connected(http) else PARTIAL_NOTE)
            raise
        finally:
            self.log(entry, started)

    def _record(self, exchange: Exchange, response: Response, started: float) -> tuple[JournalEntry, Response]:
        """Record the response to a request; return its entry and the response to send."""
        return self.recorder.record(exchange, response, started), response

    async def _write(self, http: web.BaseRequest, response: Response, entry: JournalEntry) -> web.StreamResponse:
        """Write a response or, if that fails before its first byte, the response to that error.

        Raises ConnectionError if it fails later; the connection is closed then.
        """
        try:
            return await write_response(http, response, entry.headers)
        except ConnectionError:
            raise
        except Exception as error:
            replacement = self._errors.render_final(entry.exchange, error)
            if has_begun(http):
                self.recorder.interrupt(entry, BROKEN_NOTE)
                self.recorder.add_error(entry.exchange, entry.id)
                abort(http)
                raise ConnectionError(BROKEN_NOTE) from error
        self.recorder.replace(entry, replacement)
        return await write_response(http, replacement, entry.headers)

    def log(self, entry: JournalEntry, started: float) -> None:
        """Log a request; `started` is the `monotonic` time of its start."""
        try:
            log_request(entry, monotonic() - started)
        except Exception as error:
            self._errors.render(entry.exchange, error)
            self.recorder.add_error(entry.exchange, entry.id)
