"""The tables of all collections: their columns, and the cells of records that refer to others."""

import re
from html import unescape
from itertools import chain, repeat

import pytest
from support.emulator import Start

from mockorders.apis import discover

COLLECTIONS = list(chain.from_iterable(zip(repeat(api.name), api.collections, strict=False) for api in discover()))
NOTHING = "\N{EN DASH}"
TAG = re.compile(r"<[^>]*>")


def cells(text: str, identifier: int) -> list[str]:
    """Return the cells of a record's row."""
    row = text.partition(f">{identifier}</a></th>")[2].partition("</tr>")[0]
    return [unescape(TAG.sub("", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]


@pytest.mark.parametrize("name", ["default", "edge"])
async def test_every_collection_has_a_table(start: Start, name: str) -> None:
    emulator = await start(fixtures=name)
    state = (await emulator.control("GET", "/sandboxes/own/state")).json
    found = {}
    for api, collection in COLLECTIONS:
        reply = await emulator.control("GET", f"/ui/own/records/{api}/{collection}")
        assert (200, collection) == (reply.status, collection)
        found[api, collection] = reply.text.count('<th scope="row">')
    assert {each: min(25, len(state[each[0]][each[1]])) for each in COLLECTIONS} == found


@pytest.mark.parametrize(
    ("path", "identifier", "expected"),
    [
        ("universe/item_types", 3, ["Tour Poster", "Signed, Unsigned"]),
        ("universe/plans", 20, ["VIP Membership", "$125.00", "12", "presale, vip", "true"]),
        (
            "universe/customers",
            288,
            ["Mia Preston", "mia.preston@example.net", "Two-Year Membership", "active", "2014-01-07 00:00:00"],
        ),
        ("cratejoy/coupons", 2104, ["SUMMER15", "Summer sale, over", "15 %", NOTHING, "false"]),
        ("cratejoy/coupons", 2103, ["FRIEND20", "A friend's twenty percent", "20 %", "3", "true"]),
        ("cratejoy/product_instances", 645800019, ["Knitted Sweater", "Size: L", "SWEATER-L", "69.00"]),
        ("cratejoy/subscription_coupons", 81003, ["76025470", "SAVE5", NOTHING, "true"]),
        ("cratejoy/product_survey_results", 71001, ["76002017", "Which size do you wear?: M"]),
        ("cratejoy/terms", 5003, ["6 Month Prepay", "6", "true"]),
    ],
)
async def test_cells_name_the_records_that_are_referred_to(
    start: Start, path: str, identifier: int, expected: list[str]
) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/own/state")
    assert expected == cells((await emulator.control("GET", f"/ui/own/records/{path}")).text, identifier)


async def test_metadata_names_what_it_belongs_to(start: Start) -> None:
    emulator = await start(fixtures="default")
    await emulator.control("GET", "/sandboxes/own/state")
    owner, data, _ = cells((await emulator.control("GET", "/ui/own/records/cratejoy/metadata")).text, 61001)
    assert ("customer 310069679", True) == (owner, data.startswith('{"shoe": {"size": '))
