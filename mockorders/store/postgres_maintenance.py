"""When a server compacts the sandboxes of a PostgreSQL store that it changes."""

from collections import Counter, deque
from datetime import timedelta
from typing import Any, NamedTuple

from mockorders import real_time
from mockorders.real_time import monotonic
from mockorders.store import postgres_compaction
from mockorders.store.records import Head
from mockorders.store.replication import Proposal

CHECKPOINT_CHANGES = 500  # of a sandbox, after which they are merged
KEEP_SECONDS = 60  # after which no statement that began before a checkpoint runs anymore
KEEP_DELETED = timedelta(days=1)
SWEEP_SECONDS = 3600


class _Deletable(NamedTuple):
    time: float
    sandbox: str
    keep: Head


class Maintenance:
    """Counts the changes of each sandbox, merges them when there are many, and deletes them a minute later."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._deletable: deque[_Deletable] = deque()
        self._swept = monotonic()

    def count(self, proposal: Proposal) -> None:
        """Note that a change was kept."""
        if proposal.record is not None:
            self._counts[proposal.sandbox] += CHECKPOINT_CHANGES if proposal.starts and proposal.base.generation else 1

    @property
    def is_due(self) -> bool:
        """Whether there is something to do."""
        return bool(self._due or self._is_deletable or monotonic() > self._swept + SWEEP_SECONDS)

    @property
    def _due(self) -> list[str]:
        return [name for name, count in self._counts.items() if count >= CHECKPOINT_CHANGES]

    @property
    def _is_deletable(self) -> bool:
        return bool(self._deletable) and self._deletable[0].time < monotonic()

    async def run(self, connection: Any) -> None:
        """Do what is due."""
        for name in self._due:
            keep = await postgres_compaction.write_checkpoint(connection, name)
            del self._counts[name]
            if keep is not None:
                self._deletable.append(_Deletable(monotonic() + KEEP_SECONDS, name, keep))
        while self._is_deletable:
            _, name, keep = self._deletable[0]
            await postgres_compaction.delete_before(connection, name, keep)
            self._deletable.popleft()
        if monotonic() > self._swept + SWEEP_SECONDS:
            await postgres_compaction.delete_deleted(connection, (real_time.now() - KEEP_DELETED).isoformat())
            self._swept = monotonic()
