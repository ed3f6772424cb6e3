"""The types of fault effects, and the header form of faults."""

import math
import re
from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

MAX_DELAY_SECONDS = 600
DELAY = "delay"


class EffectType(NamedTuple):
    """One type of effect.

    `summary` is what the client gets. `first_parameter` is the parameter that `TYPE=VALUE` sets in the header. An
    effect with `always_after` modifies a response, so it is applied after the handler whatever the fault's stage.
    """

    summary: str = ""
    first_parameter: str | None = None
    always_after: bool = False


# Every effect except `delay` has a function in `pipeline/fault_injection.py`; `control/effect.json` has its parameters.
EFFECTS: Mapping[str, EffectType] = {
    "status": EffectType("this status, in the API's own error format unless a body is given", "status"),
    DELAY: EffectType("the correct response, later", "ms"),
    "reset": EffectType("a TCP reset: a network error, and no response"),
    "close": EffectType("a connection closed without a response"),
    "truncate": EffectType(
        "the original `Content-Length`, but fewer bytes before the connection is closed", "bytes", always_after=True
    ),
    "drip": EffectType("the correct response, slowly", "bytes_per_second", always_after=True),
    "malformed": EffectType("200 and invalid JSON", always_after=True),
    "drift": EffectType("a response that violates its schema; the journal records where", "pointer", always_after=True),
    "rate_limit": EffectType("429 with an accurate `Retry-After` once the quota is exceeded"),
}


def delay_seconds(effect: Mapping[str, Any], random: Random) -> float:
    """Return the seconds of a `delay`; drawn from `random` if it has a distribution."""
    if "uniform" in effect:
        return random.uniform(*effect["uniform"]) / 1000
    if "lognormal" in effect:
        shape = effect["lognormal"]
        return min(random.lognormvariate(math.log(shape["median"]), shape["sigma"]) / 1000, MAX_DELAY_SECONDS)
    return float(effect["ms"]) / 1000


def parse_header(text: str) -> list[dict[str, Any]]:
    """Parse `X-Mockorders-Fault`: effects such as `status=503; delay=200`, and `stage=after` for all of them.

    Returns rules that are not validated yet.
    """
    rules: list[dict[str, Any]] = []
    stage = "before"
    for part in filter(None, map(str.strip, text.split(";"))):
        name, equals, value = map(str.strip, part.partition("="))
        if name == "stage":
            stage = value
        elif equals:
            rules.append({"effect": {"type": name, _first_parameter(name): _parse_value(value)}})
        else:
            rules.append({"effect": {"type": name}})
    return [{**rule, "stage": stage} for rule in rules]


def _first_parameter(effect: str) -> str:
    """Return the parameter that a header's value is for; the effect's own name, which is invalid, if there is none."""
    known = EFFECTS.get(effect)
    return effect if known is None or known.first_parameter is None else known.first_parameter


def _parse_value(text: str) -> Any:
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        return int(text)
    return float(text) if re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,15}", text, re.ASCII) else text
