"""Bodies that the control API rejects."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.control import FROZEN, problem, state
from support.emulator import RunningEmulator

PUTS = ["/sandboxes/docs", "/sandboxes/docs/state", "/sandboxes/docs/clock", "/sandboxes/docs/clock/advance"]
UNREADABLE = [
    b"",
    b"{",
    b"{'a': 1}",
    b'{"clock": NaN}',
    b'{"clock": "a", "clock": "b"}',
    b'{"clock": "\xff"}',
    b'{"clock": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 65 + b"1" + b"}" * 65,
    b'{"seconds": %b}' % (b"9" * 5_000),
]


@pytest.mark.parametrize("path", PUTS)
@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:20]))
async def test_unparsable_control_body_is_400(emulator: RunningEmulator, path: str, body: bytes) -> None:
    before = await everything(emulator)
    reply = await emulator.control("POST" if "advance" in path else "PUT", path, data=body)
    assert "expected " in problem(reply, 400)
    assert before == await everything(emulator)


UNFIT: list[tuple[str, Any, str, str]] = [
    (PUTS[0], [], "", "expected an object, got []"),
    (PUTS[0], None, "", "expected an object, got null"),
    (PUTS[0], {"fixture": "docs"}, "/fixture", "Unknown property 'fixture'"),
    (PUTS[0], {"fixtures": 1}, "/fixtures", "expected text or an object, got 1"),
    (PUTS[0], {"fixtures": "nope"}, "/fixtures", "expected one of "),
    (PUTS[0], {"fixtures": "large"}, "/fixtures", "expected one of "),
    (PUTS[0], {"profile": "real"}, "/profile", 'expected one of "documented", "observed", got "real"'),
    (PUTS[0], {"clock": "noon"}, "/clock", "expected a time such as "),
    (PUTS[0], {"clock": 0}, "/clock", "expected text, got 0"),
    (PUTS[0], {"clock": "0001-01-01T00:00:00+14:00"}, "/clock", "expected a time such as "),
    (PUTS[0], {"fixtures": {"extends": "nope"}}, "/fixtures/extends", "expected the name of a set "),
    (
        PUTS[0],
        {"fixtures": {"universe": {"customers": [{}]}}},
        "/fixtures/universe/customers/0",
        "expected an integer `id`",
    ),
    (PUTS[0], {"fixtures": {"clock": "noon"}}, "/fixtures/clock", "expected a time such as "),
    (PUTS[1], [], "", "expected an object, got []"),
    (PUTS[1], {"amazon": {}}, "/amazon", "Unknown property 'amazon', expected one of "),
    (PUTS[1], {"universe": {"carts": []}}, "/universe/carts", "Unknown property 'carts', expected one of "),
    (PUTS[1], {"universe": {"orders": {}}}, "/universe/orders", "expected a list, got {}"),
    (PUTS[1], {"universe": {"orders": [1]}}, "/universe/orders/0", "expected an object, got 1"),
    (PUTS[1], {"universe": {"customers": [{}]}}, "/universe/customers/0", "expected an integer `id`"),
    (PUTS[1], {"universe": {"customers": [{"id": 1}, {"id": 1}]}}, "/universe/customers/1", "expected an integer `id`"),
    (PUTS[1], {"universe": {"customers": [{"id": 1.0}]}}, "/universe/customers/0", "expected an integer `id`"),
    (PUTS[1], {"universe": {"customers": [{"id": 1, "x": 1}]}}, "/universe/customers/0/x", "Unknown property 'x'"),
    (PUTS[1], {"universe": {"customers": [{"id": -1}]}}, "/universe/customers/0/id", "expected an integer"),
    (PUTS[1], {"universe": {"customers": [{"id": 2**63}]}}, "/universe/customers/0/id", "expected an integer"),
    (
        PUTS[1],
        {"cratejoy": {"addresses": [{"id": 1, "customer_id": 5}]}},
        "/cratejoy/addresses/0/customer_id",
        "expected ",
    ),
    (PUTS[1], {"current_customer": "2"}, "/current_customer", 'expected an integer or null, got "2"'),
    (PUTS[1], {"profile": "real"}, "/profile", "expected one of "),
    (PUTS[1], {"generate": {"seed": 1, "amazon": {}}}, "/generate/amazon", "expected the name of an API"),
    (PUTS[2], {}, "", "expected an object of at least 1 entry, got {}"),
    (PUTS[2], {"now": "noon"}, "/now", "expected a time such as "),
    (PUTS[2], {"now": 5, "frozen": True}, "/now", "expected text, got 5"),
    (PUTS[2], {"now": FROZEN, "frozen": "yes"}, "/frozen", 'expected true or false, got "yes"'),
    (PUTS[2], {"now": FROZEN, "speed": 2}, "/speed", "Unknown property 'speed'"),
    (PUTS[2], {"now": "2017-02-30"}, "/now", "expected a time such as "),
    (PUTS[3], {}, "/seconds", "is required, expected an integer"),
    (PUTS[3], {"seconds": "61"}, "/seconds", 'expected an integer, got "61"'),
    (PUTS[3], {"seconds": 1.5}, "/seconds", "expected an integer, got 1.5"),
    (PUTS[3], {"seconds": True}, "/seconds", "expected an integer, got true"),
    (PUTS[3], {"seconds": 10**12}, "/seconds", "expected seconds that keep the year between 1 and 9999"),
    (PUTS[3], {"seconds": -(10**12)}, "/seconds", "expected seconds that keep the year between 1 and 9999"),
    (PUTS[3], {"seconds": 10**39}, "/seconds", "expected seconds that keep the year between 1 and 9999"),
    (PUTS[3], {"seconds": 1, "minutes": 1}, "/minutes", "Unknown property 'minutes'"),
]


@pytest.mark.parametrize(
    ("path", "body", "pointer", "expected"),
    UNFIT,
    ids=[f"{path[16:]} {json.dumps(body)[:70]}" for path, body, *_ in UNFIT],
)
async def test_invalid_body_is_rejected(
    emulator: RunningEmulator, path: str, body: Any, pointer: str, expected: str
) -> None:
    before = await everything(emulator)
    reply = await emulator.control("POST" if "advance" in path else "PUT", path, data=json.dumps(body))
    problem(reply, 422, pointer=pointer)
    assert expected == reply.json["message"][: len(expected)]
    assert before == await everything(emulator)


@pytest.mark.parametrize(("path", "parent"), [(PUTS[1], ""), (PUTS[0], "/fixtures")])
async def test_all_violations_of_a_document_are_listed(emulator: RunningEmulator, path: str, parent: str) -> None:
    document = {"universe": {"customers": [{"id": -1}, {"id": 1, "email": 5}]}}
    body = {"fixtures": document} if parent else document
    reply = await emulator.control("PUT", path, json=body)
    listed = reply.json["violations"]
    pointers = [f"{parent}/universe/customers/0/id", f"{parent}/universe/customers/1/email"]
    assert pointers == [each["pointer"] for each in listed]
    assert "(and 1 more)" in problem(reply, 422, **listed[0])


async def test_all_violations_of_another_body_are_listed_unknown_properties_first(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PUT", PUTS[2], json={"frozen": 1, "speed": 2})
    assert ["/speed", "/frozen"] == [each["pointer"] for each in reply.json["violations"]]


async def test_state_over_one_mebibyte_is_accepted(emulator: RunningEmulator) -> None:
    document = {"universe": {"customers": [{"id": number, "label": "x" * 1_000} for number in range(3_000)]}}
    reply = await emulator.control("PUT", "/sandboxes/docs/state", data=io.BytesIO(json.dumps(document).encode()))
    assert (200, 3_000) == (reply.status, len(reply.json["universe"]["customers"]))


async def everything(emulator: RunningEmulator) -> Any:
    """Return everything that a rejected request could have changed."""
    for name in ("docs", "docs.b"):
        await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"frozen": True})
    sandboxes = (await emulator.control("GET", "/sandboxes")).json
    return [sandboxes, await state(emulator), await state(emulator, "docs.b")]


@pytest.mark.parametrize("path", [PUTS[2], f"{PUTS[0]}/records/universe/customers/7"])
async def test_body_over_the_limit_is_413(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.control("PUT", path, data=io.BytesIO(b" " * (2**20 + 1)))
    assert f"expected a body of at most {2**20} bytes" == problem(reply, 413)


@pytest.mark.parametrize("path", [PUTS[0], PUTS[1]])
async def test_document_of_undeclared_length_is_413_over_64_mib(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.control("PUT", path, data=chunks(65))
    assert f"expected a body of at most {2**26} bytes" == problem(reply, 413)


async def chunks(count: int) -> AsyncIterator[bytes]:
    """Yield MiB of spaces; the client sends them chunked."""
    for _ in range(count):
        yield b" " * 2**20


@pytest.mark.parametrize("opening", [b"[", b" [", b'"', b"1"])
async def test_long_state_that_is_no_object_is_rejected_unparsed(emulator: RunningEmulator, opening: bytes) -> None:
    reply = await emulator.control("PUT", PUTS[1], data=io.BytesIO(opening + b"1," * 2**20))
    assert "expected an object" == problem(reply, 400)


async def test_state_may_have_more_than_1_mib(emulator: RunningEmulator) -> None:
    document = await state(emulator)
    document["universe"]["customers"][0]["first_name"] = "x" * 2**20
    reply = await emulator.control("PUT", PUTS[1], data=io.BytesIO(b" " + json.dumps(document).encode()))
    assert (200, document) == (reply.status, reply.json)
