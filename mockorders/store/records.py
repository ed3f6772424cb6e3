"""Change records, and what the core requires of the engine that keeps them."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from mockorders.errors import ProblemError

FORMAT = 2  # of change records, checkpoints and snapshots; higher ones are refused, lower ones are migrated
RETRY_SECONDS = 1
DAMAGE = (ValueError, LookupError, TypeError, AttributeError, OverflowError)  # what damaged records cause


class StoreError(Exception):
    """A store that cannot be opened, or that has content of an unknown format; the message is a sentence."""


class StoreUnavailableError(ProblemError):
    """The store could not keep a change or read a sandbox; `outcome` says what was changed, by default nothing."""

    def __init__(self, reason: str, outcome: str = "nothing was changed") -> None:
        super().__init__(503, "Store unavailable", f"The store failed, and {outcome}: {reason}")
        self.reason = reason
        self.headers = {"Retry-After": str(RETRY_SECONDS)}


class Document(NamedTuple):
    """JSON in UTF-8; `exact` if it has numbers that a parser must not turn into floating-point numbers."""

    data: bytes
    exact: bool = False


class Head(NamedTuple):
    """The last change of a sandbox: its generation, and its number in that."""

    generation: int
    version: int


NO_PARTS: Mapping[str, Iterable[Document]] = {}
NO_COUNTS: Mapping[str, int] = {}
CHANGE = ""  # the name of the parts of a change, among those of snapshots


class ChangeRecord(NamedTuple):
    """What one request changed in a sandbox; appended as a whole or not at all.

    `head` is the generation and the version that the change leads to. `at` is the real time as ISO 8601 text, `request`
    the journal's id of the request, or the method and path of a control request. `digest` is that of the fixture set,
    `changes` a document as `encode` makes it. `snapshots` are the named snapshots that were saved, or None if deleted.
    Long ones have `parts`: further documents with records of the change, or of a snapshot by its name.
    `clears_journal` is whether the journal and the pins of the sandbox are deleted too.
    """

    sandbox: str
    head: Head
    at: str
    request: str
    digest: str
    changes: Document
    snapshots: Mapping[str, Document | None]
    parts: Mapping[str, Iterable[Document]] = NO_PARTS
    clears_journal: bool = False


class StoredSandbox(NamedTuple):
    """What a sandbox is rebuilt from: its last checkpoint and the changes after it, oldest first, and its snapshots.

    `digest` is that of the fixture set that the generation began with, `request` that of the last change.
    """

    head: Head
    digest: str
    request: str
    changes: Sequence[Document]
    snapshots: Mapping[str, Sequence[Document]]


class Summary(NamedTuple):
    """A sandbox in a list: its last change, its time, and the number of records and bytes that are stored for it."""

    sandbox: str
    head: Head
    at: str
    records: int
    bytes: int


class Engine(Protocol):
    """What keeps change records. Its methods raise StoreUnavailableError, and have changed nothing then.

    `append` returns when the change is kept, `settle` when it is as safe as the store's options promise; until then
    `is_settled` is false. `location` names the store in messages. `on_lost` is called, in any thread, when changes that
    were not settled may be lost; none of these can be settled then.
    """

    location: str
    on_lost: Callable[[], None] | None

    @property
    def is_settled(self) -> bool:
        """Whether `settle` would not wait."""

    async def settle(self) -> None:
        """Wait for the changes that were appended."""

    def append(self, record: ChangeRecord) -> None:
        """Append a change that has no parts."""

    def append_in_steps(self, record: ChangeRecord) -> Generator[None, None, None]:
        """Append a change with parts. Yields between them; until it ends, the change is not in the store."""

    def head(self, sandbox: str) -> Head | None:
        """Return the last change of a sandbox, or None if the store does not have it."""

    def load(self, sandbox: str) -> StoredSandbox | None:
        """Return what a sandbox is rebuilt from, or None; in any thread."""

    def delete(self, sandbox: str) -> Generator[None, None, None]:
        """Delete a sandbox with its snapshots. Yields after the sandbox is gone, until its space is free.

        It must not be appended to before the end.
        """

    def keep_fixtures(self, digest: str, documents: Iterable[Document]) -> None:
        """Keep the records of a fixture document that is no file, unless the store has them; in any thread."""

    def load_fixtures(self, digest: str) -> Sequence[Document]:
        """Return such records; in any thread."""

    def recent(self, limit: int) -> Sequence[str]:
        """Return the names of the sandboxes that were changed last, oldest first; in any thread."""

    def summaries(self) -> Iterator[Summary]:
        """Yield the sandboxes by name."""

    def maintain(self) -> None:
        """Do what keeps the store small and fast, if it is time for that; in another thread."""

    def close(self) -> None:
        """Release the store; `append` opens it again."""
