"""What changed in a sandbox since a snapshot: as JSON Patch over its state, and as lines to read."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockorders.formats import pointer
from mockorders.formats.parsing import abbreviate
from mockorders.sandbox.sandbox import Sandbox, Snapshot
from mockorders.storage.collection import Collection

Operation = dict[str, Any]


def diff_snapshots(before: Snapshot, sandbox: Sandbox) -> tuple[list[Operation], list[str]]:
    """Give the patch (RFC 6902) that makes the state of now out of the snapshot's, and the lines that say so."""
    patch: list[Operation] = []
    lines: list[str] = []
    for name, was, now in (
        ("current_customer", before.current_customer, sandbox.current_customer),
        ("profile", before.profile, sandbox.profile),
    ):
        if was != now:
            patch.append({"op": "replace", "path": f"/{name}", "value": now})
            lines.append(f"{name.replace('_', ' ')}: {abbreviate(was)} → {abbreviate(now)}")
    for api, tables in sandbox.state.tables.items():
        for name, collection in tables.items():
            old = before.state.tables[api][name]
            changed = old.changed_ids(collection)
            patch += _patch(f"/{api}/{name}", old, collection, changed)
            lines += _lines(singular_name(name), old, collection, changed)
    return patch, lines


def singular_name(collection: str) -> str:
    """Name one record of a collection."""
    one = collection.removesuffix("es") if collection.endswith("sses") else collection.removesuffix("s")
    return one.replace("_", " ")


def _patch(path: str, old: Collection, new: Collection, changed: Sequence[int]) -> Iterator[Operation]:
    """Remove from the end, so that what is before keeps its place; change in place; add in order."""
    gone = [each for each in changed if new.get(each) is None]
    added = [each for each in changed if old.get(each) is None]
    for each in reversed(gone):
        yield {"op": "remove", "path": f"{path}/{bisect_left(old.ids, each)}"}
    for each in changed:
        was, now = old.get(each), new.get(each)
        if was is not None and now is not None:
            place = bisect_left(old.ids, each) - bisect_left(gone, each)
            yield from _changes(f"{path}/{place}", was, now)
    for each in added:
        yield {"op": "add", "path": f"{path}/{bisect_left(new.ids, each)}", "value": new[each]}


def _changes(path: str, was: Any, now: Any) -> Iterator[Operation]:
    if not isinstance(was, Mapping) or not isinstance(now, Mapping):
        if was != now or type(was) is not type(now):
            yield {"op": "replace", "path": path, "value": now}
        return
    for key in [*was, *(key for key in now if key not in was)]:
        inner = f"{path}/{pointer.escape(key)}"
        if key not in now:
            yield {"op": "remove", "path": inner}
        elif key not in was:
            yield {"op": "add", "path": inner, "value": now[key]}
        else:
            yield from _changes(inner, was[key], now[key])


def _lines(one: str, old: Collection, new: Collection, changed: Sequence[int]) -> Iterator[str]:
    for each in changed:
        was, now = old.get(each), new.get(each)
        if was is None or now is None:
            yield f"{one} {each}: {'added' if was is None else 'removed'}"
            continue
        for operation in _changes("", was, now):
            name = ".".join(pointer.split(operation["path"]))
            yield f"{one} {each}: {name} {_value_text(was, operation)} → {_new_value(operation)}"


def _value_text(record: Mapping[str, Any], operation: Operation) -> str:
    found = pointer.find(record, operation["path"])
    return abbreviate(found[0]) if found else "nothing"


def _new_value(operation: Operation) -> str:
    return "nothing" if operation["op"] == "remove" else abbreviate(operation["value"])
