"""Assertions about requests and changes, and what their failures say."""

import asyncio
from typing import Any

import aiohttp
import pytest
from support.client import ORDER, Client
from support.emulator import basic

from mockorders import Sandbox
from mockorders.client.request_patterns import RequestPattern, differences

PATH = f"/v1/orders/{ORDER}/"


@pytest.fixture
async def used(client: Client) -> Client:
    """Make three requests: a note, a rejected order, a list of orders."""
    async with aiohttp.ClientSession(headers=basic(client.name)) as session:
        for method, path, body in (
            ("PUT", PATH, {"note": "n", "is_gift": True}),
            ("POST", "/v1/orders/", {"customer": {"email": "x@example.com"}, "products": []}),
            ("GET", "/v1/orders/?limit=5", None),
        ):
            async with session.request(method, client.url + path, json=body) as response:
                await response.read()
    return client


async def failure(client: Client, call: str, *args: Any, **options: Any) -> str:
    """Return the message with which an assertion fails."""
    with pytest.raises(AssertionError) as caught:
        await client(call, *args, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("args", "options", "expected"),
    [
        (("PUT", PATH), {}, ["1"]),
        (("PUT", "/v1/orders/*"), {"times": 1, "body": {"note": "n"}}, ["1"]),
        (("*",), {"times": 3}, ["1", "2", "3"]),
        (("GET",), {"query": {"limit": "5"}, "status": 200, "rejected": False}, ["3"]),
        (("POST", "/v1/orders/"), {"rejected": True, "status": 400, "api": "cratejoy"}, ["2"]),
        (("*", "/v1/orders/*"), {"customer": None, "wait": 5}, ["1", "2", "3"]),
    ],
)
async def test_expected_requests_are_returned(used: Client, args: Any, options: Any, expected: list[str]) -> None:
    assert expected == [request["id"] for request in await used("expect_request", *args, **options)]


async def test_request_is_waited_for_although_others_arrive(client: Client) -> None:
    expected = asyncio.create_task(
        asyncio.to_thread(lambda: Sandbox(client.url, client.name).expect_request("PUT", body={"note": "b"}, wait=20))
    )
    for note in ("a", "b"):
        await client.order("PUT", note)
    (request,) = await expected
    assert {"note": "b"} == request["request"]["body"]


async def test_waiting_for_a_request_ends_with_the_time(used: Client) -> None:
    assert "found none" in await failure(used, "expect_request", "PUT", wait=1, body={"note": "never"})


async def test_requests_in_order_are_returned(used: Client) -> None:
    found = await used("expect_in_order", "PUT /v1/orders/*", "GET *")
    assert ["1", "3"] == [request["id"] for request in found]


async def test_absence_of_requests_and_changes_is_expected(client: Client) -> None:
    assert await client("expect_no_request") is None
    assert await client("expect_no_changes") is None
    assert [] == await client("expect_request", "POST", times=0)


async def test_failure_names_the_nearest_requests(used: Client) -> None:
    body = {"note": "m", "status": "open"}
    missing = 'body.note is missing, expected "m"; body.status is missing, expected "open"'
    message = await failure(used, "expect_request", "PUT", "/v1/orders/*", times=1, body=body)
    assert [
        'expected 1 request PUT /v1/orders/*, body {"note": "m", "status": "open"}, found none',
        "nearest of 3 other requests:",
        f'  request 1: PUT {PATH} 200: body.note is "n", expected "m"; body.status is missing, expected "open"',
        '  request 3: GET /v1/orders/ 200: its method is GET; body is null, expected {"note": "m", "status": "open"}',
        f"  request 2: POST /v1/orders/ 400, rejected by cratejoy.body: its method is POST; {missing}",
    ] == message.splitlines()


async def test_misspelled_condition_is_an_error(client: Client) -> None:
    with pytest.raises(TypeError, match="'bdoy', did you mean 'body'"):
        await client("expect_request", "POST", bdoy={})


@pytest.mark.parametrize(
    ("args", "options", "first"),
    [
        (("GET", "/nothing"), {}, "expected at least 1 request GET /nothing, found none"),
        (("GET",), {"times": 2}, "expected 2 requests GET *, found 1"),
        (("*",), {"times": 1}, "expected 1 request * *, found 3"),
        (("POST",), {"rejected": False}, "expected at least 1 request POST *, rejected false, found none"),
        (("POST",), {"status": 201}, "expected at least 1 request POST *, status 201, found none"),
    ],
)
async def test_failure_says_how_many_were_expected(used: Client, args: Any, options: Any, first: str) -> None:
    assert first == (await failure(used, "expect_request", *args, **options)).splitlines()[0]


async def test_failure_without_any_requests(client: Client) -> None:
    assert "expected at least 1 request GET *, found none\nno other requests" == await failure(
        client, "expect_request", "GET"
    )


async def test_unexpected_requests_are_listed(used: Client) -> None:
    expected = f"expected no request PUT *, found 1\n  request 1: PUT {PATH} 200"
    assert expected == await failure(used, "expect_no_request", "PUT")


async def test_wrong_order_is_described(used: Client) -> None:
    expected = [
        "expected requests in this order:",
        "  GET /v1/orders/*: request 3",
        "  PUT *: not found",
        "  POST *: not searched",
        f"before request 3: request 1: PUT {PATH} 200",
    ]
    message = await failure(used, "expect_in_order", "GET /v1/orders/*", "PUT *", "POST *")
    assert expected == message.splitlines()


async def test_changes_are_listed(used: Client) -> None:
    message = await failure(used, "expect_no_changes")
    assert f'  order {ORDER}: note null → "n"' in message.splitlines()
    await used("snapshot", "here")
    assert await used("expect_no_changes", "here") is None


@pytest.mark.parametrize("text", ["", "GET", "/orders", "GET orders"])
def test_malformed_pattern_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="such as 'POST /v1/orders/"):
        RequestPattern.parse(text)


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, []),
        ([1], [1, 2], ["x is [1, 2], expected [1]"]),
        ({"a": None}, {}, ["x.a is missing, expected null"]),
        (True, 1, ["x is 1, expected true"]),
        ({"a": 1}, "text", ['x is "text", expected {"a": 1}']),
    ],
)
def test_differences_of_values(expected: Any, actual: Any, found: list[str]) -> None:
    assert found == list(differences(expected, actual, "x"))
