"""What the journals in a store have room for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockorders.store.journal_records import EntryRecord, Part
from mockorders.store.records import Document
from mockorders.store.sqlite import SqliteStore
from mockorders.store.sqlite_journal_reading import MAX_ENTRIES
from mockorders.store.sqlite_journal_trim import SPARE_ENTRIES


def record(number: int, part: Part | None = None, size: int = 0) -> EntryRecord:
    head = Part(Document(b"{}")) if part is None else part
    return EntryRecord(number, Document(b"{}"), b"x" * size, head, Part(Document(b"{}")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Open a store whose journals have room for a MiB."""
    opened = SqliteStore(f"sqlite:{tmp_path / 'store'}", journal_bytes=2**20)
    yield opened
    opened.close()


def rows(store: SqliteStore, table: str) -> int:
    return int(store.file.writer.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_journal_has_the_last_thousand_requests(store: SqliteStore) -> None:
    total = MAX_ENTRIES + SPARE_ENTRIES + 1
    for number in range(1, total + 1):
        store.journals.put("docs", record(number))
    store.journals.pin("docs", 1)
    for _ in range(2):
        loaded = store.journals.load("docs")
        assert (total, total - MAX_ENTRIES, MAX_ENTRIES) == (loaded.issued, loaded.evicted, len(loaded.entries))
        assert (total - MAX_ENTRIES + 1, [1]) == (loaded.entries[0].id, [each.id for each in loaded.pinned])
        store.maintain()
    assert (MAX_ENTRIES + 1, 2 * (MAX_ENTRIES + 1)) == (rows(store, "entries"), rows(store, "entry_parts"))


def test_the_journals_have_a_limit_of_bytes_together(store: SqliteStore) -> None:
    for number in range(1, 101):
        store.journals.put(f"docs.{number % 2}", record(number, size=2**15))
    store.maintain()
    loaded = [store.journals.load(f"docs.{each}") for each in (0, 1)]
    assert 2**20 > rows(store, "entries") * 2**15 > 2**19
    assert [50, 50] == [each.evicted + len(each.entries) for each in loaded]
    assert [100, 99] == [each.issued for each in loaded]


def test_parts_are_stored_once_for_each_journal(store: SqliteStore) -> None:
    part = Part(Document(b"{}"))
    for number in range(1, 11):
        store.journals.put("docs", record(number, part))
        store.journals.put("other", record(number, part))
    assert 2 + 20 == rows(store, "entry_parts")


def test_what_was_cleared_is_deleted_later(store: SqliteStore) -> None:
    part = Part(Document(b"{}"))
    for number in range(1, 101):
        store.journals.put("docs", record(number, part))
    store.journals.pin("docs", 7)
    store.journals.clear("docs", 100)
    store.journals.put("docs", record(101, part))
    store.maintain()
    assert (2, 4) == (rows(store, "entries"), rows(store, "entry_parts"))
    store.journals.unpin("docs", 7)
    store.maintain()
    store.journals.put("docs", record(102, part))
    assert (2, 1) == (rows(store, "entries"), rows(store, "journals"))
    assert [101, 102] == [each.id for each in store.journals.load("docs").entries]


def test_an_entry_is_replaced(store: SqliteStore) -> None:
    store.journals.put("docs", record(1))
    store.journals.put("docs", record(1)._replace(facts=Document(b'{"a":1}')))
    assert [b'{"a":1}'] == [each.facts.data for each in store.journals.load("docs").entries]
