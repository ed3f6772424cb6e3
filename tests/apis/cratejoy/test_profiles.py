"""The documented and the observed profile, and the shipped sets."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from support.cratejoy import CUSTOMER, GIFT_ORDER, shop
from support.emulator import Start, example

# The observed profile


def sorted_keys(value: Any) -> bool:
    if isinstance(value, dict):
        return list(value) == sorted(value) and all(map(sorted_keys, value.values()))
    return not isinstance(value, list) or all(map(sorted_keys, value))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/orders/{GIFT_ORDER}", None),
        ("PUT", f"/orders/{GIFT_ORDER}", {"note": "x"}),
        ("POST", "/orders", example("cratejoy/create_order")),
    ],
)
async def test_profiles_differ_in_customer_types_and_order(start: Start, method: str, path: str, body: Any) -> None:
    responses = {}
    for profile in ("documented", "observed"):
        emulator = await start(profile=profile, clock="2020-01-01T00:00:00Z")
        reply = await emulator.cratejoy(method, f"{path}?with=all", json=body)
        responses[profile] = reply.json
    documented = responses["documented"]
    observed = responses["observed"]
    assert [observed["customer"]] == documented["customer"]
    for transaction in observed["transactions"]:
        assert "transaction" == transaction.pop("type")
    assert documented == observed | {"customer": documented["customer"]}
    assert (False, True) == (sorted_keys(documented), sorted_keys(observed))


async def test_observed_profile_sorts_the_keys_of_the_envelope_too(start: Start) -> None:
    emulator = await start(profile="observed")
    page = (await emulator.cratejoy("GET", "/orders/?with=all&limit=1")).json
    assert sorted_keys(page)
    assert ("?page=2&with=all&limit=1", CUSTOMER) == (page["next"], page["results"][0]["customer"]["id"])


async def test_set_can_specify_its_profile(start: Start, tmp_path: Path) -> None:
    emulator = await start(fixtures=shop(tmp_path, 11, profile="observed"), profile="documented")
    page = (await emulator.cratejoy("GET", "/orders/", "me")).json
    assert ("?page=2", "ann@example.com") == (page["next"], page["results"][0]["customer"]["email"])


# The shipped sets


@pytest.mark.parametrize("name", ["default", "edge"])
@pytest.mark.parametrize("profile", ["documented", "observed"])
async def test_every_order_of_a_shipped_set_can_be_rendered(start: Start, name: str, profile: str) -> None:
    emulator = await start(fixtures=name, profile=profile)
    page = (await emulator.cratejoy("GET", "/orders/?with=all&limit=100000", name)).json
    assert len(page["results"]) == page["count"] > 0
    assert sorted(order["id"] for order in page["results"]) == [order["id"] for order in page["results"]]


@pytest.mark.parametrize("name", ["default", "edge"])
async def test_link_texts_round_trip(start: Start, name: str) -> None:
    emulator = await start(fixtures=name)
    page = (await emulator.cratejoy("GET", "/orders/?limit=1&note__ne=%F0%9F%8E%81%20%26%23%3D", name)).json
    assert page["next"] is None or unquote(page["next"]) == "?page=1&limit=1&note__ne=🎁 &#="
