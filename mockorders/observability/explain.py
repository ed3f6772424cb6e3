"""Explain one request: the route, each check, the records, the fault, the clock and the rules."""

from dataclasses import asdict
from typing import Any

from mockorders import rules
from mockorders.apis.checks import Check
from mockorders.formats.plurals import count
from mockorders.formats.timestamps import format_time
from mockorders.http.exchange import DISCONNECT_NOTES, STALE_NOTE, Exchange
from mockorders.http.parsed_head import ParsedHead
from mockorders.observability.entry import JournalEntry, customer_document, fault_document, violation_documents
from mockorders.observability.redaction import mask_message
from mockorders.rules import Rule

MAX_CLOSEST = 3


def explain(entry: JournalEntry) -> dict[str, Any]:
    """Return the explanation of one request."""
    exchange = entry.exchange
    return {
        "id": entry.id,
        "request": f"{exchange.head.request.sent_method} {exchange.head.request.path}",
        "status": entry.status,
        "sandbox": exchange.sandbox.name,
        "customer": customer_document(exchange),
        "route": _route(exchange),
        "checks": _checks(exchange),
        "rejection": _rejection(exchange),
        "records": {
            "read": [f"{name} {identifier}" for name, identifier in exchange.access.reads],
            "written": [f"{name} {identifier}" for name, identifier in exchange.access.writes],
        },
        "fault": fault_document(exchange),
        "violations": violation_documents(exchange),
        "clock": {"now": format_time(exchange.now or entry.at), "frozen": exchange.frozen},
        "notes": list(exchange.notes),
        "rules": [asdict(rule) for rule in dict.fromkeys((*exchange.rules, *_general_rules(exchange)))],
    }


def _general_rules(exchange: Exchange) -> list[Rule]:
    """Return the rules for all APIs that applied to this request."""
    request = exchange.head.request
    applied = (
        (rules.FIXTURE_SET, exchange.check not in {Check.HTTP, Check.ORIGIN, Check.QUERY, Check.CREDENTIAL}),
        (rules.TRAILING_SLASH, request.path.endswith("/")),
        (rules.HEAD, request.sent_method == "HEAD"),
        (rules.PREFLIGHT, request.sent_method == "OPTIONS"),
        (rules.WATCH, STALE_NOTE in exchange.notes),
        (rules.DISCONNECT, exchange.interruption in DISCONNECT_NOTES),
    )
    return [rule for rule, applies in applied if applies]


def _route(exchange: Exchange) -> dict[str, Any]:
    if exchange.match is not None and exchange.match.route is not None:
        route = exchange.match.route
        matched = exchange.api.endpoint(route, exchange.head.request.path)
        return {"matched": matched, "parameters": exchange.match.params}
    return {"matched": None, "closest": closest(exchange.head)}


def closest(head: ParsedHead) -> list[dict[str, str]]:
    """Return the routes that are most similar to a request's path, each with the reason why it does not match."""
    method = head.request.method
    segments = head.path.split("/")
    ranked = sorted(
        head.api.routes, key=lambda route: -_likeness(segments, route.path.split("/"), method == route.method)
    )
    return [
        {
            "route": head.api.endpoint(route, head.request.path),
            "why": _why(segments, route.path.split("/"), method, route.method),
        }
        for route in ranked[:MAX_CLOSEST]
    ]


def _likeness(segments: list[str], names: list[str], same_method: bool) -> float:
    alike = sum(name.startswith("{") or name == segment for segment, name in zip(segments, names, strict=False))
    return alike - abs(len(segments) - len(names)) + 0.5 * same_method


def _why(segments: list[str], names: list[str], method: str, expected: str) -> str:
    if len(segments) != len(names):
        return f"it has {count(len(names) - 1, 'segment')}, the path has {len(segments) - 1}"
    for segment, name in zip(segments, names, strict=True):
        if segment != name and not name.startswith("{"):
            return f"it has {name!r} where the path has {segment[:60]!r}"
    return f"its method is {expected}, not {method}"


def _checks(exchange: Exchange) -> list[dict[str, Any]]:
    """Return each check with its result: passed, the result of the last one reached, or not reached."""
    result = "passed"
    checks = []
    for check in Check:
        if check is exchange.check:
            checks.append(_check_document(check, _result(exchange)))
            result = "not reached"
        else:
            checks.append(_check_document(check, result))
    return checks[:-1]


def _check_document(check: Check, result: str) -> dict[str, str]:
    return {"check": check.label, "meaning": check.meaning, "result": result}


def _result(exchange: Exchange) -> str:
    if exchange.error is not None:
        return "rejected: " + "; ".join(map(mask_message, exchange.error.messages))
    if exchange.problem is not None:
        return f"failed: {mask_message(exchange.problem.detail)}"
    if exchange.entry is not None:
        return "in progress"
    if exchange.interruption is not None:
        return f"ended here: {exchange.interruption}"
    if exchange.faults.fault is not None:
        return f"ended here: the fault {exchange.faults.fault.kind} was applied"
    return "ended here: a preflight request"


def _rejection(exchange: Exchange) -> dict[str, Any] | None:
    if exchange.error is None:
        return None
    rule = exchange.error.rule
    return {
        "messages": list(map(mask_message, exchange.error.messages)),
        "facts": dict(exchange.error.facts),
        "rule": rule.name,
        "evidence": rule.evidence,
        "sentence": rule.sentence or None,
    }
