"""The actions and coupons of subscriptions."""

from typing import Any

import pytest
from support.checkout import BOX, CARD, NOW, WORK, Shop, create, line
from support.cratejoy import SUBSCRIPTION, error_of, get_subscription, state
from support.emulator import Reply, RunningEmulator

NOT_DUE = "renew: expected a past-due subscription whose renewal failed within 30 days, {}"


async def subscribe(emulator: RunningEmulator, cycles: int = 1) -> int:
    """Order a box for Ann, and return the id of the subscription."""
    body = {"customer": {"id": 1}, "products": [line(BOX, term={"num_cycles": cycles})]}
    order = (await create(emulator, body, query="?with=subscriptions")).json
    return int(order["subscriptions"][0]["id"])


async def act(emulator: RunningEmulator, identifier: int, action: str, body: Any = None) -> Reply:
    return await emulator.cratejoy("PUT", f"/subscriptions/{identifier}/{action}/", "me", json=body or {})


async def patch(emulator: RunningEmulator, collection: str, identifier: int, changes: Any) -> None:
    path = f"/sandboxes/me/records/cratejoy/{collection}/{identifier}"
    reply = await emulator.control("PATCH", path, json=changes)
    assert 200 == reply.status, reply.text


# Cancel and reactivate


@pytest.mark.parametrize("body", [{}, {"cancel_reason": 6, "log_note": "moved"}, {"cancel_reason": None}])
async def test_cancel_ends_the_renewal_only(shop: Shop, body: Any) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator, 3)
    before = await get_subscription(emulator, identifier, "with=all")
    cancelled = (await act(emulator, identifier, "cancel", body)).json
    assert ("cancelled", before["end_date"]) == (cancelled["status"], cancelled["end_date"])
    after = await get_subscription(emulator, identifier, "with=all")
    assert before | {"status": "cancelled"} == after


@pytest.mark.parametrize("data", [b"", b"{}"])
async def test_action_needs_no_body(shop: Shop, data: bytes) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    reply = await emulator.cratejoy("PUT", f"/subscriptions/{identifier}/cancel", "me", data=data)
    assert (200, "cancelled") == (reply.status, reply.json["status"])


@pytest.mark.parametrize(("cycles", "end"), [(1, "2020-01-02T00:00:00Z"), (3, "2020-04-01T00:00:00Z")])
async def test_reactivated_subscription_is_active_again(shop: Shop, cycles: int, end: str) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator, cycles)
    await act(emulator, identifier, "cancel")
    found = (await act(emulator, identifier, "reactivate", {"log_note": "came back"})).json
    assert ("active", end) == (found["status"], found["end_date"])


async def test_monthly_subscription_that_was_skipped_is_not_anymore_after_reactivation(shop: Shop) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    await act(emulator, identifier, "skip", {"skip": "true"})
    await act(emulator, identifier, "cancel")
    found = (await act(emulator, identifier, "reactivate")).json
    assert ("2020-01-02T00:00:00Z", None) == (found["end_date"], found["skipped_date"])
    assert 400 == (await act(emulator, identifier, "skip", {"unskip": "true"})).status


# Skip


async def test_skip_moves_the_renewal_by_a_whole_term_and_can_be_undone(shop: Shop) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator, 3)
    before = await get_subscription(emulator, identifier)
    skipped = (await act(emulator, identifier, "skip", {"skip": "true"})).json
    assert before | {"end_date": "2020-07-01T00:00:00Z", "skipped_date": "2020-04-01T00:00:00Z"} == skipped
    assert before == (await act(emulator, identifier, "skip", {"unskip": "true"})).json


# Renew


async def past_due(emulator: RunningEmulator, end: str = "2019-12-20T00:00:00Z", cycles: int = 3) -> int:
    identifier = await subscribe(emulator, cycles)
    await patch(emulator, "subscriptions", identifier, {"status": "pastdue", "end_date": end})
    return identifier


