"""Respond to requests whose heads are known, without parsing them and without waiting."""

from aiohttp import web

from mockorders.apis.checks import Check
from mockorders.http.connection import received_head
from mockorders.http.exchange import Exchange
from mockorders.http.known_requests import KnownRequests, KnownResponse
from mockorders.http.parsed_head import ReceivedHead
from mockorders.http.response import serialize
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.execution import CachedExecution
from mockorders.real_time import monotonic
from mockorders.sandbox.registry import SandboxRegistry


class FastPath:
    """The checks of the pipeline for requests of which it is certain that nothing has to be awaited."""

    def __init__(self, sandboxes: SandboxRegistry, execution: CachedExecution, delivery: Delivery) -> None:
        self._known_requests = KnownRequests()
        self._sandboxes = sandboxes
        self._execution = execution
        self._delivery = delivery

    def learn(self, http: web.BaseRequest, received: ReceivedHead) -> None:
        """Remember the head of a request."""
        head = received_head(http)
        if head:
            self._known_requests.learn(head, http, received)

    def handle(self, data: bytes) -> KnownResponse | None:
        """Respond to a request whose head is known, and record it, if nothing has to be awaited and no fault can apply.

        None leaves the request, which has changed nothing then, to the pipeline.
        """
        started = monotonic()
        try:
            known = self._known_requests.find(data)
            exchange = None if known is None else self._enter(known.head.received, known.body)
            response = None if exchange is None else self._execution.respond_at_once(exchange)
        except Exception:  # the pipeline reports it
            return None
        if known is None or exchange is None or response is None:
            return None
        finished, headers = self._delivery.deliver_at_once(exchange, response, started)
        if known.head.closes:
            headers = {**headers, "Connection": "close"}
        return KnownResponse(serialize(finished, headers), known.head.closes)

    def _enter(self, received: ReceivedHead, body: bytes) -> Exchange | None:
        """Return the exchange of a request once the checks before the route are passed."""
        head = received.parsed
        if received.origin_rejection is not None or head.query_error is not None:
            return None
        name, suffix = self._sandboxes.authenticate(head.credential, head.secret)
        sandbox = self._sandboxes.find(name)
        if sandbox is None or (sandbox.faults and sandbox.faults.candidates(head.traits)):
            return None
        exchange = Exchange.of(received, self._sandboxes.anonymous)
        exchange.match = head.match
        exchange.enter(sandbox, suffix)
        exchange.body = body
        exchange.check = Check.ROUTE
        return exchange
