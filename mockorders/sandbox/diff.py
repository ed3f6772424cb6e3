"""Compare a sandbox with a snapshot: as a JSON Patch of its state, and as lines of text."""

from bisect import bisect_left
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.formats import pointer
from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.plurals import singular
from mockorders.sandbox.sandbox import Snapshot
from mockorders.storage.collection import Collection

COMPARE_BATCH = 100

Operation = dict[str, Any]


class RecordChange(NamedTuple):
    """One record that differs: `kind` is added, removed or changed; `texts` are its changed values, as text."""

    api: str
    collection: str
    id: int
    kind: str
    texts: Sequence[str] = ()


class Changes(NamedTuple):
    """The records of one collection that differ between two snapshots: ids, ascending."""

    api: str
    collection: str
    old: Collection
    new: Collection
    ids: list[int]
    removed: list[int]
    added: list[int]

    def compare(self) -> Generator[None, None, None]:
        """Find the records that differ. Yields between batches."""
        previous = None
        for number, identifier in enumerate(self.old.candidate_ids(self.new)):
            if identifier != previous:
                self._compare(identifier)
            previous = identifier
            if number % COMPARE_BATCH == COMPARE_BATCH - 1:
                yield

    def _compare(self, identifier: int) -> None:
        old = self.old.get(identifier)
        new = self.new.get(identifier)
        if old != new:
            self.ids.append(identifier)
            if new is None:
                self.removed.append(identifier)
            if old is None:
                self.added.append(identifier)

    def patch(self) -> Iterator[Operation]:
        """Yield removals from the end, so that the indexes before them stay valid; replacements; then additions."""
        path = f"/{self.api}/{self.collection}"
        for each in reversed(self.removed):
            yield {"op": "remove", "path": f"{path}/{bisect_left(self.old.ids, each)}"}
        for each in self.ids:
            old = self.old.get(each)
            new = self.new.get(each)
            if old is not None and new is not None:
                index = bisect_left(self.old.ids, each) - bisect_left(self.removed, each)
                yield from _changes(f"{path}/{index}", old, new)
        for each in self.added:
            yield {"op": "add", "path": f"{path}/{bisect_left(self.new.ids, each)}", "value": self.new[each]}

    def records(self) -> Iterator[RecordChange]:
        """Yield the records that differ, ascending by id."""
        for each in self.ids:
            old = self.old.get(each)
            new = self.new.get(each)
            if old is None or new is None:
                yield RecordChange(self.api, self.collection, each, "added" if old is None else "removed")
            else:
                texts = [_text(old, operation) for operation in _changes("", old, new)]
                yield RecordChange(self.api, self.collection, each, "changed", texts)


class Diff:
    """The changes from one snapshot to another: `compare`, then `patch` and `lines`."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self._before = before
        self._after = after
        self._changes: list[Changes] = []

    def compare(self) -> Generator[None, None, None]:
        """Find the records that differ; to be called first. Yields between batches."""
        for api, tables in self._after.state.tables.items():
            for name, new in tables.items():
                changes = Changes(api, name, self._before.state.tables[api][name], new, [], [], [])
                self._changes.append(changes)
                yield from changes.compare()

    def patch(self) -> Iterator[Operation]:
        """Yield the operations of a JSON Patch (RFC 6902) of the state."""
        for name, _, value in self._settings():
            yield {"op": "replace", "path": f"/{name}", "value": value}
        for changes in self._changes:
            yield from changes.patch()

    @property
    def count(self) -> int:
        """The number of records and settings that differ."""
        return sum(len(changes.ids) for changes in self._changes) + len(list(self._settings()))

    def lines(self) -> Iterator[str]:
        """Yield the same changes as text."""
        yield from self.settings()
        for change in self.records():
            name = f"{singular(change.collection)} {change.id}"
            yield from (f"{name}: {text}" for text in change.texts or (change.kind,))

    def settings(self) -> Iterator[str]:
        """Yield the settings that differ, as text."""
        for name, old, new in self._settings():
            yield f"{name.replace('_', ' ')}: {abbreviate(old)} → {abbreviate(new)}"

    def records(self) -> Iterator[RecordChange]:
        """Yield the records that differ."""
        for changes in self._changes:
            yield from changes.records()

    def _settings(self) -> Iterator[tuple[str, Any, Any]]:
        """Yield the settings that differ: name, old and new value."""
        for name in ("current_customer", "profile"):
            old = getattr(self._before, name)
            new = getattr(self._after, name)
            if old != new:
                yield name, old, new


def _changes(path: str, old: Any, new: Any) -> Iterator[Operation]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        if old != new or type(old) is not type(new):
            yield {"op": "replace", "path": path, "value": new}
        return
    for key in [*old, *(key for key in new if key not in old)]:
        inner = f"{path}/{pointer.escape(key)}"
        if key not in new:
            yield {"op": "remove", "path": inner}
        elif key not in old:
            yield {"op": "add", "path": inner, "value": new[key]}
        else:
            yield from _changes(inner, old[key], new[key])


def _text(record: Mapping[str, Any], operation: Operation) -> str:
    name = ".".join(pointer.split(operation["path"]))
    return f"{name} {_old_value(record, operation)} → {_new_value(operation)}"


def _old_value(record: Mapping[str, Any], operation: Operation) -> str:
    found = pointer.find(record, operation["path"])
    return abbreviate(found[0]) if found else "nothing"


def _new_value(operation: Operation) -> str:
    return "nothing" if operation["op"] == "remove" else abbreviate(operation["value"])
