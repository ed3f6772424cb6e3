"""Journal entries as a store keeps them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mockorders.store.records import Document


class Part:
    """A part of entries that is often equal: the head of a request, or a response.

    `facts` is a JSON object, `body` follows it. `row` is where the store has the part, or None if it does not yet.
    """

    __slots__ = ("__weakref__", "body", "facts", "row")

    def __init__(self, facts: Document, body: bytes = b"") -> None:
        self.facts = facts
        self.body = body
        self.row: int | None = None

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self.facts.data) + len(self.body)


class EntryRecord(NamedTuple):
    """A journal entry: what the control API shows of a request and its response, with credentials redacted.

    `id` is its number in the sandbox. `facts` is a JSON object with what is specific to this entry, `body` the start of
    the request's body.
    """

    id: int
    facts: Document
    body: bytes
    head: Part
    response: Part

    @property
    def size(self) -> int:
        """The number of bytes, including those that it shares with other entries."""
        return len(self.facts.data) + len(self.body) + self.head.size + self.response.size


class Place(NamedTuple):
    """Where an entry is in a journal that several servers share."""

    epoch: int
    number: int


NO_PLACE = Place(0, 0)


class JournalRecord(NamedTuple):
    """The journal of a sandbox: the last number issued, the entries evicted, those recorded and those pinned.

    Pinned entries may not be among those recorded.
    """

    issued: int
    evicted: int
    entries: Sequence[EntryRecord]
    pinned: Sequence[EntryRecord]


class JournalStore(Protocol):
    """What keeps the journals of sandboxes. Its methods raise StoreUnavailableError, and have changed nothing then."""

    def put(self, sandbox: str, record: EntryRecord, *, is_pinned: bool = False) -> None:
        """Store an entry, or replace it."""

    def clear(self, sandbox: str, issued: int) -> None:
        """Remove all entries but the pinned ones; the next entry gets an id above `issued`."""

    def pin(self, sandbox: str, identifier: int) -> None:
        """Keep an entry when the journal does not anymore; nothing if it is not stored yet."""

    def unpin(self, sandbox: str, identifier: int) -> None:
        """Keep an entry only as long as the journal does."""

    def load(self, sandbox: str) -> JournalRecord:
        """Return the journal of a sandbox; in any thread."""