async def test_renew_charges_the_next_term(shop: Shop) -> None:
    emulator = await shop()
    identifier = await past_due(emulator)
    renewed = (await act(emulator, identifier, "renew", {"log_note": "new card"})).json
    assert ("active", "2020-03-20T00:00:00Z") == (renewed["status"], renewed["end_date"])
    found = await get_subscription(emulator, identifier, "with=orders,fulfillments")
    first, order = found["orders"]
    assert (False, True, "paid", 9900, NOW) == (
        first["is_renewal"],
        order["is_renewal"],
        order["financial_status"],
        order["total"],
        order["placed_at"],
    )
    assert [0, 1, 2, 0, 1, 2] == [each["cycle_number"] for each in found["fulfillments"]]
    one = (await emulator.cratejoy("GET", f"/orders/{order['id']}/?with=transactions,ship_address", "me")).json
    assert ([("captured", 9900)], WORK) == (
        [(each["result"], each["total"]) for each in one["transactions"]],
        one["ship_address"]["id"],
    )


async def test_renew_pays_the_unpaid_order_if_there_is_one(shop: Shop) -> None:
    emulator = await shop()
    identifier = await past_due(emulator, cycles=1)
    (order,) = (await get_subscription(emulator, identifier, "with=orders"))["orders"]
    await patch(emulator, "orders", order["id"], {"financial_status": "unpaid", "status": "open"})
    assert 200 == (await act(emulator, identifier, "renew")).status
    (paid,) = (await get_subscription(emulator, identifier, "with=orders"))["orders"]
    assert (order["id"], "paid", "closed") == (paid["id"], paid["financial_status"], paid["status"])


@pytest.mark.parametrize(
    ("action", "body", "status", "end", "message"),
    [
        ("cancel", {}, "cancelled", None, "cancel: subscription {} is cancelled"),
        ("cancel", {}, "expired", None, "cancel: subscription {} is expired"),
        ("reactivate", {}, "active", None, "reactivate: subscription {} is active"),
        ("skip", {"skip": "true"}, "cancelled", None, "skip: subscription {} is cancelled"),
        ("skip", {"unskip": True}, "active", None, "subscription {} is not skipped"),
        ("skip", {}, "active", None, "body: expected either skip or unskip to be true"),
        ("skip", {"skip": "false"}, "active", None, "body: expected either skip or unskip to be true"),
        ("skip", {"skip": True, "unskip": True}, "active", None, "body: expected either skip or unskip to be true"),
        (
            "renew",
            {},
            "active",
            NOW,
            f"{NOT_DUE} is active and ended at {NOW}",
        ),
        (
            "renew",
            {},
            "pastdue",
            "2019-12-01T23:59:59Z",
            f"{NOT_DUE} is pastdue and ended at 2019-12-01T23:59:59Z",
        ),
        ("cancel", {"reason": 6}, "active", None, "Unknown property 'reason'"),
    ],
)
async def test_impossible_actions_are_400_and_change_nothing(
    shop: Shop, *, action: str, body: Any, status: str, end: str | None, message: str
) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    await patch(emulator, "subscriptions", identifier, {"status": status} | ({} if end is None else {"end_date": end}))
    before = await state(emulator, "me")
    assert (400, [message.format(identifier)]) == error_of(await act(emulator, identifier, action, body))
    assert before == await state(emulator, "me")


async def test_skip_twice_is_400(shop: Shop) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    await act(emulator, identifier, "skip", {"skip": "true"})
    reply = await act(emulator, identifier, "skip", {"skip": "true"})
    assert (400, [f"subscription {identifier} is skipped already"]) == error_of(reply)


