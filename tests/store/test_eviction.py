"""Sandboxes that nobody uses leave the memory and come back from the store."""

from pathlib import Path
from typing import Any

import pytest
from support.emulator import eventually
from support.stored import stored

from mockorders.sandbox import registry


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sandboxes be idle at once."""
    monkeypatch.setattr(registry, "MIN_IDLE_SECONDS", 0)


async def loaded(place: Any) -> list[str]:
    return sorted(each["name"] for each in (await place.emulator.control("GET", "/sandboxes")).json["sandboxes"])


async def test_more_sandboxes_are_kept_than_fit_into_memory(tmp_path: Path, impatient: None) -> None:
    names = [f"docs.{number}" for number in range(6)]
    async with stored(tmp_path / "store", max_sandboxes=2) as place:
        statuses = [await place.note(name, name) for name in names]
        in_memory = len(await loaded(place))
        assert ([200] * 6, 2, names) == (statuses, in_memory, [await place.read_note(name) for name in names])


async def test_idle_sandboxes_leave_the_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", sandbox_idle=0.05) as place:
        await place.note("kept")
        await eventually(lambda: not len(place.core.sandboxes))
        assert "kept" == await place.read_note()


async def test_lists_have_the_sandboxes_of_before_the_restart(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new", "docs.one")
        await before.note("new", "docs.two")
    async with stored(tmp_path / "store") as after:
        assert ["docs.one", "docs.two"] == await loaded(after)
    async with stored(tmp_path / "store") as again:
        assert "docs.two" in (await again.emulator.request("GET", "/_mockorders/")).text


async def test_a_reset_of_all_resets_sandboxes_that_are_not_in_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new", "docs.one")
        await before.note("new", "docs.two")
    async with stored(tmp_path / "store") as after:
        await after.emulator.control("POST", "/reset")
        assert [None, None] == [await after.read_note(name) for name in ("docs.one", "docs.two")]


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", ""), ("POST", "/finish"), ("PATCH", ""), ("GET", ""), ("GET", "/state")]
)
async def test_control_requests_find_sandboxes_that_are_not_in_memory(tmp_path: Path, method: str, path: str) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new")
    async with stored(tmp_path / "store") as after:
        reply = await after.emulator.control(method, f"/sandboxes/docs{path}", json={} if method == "PATCH" else None)
        assert reply.status in {200, 204}
