"""Write journal entries as records for a store: all that is shown of them, with credentials redacted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockorders.apis.messages import RecordedBody
from mockorders.caching import LruCache
from mockorders.errors import ApiError
from mockorders.http.exchange import NO_ACCESS, Exchange
from mockorders.http.parsed_head import ParsedHead
from mockorders.observability.entry import JournalEntry, violation_documents
from mockorders.observability.redaction import IsPublic, mask_effect, mask_header, mask_message, mask_query
from mockorders.sandbox.fault_decisions import FaultDecision, RecordedFault
from mockorders.storage.access import RecordAccess
from mockorders.store.codec import encode
from mockorders.store.journal_records import EntryRecord, Part

CACHE_BYTES = 8 * 2**20
OVERHEAD_BYTES = 1_000
ALLOW_ORIGIN = "Access-Control-Allow-Origin"


class _EncodedHead(NamedTuple):
    """The part of a head, and what it was made from."""

    part: Part
    head: ParsedHead
    headers: Mapping[str, str]

    @property
    def size(self) -> int:
        return OVERHEAD_BYTES + self.part.size + self.head.size


class _EncodedResponse(NamedTuple):
    """The part of a response, and what it was made from."""

    part: Part
    headers: Mapping[str, str]
    body: RecordedBody
    access: RecordAccess

    @property
    def size(self) -> int:
        return OVERHEAD_BYTES + self.part.size


class EntryWriter:
    """Writes the entries of one server.

    Entries of equal heads, and of the same cached response, share the parts for these; the cache has up to 8 MiB of
    each.
    """

    def __init__(self) -> None:
        self._heads: LruCache[int, _EncodedHead] = LruCache(CACHE_BYTES, lambda encoded: encoded.size)
        self._responses: LruCache[int, _EncodedResponse] = LruCache(CACHE_BYTES, lambda encoded: encoded.size)

    def write(self, entry: JournalEntry) -> EntryRecord:
        """Return the record of a complete entry; its id is 0 if it has none yet."""
        facts = {name: value for name, value in _facts(entry).items() if value}
        return EntryRecord(
            int(entry.id or 0),
            encode(facts),
            entry.request_body.text,
            self._head(entry.exchange),
            self._response(entry),
        )

    def _head(self, exchange: Exchange) -> Part:
        head = exchange.head
        headers = exchange.headers
        known = self._heads.get(id(headers))
        if known is not None and known.headers is headers and known.head is head:
            return known.part
        part = Part(encode(_head_facts(exchange)))
        if head.is_cacheable:
            self._heads.put(id(headers), _EncodedHead(part, head, headers))
        return part

    def _response(self, entry: JournalEntry) -> Part:
        headers = entry.response_headers
        body = entry.response_body
        access = entry.exchange.access
        known = self._responses.get(id(body))
        if known is not None and known.body is body and known.headers is headers and known.access is access:
            return known.part
        part = Part(encode(_response_facts(entry)), body.text)
        self._responses.put(id(body), _EncodedResponse(part, headers, body, access))
        return part


def _head_facts(exchange: Exchange) -> dict[str, Any]:
    head = exchange.head
    request = head.request
    is_public = head.api.dialect.is_public
    route = head.match.route
    return {
        "api": head.api.name,
        "method": head.method,
        "sent_method": request.sent_method,
        "path": request.path,
        "query": mask_query(request.query) if request.query else "",
        "canonical": head.path,
        "paths": head.paths,
        "headers": [(str(name), mask_header(name, value, is_public)) for name, value in exchange.headers.items()],
        "has_credential": head.credential is not None,
        "allows_origin": ALLOW_ORIGIN in head.cors_headers,
        "origin_rejection": exchange.origin_rejection,
        "route": None if route is None else (route.method, route.path),
        "params": head.match.params,
        "size": exchange.head_size,
    }


def _response_facts(entry: JournalEntry) -> dict[str, Any]:
    is_public = entry.exchange.api.dialect.is_public
    return {
        "headers": {str(name): mask_header(name, text, is_public) for name, text in entry.response_headers.items()},
        "length": entry.response_body.length,
        "reads": entry.exchange.access.reads,
    }


def _facts(entry: JournalEntry) -> dict[str, Any]:
    """Return what is specific to an entry; members that are false or empty can be left out."""
    exchange = entry.exchange
    customer = exchange.customer
    facts = {
        "at": entry.at,
        "date": entry.date,
        "seconds": entry.seconds,
        "status": entry.status,
        "length": entry.request_body.length,
        "check": exchange.check.label,
        "is_authenticated": exchange.is_authenticated,
        "suffix": exchange.suffix,
        "default_customer": exchange.default_customer,
        "customer": None if customer is None else tuple(customer),
        "is_matched": exchange.match is not None,
        "now": exchange.now,
        "frozen": exchange.frozen,
        "interruption": exchange.interruption,
        "notes": exchange.notes,
    }
    if exchange.access is not NO_ACCESS and exchange.access.writes:
        facts["writes"] = exchange.access.writes
        facts["changes"] = [
            (each.collection, each.id, each.kind, list(map(tuple, each.properties))) for each in exchange.access.changes
        ]
    return facts | _failures(exchange)


def _failures(exchange: Exchange) -> dict[str, Any]:
    """Return why a request was rejected, failed or changed by a fault."""
    facts: dict[str, Any] = {}
    if exchange.error is not None:
        facts["error"] = _error(exchange.error)
    if exchange.problem is not None:
        problem = exchange.problem
        facts["problem"] = {"status": problem.status, "title": problem.title, "detail": mask_message(problem.detail)}
    if exchange.faults.applied:
        facts["faults"] = _faults(exchange.faults, exchange.api.dialect.is_public)
    if exchange.violations:
        facts["violations"] = violation_documents(exchange)
    return facts


def _error(error: ApiError) -> dict[str, Any]:
    return {"messages": list(map(mask_message, error.messages)), "rule": error.rule.name, "facts": dict(error.facts)}


def _faults(decision: FaultDecision, is_public: IsPublic) -> dict[str, Any]:
    applied = [_fault(RecordedFault.of(each), is_public) for each in decision.applied]
    fault = None if decision.fault is None else _fault(RecordedFault.of(decision.fault), is_public)
    return {"delays": decision.delays, "fault": fault, "applied": applied}


def _fault(fault: RecordedFault, is_public: IsPublic) -> dict[str, Any]:
    effect = mask_effect(fault.effect, is_public)
    return {"id": fault.id, "kind": fault.kind, "stage": fault.stage, "effect": effect}
