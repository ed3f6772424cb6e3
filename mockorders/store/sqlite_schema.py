"""The tables of a SQLite store: created, checked and migrated."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from mockorders.store.records import FORMAT, StoreError

# Rows of `changes`, `snapshots` and `fixtures` have the number of their parts, and are written after them: parts
# without such a row are those of a change that was not completed. A sandbox in `deleted` is deleted, whatever is left
# of it.

APPLICATION_ID = 0x6D6F636B  # "mock", in the header of the file
BUSY_SECONDS = 10.0
PAGE_BYTES = 1_024  # a change of 3 KB takes 42 µs, and 57 µs with the default of 4,096
CACHE_KIB = 8_192

TABLES = (
    """
    CREATE TABLE changes (
        sandbox TEXT NOT NULL,
        generation INTEGER NOT NULL,
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        request TEXT NOT NULL,
        format INTEGER NOT NULL,
        digest TEXT NOT NULL,
        parts INTEGER NOT NULL,
        exact INTEGER NOT NULL,
        changes BLOB NOT NULL,
        PRIMARY KEY (sandbox, generation, version)
    )
    """,
    """
    CREATE TABLE parts (
        sandbox TEXT NOT NULL,
        generation INTEGER NOT NULL,
        version INTEGER NOT NULL,
        snapshot TEXT NOT NULL,
        part INTEGER NOT NULL,
        exact INTEGER NOT NULL,
        records BLOB NOT NULL,
        PRIMARY KEY (sandbox, generation, version, snapshot, part)
    )
    """,
    """
    CREATE TABLE checkpoints (
        sandbox TEXT NOT NULL,
        generation INTEGER NOT NULL,
        version INTEGER NOT NULL,
        part INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        at TEXT NOT NULL,
        request TEXT NOT NULL,
        format INTEGER NOT NULL,
        digest TEXT NOT NULL,
        exact INTEGER NOT NULL,
        changes BLOB NOT NULL,
        PRIMARY KEY (sandbox, generation, version, part)
    )
    """,
    """
    CREATE TABLE snapshots (
        sandbox TEXT NOT NULL,
        name TEXT NOT NULL,
        generation INTEGER NOT NULL,
        version INTEGER NOT NULL,
        format INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        exact INTEGER NOT NULL,
        snapshot BLOB NOT NULL,
        PRIMARY KEY (sandbox, name)
    )
    """,
    """
    CREATE TABLE fixtures (
        digest TEXT NOT NULL,
        part INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        exact INTEGER NOT NULL,
        records BLOB NOT NULL,
        PRIMARY KEY (digest, part)
    )
    """,
    "CREATE TABLE deleted (sandbox TEXT NOT NULL PRIMARY KEY)",
)

# A journal that was cleared, or whose sandbox was deleted, has no sandbox until its entries are deleted.
JOURNAL_TABLES = (
    """
    CREATE TABLE journals (
        journal INTEGER PRIMARY KEY AUTOINCREMENT,
        sandbox TEXT UNIQUE,
        issued INTEGER NOT NULL,
        evicted INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE entries (
        entry INTEGER PRIMARY KEY,
        journal INTEGER NOT NULL,
        id INTEGER NOT NULL,
        format INTEGER NOT NULL,
        head INTEGER NOT NULL,
        response INTEGER NOT NULL,
        exact INTEGER NOT NULL,
        facts BLOB NOT NULL,
        body BLOB NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX entries_by_id ON entries (journal, id)",
    """
    CREATE TABLE entry_parts (
        part INTEGER PRIMARY KEY,
        journal INTEGER NOT NULL,
        exact INTEGER NOT NULL,
        facts BLOB NOT NULL,
        body BLOB NOT NULL
    )
    """,
    "CREATE INDEX entry_parts_by_journal ON entry_parts (journal)",
    """
    CREATE TABLE pins (
        sandbox TEXT NOT NULL,
        entry INTEGER NOT NULL,
        PRIMARY KEY (sandbox, entry)
    )
    """,
)

# Statements that turn the tables of a format into those of the next one, by the older format.
MIGRATIONS: Mapping[int, tuple[str, ...]] = {1: JOURNAL_TABLES}


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection without implicit transactions, for any thread. Raises sqlite3.Error."""
    mode = "ro" if read_only else "rwc"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False, cached_statements=64
    )
    try:
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection, location: str) -> None:
    """Create the tables in a new file, or migrate those of an older format. Raises StoreError or sqlite3.Error."""
    check(connection, location, migrating=True)
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    if _pragma(connection, "user_version") == FORMAT:
        return  # without writing, as the disk may be full
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _pragma(connection, "user_version")
        statements = [*TABLES, *JOURNAL_TABLES] if found == 0 else []
        for older in range(found, FORMAT) if found else ():
            statements += MIGRATIONS[older]
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def check(connection: sqlite3.Connection, location: str, *, migrating: bool = False) -> None:
    """Raise StoreError unless a file is a store of a known format; with `migrating`, an empty file is one too."""
    identifier = _pragma(connection, "application_id")
    found = _pragma(connection, "user_version")
    is_empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if is_empty and migrating:
        return
    if identifier != APPLICATION_ID:
        message = f"{location}: expected a store of mockorders, got another database"
        raise StoreError(message)
    if found > FORMAT:
        message = f"{location}: expected format {FORMAT} or older, got format {found}; use a newer mockorders"
        raise StoreError(message)
    if found < FORMAT and not migrating:
        message = f"{location}: expected format {FORMAT}, got format {found}; start a server once to migrate it"
        raise StoreError(message)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
