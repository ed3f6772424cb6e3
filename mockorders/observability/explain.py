"""Explain one request: the route, each check, the records, the fault, the clock and the rules."""

from dataclasses import asdict
from typing import Any

from mockorders import rules
from mockorders.apis.base import Api
from mockorders.apis.checks import Check
from mockorders.formats.timestamps import format_time
from mockorders.http.exchange import STALE_NOTE, Exchange
from mockorders.observability.entry import JournalEntry
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
        "route": _route(exchange),
        "checks": _checks(exchange),
        "rejection": _error(exchange),
        "records": {
            "read": [f"{name} {identifier}" for name, identifier in exchange.access.reads],
            "written": [f"{name} {identifier}" for name, identifier in exchange.access.writes],
        },
        "fault": exchange.fault,
        "violations": list(exchange.violations),
        "clock": {"now": format_time(exchange.now or entry.at), "frozen": exchange.frozen},
        "notes": list(exchange.notes),
        "rules": [asdict(rule) for rule in dict.fromkeys((*exchange.rules, *_general_rules(exchange)))],
    }


def _general_rules(exchange: Exchange) -> list[Rule]:
    """Return the rules for requests of all APIs that mattered for this request."""
    request = exchange.head.request
    mattered = (
        (rules.FIXTURE_SET, exchange.check not in {Check.QUERY, Check.CREDENTIAL}),
        (rules.TRAILING_SLASH, request.path.endswith("/")),
        (rules.HEAD, request.sent_method == "HEAD"),
        (rules.PREFLIGHT, request.sent_method == "OPTIONS"),
        (rules.CORS, exchange.head.origin_denied),
        (rules.WATCH, STALE_NOTE in exchange.notes),
    )
    return [rule for rule, did in mattered if did]


def _route(exchange: Exchange) -> dict[str, Any]:
    if exchange.match is not None and exchange.match.route is not None:
        route = exchange.match.route
        return {"matched": f"{route.method} {route.path}", "parameters": exchange.match.params}
    return {"matched": None, "closest": closest(exchange.api, exchange.head.request.method, exchange.head.path)}


def closest(api: Api, method: str, path: str) -> list[dict[str, str]]:
    """Return the routes that are most similar to a path, each with the reason why it does not match."""
    steps = path.split("/")
    ranked = sorted(api.routes, key=lambda route: -_likeness(steps, route.path.split("/"), method == route.method))
    return [
        {"route": f"{route.method} {route.path}", "why": _why(steps, route.path.split("/"), method, route.method)}
        for route in ranked[:MAX_CLOSEST]
    ]


def _likeness(steps: list[str], names: list[str], same_method: bool) -> float:
    alike = sum(name.startswith("{") or name == step for step, name in zip(steps, names, strict=False))
    return alike - abs(len(steps) - len(names)) + 0.5 * same_method


def _why(steps: list[str], names: list[str], method: str, wanted: str) -> str:
    if len(steps) != len(names):
        return f"it has {len(names) - 1} steps, the path has {len(steps) - 1}"
    for step, name in zip(steps, names, strict=True):
        if step != name and not name.startswith("{"):
            return f"it has {name!r} where the path has {step[:60]!r}"
    return f"its method is {wanted}, not {method}"


def _checks(exchange: Exchange) -> list[dict[str, Any]]:
    """Return each check with its result."""
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
        return "rejected: " + "; ".join(exchange.error.messages)
    if exchange.problem is not None:
        return f"failed: {exchange.problem.detail}"
    if exchange.faults.fault is not None:
        return "ended here: a fault replaced the response"
    return "ended here: a preflight request"


def _error(exchange: Exchange) -> dict[str, Any] | None:
    if exchange.error is None:
        return None
    rule = exchange.error.rule
    return {
        "messages": list(exchange.error.messages),
        "facts": dict(exchange.error.facts),
        "rule": rule.name,
        "evidence": rule.evidence,
        "sentence": rule.sentence or None,
    }
