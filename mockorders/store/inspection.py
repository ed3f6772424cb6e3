"""Read, check and compact a store without a server."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from mockorders.formats.store_location import path_of
from mockorders.store import sqlite_journal_inspection, sqlite_lock, sqlite_schema
from mockorders.store.codec import Changes, decode, merge, merge_records, merge_snapshot
from mockorders.store.records import DAMAGE, Document, StoredSandbox, StoreError, Summary
from mockorders.store.sqlite_compaction import compact_all
from mockorders.store.sqlite_reading import find_checkpoint, load, load_fixtures, names, summaries

EXPORTED = """
    SELECT sandbox, generation, version, at, request, format, digest, exact, changes FROM checkpoints
    UNION ALL SELECT sandbox, generation, version, at, request, format, digest, exact, changes FROM changes
    UNION ALL SELECT sandbox, generation, version, at, request, format, digest, parts.exact, records
    FROM parts JOIN changes USING (sandbox, generation, version) WHERE snapshot = '' AND part < changes.parts
    ORDER BY 1, 2, 3
"""
COLUMNS = ("sandbox", "generation", "version", "at", "request", "format", "digest")
SNAPSHOTS = """
    SELECT sandbox, name, exact, snapshot FROM snapshots
    UNION ALL SELECT sandbox, name, parts.exact, records
    FROM parts JOIN snapshots USING (sandbox, generation, version)
    WHERE parts.snapshot = name AND part < snapshots.parts
    ORDER BY 1, 2
"""
FIXTURES = "SELECT digest, exact, records FROM fixtures ORDER BY digest, part"
VERSIONS = "SELECT version FROM changes WHERE sandbox = ? AND generation = ? AND version > ? ORDER BY version"


@contextmanager
def errors(location: str) -> Iterator[None]:
    """Raise StoreError for everything that damaged files and records cause."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        message = f"{location}: {error}"
        raise StoreError(message) from error
    except DAMAGE as error:
        message = f"{location}: a record is damaged, see mockorders store verify: {type(error).__name__}: {error}"
        raise StoreError(message) from error


@contextmanager
def reading(location: str) -> Iterator[sqlite3.Connection]:
    """Open a store for reading, also while a server uses it. Raises StoreError, also for what happens in the block."""
    with errors(location):
        path = path_of(location)
        if not path.is_file():
            message = f"{location}: there is no such file"
            raise StoreError(message)
        with closing(sqlite_schema.connect(path, read_only=True)) as reader:
            sqlite_schema.check(reader, location)
            yield reader


def list_sandboxes(location: str) -> list[Summary]:
    """Return the sandboxes of a store by name. Raises StoreError."""
    with reading(location) as reader:
        return list(summaries(reader))


def find_sandbox(location: str, name: str) -> tuple[StoredSandbox, Changes]:
    """Return what a store has of a sandbox, and its changes as one. Raises StoreError."""
    with reading(location) as reader:
        stored = load(reader, name)
        if stored is None:
            message = f"{location}: there is no sandbox {name!r}"
            raise StoreError(message)
        return stored, merge(stored.changes)


def count_requests(location: str, name: str) -> tuple[int, int]:
    """Return how many requests of a sandbox a store has, and how many of them are pinned. Raises StoreError."""
    with reading(location) as reader:
        return sqlite_journal_inspection.counts(reader, name)


def export(location: str) -> Iterator[dict[str, Any]]:
    """Yield all that a store has as JSON values: change records and checkpoints, snapshots, requests, fixtures."""
    with reading(location) as reader:
        for row in reader.execute(EXPORTED):
            values = dict(zip(COLUMNS, row[:7], strict=True))
            yield {**values, "changes": decode(Document(row[8], bool(row[7])))}
        for sandbox, name, exact, data in reader.execute(SNAPSHOTS):
            yield {"sandbox": sandbox, "snapshot": name, "content": decode(Document(data, bool(exact)))}
        yield from sqlite_journal_inspection.export(reader)
        for digest, exact, data in reader.execute(FIXTURES):
            yield {"fixtures": digest, "records": decode(Document(data, bool(exact)))}


def compact(location: str) -> tuple[int, int]:
    """Compact a store that no server uses; return its size in bytes before and after. Raises StoreError."""
    path = path_of(location)
    with reading(location):
        before = path.stat().st_size
    with (
        errors(location),
        closing(sqlite_lock.acquire(path, location)),
        closing(sqlite_schema.connect(path)) as writer,
    ):
        compact_all(writer)
    return before, path.stat().st_size


def verify(location: str) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong in a store. Raises StoreError if it is no store."""
    try:
        yield from _verify(location)
    except StoreError as error:
        if getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_CORRUPT:
            raise
        yield f"the file is damaged: {error.__cause__}"


def _verify(location: str) -> Iterator[str]:
    with reading(location) as reader:
        for (line,) in reader.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield f"the file is damaged: {line}"
        for name in names(reader):
            for sentence in _problems(reader, name):
                yield f"sandbox {name!r}: {sentence}"
        yield from sqlite_journal_inspection.problems(reader)


def _problems(reader: sqlite3.Connection, name: str) -> Iterator[str]:
    try:
        stored = load(reader, name)
        assert stored is not None
        start = merge(stored.changes).start
        for documents in stored.snapshots.values():
            _check_fixtures(reader, merge_snapshot(documents)["bases"])
        for source in start.values():
            _check_fixtures(reader, source)
    except StoreError as error:
        yield str(error)
        return
    except DAMAGE as error:
        yield f"{type(error).__name__}: {error}"
        return
    if not start:
        yield "the record that its generation starts with is missing"
    generation, version = stored.head
    checkpoint = find_checkpoint(reader, name, generation)
    found = [each for (each,) in reader.execute(VERSIONS, (name, generation, checkpoint))]
    if found != list(range(checkpoint + 1, version + 1)):
        yield f"expected the versions {checkpoint + 1} to {version}, found {len(found)} of them"


def _check_fixtures(reader: sqlite3.Connection, source: dict[str, Any]) -> None:
    if source["kept"]:
        merge_records(map(decode, load_fixtures(reader, source["digest"])))
