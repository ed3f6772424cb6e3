"""The way of a request, from the path to the answer; the one place where errors become answers."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from mockorders import rules
from mockorders.api import Answer, Api, Call, Match, Request, Terms, claim
from mockorders.contract import variant
from mockorders.errors import (
    BadCredential,
    Breach,
    Invalid,
    NoRoute,
    Problem,
    Refusal,
    TooLarge,
    TooSlow,
    WrongMethod,
)
from mockorders.kept import encode, shell
from mockorders.origins import Origins
from mockorders.sandbox import Sandbox, Sandboxes
from mockorders.steps import finish
from mockorders.transport import head, log_request, send
from mockorders.wire import Unreadable, query_pairs

BODY_SECONDS = 20

log = logging.getLogger("mockorders")


@dataclass(slots=True)
class Exchange:
    """One request on its way: what is known of it so far."""

    request: Request
    api: Api
    path: str
    sandbox: Sandbox
    notes: list[str] = field(default_factory=list)
    stranger: bool = False


class Pipeline:
    """Answers every request to an emulated API."""

    def __init__(self, apis: Sequence[Api], terms: Terms, sandboxes: Sandboxes, origins: Origins) -> None:
        self._apis = apis
        self._terms = terms
        self._sandboxes = sandboxes
        self._origins = origins

    async def handle(self, http: web.Request) -> web.StreamResponse:
        """Answer one request."""
        started = time.perf_counter()
        request = head(http)
        exchange = Exchange(request, *claim(self._apis, request.path), self._sandboxes.nobody)
        cors = self._cors(exchange)
        answer = await self._answer(exchange, http)
        answer.headers |= cors
        answer = exchange.api.dialect.dress(request, answer)
        answer.headers["X-Mockorders-Request"] = exchange.sandbox.issue()
        if exchange.notes:
            answer.headers["X-Mockorders-Note"] = "; ".join(exchange.notes)
        response = await send(http, answer, exchange.sandbox.clock.now())
        log_request(request, answer.status, time.perf_counter() - started)
        return response

    async def _answer(self, exchange: Exchange, http: web.Request) -> Answer:
        try:
            return await self._serve(exchange, http)
        except Refusal as refusal:
            return self._refused(exchange, refusal)
        except Breach as breach:
            log.error("breach in an answer to %s %s: %s", http.method, exchange.path, breach)
            return problem_answer(breach)
        except Problem as problem:
            return problem_answer(problem)
        except Exception:
            log.exception("unhandled error in %s %s", http.method, exchange.path)
            return problem_answer(Problem(500, "Internal error", "The emulator failed; its log says more."))

    async def _serve(self, exchange: Exchange, http: web.Request) -> Answer:
        request, dialect = exchange.request, exchange.api.dialect
        request.pairs = self._pairs(request)
        method = dialect.method(request)
        match = exchange.api.match(method, exchange.path)
        if request.method == "OPTIONS":
            return self._preflight(exchange, match)
        suffix = await self._admit(exchange, match)
        if match.route is None:
            raise self._miss(exchange, method, match)
        request.body = await self._body(http)
        call = dialect.parse(request, match, self._terms)
        call.customer = dialect.identify(request, suffix, exchange.sandbox.current_customer)
        exchange.notes += call.notes
        return await self._run(exchange, match, call)

    def _pairs(self, request: Request) -> list[tuple[str, str]]:
        try:
            return query_pairs(request.query)
        except Unreadable as error:
            raise Invalid(str(error), rule=rules.QUERY_TEXT) from error

    def _preflight(self, exchange: Exchange, match: Match) -> Answer:
        headers = {"Allow": ", ".join(("OPTIONS", *match.allow))}
        request = exchange.request
        if "Origin" in request.headers and not exchange.stranger:
            headers |= self._origins.preflight(request.headers, exchange.api.dialect.methods)
        return Answer(200, [b""], headers)

    async def _admit(self, exchange: Exchange, match: Match) -> str | None:
        """Find the sandbox; a credential that is not let in matters only where there is something to be let into."""
        given = exchange.api.dialect.credential(exchange.request)
        try:
            name, suffix = self._sandboxes.admit(given.name, given.secret)
        except BadCredential:
            if match.route is None:
                return None
            raise
        exchange.sandbox = await self._sandboxes.find(name, keep=not exchange.stranger)
        return suffix

    def _miss(self, exchange: Exchange, method: str, match: Match) -> Refusal:
        path = exchange.request.path
        if match.allow:
            allow = ", ".join(match.allow)
            return WrongMethod(f"{method} {path}: expected {allow}", allow=match.allow, rule=rules.WRONG_METHOD)
        if exchange.api.is_elsewhere(exchange.path):
            message = f"{method} {path}: the real service has this path, the emulator does not"
            return NoRoute(message, rule=rules.NO_ROUTE)
        known = ", ".join(f"{route.method} {route.path}" for route in exchange.api.routes)
        return NoRoute(f"{method} {path}: no such path, expected one of {known}", rule=rules.NO_ROUTE)

    async def _body(self, http: web.Request) -> bytes:
        if not http.can_read_body:
            return b""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await http.read()
        except TimeoutError as error:
            message = f"body: expected to arrive within {BODY_SECONDS} s"
            raise TooSlow(message, rule=rules.BODY_TIME) from error
        except web.HTTPRequestEntityTooLarge as error:
            message = f"body: expected at most {http.client_max_size - 1} bytes"
            raise TooLarge(message, rule=rules.BODY_SIZE) from error
        except (web.RequestPayloadError, ValueError) as error:
            message = "body: expected a transfer or content coding that can be read"
            raise Invalid(message, rule=rules.BODY_READ) from error

    async def _run(self, exchange: Exchange, match: Match, call: Call) -> Answer:
        """Call the handler and encode what it gives; a write is kept only once its answer stands."""
        route, sandbox, api = match.route, exchange.sandbox, exchange.api
        assert route is not None
        state = sandbox.state
        try:
            value = api.dialect.success(await finish(route.handler(sandbox, call)))
            schema = variant(f"{api.name}/{route.answer}", sandbox.profile)
            pieces = self._encode(schema, value, api.kept)
        except BaseException:
            state.rollback()
            raise
        state.keep()
        return Answer(route.status, pieces, {"Content-Type": api.dialect.content_type})

    def _refused(self, exchange: Exchange, refusal: Refusal) -> Answer:
        api = exchange.api
        status, value, headers = api.dialect.refuse(refusal)
        try:
            pieces = self._encode(f"{api.name}/error", value)
        except Breach as breach:
            return problem_answer(breach)
        return Answer(status, pieces, {"Content-Type": api.dialect.content_type, **headers})

    def _encode(self, schema: str, value: Any, kept: frozenset[str] = frozenset()) -> list[bytes]:
        if schema not in kept:
            for mistake in self._terms.contract.mistakes(schema, shell(value), kept):
                raise Breach(schema, mistake.pointer, mistake.message)
        return encode(value)

    def _cors(self, exchange: Exchange) -> dict[str, str]:
        origin = exchange.request.headers.get("Origin")
        if origin is None:
            return {"Vary": "Origin"}
        if self._origins.allows(origin):
            return {"Vary": "Origin", **self._origins.headers(origin)}
        exchange.stranger = True
        exchange.notes.append("no CORS headers: the origin is not allowed, see --allow-origin")
        return {"Vary": "Origin"}


def problem_answer(problem: Problem) -> Answer:
    """Give a problem document as an answer."""
    return Answer(problem.status, encode(problem.document()), {"Content-Type": "application/problem+json"})
