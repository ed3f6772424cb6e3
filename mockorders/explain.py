"""The whole story of one request: the route or why none, each check, the records, the fault, the clock, the rules."""

from dataclasses import asdict
from typing import Any

from mockorders import rules
from mockorders.api import Api
from mockorders.clock import format_time
from mockorders.exchange import CHECKS, OUTDATED_NOTE, Exchange
from mockorders.journal import Entry
from mockorders.rules import Rule

CLOSEST = 3
MEANING = {
    "query": "the query string can be read",
    "credential": "the credential is let in and names the sandbox",
    "body": "the body arrived, within size and time",
    "faults": "no fault answered in the API's place",
    "route": "path and method lead to a route",
    "request": "parameters and body fit their schemas",
    "handler": "the API's rules allow it",
    "answer": "the answer fits its schema",
}


def explain(entry: Entry) -> dict[str, Any]:
    """Tell the story of one request."""
    story = entry.story
    return {
        "id": entry.id,
        "request": f"{story.reading.request.sent} {story.reading.request.path}",
        "status": entry.status,
        "sandbox": story.sandbox.name,
        "route": _route(story),
        "checks": _checks(story),
        "refusal": _refusal(story),
        "records": {
            "read": [f"{name} {identifier}" for name, identifier in story.work.reads],
            "written": [f"{name} {identifier}" for name, identifier in story.work.writes],
        },
        "fault": story.fault,
        "breaches": list(story.breaches),
        "clock": {"now": format_time(story.now or entry.at), "frozen": story.frozen},
        "notes": list(story.notes),
        "rules": [asdict(rule) for rule in dict.fromkeys((*story.rules, *_general(story)))],
    }


def _general(story: Exchange) -> list[Rule]:
    """List the rules that hold for requests of any API, where they mattered for this one."""
    request = story.reading.request
    mattered = (
        (rules.FIXTURE_SET, story.reached not in {"query", "credential"}),
        (rules.TRAILING_SLASH, request.path.endswith("/")),
        (rules.HEAD, request.sent == "HEAD"),
        (rules.PREFLIGHT, request.sent == "OPTIONS"),
        (rules.CORS, story.reading.stranger),
        (rules.WATCH, OUTDATED_NOTE in story.notes),
    )
    return [rule for rule, did in mattered if did]


def _route(story: Exchange) -> dict[str, Any]:
    if story.match is not None and story.match.route is not None:
        route = story.match.route
        return {"matched": f"{route.method} {route.path}", "parameters": story.match.params}
    return {"matched": None, "closest": closest(story.api, story.reading.request.method, story.reading.path)}


def closest(api: Api, method: str, path: str) -> list[dict[str, str]]:
    """Give the routes that come closest to a path, each with why it does not match."""
    steps = path.split("/")
    ranked = sorted(api.routes, key=lambda route: -_likeness(steps, route.path.split("/"), method == route.method))
    return [
        {"route": f"{route.method} {route.path}", "why": _why(steps, route.path.split("/"), method, route.method)}
        for route in ranked[:CLOSEST]
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


def _checks(story: Exchange) -> list[dict[str, Any]]:
    """Give each check with its result: those before the one that was reached last have passed."""
    reached = CHECKS.index(story.reached)
    checks = []
    for number, name in enumerate(CHECKS[:-1]):
        result = "passed" if number < reached else "not reached" if number > reached else _result(story)
        checks.append({"check": name, "meaning": MEANING[name], "result": result})
    return checks


def _result(story: Exchange) -> str:
    if story.refusal is not None:
        return "refused: " + "; ".join(story.refusal.messages)
    if story.problem is not None:
        return f"failed: {story.problem.detail}"
    return "ended here: a fault answered" if story.verdict.acting is not None else "ended here: a preflight"


def _refusal(story: Exchange) -> dict[str, Any] | None:
    if story.refusal is None:
        return None
    rule = story.refusal.rule
    return {
        "messages": list(story.refusal.messages),
        "facts": dict(story.refusal.facts),
        "rule": rule.name,
        "evidence": rule.evidence,
        "sentence": rule.sentence or None,
    }
