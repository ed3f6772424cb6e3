"""The account of the current customer, and whether somebody is logged in."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.emulator import RunningEmulator, Start

KEYS = (
    "id first_name last_name email new_email birthdate age username fanclub_id expired trial_membership at_renewal_cap "
    "auto_renewal_enabled lists_opt_in email_aliases invalid_email_message authentications subscription"
).split()
SPELLINGS = ["/account", "/account/", "/account.json", "/api/v1/account", "/api/v1/account.json"]
STATUS_SPELLINGS = ["/account/status", "/account/status.json", "/api/v1/account/status", "/api/v1/account/status.json/"]
LOGGED_OUT: list[tuple[str, dict[str, str]]] = [
    ("docs@none", {}),
    ("docs@999", {}),
    ("docs", {"Authorization": "Bearer customer-999"}),
    ("docs", {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}),
    ("docs", {"Cookie": "mockorders_customer=none"}),
]


async def account(emulator: RunningEmulator, key: str) -> Any:
    """Return the customer of an account."""
    return (await emulator.universe("/account", key)).json["customer"]


@pytest.mark.parametrize("path", SPELLINGS)
async def test_account_has_the_current_customer(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.universe(path, "docs@164")
    assert (200, "ok", 164, "Joe") == (
        reply.status,
        reply.json["status"],
        reply.json["customer"]["id"],
        reply.json["customer"]["first_name"],
    )


@pytest.mark.parametrize(("key", "headers"), LOGGED_OUT)
async def test_logged_out_account_is_a_success_without_customer(
    emulator: RunningEmulator, key: str, headers: dict[str, str]
) -> None:
    reply = await emulator.universe("/account", key, **headers)
    assert (200, {"status": "ok"}) == (reply.status, reply.json)


async def test_properties_without_a_value_are_omitted(emulator: RunningEmulator) -> None:
    assert {"username", "subscription"} == set(KEYS) - set(await account(emulator, "docs@2"))


async def test_properties_are_in_the_order_of_their_documentation(emulator: RunningEmulator) -> None:
    assert KEYS == list(await account(emulator, "edge@7"))


async def test_label_is_not_in_the_response(emulator: RunningEmulator) -> None:
    assert "label" not in await account(emulator, "edge@8")


@pytest.mark.parametrize(
    ("birthdate", "now", "age"),
    [
        ("1990-03-01", "2020-02-29T23:59:59Z", 29),
        ("1990-03-01", "2020-03-01T00:00:00Z", 30),
        ("2000-02-29", "2019-02-28T12:00:00Z", 18),
        ("2000-02-29", "2019-03-01T00:00:00Z", 19),
        ("2020-02-29", "2020-02-29T00:00:00Z", 0),
        (None, "2020-02-29T00:00:00Z", None),
    ],
)
async def test_age_follows_the_clock_of_the_sandbox(
    emulator: RunningEmulator, birthdate: str | None, now: str, age: int | None
) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})
    await emulator.control("PATCH", "/sandboxes/docs/records/universe/customers/2", json={"birthdate": birthdate})
    customer = await account(emulator, "docs@2")
    assert (birthdate, age) == (customer["birthdate"], customer["age"])


async def test_age_changes_with_the_clock(emulator: RunningEmulator) -> None:
    ages = []
    for now in ("2020-02-28T00:00:00Z", "2030-02-28T00:00:00Z"):
        await emulator.control("PUT", "/sandboxes/edge/clock", json={"now": now, "frozen": True})
        ages.append((await account(emulator, "edge@7"))["age"])
    assert [19, 29] == ages


async def test_subscription_has_its_plan_and_dates_that_clients_can_parse(emulator: RunningEmulator) -> None:
    subscription = (await account(emulator, "edge@8"))["subscription"]
    plan = subscription.pop("plan")
    expected = {
        "start_date": "2011-01-01T00:00:00Z",
        "end_date": "2012-01-01T00:00:00Z",
        "status": "expired",
        "lapsed": True,
    }
    assert (0, expected) == (plan["id"], subscription)


async def test_plan_of_a_subscription_is_that_of_the_plans(emulator: RunningEmulator) -> None:
    plan = (await account(emulator, "default@100"))["subscription"]["plan"]
    assert (True, plan) == (
        plan["current"],
        (await emulator.universe(f"/plans/{plan['id']}", "default@100")).json["plan"],
    )


async def test_account_follows_changes_of_the_record(emulator: RunningEmulator) -> None:
    before = await account(emulator, "docs@2")
    await emulator.control("PATCH", "/sandboxes/docs/records/universe/customers/2", json={"username": "maria"})
    after = await account(emulator, "docs@2")
    assert ({}, {"username": "maria"}) == (
        {name: value for name, value in before.items() if name not in after},
        {name: value for name, value in after.items() if name not in before},
    )


async def test_plan_of_a_subscription_has_to_exist(emulator: RunningEmulator) -> None:
    patch = {"subscription": {"plan_id": 99, "start_date": "2012-01-01T00:00:00Z"}}
    reply = await emulator.control("PATCH", "/sandboxes/docs/records/universe/customers/2", json=patch)
    assert (422, "/subscription/plan_id") == (reply.status, reply.json["pointer"])


async def test_plan_of_a_subscription_cannot_be_deleted(emulator: RunningEmulator) -> None:
    reply = await emulator.control("DELETE", "/sandboxes/edge/records/universe/plans/9007199254740993")
    assert (422, [7]) == (reply.status, [each["id"] for each in reply.json["referrers"]])


# ---- the status


@pytest.mark.parametrize("path", STATUS_SPELLINGS)
@pytest.mark.parametrize(("key", "logged_in"), [("docs", True), ("docs@164", True), ("docs@none", False)])
async def test_status_says_whether_somebody_is_logged_in(
    emulator: RunningEmulator, path: str, key: str, logged_in: bool
) -> None:
    reply = await emulator.universe(path, key)
    assert (200, {"status": "ok", "logged_in": logged_in}) == (reply.status, reply.json)


@pytest.mark.parametrize(("key", "headers"), LOGGED_OUT)
async def test_status_of_an_unknown_customer_is_logged_out(
    emulator: RunningEmulator, key: str, headers: dict[str, str]
) -> None:
    assert {"status": "ok", "logged_in": False} == (await emulator.universe("/account/status", key, **headers)).json


@pytest.mark.parametrize("query", ["", "?key=", "?key=@2", "?key=a%20b", f"?key={'k' * 201}"])
@pytest.mark.parametrize(
    ("headers", "logged_in"),
    [
        ({}, True),
        ({"Cookie": "mockorders_customer=2"}, True),
        ({"Cookie": "mockorders_customer=none"}, False),
        ({"Authorization": "Bearer customer-999"}, False),
    ],
)
async def test_status_without_a_key_is_that_of_the_default_set(
    emulator: RunningEmulator, query: str, headers: dict[str, str], logged_in: bool
) -> None:
    reply = await emulator.request("GET", f"/account/status{query}", headers=headers)
    assert (200, {"status": "ok", "logged_in": logged_in}) == (reply.status, reply.json)


async def test_status_without_a_key_is_jsonp(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/api/v1/account/status.json?callback=jQuery1_2&jsonp=true&_method=GET&_=3")
    assert 'jQuery1_2({"status":"ok","logged_in":true});' == reply.text


async def test_status_accepts_keys_that_are_not_listed(start: Start) -> None:
    emulator = await start(credentials={"listed": None})
    statuses = [(await emulator.universe("/account/status", key)).json["status"] for key in ("listed", "other")]
    assert ["ok", "ok"] == statuses


@pytest.mark.parametrize("path", ["/account", "/fanclub", "/plans", "/orders"])
async def test_other_endpoints_need_a_key(emulator: RunningEmulator, path: str) -> None:
    assert ["Invalid API key"] == (await emulator.request("GET", path)).json["messages"]


async def test_status_without_a_key_is_in_the_journal(emulator: RunningEmulator) -> None:
    await emulator.request("GET", "/account/status")
    (entry,) = (await emulator.control("GET", "/sandboxes/_/requests")).json["requests"]
    assert ("/account/status", 200) == (entry["path"], entry["status"])


@pytest.fixture
def own_file(tmp_path: Path) -> str:
    """Write a set whose customer has a subscription."""
    file = tmp_path / "own.json"
    subscription = {"plan_id": 5, "start_date": "2012-01-01T00:00:00Z"}
    plan = {"id": 5, "name": "P", "class": "p", "display_price": "$5.00", "price": "5.0", "checkout": "/"}
    records = {"customers": [{"id": 7, "subscription": subscription}], "plans": [plan], "fanclubs": [{"id": 3}]}
    file.write_text(json.dumps({"current_customer": 7, "universe": records}), encoding="utf-8")
    return str(file)


async def test_defaults_of_a_subscription_are_filled_in(start: Start, own_file: str) -> None:
    emulator = await start(fixtures=own_file)
    customer = await account(emulator, "own")
    assert (3, "P") == (customer["fanclub_id"], customer["subscription"].pop("plan")["name"])
    assert {
        "start_date": "2012-01-01T00:00:00Z",
        "end_date": None,
        "status": "active",
        "lapsed": False,
    } == customer["subscription"]


# ---- the subscriptions


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("docs@2", []),
        (
            "edge@8",
            [
                {
                    "id": 8,
                    "name": "",
                    "start_date": "2011-01-01T00:00:00Z",
                    "status": "expired",
                    "lapsed": True,
                    "end_date": "2012-01-01T00:00:00Z",
                }
            ],
        ),
        (
            "edge@7",
            [
                {
                    "id": 7,
                    "name": "<script>alert(1)</script>",
                    "start_date": "2012-02-29T23:59:59Z",
                    "status": "active",
                    "lapsed": False,
                }
            ],
        ),
    ],
)
@pytest.mark.parametrize("path", ["/subscriptions", "/api/v1/subscriptions.json"])
async def test_subscriptions_are_those_of_the_customer(
    emulator: RunningEmulator, path: str, key: str, expected: list[Any]
) -> None:
    assert {"status": "ok", "subscriptions": expected} == (await emulator.universe(path, key)).json


async def test_subscriptions_need_a_login(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/subscriptions", "docs@none")
    assert ["Please log in to access your online benefits."] == reply.json["messages"]
