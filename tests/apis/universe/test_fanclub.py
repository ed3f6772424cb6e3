"""The fan club and its plans."""

from typing import Any

import pytest
from support.emulator import RunningEmulator, example

PLAN_KEYS = [*example("universe/order_489")["order"]["plan"], "renewal"]


async def plans(emulator: RunningEmulator, path: str = "/plans", key: str = "default@100") -> list[Any]:
    """Return the plans of a list."""
    return list((await emulator.universe(path, key)).json["plans"])


async def ids(emulator: RunningEmulator, path: str, key: str) -> list[int]:
    """Return the ids of a list of plans, in order."""
    return [plan["id"] for plan in await plans(emulator, path, key)]


# ---- the fan club


@pytest.mark.parametrize("path", ["/fanclub", "/fanclub.json", "/api/v1/fanclub", "/api/v1/fanclub.json"])
@pytest.mark.parametrize("key", ["docs", "docs@none", "empty", "default"])
async def test_fanclub_has_what_clients_read_at_their_start(emulator: RunningEmulator, path: str, key: str) -> None:
    reply = await emulator.universe(path, key)
    fanclub = reply.json["fanclub"]
    assert (200, "ok") == (reply.status, reply.json["status"])
    assert ["id", "name", "links", "authentications", "tracking"] == list(fanclub)
    assert "login logout forum ipboard password_reset redeem saved_card legals".split() == list(fanclub["links"])
    assert ["privacy", "privacy-california", "terms"] == list(fanclub["links"]["legals"])
    assert {"google_analytics": [], "mixpanel": None} == fanclub["tracking"]["development"]
    assert {"google_analytics": [], "mixpanel": None} == fanclub["tracking"]["production"]


async def test_fanclub_is_that_of_the_set(emulator: RunningEmulator) -> None:
    fanclub = (await emulator.universe("/fanclub", "edge")).json["fanclub"]
    assert [{"name": "facebook", "app_id": None}] == fanclub["authentications"]
    assert {"google_analytics": ["UA-1-1", "UA-1-2"], "mixpanel": ""} == fanclub["tracking"]["development"]


async def test_fanclub_can_be_changed(emulator: RunningEmulator) -> None:
    record = {"name": "The Band", "links": {"login": "http://localhost:3000/login"}}
    await emulator.control("PUT", "/sandboxes/docs/records/universe/fanclubs/5", json=record)
    fanclub = (await emulator.universe("/fanclub", "docs")).json["fanclub"]
    assert (5, "The Band", "http://localhost:3000/login") == (fanclub["id"], fanclub["name"], fanclub["links"]["login"])


# ---- plans


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("docs", [2, 3, 1]),
        ("docs-queued", [2, 3, 1]),
        ("docs@none", [2, 3, 1]),
        ("edge", [11, 12, 9007199254740993, 0]),
        ("empty", []),
        ("default", [21, 20, 19, 2, 3, 16, 17, 18, 22, 14, 15, 13, 1, 11, 12]),
    ],
)
@pytest.mark.parametrize("path", ["/plans", "/plans.json", "/api/v1/plans"])
async def test_plans_are_sorted_by_price(emulator: RunningEmulator, path: str, key: str, expected: list[int]) -> None:
    assert expected == await ids(emulator, path, key)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("vip", [21, 20]),
        ("vip,trial", [21, 20, 12]),
        ("trial,vip,vip", [21, 20, 12]),
        (" vip , trial ", [21, 20, 12]),
        ("student,none", [13]),
        ("VIP", []),
        ("none", []),
        (",", [21, 20, 19, 2, 3, 16, 17, 18, 22, 14, 15, 13, 1, 11, 12]),
        ("", [21, 20, 19, 2, 3, 16, 17, 18, 22, 14, 15, 13, 1, 11, 12]),
    ],
)
async def test_tags_select_plans_with_one_of_them(emulator: RunningEmulator, tags: str, expected: list[int]) -> None:
    assert expected == await ids(emulator, f"/plans?tags={tags.replace(' ', '%20')}", "default")


@pytest.mark.parametrize("key", ["docs", "edge", "default@100", "default@none"])
async def test_plan_has_the_keys_of_an_order_and_renewal(emulator: RunningEmulator, key: str) -> None:
    assert [] == [plan for plan in await plans(emulator, key=key) if sorted(PLAN_KEYS) != sorted(plan)]
    assert {tuple(PLAN_KEYS)} == {tuple(plan) for plan in await plans(emulator, key=key)}


async def test_price_is_text_unless_the_plan_is_free(emulator: RunningEmulator) -> None:
    prices = {plan["id"]: plan["price"] for plan in await plans(emulator, key="edge")}
    assert {11: "49.99", 12: "49.99", 9007199254740993: "0.000001", 0: 0} == prices


@pytest.mark.parametrize(
    "path", ["/plans/2", "/plans/2/", "/plans/2.json", "/plans/002", "/api/v1/plans/2", "/api/v1/plans/2.json"]
)
async def test_plan_is_that_of_the_list(emulator: RunningEmulator, path: str) -> None:
    expected = next(plan for plan in await plans(emulator, key="docs@2") if plan["id"] == 2)
    assert {"status": "ok", "plan": expected} == (await emulator.universe(path, "docs@2")).json


@pytest.mark.parametrize("identifier", ["4", "0", "-2", "2x", "x", "%32%20", "9" * 50, "%D9%A2"])
@pytest.mark.parametrize("key", ["docs@2", "docs@none"])
async def test_unknown_plan_is_not_found(emulator: RunningEmulator, identifier: str, key: str) -> None:
    reply = await emulator.universe(f"/plans/{identifier}", key)
    assert (200, {"status": "error", "messages": ["No plan found"]}) == (reply.status, reply.json)


async def offers(emulator: RunningEmulator, key: str) -> dict[int, tuple[bool, bool, str | None]]:
    """Return what a customer can do with each plan."""
    return {
        plan["id"]: (plan["current"], plan["upgrade"], plan["upgrade_price"]) for plan in await plans(emulator, key=key)
    }


@pytest.mark.parametrize("key", ["default@none", "default@164", "docs@2"])
async def test_without_a_subscription_no_plan_is_current_or_an_upgrade(emulator: RunningEmulator, key: str) -> None:
    assert {(False, False, None)} == set((await offers(emulator, key)).values())


async def test_subscription_decides_what_is_current_and_an_upgrade(emulator: RunningEmulator) -> None:
    expected = {
        11: (False, True, "49.989999"),
        12: (False, False, None),  # a renewal
        9007199254740993: (True, False, None),
        0: (False, False, None),
    }
    assert expected == await offers(emulator, "edge@7")


async def test_lapsed_subscription_is_not_current(emulator: RunningEmulator) -> None:
    assert {(False, False, None)} == set((await offers(emulator, "edge@8")).values())


async def test_offer_follows_the_current_customer_and_changes(emulator: RunningEmulator) -> None:
    subscription = {"plan_id": 1, "start_date": "2012-01-01T00:00:00Z"}
    before = await offers(emulator, "docs@2")
    await emulator.control("PATCH", "/sandboxes/docs/records/universe/customers/2", json={"subscription": subscription})
    assert (False, False, None) == before[2] == (await offers(emulator, "docs@164"))[2]
    assert {1: (True, False, None), 2: (False, True, "50.0"), 3: (False, True, "50.0")} == await offers(
        emulator, "docs@2"
    )
