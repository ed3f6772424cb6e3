"""The way of a request, from the path to the answer; the one place where errors become answers."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from mockorders import __version__, rules
from mockorders.api import Answer, Call, Match, Route, Terms
from mockorders.core import Core
from mockorders.errors import BadCredential, Breach, InvalidQuery, NoRoute, Problem, Refusal, WrongMethod
from mockorders.exchange import OUTDATED_NOTE, Exchange
from mockorders.faults import Content
from mockorders.journal import Body, Entry
from mockorders.kept import encode, shell
from mockorders.logs import log_request
from mockorders.origins import Origins, preflight
from mockorders.reading import Reader, Reading
from mockorders.steps import finish
from mockorders.striking import HEADER, from_header, strike
from mockorders.transport import head_of, lenient, read_body, send
from mockorders.validation.schemas import variant
from mockorders.whole import Whole, Wholes

SERVER = f"mockorders/{__version__}"

log = logging.getLogger("mockorders")


class Pipeline:
    """Answers every request to an emulated API."""

    def __init__(self, core: Core) -> None:
        self._reader = Reader(core.apis, Origins(core.options.allow_origins))
        self._terms = Terms(core.contract, core.options.strict)
        self._sandboxes = core.sandboxes
        self._counts = core.counts
        self._wholes = Wholes()

    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        started = time.perf_counter()
        exchange = Exchange.of(self._reader.read(http), self._sandboxes.nobody)
        answer = await self._answer(exchange, http)
        whole = exchange.whole if exchange.whole is not None and exchange.whole.final is answer else None
        entry = self._remember(exchange, answer, whole, time.perf_counter() - started)
        response = await send(http, answer, entry.own, None if whole is None else whole.head)
        log_request(entry, time.perf_counter() - started)
        return response

    def _remember(self, exchange: Exchange, answer: Answer, whole: Whole | None, seconds: float) -> Entry:
        """Count the request and write the journal's entry, before the first byte leaves; give the entry."""
        sandbox = exchange.sandbox
        now = sandbox.clock.now()
        exchange.now, exchange.frozen = exchange.now or now, sandbox.clock.frozen
        entry = Entry(sandbox.journal.issue(), now, exchange)
        entry.answered(answer, Body.of(answer.body) if whole is None else whole.body, seconds)
        sandbox.journal.add(entry)
        self._counts.add(exchange, entry.status, seconds)
        return entry

    async def _answer(self, exchange: Exchange, http: web.BaseRequest) -> Answer:
        answer = await self._respond(exchange, http)
        if exchange.verdict.delays:
            await self._delay(exchange, "after")
        fault = exchange.verdict.acts("after")
        if fault is not None:
            return _finished(exchange.reading, strike(exchange, fault, replace(answer), self._terms))
        return _finished(exchange.reading, answer) if exchange.whole is None else exchange.whole.final

    async def _respond(self, exchange: Exchange, http: web.BaseRequest) -> Answer:
        try:
            return await self._serve(exchange, http)
        except Refusal as refusal:
            exchange.refusal = refusal
            return self._refused(exchange, refusal)
        except Breach as breach:
            log.error("breach in an answer to %s %s: %s", http.method, exchange.reading.path, breach)
            return self._failed(exchange, breach)
        except Problem as problem:
            return self._failed(exchange, problem)
        except Exception:
            log.exception("unhandled error in %s %s", http.method, exchange.reading.path)
            return self._failed(exchange, Problem(500, "Internal error", "The emulator failed; its log says more."))

    async def _serve(self, exchange: Exchange, http: web.BaseRequest) -> Answer:
        reading = exchange.reading
        if reading.method == "OPTIONS":
            return self._preflight(exchange)
        if reading.unreadable is not None:
            raise InvalidQuery(reading.unreadable, rule=rules.QUERY_TEXT)
        match = exchange.match = reading.match
        exchange.reached = "credential"
        suffix = await self._admit(exchange, match)
        exchange.reached = "body"
        if http.can_read_body:
            exchange.body = await read_body(http)
        exchange.reached = "faults"
        self._judge(exchange)
        if exchange.verdict.delays:
            await self._delay(exchange, "before")
        fault = exchange.verdict.acts("before")
        if fault is not None:
            return strike(exchange, fault, None, self._terms)
        exchange.reached = "route"
        if match.route is None:
            raise _miss(reading)
        whole = None if exchange.body else self._wholes.find(reading, exchange.sandbox.state)
        return await self._run(exchange, match, suffix) if whole is None else self._recall(exchange, whole)

    def _recall(self, exchange: Exchange, whole: Whole) -> Answer:
        """Give the answer that was kept, and tell its story again."""
        exchange.notes += whole.notes
        exchange.work, exchange.whole, exchange.reached = whole.work, whole, "done"
        return whole.plain

    def _judge(self, exchange: Exchange) -> None:
        """Ask the sandbox's faults, and those that the request brings with it."""
        sandbox, header = exchange.sandbox, exchange.headers.get(HEADER)
        if header is None and not sandbox.faults:
            return
        once = () if header is None else from_header(header, self._terms)
        concerning = (*once, *sandbox.faults.concerning(exchange.reading.traits))
        if concerning:
            content = Content(exchange.headers, lenient(exchange.headers, exchange.body))
            exchange.verdict = sandbox.faults.judge(concerning, content, sandbox.clock.now())

    async def _delay(self, exchange: Exchange, stage: str) -> None:
        seconds = exchange.verdict.delays.get(stage, 0)
        if seconds:
            await asyncio.sleep(seconds)

    def _preflight(self, exchange: Exchange) -> Answer:
        """Answer OPTIONS, whatever the query and the credential."""
        reading = exchange.reading
        exchange.match = reading.match
        headers = {"Allow": ", ".join(("OPTIONS", *reading.match.allow))}
        if "Origin" in exchange.headers and not reading.stranger:
            headers |= preflight(exchange.headers, exchange.api.dialect.methods)
        return Answer(200, [b""], headers)

    async def _admit(self, exchange: Exchange, match: Match) -> str | None:
        """Find the sandbox; a credential that is not let in matters only where there is something to be let into."""
        reading = exchange.reading
        try:
            name, suffix = self._sandboxes.admit(reading.credential, reading.secret)
        except BadCredential:
            if match.route is None:
                return None
            raise
        exchange.sandbox = await self._sandboxes.find(name, keep=not reading.stranger)
        if exchange.sandbox.outdated:
            exchange.notes += (OUTDATED_NOTE,)
        return suffix

    async def _run(self, exchange: Exchange, match: Match, suffix: str | None) -> Answer:
        """Check the call, have it handled and encode what that gives."""
        sandbox, dialect, route = exchange.sandbox, exchange.api.dialect, match.route
        assert route is not None
        exchange.reached = "request"
        call = dialect.parse(exchange.request, match, self._terms)
        call.customer = dialect.identify(exchange.request, suffix, sandbox.current_customer)
        exchange.notes += tuple(call.notes)
        exchange.now, exchange.reached = sandbox.clock.now(), "handler"
        stamp, asked = sandbox.state.stamp, sandbox.clock.asked
        answer = await self._handle(exchange, route, call)
        if route.method == "GET" and not exchange.body and asked == sandbox.clock.asked:
            self._keep(exchange, answer, stamp, call.notes)
        return answer

    async def _handle(self, exchange: Exchange, route: Route, call: Call) -> Answer:
        """Call the handler and encode what it gives; a write is kept only once its answer stands."""
        sandbox, api, state = exchange.sandbox, exchange.api, exchange.sandbox.state
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

    def _keep(self, exchange: Exchange, plain: Answer, stamp: object, notes: Sequence[str]) -> None:
        """Keep a whole answer for as long as the sandbox's records stay as they were when it was made."""
        if len(plain.body) > 1:
            return
        final = _finished(exchange.reading, plain)
        body = Body.of(final.body)
        exchange.whole = Whole(plain, final, head_of(final), body, stamp, tuple(notes), exchange.work)
        self._wholes.keep(exchange.reading, exchange.whole)

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
            breach = {name: str(problem.members[name]) for name in ("schema", "pointer", "message")}
            exchange.breaches += (breach,)
        return problem_answer(problem)

    def _encode(self, schema: str, value: Any, kept: frozenset[str] = frozenset()) -> list[bytes]:
        if schema not in kept:
            for mistake in self._terms.contract.mistakes(schema, shell(value), kept):
                raise Breach(schema, mistake.pointer, mistake.message)
        return encode(value)


def _miss(reading: Reading) -> Refusal:
    """Say why there is no route."""
    method, path, match = reading.method, reading.request.path, reading.match
    if match.allow:
        allow = ", ".join(match.allow)
        return WrongMethod(f"{method} {path}: expected {allow}", allow=match.allow, rule=rules.WRONG_METHOD)
    if reading.api.is_elsewhere(reading.path):
        message = f"{method} {path}: the real service has this path, the emulator does not"
        return NoRoute(message, rule=rules.NO_ROUTE)
    known = ", ".join(f"{route.method} {route.path}" for route in reading.api.routes)
    return NoRoute(f"{method} {path}: no such path, expected one of {known}", rule=rules.NO_ROUTE)


def _finished(reading: Reading, answer: Answer) -> Answer:
    """Give an answer its last form: the headers that its origin gets, and what the dialect wraps it in."""
    headers = {**answer.headers, "Server": SERVER, **reading.cors}
    return reading.api.dialect.dress(reading.request, replace(answer, headers=headers))


def problem_answer(problem: Problem) -> Answer:
    """Give a problem document as an answer."""
    return Answer(problem.status, encode(problem.document()), {"Content-Type": "application/problem+json"})
