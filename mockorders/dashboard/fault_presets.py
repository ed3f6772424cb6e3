"""Faults in one click: what each does, and its effect on each API."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.apis.base import Api
from mockorders.errors import InvalidCredentials
from mockorders.rules import FAULT

Effect = Mapping[str, Any]


class Preset(NamedTuple):
    """One choice: `explanation` is for people, `effect` returns the effect on an API."""

    title: str
    explanation: str
    effect: Callable[[Api], Effect]


def _logged_out(api: Api) -> Effect:
    """Return the response of an API to a request while nobody is logged in, or with a wrong credential."""
    error = api.login_error or InvalidCredentials("Log in again", rule=FAULT)
    status, body, headers = api.dialect.render_error(error)
    return {"type": "status", "status": status, "body": body, "headers": headers}


PRESETS: Mapping[str, Preset] = {
    "server-error": Preset(
        "Server error",
        "Every request gets a 500 in the API's own error format, and changes nothing.",
        lambda _: {"type": "status", "status": 500},
    ),
    "slow": Preset("Slow", "Every response arrives 3 seconds late.", lambda _: {"type": "delay", "ms": 3000}),
    "offline": Preset(
        "Offline",
        "The connection is reset: a network error instead of a response.",
        lambda _: {"type": "reset"},
    ),
    "broken-json": Preset(
        "Broken JSON", "Status 200, but the body is cut off and cannot be parsed.", lambda _: {"type": "malformed"}
    ),
    "rate-limit": Preset(
        "Rate limit",
        "10 requests a minute succeed; further ones get a 429 with Retry-After.",
        lambda _: {"type": "rate_limit", "requests": 10, "window": 60},
    ),
    "log-out": Preset(
        "Log everyone out",
        "Every request is rejected as if nobody were logged in, whatever its cookie, token or password.",
        _logged_out,
    ),
}


def preset_rules(preset: Preset, apis: Sequence[Api], conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the faults of a preset for requests that meet conditions: one for all APIs if their effects agree.

    `conditions` are members of a fault, such as `match` and `times`.
    """
    match = conditions.get("match", {})
    affected = [api for api in apis if match.get("api", api.name) == api.name]
    effects = [preset.effect(api) for api in affected]
    if not effects or all(effect == effects[0] for effect in effects):
        return [{**conditions, "effect": preset.effect(apis[0] if not effects else affected[0])}]
    rules = zip(affected, effects, strict=True)
    return [{**conditions, "match": {**match, "api": api.name}, "effect": effect} for api, effect in rules]
