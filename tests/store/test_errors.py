"""The emulator's errors and the history of edits are kept like records: they are lost with the sandbox only."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.emulator import eventually
from support.replicas import replicas
from support.stored import ORDER, Stored, stored

from bench.postgres import PostgresServer
from mockorders.sandbox.emulator_errors import EmulatorError
from mockorders.sandbox.sharing_registry import SharingRegistry
from mockorders.sandbox.stored_sandbox import StoredSandbox

HERE = "/sandboxes/docs"
FULL = ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
EDITED = f"{HERE}/records/cratejoy/orders/{ORDER}"
CUSTOMER = "/customers/586402305/"


class BugError(Exception):
    """A bug of the emulator."""


@contextmanager
def broken(part: str = "sandbox.execution.Executor._respond") -> Iterator[None]:
    """Let a part of the emulator raise an error."""

    def breaks(*_: Any, **__: Any) -> Any:
        raise BugError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"mockorders.{part}", breaks)
        yield


async def fail(place: Stored, name: str = "docs", path: str = CUSTOMER) -> int:
    """Send a request that makes the emulator fail; return the status."""
    with broken():
        return (await place.emulator.cratejoy("GET", path, name)).status


async def errors(place: Stored, name: str = "docs") -> list[str]:
    """Return the paths of the errors of a sandbox; all of them have to be listed."""
    found = (await place.emulator.control("GET", f"/sandboxes/{name}/errors")).json
    assert found["count"] == len(found["errors"])
    return [each["path"] for each in found["errors"]]


async def edit(place: Stored, note: str) -> None:
    assert 200 == (await place.emulator.control("PATCH", EDITED, json={"note": note})).status


async def edits(place: Stored) -> int:
    """Return how many edits the history of the order shows."""
    page = await place.emulator.request("GET", f"/_mockorders/ui/docs/records/cratejoy/orders/{ORDER}/history")
    return page.text.count("by the dashboard or the control API")


def break_store(place: Stored) -> None:
    place.store.file.writer.execute(FULL[0])


def repair_store(place: Stored) -> None:
    place.store.file.writer.execute(FULL[1])


async def test_errors_are_there_after_a_restart(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        assert (500, 500) == (await fail(place), await fail(place, path="/orders/"))
        before = (await place.emulator.control("GET", f"{HERE}/errors")).json
    async with stored(tmp_path / "store") as again:
        assert before == (await again.emulator.control("GET", f"{HERE}/errors")).json
        assert ["/v1/customers/586402305/", "/v1/orders/"] == await errors(again)


@pytest.mark.parametrize("journal", [False, True])
async def test_errors_are_there_after_an_eviction(tmp_path: Path, *, journal: bool) -> None:
    async with stored(tmp_path / "store", max_sandboxes=1, store_journal=journal) as place:
        await fail(place)
        await place.note("other", "docs.other")
        assert ["docs.other"] == [each.name for each in place.core.sandboxes]
        assert 1 == len(await errors(place))


async def test_errors_are_kept_with_later_changes(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("before")
        break_store(place)
        await fail(place)
        repair_store(place)
        await place.note("after")
    async with stored(tmp_path / "store") as again:
        assert ("after", 1) == (await again.read_note(), len(await errors(again)))


async def test_errors_outlive_a_change_that_cannot_be_stored(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("kept")
        await fail(place)
        break_store(place)
        await fail(place)
        assert 503 == await place.note("lost")
        paths = ["/v1/customers/586402305/", "/v1/customers/586402305/", f"/v1/orders/{ORDER}/"]
        assert paths == await errors(place)
        assert 503 == (await place.emulator.control("POST", f"{HERE}/reset")).status
        assert paths == await errors(place)
        repair_store(place)
        assert 204 == (await place.emulator.control("POST", f"{HERE}/reset")).status
        assert [] == await errors(place)


async def test_errors_of_a_sandbox_that_could_not_be_stored_are_counted(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        break_store(place)
        assert 503 == await place.note("lost")
        assert 1 == len(await errors(place))
        repair_store(place)
        await place.note("kept")
    async with stored(tmp_path / "store") as again:
        assert 1 == len(await errors(again))


async def test_errors_are_on_the_disk_with_the_next_response(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        await place.note("kept")
        await fail(place)
        before = place.store.is_settled
        await place.read_note()
        assert (False, True) == (before, place.store.is_settled)


async def test_errors_without_a_sandbox_are_counted(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        with broken("pipeline.authentication.Authenticator.authenticate"):
            assert 500 == (await place.emulator.cratejoy("GET", CUSTOMER)).status
        assert 1 == len(await errors(place, "_"))


async def test_errors_of_requests_to_a_deleted_sandbox_are_dropped(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("kept")
        deleted = place.core.sandboxes.get("docs")
        assert deleted is not None
        await place.emulator.control("DELETE", HERE)
        place.core.sandboxes.add_error(deleted, EmulatorError("1", "GET", "/", "late"))
        assert [] == await errors(place)


async def test_a_test_with_errors_is_not_clean_after_an_eviction(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_sandboxes=1) as place:
        await fail(place)
        await place.note("other", "docs.other")
        finished = (await place.emulator.control("POST", f"{HERE}/finish")).json
        assert (1, False) == (finished["errors"]["count"], finished["deleted"])


async def test_edits_are_there_after_a_restart(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await edit(place, "a")
        await edit(place, "b")
        page = await edits(place)
    async with stored(tmp_path / "store") as again:
        assert (2, 2) == (page, await edits(again))
        await edit(again, "c")
        assert 3 == await edits(again)


async def test_old_edits_are_removed_from_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockorders.sandbox.sandbox.MAX_EDITS", 3)
    async with stored(tmp_path / "store") as place:
        for note in "abcde":
            await edit(place, note)
    async with stored(tmp_path / "store") as again:
        sandbox = await again.core.sandboxes.get_or_create("docs")
        assert [3, 4, 5] == [each.number for each in sandbox.edits]
        assert isinstance(sandbox, StoredSandbox)
        settings = [name for name in sandbox.position.settings if name.startswith("edit.")]
        assert ["edit.3", "edit.4", "edit.5"] == settings


# replicas


@pytest.fixture
async def pair(database: str) -> AsyncIterator[list[Stored]]:
    """Run two replicas."""
    async with replicas(database, 2) as both:
        yield both


async def test_replicas_have_the_errors_of_each_other(pair: list[Stored]) -> None:
    one, two = pair
    await fail(one)
    assert 1 == len(await errors(two))
    await fail(two)
    assert [2, 2] == [len(await errors(each)) for each in pair]
    requests = (await one.emulator.control("GET", f"{HERE}/errors")).json["errors"]
    assert ["1", "2"] == [each["request"] for each in requests]


async def test_errors_outlive_all_replicas(database: str) -> None:
    async with replicas(database, 2) as both:
        with broken():
            await asyncio.gather(*[each.emulator.cratejoy("GET", CUSTOMER) for each in both * 5])
    async with replicas(database, 1) as third:
        assert 10 == len(await errors(third[0]))


async def test_errors_outlive_conflicts_and_resets_end_them(pair: list[Stored]) -> None:
    one, two = pair
    with broken():
        failing = [each.emulator.cratejoy("GET", CUSTOMER) for each in pair * 2]
        await asyncio.gather(*failing, *[edit(each, "a") for each in pair * 2])
    assert 4 == len(await errors(one))
    await two.emulator.control("PUT", f"{HERE}/snapshots/a")  # which makes the other replica load it again
    assert 4 == len(await errors(one))
    await two.emulator.control("POST", f"{HERE}/reset")
    assert [[], []] == [await errors(each) for each in pair]


async def test_a_replica_evicts_sandboxes_with_errors(database: str) -> None:
    async with replicas(database, 1, max_sandboxes=1) as (place,):
        await fail(place)
        await place.note("other", "docs.other")
        assert ["docs.other"] == [each.name for each in place.core.sandboxes]
        assert 1 == len(await errors(place))


async def test_replicas_share_the_history_of_edits(pair: list[Stored]) -> None:
    one, two = pair
    await asyncio.gather(edit(one, "a"), edit(two, "b"))
    assert [2, 2] == [await edits(each) for each in pair]
    await two.note("changed")
    assert [2, 2] == [await edits(each) for each in pair]


async def test_errors_without_a_sandbox_are_shared(pair: list[Stored]) -> None:
    with broken("pipeline.authentication.Authenticator.authenticate"):
        assert 500 == (await pair[0].emulator.cratejoy("GET", CUSTOMER)).status
    assert [1, 1] == [len(await errors(each, "_")) for each in pair]


async def test_errors_without_a_sandbox_need_no_room_for_one(database: str) -> None:
    async with replicas(database, 1, max_sandboxes=1) as (place,):
        with broken("pipeline.authentication.Authenticator.authenticate"):
            assert 500 == (await place.emulator.cratejoy("GET", CUSTOMER)).status
        assert (200, ["docs"]) == (await place.note("kept"), [each.name for each in place.core.sandboxes])


async def test_errors_of_an_evicted_sandbox_wait_until_there_is_room(database: str) -> None:
    async with replicas(database, 1, max_sandboxes=1) as (place,):
        await place.note("kept")
        sandboxes = place.core.sandboxes
        assert isinstance(sandboxes, SharingRegistry)
        evicted = await sandboxes.get_or_create("docs")
        await place.note("other", "docs.other")
        sandboxes.add_error(evicted, EmulatorError("1", "GET", "/", "late"))
        with sandboxes.using("docs.other"):
            await sandboxes.try_to_keep_errors("docs")
            assert ["docs.other"] == [each.name for each in sandboxes]
        assert ["/"] == await errors(place)


async def test_errors_while_the_database_is_away_are_kept_when_it_is_back(own_server: PostgresServer) -> None:
    async with replicas(own_server.url(), 1) as (one,):
        await one.note("kept")
        own_server.stop(signal.SIGINT)
        assert 503 == await one.note("lost")
        own_server.start()
        async with replicas(own_server.url(), 1) as (two,):

            async def is_counted() -> bool:
                found = await two.emulator.control("GET", f"{HERE}/errors")
                return found.status == 200 and found.json["count"] == 1

            await eventually(is_counted)
