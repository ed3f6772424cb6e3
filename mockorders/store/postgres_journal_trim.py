"""When a replica deletes what the journals in a PostgreSQL database have no room for."""

from typing import Any

from mockorders.store.postgres_journal_statements import TRIM

MAX_BYTES = 64 * 2**20
SPARE_ENTRIES = 100  # that a journal may have more, until it is trimmed


class JournalTrim:
    """Keeps journals within 1,000 entries and `max_bytes` each, apart from the entries that were added last.

    Numbers of entries are those of all replicas, so the one that adds each hundredth entry trims the journal.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._due: dict[str, None] = {}  # in order

    def added(self, sandbox: str, number: int) -> None:
        """Note that this replica has added an entry."""
        if number % SPARE_ENTRIES == 0:
            self._due[sandbox] = None

    @property
    def is_due(self) -> bool:
        """Whether there may be something to delete."""
        return bool(self._due)

    async def run(self, connection: Any) -> None:
        """Delete the oldest entries of journals that have too many; pinned ones stay."""
        for name in list(self._due):
            await connection.execute(TRIM, name, self._max_bytes)
            del self._due[name]
