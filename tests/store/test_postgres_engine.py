"""The PostgreSQL engine: proposals are kept in order, once, and by one replica."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest

from bench.postgres import PostgresServer
from mockorders.store import postgres_maintenance
from mockorders.store.postgres import PostgresStore
from mockorders.store.records import ChangeRecord, Document, Head, StoreUnavailableError
from mockorders.store.replication import NO_HEAD, Kind, Outcome, Proposal

NO_SNAPSHOTS: Mapping[str, Document | None] = {}


@pytest.fixture
async def stores(database: str) -> AsyncIterator[list[PostgresStore]]:
    """Return two replicas' stores of one database."""
    stores = [PostgresStore(database, name) for name in ("one", "two")]
    yield stores
    for each in stores:
        await each.close()


def change(name: str, base: Head, head: Head, snapshots: Mapping[str, Document | None] = NO_SNAPSHOTS) -> Proposal:
    """Return a proposal of a change; its token is its sandbox and its head."""
    record = ChangeRecord(name, head, "2020", "7", "d", Document(b'{"issued": {}}'), snapshots)
    kind = Kind.SNAPSHOTS if snapshots else Kind.CHANGE
    return Proposal(name, base, record, kind, token=f"{name}{head}")


FIRST = change("a", NO_HEAD, Head(1, 1))


async def keep(store: PostgresStore, *proposals: Proposal) -> list[Outcome]:
    return [await store.propose(each) for each in proposals]


async def test_a_sandbox_without_changes_has_no_head(stores: list[PostgresStore]) -> None:
    assert Outcome(True, NO_HEAD) == await stores[0].propose(Proposal("a", NO_HEAD))


async def test_a_change_after_the_last_one_is_kept(stores: list[PostgresStore]) -> None:
    outcomes = await keep(stores[0], FIRST, change("a", Head(1, 1), Head(1, 2)))
    assert [True, True] == [each.is_accepted for each in outcomes]


async def test_a_change_after_an_earlier_one_is_not_kept(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST)
    outcome = await stores[1].propose(FIRST)
    assert (False, Head(1, 1), [Head(1, 1)]) == (outcome.is_accepted, outcome.head, [x.head for x in outcome.changes])


async def test_a_replica_learns_the_changes_after_the_last_one_that_it_knows(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST, change("a", Head(1, 1), Head(1, 2)), change("a", Head(1, 2), Head(1, 3)))
    outcome = await stores[1].propose(Proposal("a", Head(1, 1)))
    assert [Head(1, 2), Head(1, 3)] == [each.head for each in outcome.changes]


async def test_one_of_two_concurrent_changes_is_kept(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST)
    both = [each.propose(change("a", Head(1, 1), Head(1, 2))) for each in stores]
    assert [False, True] == sorted([each.is_accepted for each in await asyncio.gather(*both)])


async def test_one_of_a_reset_and_a_concurrent_change_is_kept(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST)
    reset = stores[0].propose(change("a", Head(1, 1), Head(2, 1)))
    other = stores[1].propose(change("a", Head(1, 1), Head(1, 2)))
    assert [False, True] == sorted([each.is_accepted for each in await asyncio.gather(reset, other)])


async def test_a_generation_ends_with_a_row_of_its_own(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST, change("a", Head(1, 1), Head(2, 1)))
    outcome = await stores[1].propose(Proposal("a", Head(1, 1)))
    assert [(Head(1, 2), Kind.END), (Head(2, 1), Kind.CHANGE)] == [(each.head, each.kind) for each in outcome.changes]


async def test_an_ended_generation_has_no_further_changes(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST, change("a", Head(1, 1), Head(2, 1)))
    assert not (await stores[1].propose(change("a", Head(1, 2), Head(1, 3)))).is_accepted


async def test_proposals_of_many_sandboxes_share_statements(stores: list[PostgresStore]) -> None:
    names = [f"s{number}" for number in range(300)]
    proposals = [change(name, NO_HEAD, Head(1, 1)) for name in names] + [Proposal(name, NO_HEAD) for name in names]
    outcomes = await asyncio.gather(*[stores[0].propose(each) for each in proposals])
    assert [True] * 300 == [each.is_accepted for each in outcomes[:300]]
    assert 300 == len(await stores[1].summaries())


async def test_statements_of_two_replicas_do_not_wait_for_each_other(stores: list[PostgresStore]) -> None:
    names = [f"s{number}" for number in range(100)]
    for number in range(3):
        base = Head(1, number) if number else NO_HEAD
        forwards = [stores[0].propose(change(name, base, Head(1, number + 1))) for name in names]
        backwards = [stores[1].propose(change(name, base, Head(1, number + 1))) for name in reversed(names)]
        outcomes = await asyncio.gather(*forwards, *backwards)
        assert 100 == sum([each.is_accepted for each in outcomes])


async def test_snapshots_are_kept_with_the_change_that_saved_them(stores: list[PostgresStore]) -> None:
    saved = {"x": Document(b"1"), "y": Document(b"2", exact=True)}
    await keep(stores[0], change("a", NO_HEAD, Head(1, 1), saved))
    await keep(stores[0], change("a", Head(1, 1), Head(1, 2), {"x": None, "y": Document(b"3")}))
    stored = (await stores[1].load("a"))[1]
    assert stored is not None
    assert {"y": [Document(b"3")]} == stored.snapshots


async def test_a_deleted_sandbox_keeps_its_place(stores: list[PostgresStore]) -> None:
    deleted = change("a", Head(1, 1), Head(2, 1))._replace(kind=Kind.DELETED)
    await keep(stores[0], FIRST, deleted)
    assert ((Head(2, 1), None), []) == (await stores[1].load("a"), await stores[1].recent(10))


