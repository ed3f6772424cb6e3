"""Share records and collections that equal those of datasets that are loaded already."""

from collections.abc import Iterator, Mapping, Sequence

from mockorders.budget import Charge
from mockorders.fixture_sets.dataset import Bases
from mockorders.formats.serialization import dump_json
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record

SHARED_RECORD_BYTES = 200  # of a record's places in a collection and its indexes


class SharedRecords:
    """The records of loaded datasets, which a dataset with the same records can use instead of its own.

    Records are immutable, so it does not matter how many datasets have them.
    """

    def __init__(self, candidates: Sequence[Bases]) -> None:
        self._candidates = candidates

    def find(self, api: str, collection: str, record: Record) -> Record | None:
        """Return a loaded record that is the same in every detail, or None."""
        for bases in self._candidates:
            other = bases[api][collection].records.get(record["id"])
            if other == record and _json(other) == _json(record):  # 1, 1.0 and true are equal in Python
                return other
        return None

    def collection(self, api: str, name: str, records: Mapping[int, Record]) -> BaseCollection | None:
        """Return a loaded collection that consists of exactly these records, or None."""
        for bases in self._candidates:
            base = bases[api][name]
            if len(base.records) == len(records) and all(_are_shared(base, records)):
                return base
        return None

    def charges(self, api: str, name: str, records: Mapping[int, Record]) -> list[Charge]:
        """Return the charges of the loaded collections that have some of these records."""
        found: list[Charge] = []
        for bases in self._candidates:
            base = bases[api][name]
            if base.charges and any(_are_shared(base, records)):
                found += base.charges
        return found


def _json(record: Record) -> bytes:
    return dump_json(record, sort_keys=True)


def _are_shared(base: BaseCollection, records: Mapping[int, Record]) -> Iterator[bool]:
    return (record is base.records.get(identifier) for identifier, record in records.items())
