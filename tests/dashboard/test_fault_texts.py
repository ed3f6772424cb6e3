"""Faults in words, and the form filled with a fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.faults import EXAMPLES

from mockorders.apis import discover
from mockorders.config import Settings
from mockorders.dashboard.fault_form import FaultForm
from mockorders.dashboard.fault_texts import describe_effect, describe_limits, describe_match
from mockorders.emulator import Emulator
from mockorders.sandbox.faults import DEFAULTS


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    return Emulator.of(Settings(fixtures=("docs",)))


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ({"type": "status", "status": 503}, "responds with 503"),
        ({"type": "status", "status": 200, "body": {"a": 1}}, 'responds with 200 and {"a":1}'),
        ({"type": "delay", "ms": 3000}, "delays by 3000 ms"),
        ({"type": "delay", "uniform": [1, 2.5]}, "delays by 1 to 2.5 ms"),
        ({"type": "delay", "lognormal": {"median": 20, "sigma": 0.5}}, "delays by about 20 ms (log-normal, sigma 0.5)"),
        ({"type": "reset"}, "resets the connection"),
        ({"type": "close"}, "closes the connection without a response"),
        ({"type": "truncate", "bytes": 1}, "sends 1 byte, then closes the connection"),
        ({"type": "drip", "bytes_per_second": 100}, "sends 100 bytes a second"),
        ({"type": "malformed"}, "responds with 200 and invalid JSON"),
        ({"type": "drift", "pointer": "/id"}, "violates the schema at /id (drop)"),
        ({"type": "rate_limit", "requests": 10, "window": 60}, "allows 10 requests per 60 s, then 429"),
    ],
)
def test_effect_in_words(effect: Any, expected: str) -> None:
    assert expected == describe_effect(effect)


def test_every_effect_has_words() -> None:
    assert [] == [effect["type"] for effect in EXAMPLES.values() if describe_effect(effect) == effect["type"]]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({}, "all requests"),
        ({"method": "POST", "path": "/orders/*", "api": "universe"}, "universe POST /orders/*"),
        ({"query": {"a": "b"}, "body": {"/x": 1, "/y": "z"}}, "query a=b, body /x=1 /y=z"),
        ({"path": "/" + "x" * 300}, "/" + "x" * 199 + "…"),
    ],
)
def test_conditions_in_words(match: Any, expected: str) -> None:
    assert expected == describe_match(match)


def test_limits_in_words() -> None:
    assert "" == describe_limits(DEFAULTS)
    limited = {**DEFAULTS, "times": 1, "after": 2, "probability": 0.5, "stage": "after"}
    assert "at most 1 time, after the first 2, probability 0.5, after processing" == describe_limits(limited)


PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
NAMES = st.text("abcXYZ-", min_size=1, max_size=5)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), PLAIN, st.lists(st.integers(), max_size=2))
RULES = st.fixed_dictionaries(
    {"effect": st.sampled_from([*EXAMPLES.values(), {"type": "status", "status": 500, "body": "5"}])},
    optional={
        "match": st.fixed_dictionaries(
            {},
            optional={
                "api": st.sampled_from(["universe", "cratejoy"]),
                "method": st.sampled_from(["GET", "PURGE"]),
                "path": st.sampled_from(["/orders/*", "*"]),
                "query": st.dictionaries(NAMES, PLAIN, min_size=1, max_size=2),
                "header": st.dictionaries(NAMES, PLAIN, min_size=1, max_size=2),
                "body": st.dictionaries(NAMES.map(lambda name: f"/{name}"), VALUES, min_size=1, max_size=2),
            },
        ),
        "times": st.integers(1, 9),
        "after": st.integers(1, 9),
        "probability": st.sampled_from([0.25, 0]),
        "stage": st.just("after"),
    },
)


@given(RULES)
def test_form_describes_the_fault_it_is_filled_with(emulator: Emulator, rule: dict[str, Any]) -> None:
    form = FaultForm.of_rule(emulator, {**DEFAULTS, **rule})
    assert {"match": {}, **rule} == form.rule()


def test_apis_are_those_of_the_emulator(emulator: Emulator) -> None:
    assert [api.name for api in discover()] == [api.name for api in emulator.apis]