@pytest.mark.parametrize("action", ["cancel", "reactivate", "skip", "renew"])
async def test_actions_are_put_requests_on_existing_subscriptions(emulator: RunningEmulator, action: str) -> None:
    path = f"/subscriptions/{SUBSCRIPTION}/{action}/"
    reply = await emulator.cratejoy("POST", path, json={})
    assert (405, "PUT") == (reply.status, reply.headers["Allow"])
    unknown = path.replace(str(SUBSCRIPTION), "1")
    body = {"skip": True} if action == "skip" else {}
    assert 404 == (await emulator.cratejoy("PUT", unknown, json=body)).status


# Coupons


async def test_coupons_are_added_listed_and_deleted(shop: Shop) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    path = f"/subscriptions/{identifier}/coupons/"
    added = await emulator.cratejoy("POST", path, "me", json={"coupon_id": 71})
    expected = {
        "code_used": "FIVE",
        "coupon_id": 71,
        "enabled": True,
        "id": added.json["id"],
        "num_renewals": None,
        "type": "subscription_coupon",
    }
    assert (201, expected) == (added.status, added.json)
    assert [expected] == (await emulator.cratejoy("GET", path, "me")).json["results"]
    deleted = await emulator.cratejoy("DELETE", f"{path}{added.json['id']}/", "me")
    assert (204, b"", None) == (deleted.status, deleted.body, deleted.headers.get("Content-Type"))
    assert "Content-Length" not in deleted.headers
    assert 0 == (await emulator.cratejoy("GET", path, "me")).json["count"]
    assert 404 == (await emulator.cratejoy("DELETE", f"{path}{added.json['id']}/", "me")).status


async def test_coupon_applies_to_the_next_renewals(shop: Shop) -> None:
    emulator = await shop()
    identifier = await past_due(emulator)
    await patch(emulator, "coupons", 71, {"num_renewals": 1})
    await emulator.cratejoy("POST", f"/subscriptions/{identifier}/coupons/", "me", json={"coupon_id": 71})
    await act(emulator, identifier, "renew")
    found = await get_subscription(emulator, identifier, "with=orders")
    assert [9900, 9400] == [order["total"] for order in found["orders"]]
    (coupon,) = (await emulator.cratejoy("GET", f"/subscriptions/{identifier}/coupons/", "me")).json["results"]
    assert (False, 0) == (coupon["enabled"], coupon["num_renewals"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"coupon_id": 73}, "coupon_id: expected the id of an enabled coupon, got 73"),
        ({"coupon_id": 1}, "coupon_id: expected the id of an enabled coupon, got 1"),
        ({}, "coupon_id: is required, expected an integer of at least 0"),
        ({"coupon_id": 71, "enabled": True}, "Unknown property 'enabled'"),
    ],
)
async def test_invalid_coupons_are_400_and_change_nothing(shop: Shop, body: Any, message: str) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    before = await state(emulator, "me")
    reply = await emulator.cratejoy("POST", f"/subscriptions/{identifier}/coupons/", "me", json=body)
    assert (400, [message]) == error_of(reply)
    assert before == await state(emulator, "me")


async def test_coupon_of_another_subscription_is_404(shop: Shop) -> None:
    emulator = await shop()
    identifier = await subscribe(emulator)
    added = (
        await emulator.cratejoy("POST", f"/subscriptions/{identifier}/coupons/", "me", json={"coupon_id": 71})
    ).json
    await emulator.control("POST", "/sandboxes/me/clock/advance", json={"seconds": 61})
    other = await subscribe(emulator)
    path = f"/subscriptions/{other}/coupons/{added['id']}/"
    assert 404 == (await emulator.cratejoy("DELETE", path, "me")).status


async def test_renewal_uses_the_default_payment_method(shop: Shop) -> None:
    emulator = await shop()
    identifier = await past_due(emulator)
    await act(emulator, identifier, "renew")
    order = (await get_subscription(emulator, identifier, "with=orders"))["orders"][1]
    path = f"/sandboxes/me/records/cratejoy/orders/{order['id']}"
    assert CARD == (await emulator.control("GET", path)).json["cust_pay_id"]
