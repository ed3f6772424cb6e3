"""The JSON of journal entries, made once for each complete entry."""

from typing import NamedTuple

from mockorders.apis.messages import RecordedBody
from mockorders.caching import LruCache
from mockorders.observability.entry import JournalEntry
from mockorders.storage.encoding import encode

CACHE_BYTES = 8 * 2**20


class _CachedDocument(NamedTuple):
    """The JSON of an entry, and the members of the entry that are replaced when it changes.

    `size` is the approximate number of bytes in memory, including the entry, which may have left its journal.
    """

    text: bytes
    entry: JournalEntry
    body: RecordedBody
    notes: tuple[str, ...]
    size: int

    @classmethod
    def of(cls, text: bytes, entry: JournalEntry) -> "_CachedDocument":
        """Return the document of a complete entry."""
        size = len(text) + entry.size + len(entry.shared)
        return cls(text, entry, entry.response_body, entry.exchange.notes, size)

    @property
    def is_fresh(self) -> bool:
        """Whether the entry is the same. It changes if its response could not be sent."""
        return self.entry.response_body is self.body and self.entry.exchange.notes is self.notes


class EntryDocuments:
    """Serializes the journal entries of one server; the results for complete entries are cached, up to 8 MiB."""

    def __init__(self) -> None:
        self._documents: LruCache[JournalEntry, _CachedDocument] = LruCache(CACHE_BYTES, lambda cached: cached.size)

    def serialize(self, entry: JournalEntry) -> bytes:
        """Return an entry as JSON."""
        cached = self._documents.get(entry)
        if cached is not None and cached.is_fresh:
            return cached.text
        text = b"".join(encode(entry.document()))
        if not entry.in_progress:
            self._documents.put(entry, _CachedDocument.of(text, entry))
        return text
