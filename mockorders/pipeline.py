"""The way of a request, from the path to the answer; the one place where errors become answers."""

import asyncio
import logging
import time
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from mockorders import rules
from mockorders.api import Answer, Api, Call, Match, Request, Route, Terms, claim
from mockorders.contract import variant
from mockorders.errors import (
    BadCredential,
    Breach,
    Invalid,
    InvalidQuery,
    NoRoute,
    Problem,
    Refusal,
    TooLarge,
    TooSlow,
    WrongMethod,
)
from mockorders.exchange import Exchange
from mockorders.faults import Traits
from mockorders.journal import Entry
from mockorders.kept import encode, shell
from mockorders.origins import Origins
from mockorders.sandbox import Sandboxes
from mockorders.steps import finish
from mockorders.striking import HEADER, from_header, strike
from mockorders.transport import head, lenient, log_request, send
from mockorders.wire import Unreadable, query_pairs

BODY_SECONDS = 20
MAX_BODY = 2**20
OUTDATED = "the fixtures changed; this sandbox keeps its records until it is reset"

log = logging.getLogger("mockorders")


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
        self._remember(exchange, answer, time.perf_counter() - started)
        response = await send(http, answer)
        log_request(request, answer.status, time.perf_counter() - started)
        return response

    def _remember(self, exchange: Exchange, answer: Answer, seconds: float) -> None:
        """Write the journal's entry, before the first byte leaves; the headers that name it are the last."""
        sandbox = exchange.sandbox
        now = sandbox.clock.now()
        exchange.now, exchange.frozen = exchange.now or now, sandbox.clock.frozen
        entry = Entry(sandbox.journal.issue(), now, exchange)
        answer.headers["X-Mockorders-Request"] = entry.id
        answer.headers["Date"] = format_datetime(now, usegmt=True)
        if exchange.notes:
            answer.headers["X-Mockorders-Note"] = "; ".join(exchange.notes)
        entry.answered(None if answer.delivery.breaks else answer, seconds)
        sandbox.journal.add(entry)

    async def _answer(self, exchange: Exchange, http: web.Request) -> Answer:
        answer = await self._respond(exchange, http)
        await self._delay(exchange, "after")
        fault = exchange.verdict.acts("after")
        return answer if fault is None else strike(exchange, fault, answer, self._terms)

    async def _respond(self, exchange: Exchange, http: web.Request) -> Answer:
        try:
            return await self._serve(exchange, http)
        except Refusal as refusal:
            exchange.refusal = refusal
            return self._refused(exchange, refusal)
        except Breach as breach:
            log.error("breach in an answer to %s %s: %s", http.method, exchange.path, breach)
            return self._failed(exchange, breach)
        except Problem as problem:
            return self._failed(exchange, problem)
        except Exception:
            log.exception("unhandled error in %s %s", http.method, exchange.path)
            return self._failed(exchange, Problem(500, "Internal error", "The emulator failed; its log says more."))

    async def _serve(self, exchange: Exchange, http: web.Request) -> Answer:
        request, dialect = exchange.request, exchange.api.dialect
        if request.method == "OPTIONS":
            return self._preflight(exchange)
        request.pairs = self._pairs(request)
        method = dialect.method(request)
        match = exchange.match = exchange.api.match(method, exchange.path)
        exchange.reached = "credential"
        suffix = await self._admit(exchange, match)
        exchange.reached = "body"
        request.body = await self._body(http)
        exchange.reached = "faults"
        self._judge(exchange, method)
        await self._delay(exchange, "before")
        fault = exchange.verdict.acts("before")
        if fault is not None:
            return strike(exchange, fault, None, self._terms)
        exchange.reached = "route"
        if match.route is None:
            raise self._miss(exchange, method, match)
        exchange.reached = "request"
        call = dialect.parse(request, match, self._terms)
        call.customer = dialect.identify(request, suffix, exchange.sandbox.current_customer)
        exchange.notes += call.notes
        return await self._run(exchange, match.route, call)

    def _judge(self, exchange: Exchange, method: str) -> None:
        """Ask the sandbox's faults, and those that the request brings with it."""
        request, sandbox = exchange.request, exchange.sandbox
        header = request.headers.get(HEADER)
        if header is None and not sandbox.faults:
            return
        once = [] if header is None else from_header(header, self._terms)
        methods = (method, request.sent)
        traits = Traits(exchange.api.name, methods, exchange.paths, request.pairs, request.headers, lenient(request))
        exchange.verdict = sandbox.faults.judge(traits, sandbox.clock.now(), once)

    async def _delay(self, exchange: Exchange, stage: str) -> None:
        seconds = exchange.verdict.delays.get(stage, 0)
        if seconds:
            await asyncio.sleep(seconds)

    def _pairs(self, request: Request) -> list[tuple[str, str]]:
        try:
            return query_pairs(request.query)
        except Unreadable as error:
            raise InvalidQuery(str(error), rule=rules.QUERY_TEXT) from error

    def _preflight(self, exchange: Exchange) -> Answer:
        """Answer OPTIONS, whatever the query and the credential."""
        request = exchange.request
        match = exchange.match = exchange.api.match(request.method, exchange.path)
        headers = {"Allow": ", ".join(("OPTIONS", *match.allow))}
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
        if exchange.sandbox.outdated:
            exchange.notes.append(OUTDATED)
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
                body = await http.read()
        except TimeoutError as error:
            message = f"body: expected to arrive within {BODY_SECONDS} s"
            raise TooSlow(message, rule=rules.BODY_TIME) from error
        except web.HTTPRequestEntityTooLarge as error:
            raise _too_large() from error
        except (web.RequestPayloadError, ValueError) as error:
            message = "body: expected a transfer or content coding that can be read"
            raise Invalid(message, rule=rules.BODY_READ) from error
        if len(body) > MAX_BODY:
            raise _too_large()
        return body

    async def _run(self, exchange: Exchange, route: Route, call: Call) -> Answer:
        """Call the handler and encode what it gives; a write is kept only once its answer stands."""
        sandbox, api, state = exchange.sandbox, exchange.api, exchange.sandbox.state
        exchange.now = sandbox.clock.now()
        exchange.reached = "handler"
        state.begin()
        try:
            value = api.dialect.success(await finish(route.handler(sandbox, call)))
            exchange.reached = "answer"
            pieces = self._encode(variant(f"{api.name}/{route.answer}", sandbox.profile), value, api.kept)
        except BaseException:
            exchange.work = state.rollback()
            raise
        exchange.work = state.keep()
        exchange.reached = "done"
        return Answer(route.status, pieces, {"Content-Type": api.dialect.content_type})

    def _refused(self, exchange: Exchange, refusal: Refusal) -> Answer:
        api = exchange.api
        status, value, headers = api.dialect.refuse(refusal)
        try:
            pieces = self._encode(f"{api.name}/error", value)
        except Breach as breach:
            return self._failed(exchange, breach)
        return Answer(status, pieces, {"Content-Type": api.dialect.content_type, **headers})

    def _failed(self, exchange: Exchange, problem: Problem) -> Answer:
        exchange.problem = problem
        if isinstance(problem, Breach):
            exchange.breaches.append({name: str(problem.members[name]) for name in ("schema", "pointer", "message")})
        return problem_answer(problem)

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


def _too_large() -> TooLarge:
    message = f"body: expected at most {MAX_BODY} bytes"
    return TooLarge(message, rule=rules.BODY_SIZE)


def problem_answer(problem: Problem) -> Answer:
    """Give a problem document as an answer."""
    return Answer(problem.status, encode(problem.document()), {"Content-Type": "application/problem+json"})
