"""The time line of a record: the requests that read or wrote it, and every change."""

import re
from html import unescape

import pytest
from support.dashboard import ORDER
from support.emulator import RunningEmulator

FROZEN = "2017-03-21T00:00:00Z"
RECORD = "/sandboxes/docs/records/cratejoy/orders/75572230"


@pytest.fixture
async def frozen(emulator: RunningEmulator) -> RunningEmulator:
    """Start an emulator whose sandbox has a frozen clock."""
    await emulator.control("PUT", "/sandboxes/docs", json={"clock": FROZEN})
    return emulator


async def items(emulator: RunningEmulator, path: str = ORDER) -> list[str]:
    """Return the items of the time line since the clock was frozen, as text."""
    text = (await emulator.control("GET", f"{path}/history")).text
    found = re.findall(rf'<time datetime="{FROZEN}">.*?</time>(.*?)(?=</li>\s*(?:<li class|</ol>))', text, re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]*>", " ", each)).split()) for each in found]


async def test_requests_and_edits_are_on_one_line(frozen: RunningEmulator) -> None:
    await frozen.cratejoy("GET", "/orders/75572230/")
    await frozen.cratejoy("PUT", "/orders/75572230/", json={"note": "a"})
    await frozen.control("PATCH", RECORD, json={"note": "b", "total": 4200})
    await frozen.cratejoy("GET", "/orders/")
    await frozen.cratejoy("PUT", "/orders/75572230/", json={"nte": "c"})
    arrow = "\N{RIGHTWARDS ARROW}"
    assert [
        "read GET /v1/orders/75572230/ 200",
        f"changed PUT /v1/orders/75572230/ 200 note null {arrow} a",
        f"changed by the dashboard or the control API note a {arrow} b total 3500 {arrow} 4200",
        "read GET /v1/orders/ 200",
    ] == await items(frozen)


async def test_request_that_wrote_the_same_values_is_shown(frozen: RunningEmulator) -> None:
    for _ in range(2):
        await frozen.cratejoy("PUT", "/orders/75572230/", json={"note": "a"})
    assert 2 == len(await items(frozen))


async def test_created_record_is_followed_from_its_creation(frozen: RunningEmulator) -> None:
    created = await frozen.control(
        "POST", "/sandboxes/docs/records/universe/orders", json={"customer": {"first_name": "Ada"}}
    )
    path = f"/ui/docs/records/universe/orders/{created.json['record']['id']}"
    assert "created by the dashboard or the control API" in await items(frozen, path)


async def test_deleted_record_is_still_followed(frozen: RunningEmulator) -> None:
    path = "/ui/docs/records/universe/orders/489"
    await frozen.universe("/orders/489", "docs@164")
    assert 204 == (await frozen.control("DELETE", "/sandboxes/docs/records/universe/orders/489")).status
    reply = await frozen.control("GET", f"{path}/history")
    assert (200, True) == (reply.status, "This order was deleted." in reply.text)
    assert "deleted by the dashboard or the control API" == (await items(frozen, path))[-1]


async def test_reset_ends_the_history(frozen: RunningEmulator) -> None:
    await frozen.control("PATCH", RECORD, json={"note": "x"})
    await frozen.control("POST", "/sandboxes/docs/reset")
    assert [] == await items(frozen)


async def test_rolled_back_request_changed_nothing(frozen: RunningEmulator) -> None:
    await frozen.cratejoy("POST", "/orders/", json={"customer": {"id": 1}})
    assert [] == await items(frozen)


@pytest.mark.parametrize("identifier", ["1", "9999999999999999999"])
async def test_unknown_record_has_no_history(frozen: RunningEmulator, identifier: str) -> None:
    assert 404 == (await frozen.control("GET", f"/ui/docs/records/cratejoy/orders/{identifier}/history")).status


async def test_record_page_leads_to_its_history(frozen: RunningEmulator) -> None:
    assert f'href="/_mockorders{ORDER}/history"' in (await frozen.control("GET", ORDER)).text


async def test_long_history_is_short(frozen: RunningEmulator) -> None:
    for number in range(150):
        await frozen.cratejoy("PUT", "/orders/75572230/", json={"note": f"{number} " + "x" * 500})
    reply = await frozen.control("GET", f"{ORDER}/history")
    assert "50 older items are not shown." in " ".join(reply.text.split())
    assert len(reply.body) < 100_000


async def test_edits_are_counted_as_memory_and_limited(frozen: RunningEmulator) -> None:
    async def used() -> int:
        return int((await frozen.control("GET", "/sandboxes/docs")).json["memory"]["used"])

    for number in range(250):
        await frozen.control("PATCH", RECORD, json={"note": str(number)})
    before = await used()
    await frozen.control("PATCH", RECORD, json={"note": "250"})
    assert abs(await used() - before) < 100
    assert 100 == len(await items(frozen))
