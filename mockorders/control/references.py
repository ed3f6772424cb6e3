"""References between the records of a sandbox: those to records that do not exist, and those to one record."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import NamedTuple

from mockorders.errors import ProblemError
from mockorders.formats.plurals import singular
from mockorders.storage.collection import Collection, Record
from mockorders.storage.tables import Tables
from mockorders.validation.records import PathSteps, record_schema, references, values_at

MAX_REFERRERS = 100
EXPECTED = "expected a record that no other record refers to"
SCAN_BATCH = 200


class RecordRef(NamedTuple):
    """The location of a record, or of a whole collection if `id` is 0."""

    api: str
    collection: str
    id: int = 0

    @property
    def schema(self) -> str:
        """The name of the schema of the collection's records."""
        return record_schema(self.api, self.collection)

    @property
    def label(self) -> str:
        """The record in words, such as `order 480`."""
        return f"{singular(self.collection)} {self.id}"


class ReferencedRecordError(ProblemError):
    """A record that cannot be deleted, because the records `referrers` refer to it: at least one, at most 100."""

    def __init__(self, ref: RecordRef, referrers: Sequence[RecordRef]) -> None:
        self.referrers = referrers
        super().__init__(
            422,
            "Record is referenced",
            f"Cannot delete {ref.label}: {referrers[0].label} refers to it{self.others(1)}",
            pointer="",
            message=EXPECTED,
            violations=[{"pointer": "", "message": EXPECTED}],
            referrers=[{"collection": f"{each.api}.{each.collection}", "id": each.id} for each in referrers],
        )

    def others(self, shown: int) -> str:
        """Return how many more referrers there are than those shown, as the end of a sentence."""
        count = len(self.referrers) - shown
        if count <= 0:
            return ""
        return f", and {'at least ' if len(self.referrers) == MAX_REFERRERS else ''}{count} more"


def missing_references(tables: Tables, ref: RecordRef, record: Record) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield each reference to a record that does not exist: its pointer with what was expected, and its value."""
    for steps, target in references(ref.schema):
        expected = f"expected the id of a record of {ref.api}.{target}"
        values = values_at(record, steps)
        dangling = ((at, found) for at, found in values if found is not None and tables[target].get(found) is None)
        yield from (((pointer, expected), identifier) for pointer, identifier in dangling)


def find_referrers(tables: Tables, ref: RecordRef) -> Generator[None, None, list[RecordRef]]:
    """Return other records that refer to a record, at most 100. Yields between batches."""
    found: dict[RecordRef, None] = {}
    for name, collection in tables.items():
        schema = record_schema(ref.api, name)
        for steps in (steps for steps, target in references(schema) if target == ref.collection):
            ids = yield from _referring_ids(collection, steps, ref.id)
            found |= {RecordRef(ref.api, name, each): None for each in ids}
    found.pop(ref, None)
    return list(found)[:MAX_REFERRERS]


def _referring_ids(collection: Collection, steps: PathSteps, identifier: int) -> Generator[None, None, list[int]]:
    """Return the ids of the records whose value at `steps` is an id; at most one more than the limit."""
    candidates: Iterable[Record] = collection
    if len(steps) == 1:
        yield from collection.prepare_index(steps[0])
        candidates = collection.where(steps[0], identifier)
    found: list[int] = []
    for number, record in enumerate(candidates):
        if any(value == identifier for _, value in values_at(record, steps)):
            found.append(record["id"])
        if len(found) > MAX_REFERRERS:
            return found
        if number % SCAN_BATCH == SCAN_BATCH - 1:
            yield
    return found
