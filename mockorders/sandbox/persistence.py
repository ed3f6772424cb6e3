"""What is done so that sandboxes outlive the process; nothing, if they are in memory only."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.emulator_errors import EmulatorError
from mockorders.sandbox.sandbox import Sandbox

T = TypeVar("T")


class Persistence:
    """What the server calls where a store may have to do something. Registries with a store override it."""

    def using(self, name: str) -> AbstractContextManager[None]:
        """Do nothing; with a store, keep a sandbox in memory during the block."""
        return nullcontext()

    async def open(self, name: str) -> None:
        """Do nothing; with a store, rebuild a sandbox that is not in memory."""

    async def open_recent(self) -> None:
        """Do nothing; with a store, rebuild the sandboxes that were changed last, for lists."""

    def add_error(self, sandbox: Sandbox, error: EmulatorError) -> None:
        """Add an error of the emulator to a sandbox; with a store, keep it there too."""
        sandbox.errors.add(error)

    def keep_entry(self, sandbox: Sandbox, entry: Any) -> None:
        """Do nothing; with a stored journal, store a complete entry of a sandbox."""

    async def read_journal(self, sandbox: Sandbox) -> None:
        """Do nothing; with a journal that servers share, read what is new in it."""

    async def clear_journal(self, sandbox: Sandbox) -> None:
        """Delete all requests but the pinned ones from the journal of a sandbox."""
        sandbox.journal.clear()

    async def pin(self, sandbox: Sandbox, entry: Any) -> None:
        """Keep an entry when the journal of its sandbox does not anymore. Raises MemoryLimitError if it is too long."""
        sandbox.pin(entry, entry.size + len(entry.shared))

    async def unpin(self, sandbox: Sandbox, identifier: str) -> None:
        """Keep an entry only as long as the journal of its sandbox does."""
        sandbox.unpin(identifier)

    async def keep(self, dataset: Dataset) -> None:
        """Do nothing; with a store, keep the records of a fixture document."""

    async def settle(self) -> None:
        """Do nothing; with a store, wait until what was appended is as safe as its options promise."""

    async def transact(self, name: str | None, label: str | None, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a control request; with a store, keep what it has changed in the sandbox with a name.

        `label` describes the request, and is None if it changes nothing.
        """
        return await work()

    async def keep_new(self, sandbox: Sandbox, label: str) -> None:
        """Do nothing; with a store, keep a sandbox that was just created."""

    async def delete_unread(self, name: str, label: str) -> None:
        """Do nothing; with a store, delete a sandbox that cannot be read from it."""

    async def start(self) -> None:
        """Do nothing; with a store, note the event loop that the server runs in."""

    async def finish(self) -> None:
        """Do nothing; with a store, wait until nothing is being stored."""