async def test_entries_are_kept_under_the_same_condition(
    stores: list[PostgresStore], database: str, postgres_server: PostgresServer
) -> None:
    first = FIRST._replace(entry=b"kept")
    outcomes = await keep(stores[0], first)
    outcomes += await keep(stores[1], first, Proposal("a", NO_HEAD, entry=b"rejected"))
    outcomes += await keep(stores[1], Proposal("a", Head(1, 1), entry=b"of a read"))
    rows = postgres_server.execute(
        "SELECT sandbox, number, replica, convert_from(entry, 'UTF8') FROM mockorders.entries ORDER BY number",
        database.rpartition("/")[2],
    )
    assert ["a|1|one|kept", "a|2|two|of a read"] == rows
    assert [1, None, None, 2] == [each.place and each.place.number for each in outcomes]


async def test_each_of_many_entries_has_its_own_number(stores: list[PostgresStore]) -> None:
    names = ["a" if number % 3 else "b" for number in range(60)]
    reads = [stores[0].propose(Proposal(name, NO_HEAD, entry=name.encode())) for name in names]
    changes = [stores[0].propose(change(name, NO_HEAD, Head(1, 1))._replace(entry=b"c")) for name in ("a", "b")]
    kept = [each for each in await asyncio.gather(*reads, *changes) if each.is_accepted]
    places = [each.place for each in kept if each.place is not None]
    assert len(kept) == len(set(places))
    highest = {place.epoch: place.number for place in sorted(places)}
    assert highest == Counter(place.epoch for place in places)


async def test_fixtures_are_kept_once(stores: list[PostgresStore]) -> None:
    for each in stores:
        await each.keep_fixtures("d", [Document(b"1"), Document(b"2")])
    assert [Document(b"1"), Document(b"2")] == await stores[1].load_fixtures("d")


async def test_a_database_that_does_not_respond_is_unavailable() -> None:
    store = PostgresStore("postgresql://user:secret@127.0.0.1:1/none", "one")
    with pytest.raises(StoreUnavailableError) as raised:
        await store.propose(FIRST)
    assert (503, False) == (raised.value.status, "secret" in str(raised.value))


async def changes_of(store: PostgresStore) -> list[tuple[int, int]]:
    async with store.reading() as connection:
        rows = await connection.fetch("SELECT generation, version FROM changes ORDER BY 1, 2")
    return [(row[0], row[1]) for row in rows]


@pytest.fixture
def quick_maintenance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merge changes after every five, and delete them at once."""
    monkeypatch.setattr(postgres_maintenance, "CHECKPOINT_CHANGES", 5)
    monkeypatch.setattr(postgres_maintenance, "KEEP_SECONDS", 0)


@pytest.mark.usefixtures("quick_maintenance")
async def test_many_changes_are_merged(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST, *[change("a", Head(1, each), Head(1, each + 1)) for each in range(1, 7)])
    await stores[0].maintain()
    await keep(stores[0], change("a", Head(1, 7), Head(1, 8)))
    stored = (await stores[1].load("a"))[1]
    assert stored is not None
    assert ([(1, 7), (1, 8)], Head(1, 8), 2) == (await changes_of(stores[0]), stored.head, len(stored.changes))


@pytest.mark.usefixtures("quick_maintenance")
async def test_a_change_after_one_that_was_merged_is_not_kept(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST, *[change("a", Head(1, each), Head(1, each + 1)) for each in range(1, 7)])
    await stores[0].maintain()
    outcome = await stores[1].propose(change("a", Head(1, 2), Head(1, 3)))
    assert (False, Head(1, 7)) == (outcome.is_accepted, outcome.head)


@pytest.mark.usefixtures("quick_maintenance")
async def test_earlier_generations_are_deleted(stores: list[PostgresStore]) -> None:
    await keep(stores[0], FIRST, change("a", Head(1, 1), Head(2, 1)))
    await stores[0].maintain()
    assert [(2, 1)] == await changes_of(stores[0])


async def test_what_is_left_of_a_deleted_sandbox_is_deleted_a_day_later(
    stores: list[PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_maintenance, "SWEEP_SECONDS", -1)
    await keep(stores[0], FIRST, change("a", Head(1, 1), Head(2, 1))._replace(kind=Kind.DELETED))
    await stores[0].maintain()
    outcome = await stores[1].propose(change("a", Head(2, 1), Head(3, 1)))
    assert ([], False, NO_HEAD) == (await changes_of(stores[0]), outcome.is_accepted, outcome.head)


async def test_a_value_that_cannot_be_sent_concerns_its_sandbox_only(stores: list[PostgresStore]) -> None:
    wrong = FIRST._replace(token="\ud800")
    proposals = [wrong, change("b", NO_HEAD, Head(1, 1)), Proposal("c", NO_HEAD)]
    outcomes = await asyncio.gather(*[stores[0].propose(each) for each in proposals], return_exceptions=True)
    kinds = [type(each) for each in outcomes]
    assert [StoreUnavailableError, Outcome, Outcome] == kinds


async def test_snapshots_have_any_name(stores: list[PostgresStore]) -> None:
    saved = {name: Document(b"1") for name in ("\0", "\ud800", "é")}
    await keep(stores[0], change("a", NO_HEAD, Head(1, 1), saved))
    stored = (await stores[1].load("a"))[1]
    assert stored is not None
    assert saved.keys() == stored.snapshots.keys()
