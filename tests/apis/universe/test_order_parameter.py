"""The parameter `order` of Universe's list."""

import pytest
from support.emulator import RunningEmulator, Start, example
from support.universe import NO_KEY, ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [2, 3]),
        ("?order=ASC", [2, 3]),
        ("?order=asc", [2, 3]),
        ("?order=DESC", [3, 2]),
        ("?order=desc", [3, 2]),
        ("?order=dEsC", [3, 2]),
        ("?order=%44ESC", [3, 2]),
        ("?order=", [2, 3]),
        ("?order=descending", [2, 3]),
        ("?order=-1", [2, 3]),
        ("?order=+DESC", [2, 3]),
        ("?Order=DESC", [2, 3]),
        ("?order[]=DESC", [2, 3]),
        ("?order=DESC&t=1&_=2&jsonp=true&page=2", [3, 2]),
        ("?&&order=DESC&", [3, 2]),
    ],
)
async def test_order_sorts_by_id(emulator: RunningEmulator, query: str, expected: list[int]) -> None:
    assert expected == await ids(emulator, f"/orders{query}")


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("", '{"order": "DESC"}', [3, 2]),
        ("", '{"order": "desc"}', [3, 2]),
        ("", '{"order": "ASC"}', [2, 3]),
        ("&order=ASC", '{"order": "DESC"}', [2, 3]),
        ("&order=DESC", '{"order": "ASC"}', [3, 2]),
        ("", '{"order": 5}', [2, 3]),
        ("", '{"order": null}', [2, 3]),
        ("", '{"order": ["DESC"]}', [2, 3]),
        ("", '["order", "DESC"]', [2, 3]),
        ("", '"DESC"', [2, 3]),
        ("", "{", [2, 3]),
        ("", "\x00", [2, 3]),
        ("", "[" * 5_000, [2, 3]),
    ],
)
async def test_order_is_accepted_in_a_json_body(
    emulator: RunningEmulator, query: str, body: str, expected: list[int]
) -> None:
    headers = {"Content-Type": "application/json"}
    reply = await emulator.request("GET", f"/orders?key=docs@2{query}", data=body, headers=headers)
    assert (200, expected) == (reply.status, [order["id"] for order in reply.json["orders"]])


async def test_documented_request_is_accepted_as_a_body(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/orders?key=docs@2", json=example("universe/request_order_desc"))
    assert example("universe/orders_desc") == reply.json


async def test_key_in_the_body_is_ignored(emulator: RunningEmulator) -> None:
    assert NO_KEY == (await emulator.request("GET", "/orders", json={"key": "docs@2"})).json


async def test_all_orders_are_in_one_response_sorted_by_id(start: Start) -> None:
    emulator = await start(fixtures="default")
    ascending = await ids(emulator, "/orders", "default@100")
    assert (100, sorted(set(ascending))) == (len(ascending), ascending)
    assert ascending[::-1] == await ids(emulator, "/orders?order=DESC", "default@100")
