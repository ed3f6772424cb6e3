"""What the dashboard and the metrics say about the store."""

import re
from pathlib import Path

from support.emulator import RunningEmulator
from support.stored import stored

PAGE = (Path(__file__).parents[2] / "docs/reference/store.md").read_text(encoding="utf-8")
UI = "/_mockorders/ui"
METRICS = re.findall(r"^\| `(mockorders_store_\w+)` \|", PAGE, re.MULTILINE)


async def test_the_dashboard_shows_generation_and_version(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.emulator.control("POST", "/sandboxes/docs/reset")
        await place.note("one")
        await place.emulator.control("POST", "/sandboxes/docs/reset")
        await place.note("two")
        page = (await place.emulator.request("GET", "/_mockorders/ui/docs/state")).text
        assert f"sqlite:{tmp_path / 'store'}</code>: generation 2, version 2." in page


async def test_the_dashboard_shows_no_store_without_one(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs", json={})
    assert "Store</h2>" not in (await emulator.request("GET", "/_mockorders/ui/docs/state")).text


async def test_every_page_says_where_the_state_is(tmp_path: Path, emulator: RunningEmulator) -> None:
    async with stored(tmp_path / "store") as place:
        assert "State is kept in the store." in (await place.emulator.request("GET", "/_mockorders/")).text
    assert "All state is in memory" in (await emulator.request("GET", "/_mockorders/")).text


async def test_forms_of_the_dashboard_are_stored(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        headers = {"Origin": before.emulator.url, "Content-Type": "application/x-www-form-urlencoded"}
        await before.emulator.request("POST", UI, data="name=docs.made&profile=observed", headers=headers)
        await before.emulator.request("POST", f"{UI}/docs.made/customer", data="customer=2", headers=headers)
        expected = (await before.emulator.control("GET", "/sandboxes/docs.made")).json
    async with stored(tmp_path / "store") as after:
        found = (await after.emulator.control("GET", "/sandboxes/docs.made")).json
        assert ("observed", 2) == (found["profile"], found["current_customer"])
        assert expected["fixtures"] == found["fixtures"]


async def test_metrics_count_changes(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("one")
        await place.note("two")
        text = (await place.emulator.control("GET", "/metrics")).text
        assert "\nmockorders_store_commits_total 2.0\n" in text
        assert "\nmockorders_store_failures_total 0.0\n" in text
        assert [True] * len(METRICS) == [f"\n# TYPE {name.removesuffix('_total')}" in text for name in METRICS]
        assert 5 == len(METRICS)
