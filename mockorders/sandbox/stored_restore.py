"""Rebuild a sandbox from the store."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mockorders.budget import MemoryAccount
from mockorders.fixture_sets.dataset import Bases, BasesSource, Dataset
from mockorders.sandbox.sandbox import SNAPSHOT_BYTES, Snapshot
from mockorders.sandbox.stored_sandbox import Position, StoredSandbox
from mockorders.sandbox.stored_settings import restore_settings
from mockorders.storage.shared_change import Overlay
from mockorders.storage.stored_state import StoredState, overlay_of, total_size
from mockorders.store.codec import Changes, merge, merge_snapshot
from mockorders.store.records import Document
from mockorders.store.records import StoredSandbox as Stored

FindBases = Callable[[BasesSource, MemoryAccount], Awaitable[Dataset]]
Overlays = dict[tuple[str, str], Overlay]


class Content(NamedTuple):
    """What a store has of a sandbox, decoded: its changes, and its snapshots by name."""

    changes: Changes
    overlays: Overlays
    snapshots: Mapping[str, tuple[Mapping[str, Any], Overlays]]


def read(stored: Stored) -> Content:
    """Decode what a store has of a sandbox; for a thread. Raises ValueError if it is damaged."""
    changes = merge(stored.changes)
    snapshots = {name: _read_snapshot(documents) for name, documents in stored.snapshots.items()}
    return Content(changes, _overlays(changes.records, changes.issued), snapshots)


def _read_snapshot(documents: Sequence[Document]) -> tuple[Mapping[str, Any], Overlays]:
    value = merge_snapshot(documents)
    return value, _overlays(value["records"], value["issued"])


def _overlays(records: Mapping[str, Mapping[str, Any]], issued: Mapping[str, int]) -> Overlays:
    overlays = {}
    for name in dict.fromkeys([*records, *issued]):
        api, _, collection = name.partition(".")
        overlays[api, collection] = overlay_of(records.get(name, {}), issued.get(name, -1))
    return overlays


async def dataset_of(content: Content, account: MemoryAccount, find: FindBases) -> Dataset:
    """Return the dataset that a reset of the sandbox returns to."""
    value = content.changes.start["dataset"]
    found = await find(_source(value), account)
    clock = None if value["clock"] is None else datetime.fromisoformat(value["clock"])
    if found.bases.source != _source(value):
        return found._replace(profile=value["profile"] or found.profile, clock=clock or found.clock)
    return found._replace(current_customer=value["current_customer"], profile=value["profile"], clock=clock)


async def restore(sandbox: StoredSandbox, stored: Stored, content: Content, find: FindBases) -> None:
    """Set records, settings and snapshots of a new sandbox. Raises MemoryLimitError, KeyError for unknown collections.

    The sandbox is stale if its records were changed over other fixtures than there are now.
    """
    sandbox.memory.charge(total_size(content.overlays.values()))  # is freed at once: only to check the limit
    source = _source(content.changes.start["bases"])
    found = await find(source, sandbox.memory)
    sandbox.state = _state(sandbox, found.bases, found, content.overlays)
    restore_settings(sandbox, content.changes.settings)
    for name, (value, overlays) in content.snapshots.items():
        origin = await find(_source(value["bases"]), sandbox.memory)
        state = _state(sandbox, origin.bases, origin, overlays)
        charge = sandbox.memory.charge(SNAPSHOT_BYTES)
        sandbox.snapshots[name] = Snapshot(state, value["current_customer"], value["profile"], charge)
    current = found.bases.source
    sandbox.is_stale = bool(content.changes.records) and (current is None or current.digest != stored.digest)
    if stored.request:
        sandbox.journal.continue_after(int(stored.request))
    settings = content.changes.settings
    sandbox.position = Position(stored.head, sandbox.generation, stored.digest, settings, dict(sandbox.snapshots))


def _state(sandbox: StoredSandbox, bases: Bases, dataset: Dataset, overlays: Overlays) -> StoredState:
    state = sandbox.state_type(bases, sandbox.memory, dataset.version)
    assert isinstance(state, StoredState)
    state.restore(overlays)
    return state


def _source(value: Mapping[str, Any]) -> BasesSource:
    return BasesSource(value["name"], value["digest"], value["kept"])
