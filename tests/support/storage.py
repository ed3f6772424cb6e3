"""Records and collections for the tests of the storage."""

from typing import Any

from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Collection, Record
from mockorders.storage.state import State


def record(identifier: int, kind: Any = "a", **more: Any) -> Record:
    return {"id": identifier, "kind": kind, **more}


def collection(*records: Record) -> Collection:
    return State({"api": {"things": BaseCollection(records)}}).tables["api"]["things"]
