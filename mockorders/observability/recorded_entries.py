"""Read journal entries from the records of a store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from multidict import CIMultiDict, CIMultiDictProxy

from mockorders import rules
from mockorders.apis.base import Api
from mockorders.apis.checks import Check
from mockorders.apis.messages import CurrentCustomer, RecordedBody, Request
from mockorders.apis.routing import Route, RouteMatch
from mockorders.errors import ApiError, ProblemError
from mockorders.formats.parsing import ParseError
from mockorders.formats.query_strings import parse_query
from mockorders.http.exchange import Exchange
from mockorders.http.parsed_head import ParsedHead
from mockorders.observability.entry import JournalEntry
from mockorders.observability.entry_records import ALLOW_ORIGIN
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.fault_decisions import NO_FAULTS, FaultDecision, RecordedFault
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.access import ReadRun, RecordAccess
from mockorders.storage.record_changes import ChangedProperty, RecordChange
from mockorders.store.codec import decode
from mockorders.store.journal_records import EntryRecord, Part

CHECKS = {check.label: check for check in Check}
UNKNOWN_CREDENTIAL = Credential("?", None)


@dataclass(slots=True)
class RecordedExchange(Exchange):
    """The exchange of an entry that was read from a store: its customer is as it was resolved then."""

    recorded_customer: CurrentCustomer | None = None

    @property
    def customer(self) -> CurrentCustomer | None:
        """The customer that the request was for."""
        return self.recorded_customer

    @property
    def has_credentials(self) -> bool:
        """Always false: headers and query are redacted."""
        return False


class _Head(NamedTuple):
    """The head of a request."""

    parsed: ParsedHead
    headers: Mapping[str, str]
    size: int
    origin_rejection: str | None


class _Response(NamedTuple):
    """A response, and the records that were read for it."""

    headers: dict[str, str]
    body: RecordedBody
    reads: tuple[tuple[str, int], ...]


class EntryReader:
    """Reads the entries of one server; those of APIs that it does not have are left out."""

    def __init__(self, apis: Iterable[Api]) -> None:
        self._apis = {api.name: api for api in apis}
        self._rules = {rule.name: rule for rule in rules.declared(rules)}
        for api in self._apis.values():
            self._rules |= {rule.name: rule for rule in api.rules}

    def read(self, records: Iterable[EntryRecord], sandbox: Sandbox) -> Iterator[JournalEntry]:
        """Yield the entries of a sandbox; in any thread. Raises ValueError, LookupError or TypeError if damaged."""
        heads: dict[Part, _Head | None] = {}
        responses: dict[Part, _Response] = {}
        for record in records:
            if record.head not in heads:
                heads[record.head] = self._head(decode(record.head.facts))
            if record.response not in responses:
                responses[record.response] = _response(record.response)
            head = heads[record.head]
            if head is not None:
                yield self._entry(record, head, responses[record.response], sandbox)

    def _entry(self, record: EntryRecord, head: _Head, response: _Response, sandbox: Sandbox) -> JournalEntry:
        facts: dict[str, Any] = decode(record.facts)
        exchange = self._exchange(facts, head, response, sandbox)
        exchange.body = record.body
        entry = JournalEntry(str(record.id), datetime.fromisoformat(facts["at"]), exchange)
        entry.date = datetime.fromisoformat(facts["date"])
        entry.seconds = float(facts.get("seconds", 0))
        entry.status = facts.get("status")
        entry.response_headers = response.headers
        entry.response_body = response.body
        entry.request_body = RecordedBody(record.body, facts.get("length", 0))
        entry.measure()
        return entry

    def _exchange(self, facts: Mapping[str, Any], head: _Head, response: _Response, sandbox: Sandbox) -> Exchange:
        now = facts.get("now")
        customer = facts.get("customer")
        return RecordedExchange(
            head=head.parsed,
            headers=head.headers,
            head_size=head.size,
            sandbox=sandbox,
            origin_rejection=head.origin_rejection,
            suffix=facts.get("suffix"),
            is_authenticated=facts.get("is_authenticated", False),
            default_customer=facts.get("default_customer"),
            notes=tuple(facts.get("notes", ())),
            check=CHECKS[facts["check"]],
            match=head.parsed.match if facts.get("is_matched") else None,
            error=self._error(facts.get("error")),
            problem=_problem(facts.get("problem")),
            faults=_faults(facts.get("faults")),
            violations=tuple(facts.get("violations", ())),
            access=_access(facts, response),
            now=None if now is None else datetime.fromisoformat(now),
            frozen=facts.get("frozen", False),
            interruption=facts.get("interruption"),
            recorded_customer=None if customer is None else CurrentCustomer(*customer),
        )

    def _head(self, facts: Mapping[str, Any]) -> _Head | None:
        api = self._apis.get(facts["api"])
        if api is None:
            return None
        sent_method = facts["sent_method"]
        pairs = _pairs(facts["query"])
        request_method = "GET" if sent_method == "HEAD" else sent_method
        size = facts["size"]
        parsed = ParsedHead(
            request=Request(request_method, facts["path"], facts["query"], {}, sent_method, pairs),
            api=api,
            path=facts["canonical"],
            paths=tuple(facts["paths"]),
            method=facts["method"],
            match=RouteMatch(_route(api, facts["route"]), facts["params"], ()),
            credential=UNKNOWN_CREDENTIAL if facts["has_credential"] else None,
            secret=None,
            query_error=None,
            cors_headers={ALLOW_ORIGIN: ""} if facts["allows_origin"] else {},
            size=size,
            target=object(),
            is_cacheable=False,
        )
        headers = CIMultiDictProxy(CIMultiDict([(name, value) for name, value in facts["headers"]]))
        return _Head(parsed, headers, size, facts["origin_rejection"])

    def _error(self, facts: Mapping[str, Any] | None) -> ApiError | None:
        if facts is None:
            return None
        name = facts["rule"]
        rule = self._rules.get(name) or rules.Rule(name, "a rule of another version", "assumed", "")
        return ApiError(*facts["messages"], rule=rule, facts=facts["facts"])


def _route(api: Api, facts: Sequence[str] | None) -> Route | None:
    """Return the route with a method and a path; None if the API has no such route, or not anymore."""
    if facts is None:
        return None
    method, path = facts
    return next((route for route in api.routes if route.method == method and route.path == path), None)


def _pairs(query: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(parse_query(query))
    except ParseError:
        return ()


def _response(part: Part) -> _Response:
    facts = decode(part.facts)
    return _Response(facts["headers"], RecordedBody(part.body, facts["length"]), _places(facts["reads"]))


def _access(facts: Mapping[str, Any], response: _Response) -> RecordAccess:
    changes = tuple([_change(*values) for values in facts.get("changes", ())])
    runs = [ReadRun(name, (identifier,)) for name, identifier in response.reads]
    return RecordAccess(runs, _places(facts.get("writes", ())), changes)


def _change(collection: str, identifier: int, kind: str, properties: Sequence[Sequence[str]]) -> RecordChange:
    return RecordChange(collection, identifier, kind, tuple([ChangedProperty(*each) for each in properties]))


def _places(values: Sequence[Any]) -> tuple[tuple[str, int], ...]:
    return tuple([(name, identifier) for name, identifier in values])


def _problem(facts: Mapping[str, Any] | None) -> ProblemError | None:
    return None if facts is None else ProblemError(facts["status"], facts["title"], facts["detail"])


def _faults(facts: Mapping[str, Any] | None) -> FaultDecision:
    if facts is None:
        return NO_FAULTS
    applied = tuple(map(_fault, facts["applied"]))
    fault = None if facts["fault"] is None else _fault(facts["fault"])
    return FaultDecision({stage: float(seconds) for stage, seconds in facts["delays"].items()}, fault, applied)


def _fault(facts: Mapping[str, Any]) -> RecordedFault:
    return RecordedFault.of(RecordedFault(**facts, size=0))
