"""Random changes to JSON values, texts and bytes."""

import copy
import json
from random import Random
from typing import Any

MAX_CHANGES = 3
RAW = "\x00raw:"  # marks texts that are written into JSON as they are

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    2**64,
    10**39,
    1.5,
    "",
    " ",
    "docs",
    "true",
    "2017-03-21T00:00:00Z",
    "9999-12-31T23:59:59-02:00",
    "é\U0001f600\u202e\u2028",
    "\0",
    "</script>",
    "x" * 3_000,
    [],
    {},
    [[[]]],
    [None] * 600,
    {"id": 1},
    {"extends": "docs"},
    {"__proto__": {}},
    RAW + "NaN",
    RAW + "1e999",
    RAW + "-0.0",
    RAW + "1.10",
    RAW + "9" * 41,
    RAW + '"\\ud800"',
    RAW + '{"a":1,"a":2}',
    RAW + "[" * 70 + "]" * 70,
)
NAMES = ("id", "name", "note", "status", "extends", "fixtures", "x", "", "a.b", "id__in", "~1", "é", "\0", "n" * 300)
PIECES = (b"\0", b"\xff", b"\r\n", b"\n", b" ", b"%", b"%00", b"%ff", b"%e9", b";", b"&", b"=", b"/", b"..", b"{", b'"')


def mutated(rng: Random, value: Any) -> Any:
    """Return a copy of a JSON value with up to three random changes."""
    result = copy.deepcopy(value)
    for _ in range(rng.randint(1, MAX_CHANGES)):
        result = _changed(rng, result)
    return result


def written(value: Any) -> bytes:
    """Return a value as JSON. Texts that begin with `RAW` are inserted without quotes and escapes."""
    text = json.dumps(value)
    for raw in VALUES:
        if isinstance(raw, str) and raw.startswith(RAW):
            text = text.replace(json.dumps(raw), raw.removeprefix(RAW))
    return text.encode("utf-8", "surrogatepass")


def spoiled(rng: Random, data: bytes) -> bytes:
    """Return bytes with some of them replaced, inserted or deleted."""
    for _ in range(rng.randint(1, MAX_CHANGES)):
        start = rng.randint(0, len(data))
        end = start + rng.choice((0, 0, 1, 4, len(data)))
        data = data[:start] + rng.choice((*PIECES, b"", rng.randbytes(4))) + data[end:]
    return data


def _changed(rng: Random, value: Any) -> Any:
    if not isinstance(value, dict | list) or not value or rng.random() < 0.1:
        return copy.deepcopy(rng.choice(VALUES))
    key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
    action = rng.random()
    if action < 0.15:
        del value[key]
    elif action < 0.35 and isinstance(value, dict):
        value[rng.choice(NAMES)] = copy.deepcopy(rng.choice(VALUES))
    else:
        value[key] = _changed(rng, value[key])
    return value
