"""The JSON of journal entries, made once for each complete entry."""

from collections.abc import Callable
from typing import NamedTuple
from weakref import ref

from mockorders.apis.messages import RecordedBody
from mockorders.caching import LruCache
from mockorders.observability.entry import JournalEntry
from mockorders.storage.encoding import encode

CACHE_BYTES = 8 * 2**20
OVERHEAD_BYTES = 500


class _CachedDocument(NamedTuple):
    """The JSON of an entry, and the members of the entry that are replaced when it changes.

    The reference to the entry is weak, because an entry holds its sandbox. `size` is the approximate number of bytes in
    memory, including the body, which may have left its journal.
    """

    text: bytes
    entry: ref[JournalEntry]
    body: RecordedBody
    notes: tuple[str, ...]
    size: int

    @classmethod
    def of(cls, text: bytes, entry: JournalEntry, freed: Callable[[ref[JournalEntry]], None]) -> "_CachedDocument":
        """Return the document of a complete entry; `freed` is called when the entry does not exist anymore."""
        size = OVERHEAD_BYTES + len(text) + len(entry.shared)
        return cls(text, ref(entry, freed), entry.response_body, entry.exchange.notes, size)

    def is_fresh(self, entry: JournalEntry) -> bool:
        """Check whether the document is that of this entry as it is now; it changes if its response is not sent."""
        is_same = self.entry() is entry
        return is_same and entry.response_body is self.body and entry.exchange.notes is self.notes


class EntryDocuments:
    """Serializes the journal entries of one server; the results for complete entries are cached, up to 8 MiB.

    A document is removed with its entry: when that is evicted, or its journal or sandbox deleted.
    """

    def __init__(self) -> None:
        self._documents: LruCache[int, _CachedDocument] = LruCache(CACHE_BYTES, lambda cached: cached.size)

    def serialize(self, entry: JournalEntry) -> bytes:
        """Return an entry as JSON."""
        cached = self._documents.get(id(entry))
        if cached is not None and cached.is_fresh(entry):
            return cached.text
        text = b"".join(encode(entry.document()))
        if not entry.in_progress:
            self._put(id(entry), text, entry)
        return text

    def _put(self, key: int, text: bytes, entry: JournalEntry) -> None:
        self._documents.put(key, _CachedDocument.of(text, entry, lambda _: self._documents.remove(key)))
