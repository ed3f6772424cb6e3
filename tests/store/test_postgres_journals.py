"""Journals that replicas share in PostgreSQL: numbers ascend, and every replica sees all entries."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from support.emulator import eventually

from bench.postgres import PostgresServer
from mockorders.store.journal_records import NO_PLACE, EntryRecord, Part, Place
from mockorders.store.packed_entries import pack, unpack
from mockorders.store.postgres import PostgresStore
from mockorders.store.postgres_journal_statements import CHANNEL, MAX_ENTRIES
from mockorders.store.postgres_journal_trim import SPARE_ENTRIES
from mockorders.store.postgres_journals import NO_JOURNAL, PostgresJournals
from mockorders.store.records import Document, StoreUnavailableError

EXACT = Document(b'{"a":1.10}', exact=True)


def record(text: str = "{}") -> EntryRecord:
    facts = Document(text.encode())
    return EntryRecord(0, facts, b"\xff", Part(EXACT), Part(Document(b"{}"), b"body"))


@pytest.fixture
async def replicas(database: str) -> AsyncIterator[list[PostgresJournals]]:
    """Return the journals of one database, as two replicas see them."""
    stores = [PostgresStore(database, name) for name in ("one", "two")]
    yield [PostgresJournals(each) for each in stores]
    for each in stores:
        await each.close()


async def numbers(journals: PostgresJournals, sandbox: str = "a", after: Place = NO_PLACE) -> list[int]:
    return [each.record.id for each in (await journals.read(sandbox, after)).entries]


def test_an_entry_is_packed_with_all_its_parts() -> None:
    expected = record('{"note":"é"}')
    found = unpack(7, pack(expected))
    assert (7, expected.facts, expected.body) == (found.id, found.facts, found.body)
    assert (EXACT, b"body") == (found.head.facts, found.response.body)


@pytest.mark.parametrize("data", [b"", pack(record())[:20]])
def test_a_damaged_entry_is_rejected(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"expected|requires"):
        unpack(1, data)


async def test_every_replica_sees_the_entries_of_all(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    places = [await one.add("a", record()), await two.add("a", record("[]")), await one.add("b", record())]
    assert [1, 2, 1] == [each.number for each in places]
    assert (True, False) == (places[0].epoch == places[1].epoch, places[0].epoch == places[2].epoch)
    for each in replicas:
        journal = await each.read("a", NO_PLACE)
        assert ["one", "two"] == [entry.replica for entry in journal.entries]
        assert [b"{}", b"[]"] == [entry.record.facts.data for entry in journal.entries]
        assert (2, 0) == (journal.issued, journal.cleared)


@pytest.mark.parametrize("method", ["clear", "reset", "delete"])
async def test_a_replica_that_stops_between_two_statements_blocks_no_other(
    replicas: list[PostgresJournals], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    one, two = replicas
    await one.add("a", record())
    execute = asyncpg.Connection.execute
    stopped = asyncio.Event()

    async def stop_after(connection: Any, *arguments: Any) -> None:
        await execute(connection, *arguments)
        stopped.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "execute", stop_after)
        changing = asyncio.create_task(getattr(one, method)("a"))
        await stopped.wait()
    async with asyncio.timeout(30):
        place = await two.add("a", record())
    changing.cancel()
    assert [place.number] == await numbers(two)


async def test_numbers_of_concurrent_entries_have_no_gaps(replicas: list[PostgresJournals]) -> None:
    names = ["a" if number % 3 else "b" for number in range(100)]
    await asyncio.gather(
        *[replicas[0].add(each, record()) for each in names], *[replicas[1].add(each, record()) for each in names]
    )
    assert list(range(1, 133)) == await numbers(replicas[0])
    assert list(range(1, 69)) == await numbers(replicas[1], "b")


async def test_what_is_new_begins_after_a_place(replicas: list[PostgresJournals]) -> None:
    _, second, third = [await replicas[0].add("a", record()) for _ in range(3)]
    assert [3] == await numbers(replicas[1], after=second)
    assert [] == await numbers(replicas[1], after=third)
    assert [1, 2, 3] == await numbers(replicas[1], after=Place(2, 3))
    assert NO_JOURNAL == await replicas[1].read("b", NO_PLACE)


async def test_a_cleared_journal_continues_its_numbers(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    first = await one.add("a", record())
    await two.clear("a")
    await one.add("a", record())
    journal = await two.read("a", first)
    assert (first.epoch + 1, 2, 1, [2]) == (journal.epoch, journal.issued, journal.cleared, await numbers(one))


async def test_a_reset_journal_begins_with_1(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    await one.add("a", record())
    await one.add("a", record())
    await one.pin("a", 1, pinned=True)
    await two.reset("a")
    assert 1 == (await one.add("a", record())).number
    assert ([1], []) == (await numbers(two), await two.read_pinned("a"))


async def test_a_deleted_journal_leaves_nothing(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    before = await one.add("a", record())
    await one.pin("a", 1, pinned=True)
    await two.delete("a")
    assert (NO_JOURNAL, []) == (await one.read("a", before), await one.read_pinned("a"))
    await two.add("a", record())
    assert [1] == await numbers(one, after=before)


async def test_a_journal_that_does_not_exist_can_be_cleared(replicas: list[PostgresJournals]) -> None:
    await replicas[0].clear("a")
    await replicas[0].reset("a")
    assert 1 == (await replicas[0].add("a", record())).number


async def test_pinned_entries_stay(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    for _ in range(2):
        await one.add("a", record())
    before = (await two.read("a", NO_PLACE)).pins
    await one.pin("a", 2, pinned=True)
    await one.clear("a")
    assert [2] == [each.record.id for each in await two.read_pinned("a")]
    assert before != (await two.read("a", NO_PLACE)).pins
    await two.pin("a", 2, pinned=False)
    assert ([], []) == (await one.read_pinned("a"), await numbers(one))


async def test_an_entry_is_replaced(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    place = await one.add("a", record())
    await one.replace("a", place, record("[]"))
    await one.replace("a", Place(7, 7), record("[1]"))
    assert [b"[]"] == [each.record.facts.data for each in (await two.read("a", NO_PLACE)).entries]


async def test_the_oldest_entries_are_deleted(replicas: list[PostgresJournals]) -> None:
    one, two = replicas
    await asyncio.gather(*[one.add("a", record()) for _ in range(MAX_ENTRIES + 300)])
    await one.pin("a", 1, pinned=True)
    await one._store.maintain()
    assert list(range(301, MAX_ENTRIES + 301)) == await numbers(two)
    assert [1] == [each.record.id for each in await two.read_pinned("a")]
    async with two._store.reading() as connection:
        assert MAX_ENTRIES + 1 == await connection.fetchval("SELECT count(*) FROM entries")


async def test_a_journal_has_a_limit_of_bytes(database: str) -> None:
    store = PostgresStore(database, "one", journal_bytes=10_000)
    journals = PostgresJournals(store)
    size = len(pack(record("x" * 1_000)))
    for number in range(1, SPARE_ENTRIES + 1):
        await journals.add("a", record("x" * 1_000))
        await journals.add("b", record())
        if number == 1:
            await journals.pin("a", 1, pinned=True)
    before = await numbers(journals)
    await store.maintain()
    kept = list(range(SPARE_ENTRIES - 10_000 // size + 1, SPARE_ENTRIES + 1))
    assert (SPARE_ENTRIES, [1, *kept]) == (len(before), await numbers(journals))
    assert SPARE_ENTRIES == len(await numbers(journals, "b"))
    assert kept[0] == (await journals.read("a", Place(0, SPARE_ENTRIES))).first
    await store.close()


async def test_who_waits_is_notified(replicas: list[PostgresJournals], database: str) -> None:
    one, two = replicas
    heard: list[str] = []
    connection: Any = await asyncpg.connect(database)  # type: ignore[no-untyped-call]
    try:
        await connection.add_listener(CHANNEL, lambda *values: heard.append(values[-1]))
        await two.watch("b", 60)
        await one.add("a", record())
        await one.add("b", record())
        await eventually(lambda: heard)
        assert ["b"] == heard
    finally:
        await connection.close()


async def test_nothing_is_added_while_the_database_is_away(
    replicas: list[PostgresJournals], postgres_server: PostgresServer
) -> None:
    await replicas[0].add("a", record())
    postgres_server.stop()
    try:
        with pytest.raises(StoreUnavailableError):
            await replicas[0].add("a", record())
        with pytest.raises(StoreUnavailableError):
            await replicas[0].read("a", NO_PLACE)
    finally:
        postgres_server.start()
    assert 2 == (await replicas[0].add("a", record())).number
