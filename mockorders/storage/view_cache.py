"""A cache of rendered records, each validated and encoded once for each view."""

from collections.abc import Collection, Generator, Iterable, Sequence
from itertools import product

from mockorders.caching import LruCache
from mockorders.concurrency import run_to_end
from mockorders.storage.cached_views import CachedPage, CachedView
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList
from mockorders.storage.rendering import Renderer, StableTables
from mockorders.storage.tables import Tables
from mockorders.storage.views import View
from mockorders.validation.validator import Validator

MAX_BYTES = 48 * 2**20
BATCH_SIZE = 64
MAX_PAGE_RECORDS = 128
MAX_PAGES_BYTES = 16 * 2**20


class ViewCache:
    """Rendered records, shared by all sandboxes; least recently used entries are evicted.

    An entry is found by the identities of view and record: records are immutable, so the same record object is rendered
    the same as long as the records that its view read are the same objects too. `max_bytes` limits the memory of
    the cache.
    """

    def __init__(self, validator: Validator, max_bytes: int = MAX_BYTES) -> None:
        self._renderer = Renderer(validator)
        self._view_ids: set[int] = set()
        self._entries: LruCache[tuple[int, int], CachedView] = LruCache(max_bytes, lambda entry: entry.size)
        self._pages: LruCache[tuple[int, int, int], CachedPage] = LruCache(MAX_PAGES_BYTES, lambda page: page.size)

    def render(self, view: View, tables: Tables, record: Record) -> bytes:
        """Return a record as JSON in the form of a view.

        Raises ResponseValidationError if the result does not match the view's schema.
        """
        return run_to_end(self.render_in_steps(view, tables, record))

    def render_in_steps(self, view: View, tables: Tables, record: Record) -> Generator[None, None, bytes]:
        """Return a record as JSON in the form of a view. Yields if it contains long lists.

        Raises ResponseValidationError if the result does not match the view's schema.
        """
        entry = yield from self._cached_view(view, StableTables(tables), record)
        if tables.log.is_recording:
            entry.replay_reads(tables)
        return entry.text

    def remove(self, records: Collection[Record]) -> None:
        """Remove the views of records that are about to be freed, and the pages that contain them."""
        if not records:
            return
        freed = set(map(id, records))
        for key in self._keys_of(freed):
            self._entries.remove(key)
        for page_key, page in list(self._pages.items()):
            if not freed.isdisjoint(map(id, page.records)):
                self._pages.remove(page_key)

    def _keys_of(self, records: set[int]) -> Iterable[tuple[int, int]]:
        """Return the keys that views of records with these identities can have."""
        if len(records) * len(self._view_ids) < len(self._entries):
            return product(self._view_ids, records)
        return [key for key in self._entries if key[1] in records]

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Return records as a JSON list in the form of a view. Yields between batches of 64."""
        if isinstance(records, list) and 0 < len(records) <= MAX_PAGE_RECORDS:
            return EncodedList((yield from self._render_page(view, tables, records)))
        stable = StableTables(tables)
        pieces: list[bytes] = []
        batch: list[bytes] = []
        for record in records:
            entry = yield from self._cached_view(view, stable, record)
            if tables.log.is_recording:
                entry.replay_reads(stable.tables)
            batch.append(entry.text)
            if len(batch) == BATCH_SIZE:
                pieces += [b",", b",".join(batch)]
                batch = []
                yield
        if batch:
            pieces += [b",", b",".join(batch)]
        return EncodedList([b"[", *pieces[1:], b"]"])

    def _render_page(self, view: View, tables: Tables, records: Sequence[Record]) -> Generator[None, None, list[bytes]]:
        """Render a short list, reusing the views of an earlier list with the same first id and length.

        Yields if records contain long lists.
        """
        stable = StableTables(tables)
        key = (id(view), records[0]["id"], len(records))
        page = self._pages.get(key)
        is_fresh = page is not None and page.is_fresh(tables)
        views = {}
        for position in page.changed(records) if page is not None and is_fresh else range(len(records)):
            views[position] = yield from self._cached_view(view, stable, records[position])
        if page is None:
            page = CachedPage.of(view, records, list(views.values()), stable.tables)
        else:
            page = page.with_views(views, records, stable.tables)
        self._pages.put(key, page)
        if tables.log.is_recording:
            for entry in page.entries:
                entry.replay_reads(tables)
        return [b"[", *page.chunks, b"]"]

    def _cached_view(self, view: View, stable: StableTables, record: Record) -> Generator[None, None, CachedView]:
        """Return the cached view of a record, rendered now if it is missing or stale. Yields after a long one."""
        key = (id(view), id(record))
        entry = self._entries.get(key)
        if entry is None or not entry.is_fresh(stable.tables):
            entry = yield from self._renderer.render(view, stable, record)
            self._view_ids.add(id(view))
            self._entries.put(key, entry)
        if entry.is_long:
            stable.freeze()
            yield
        return entry
