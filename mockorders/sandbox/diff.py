"""Compare a sandbox with a snapshot: as a JSON Patch of its state, and as lines of text."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockorders.formats import pointer
from mockorders.formats.parsing import abbreviate
from mockorders.sandbox.sandbox import Sandbox, Snapshot
from mockorders.storage.collection import Collection

Operation = dict[str, Any]


def diff_snapshots(before: Snapshot, sandbox: Sandbox) -> tuple[list[Operation], list[str]]:
    """Return the JSON Patch (RFC 6902) from a snapshot's state to the sandbox's, and the same changes as text."""
    patch: list[Operation] = []
    lines: list[str] = []
    for name in ("current_customer", "profile"):
        old_value = getattr(before, name)
        new_value = getattr(sandbox, name)
        if old_value != new_value:
            patch.append({"op": "replace", "path": f"/{name}", "value": new_value})
            lines.append(f"{name.replace('_', ' ')}: {abbreviate(old_value)} → {abbreviate(new_value)}")
    for api, tables in sandbox.state.tables.items():
        for name, collection in tables.items():
            old = before.state.tables[api][name]
            changed = old.changed_ids(collection)
            patch += _patch(f"/{api}/{name}", old, collection, changed)
            lines += _lines(singular_name(name), old, collection, changed)
    return patch, lines


def singular_name(collection: str) -> str:
    """Return the name of one record of a collection, such as `gift card` for `gift_cards`."""
    one = collection.removesuffix("es") if collection.endswith("sses") else collection.removesuffix("s")
    return one.replace("_", " ")


def _patch(path: str, old: Collection, new: Collection, changed: Sequence[int]) -> Iterator[Operation]:
    """Yield removals from the end, so that the indexes before them stay valid, then replacements, then additions."""
    removed = [each for each in changed if new.get(each) is None]
    added = [each for each in changed if old.get(each) is None]
    for each in reversed(removed):
        yield {"op": "remove", "path": f"{path}/{bisect_left(old.ids, each)}"}
    for each in changed:
        old_record = old.get(each)
        new_record = new.get(each)
        if old_record is not None and new_record is not None:
            index = bisect_left(old.ids, each) - bisect_left(removed, each)
            yield from _changes(f"{path}/{index}", old_record, new_record)
    for each in added:
        yield {"op": "add", "path": f"{path}/{bisect_left(new.ids, each)}", "value": new[each]}


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


def _lines(singular: str, old: Collection, new: Collection, changed: Sequence[int]) -> Iterator[str]:
    for each in changed:
        old_record = old.get(each)
        new_record = new.get(each)
        if old_record is None or new_record is None:
            yield f"{singular} {each}: {'added' if old_record is None else 'removed'}"
            continue
        for operation in _changes("", old_record, new_record):
            name = ".".join(pointer.split(operation["path"]))
            yield f"{singular} {each}: {name} {_old_value(old_record, operation)} → {_new_value(operation)}"


def _old_value(record: Mapping[str, Any], operation: Operation) -> str:
    found = pointer.find(record, operation["path"])
    return abbreviate(found[0]) if found else "nothing"


def _new_value(operation: Operation) -> str:
    return "nothing" if operation["op"] == "remove" else abbreviate(operation["value"])
