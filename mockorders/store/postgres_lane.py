"""Send proposals to PostgreSQL in batches: those that arrive while a statement runs share the next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mockorders.real_time import monotonic
from mockorders.store import postgres_connection
from mockorders.store.journal_records import Place
from mockorders.store.metrics import StoreMetrics
from mockorders.store.postgres_connection import CONFLICTS, LOST
from mockorders.store.postgres_journal_statements import FIND
from mockorders.store.postgres_statements import Batch
from mockorders.store.records import StoreUnavailableError
from mockorders.store.replication import Outcome, Proposal

MAX_BATCH = 256
MAX_ATTEMPTS = 8
MAX_SECONDS = 10  # for which a proposal is sent again after the connection was lost
PAUSE_SECONDS = 0.05


@dataclass(eq=False, slots=True)
class _Waiting:
    """A proposal, and who waits for its outcome.

    If `is_unknown`, an earlier statement may have kept it, and if `is_sent`, that may have added its entry.
    """

    proposal: Proposal
    outcome: asyncio.Future[Outcome]
    started: float
    attempts: int = 0
    is_unknown: bool = False
    is_sent: bool = False

    @property
    def has_time(self) -> bool:
        return monotonic() < self.started + MAX_SECONDS

    def fail(self, error: StoreUnavailableError) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)

    def resolve(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)


class Lane:
    """One connection, opened when it is needed, and the proposals that wait for it.

    `connect` opens it. When the outcome of a proposal is known, it is certain whether it is kept: if the connection is
    lost after a statement was sent, it is sent again, and the token of the change after its base tells whose that is.
    """

    def __init__(
        self, location: str, replica: str, connect: Callable[[], Awaitable[Any]], metrics: StoreMetrics
    ) -> None:
        self._location = location
        self._replica = replica
        self._connect = connect
        self._metrics = metrics
        self._connection: Any = None
        self._queue: deque[_Waiting] = deque()
        self._running: asyncio.Task[None] | None = None

    async def submit(self, proposal: Proposal) -> Outcome:
        """Return what becomes of a proposal. Raises StoreUnavailableError."""
        waiting = _Waiting(proposal, asyncio.get_running_loop().create_future(), monotonic())
        self._queue.append(waiting)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await waiting.outcome

    async def close(self) -> None:
        """End the connection. What waits fails."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            postgres_connection.close(self._connection)
            self._connection = None

    async def _run(self) -> None:
        batch: list[_Waiting] = []
        try:
            while self._queue:
                batch = self._take()
                await self._send(batch)
        finally:
            self._running = None
            left = [each for each in (*batch, *self._queue) if not each.outcome.done()]
            self._queue.clear()
            self._fail(left, StoreUnavailableError("the server stops"))

    def _take(self) -> list[_Waiting]:
        """Take the next batch from the queue: in the order of arrival, and at most one change of each sandbox."""
        taken: list[_Waiting] = []
        left: list[_Waiting] = []
        written: set[str] = set()
        while self._queue and len(taken) < MAX_BATCH:
            waiting = self._queue.popleft()
            name = waiting.proposal.sandbox
            is_write = waiting.proposal.record is not None
            if waiting.outcome.done():
                continue
            if is_write and name in written:
                left.append(waiting)
                continue
            taken.append(waiting)
            if is_write:
                written.add(name)
        self._queue.extendleft(reversed(left))
        return taken

    async def _send(self, batch: list[_Waiting]) -> None:
        if not batch or not await self._is_connected(batch):
            return
        try:
            outcomes = await self._outcomes(batch)
        except CONFLICTS as error:
            self._again(batch, error)
        except LOST as error:
            if isinstance(error, ValueError):  # a value that cannot be sent
                await self._send_each(batch, error)
            else:
                self._lost(batch, error)
        except Exception as error:  # of one item
            await self._send_each(batch, error)
        else:
            for waiting, outcome in outcomes:
                self._settle(waiting, outcome)

    def _lost(self, batch: list[_Waiting], error: Exception) -> None:
        """Send a batch again by another connection. What it changes may have been kept."""
        self._disconnect()
        for each in batch:
            each.is_unknown = each.proposal.record is not None
            each.is_sent = each.proposal.entry is not None
        self._again(batch, error)

    async def _outcomes(self, batch: list[_Waiting]) -> list[tuple[_Waiting, Outcome]]:
        """Send a batch, apart from what an earlier statement has kept with an entry; return the outcomes."""
        left = [each for each in batch if not each.outcome.done() and not await self._is_recorded(each)]
        if not left:
            return []
        statement = Batch([each.proposal for each in left], self._replica)
        rows = await self._connection.fetch(statement.text, *statement.arguments)
        return list(zip(left, statement.outcomes(rows), strict=True))

    async def _is_recorded(self, waiting: _Waiting) -> bool:
        """Check whether an earlier statement has added the entry of a proposal; it is accepted then."""
        if not waiting.is_sent:
            return False
        proposal = waiting.proposal
        row = await self._connection.fetchrow(FIND, proposal.sandbox, self._replica, proposal.entry)
        if row is not None:
            head = proposal.base if proposal.record is None else proposal.record.head
            self._settle(waiting, Outcome(True, head, place=Place(*row)))
        return row is not None

    async def _is_connected(self, batch: list[_Waiting]) -> bool:
        """Open the connection if there is none; if that fails, the batch fails, except for what may have been kept."""
        if self._connection is not None and not self._connection.is_closed():
            return True
        try:
            self._connection = await self._connect()
        except Exception as error:
            unknown = [each for each in batch if each.is_unknown and each.has_time]
            self._fail([each for each in batch if each not in unknown], error)
            self._queue.extendleft(reversed(unknown))
            if unknown:
                await asyncio.sleep(PAUSE_SECONDS)
            return False
        return True

    async def _send_each(self, batch: list[_Waiting], error: Exception) -> None:
        if len(batch) == 1:
            self._fail(batch, error)
            return
        for each in batch:
            await self._send([each])

    def _again(self, batch: list[_Waiting], error: Exception) -> None:
        """Put a batch back to the front of the queue; what was tried too often fails."""
        for each in batch:
            each.attempts += 1
        left = [each for each in batch if each.attempts < MAX_ATTEMPTS and each.has_time]
        self._fail([each for each in batch if each not in left], error)
        self._queue.extendleft(reversed(left))

    def _fail(self, batch: Sequence[_Waiting], error: BaseException) -> None:
        problem = error if isinstance(error, StoreUnavailableError) else None
        for each in batch:
            self._metrics.failures += 1
            each.fail(problem or postgres_connection.unavailable(self._location, error, is_unknown=each.is_unknown))

    def _settle(self, waiting: _Waiting, outcome: Outcome) -> None:
        """Resolve a proposal, or send it again if it is not certain whether it was kept."""
        if waiting.is_unknown and not outcome.is_accepted:
            if outcome.changes and outcome.changes[0].token == waiting.proposal.token:
                outcome = Outcome(True, outcome.head)
            elif not outcome.changes:
                self._again([waiting], TimeoutError())
                return
        record = waiting.proposal.record
        if record is not None and outcome.is_accepted:
            self._metrics.add(len(record.changes.data), monotonic() - waiting.started)
        elif record is not None:
            self._metrics.conflicts += 1
        waiting.resolve(outcome)
