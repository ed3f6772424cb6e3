"""The tables of a PostgreSQL store: created, checked and migrated by the first replica that needs it.

All but `store` and `fixtures` have primary keys that begin with the sandbox, and no statement depends on two sandboxes,
so the tables can be partitioned by it. `changes` is append-only.
"""

from collections.abc import Mapping
from typing import Any

from mockorders.store import postgres_journal_statements
from mockorders.store.records import FORMAT, StoreError

SCHEMA = "mockorders"
LOCK = 0x6D6F636B  # of the database, while tables are created
FIND = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = $2"

TABLES = (
    f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
    "CREATE TABLE store (format integer NOT NULL)",
    """
    CREATE TABLE changes (
        sandbox text COLLATE "C" NOT NULL,
        generation bigint NOT NULL,
        version bigint NOT NULL,
        kind smallint NOT NULL,
        at text NOT NULL,
        request text NOT NULL,
        token text NOT NULL,
        format integer NOT NULL,
        digest text NOT NULL,
        exact boolean NOT NULL,
        changes bytea NOT NULL,
        PRIMARY KEY (sandbox, generation, version)
    )
    """,
    "CREATE INDEX deleted ON changes (at) WHERE kind = 3",
    """
    CREATE TABLE checkpoints (
        sandbox text COLLATE "C" NOT NULL,
        generation bigint NOT NULL,
        version bigint NOT NULL,
        part integer NOT NULL,
        parts integer NOT NULL,
        at text NOT NULL,
        request text NOT NULL,
        format integer NOT NULL,
        digest text NOT NULL,
        exact boolean NOT NULL,
        changes bytea NOT NULL,
        PRIMARY KEY (sandbox, generation, version, part)
    )
    """,
    """
    CREATE TABLE snapshots (
        sandbox text COLLATE "C" NOT NULL,
        name bytea NOT NULL, -- UTF-8, any
        format integer NOT NULL,
        exact boolean NOT NULL,
        snapshot bytea NOT NULL,
        PRIMARY KEY (sandbox, name)
    )
    """,
    """
    CREATE TABLE fixtures (
        digest text COLLATE "C" NOT NULL,
        part integer NOT NULL,
        exact boolean NOT NULL,
        records bytea NOT NULL,
        PRIMARY KEY (digest, part)
    )
    """,
    *postgres_journal_statements.TABLES,
)

# Statements that turn the tables of a format into those of the next one, by the older format.
MIGRATIONS: Mapping[int, tuple[str, ...]] = {1: ()}


async def prepare(connection: Any, location: str) -> None:
    """Create the tables in a database without them, or migrate those of an older format. Raises StoreError."""
    if await find_format(connection) == FORMAT:
        return
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        found = await find_format(connection)
        check(found, location)
        statements = list(TABLES) if found is None else []
        for older in range(found, FORMAT) if found is not None else ():
            statements += MIGRATIONS[older]
        for statement in statements:
            await connection.execute(statement)
        await connection.execute("DELETE FROM store")
        await connection.execute("INSERT INTO store VALUES ($1)", FORMAT)


async def find_format(connection: Any) -> int | None:
    """Return the format of the tables, or None if there are none."""
    if not await connection.fetchval(FIND, SCHEMA, "store"):  # to_regclass may have cached that there is none
        return None
    found: int = await connection.fetchval("SELECT format FROM store")
    return found


def check(found: int | None, location: str) -> None:
    """Raise StoreError for a format that is newer than this mockorders."""
    if found is not None and found > FORMAT:
        message = f"{location}: expected format {FORMAT} or older, got format {found}; use a newer mockorders"
        raise StoreError(message)
