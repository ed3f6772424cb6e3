"""What a request changed in records, in short texts, for the people who follow a record."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from mockorders.budget import Charge
from mockorders.formats.serialization import dump_json
from mockorders.storage.change_log import PreviousRecord, Unchanged

if TYPE_CHECKING:
    from mockorders.storage.collection import Collection

MAX_RECORDS = 20
MAX_PROPERTIES = 20  # of each record
MAX_TEXT_LENGTH = 100
CHANGE_BYTES = 200
PROPERTY_BYTES = 250
ABSENT = ""

Write = tuple["Collection", int, PreviousRecord, Charge | None]


class ChangedProperty(NamedTuple):
    """A property and its values as short texts; one that is absent is empty."""

    name: str
    before: str
    after: str


class RecordChange(NamedTuple):
    """What happened to one record: `kind` is created, changed or deleted; the properties are those of a change.

    `collection` is `api.collection`.
    """

    collection: str
    id: int
    kind: str
    properties: tuple[ChangedProperty, ...] = ()

    @property
    def size(self) -> int:
        """The approximate number of bytes in memory."""
        texts = sum([len(each.before) + len(each.after) for each in self.properties])
        return CHANGE_BYTES + PROPERTY_BYTES * len(self.properties) + texts


def summarize(writes: Sequence[Write]) -> Iterator[RecordChange]:
    """Yield what the writes of one request changed, by record, up to `MAX_RECORDS`."""
    first: dict[tuple[str, int], tuple[Collection, PreviousRecord]] = {}
    for collection, identifier, before, _ in writes:
        first.setdefault((collection.name, identifier), (collection, before))
    for (name, identifier), (collection, before) in islice(first.items(), MAX_RECORDS):
        old = collection.base.records.get(identifier) if isinstance(before, Unchanged) else before
        yield _change(name, identifier, old, collection.changes.get(identifier))


def _change(name: str, identifier: int, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> RecordChange:
    if old is None:
        return RecordChange(name, identifier, "created")
    if new is None:
        return RecordChange(name, identifier, "deleted")
    changed = [each for each, value in new.items() if old.get(each, ABSENT) != value]
    if len(old) != len(new) or old.keys() != new.keys():
        changed += [each for each in old if each not in new]
    properties = [
        ChangedProperty(each, _text(old.get(each, ABSENT)), _text(new.get(each, ABSENT)))
        for each in changed[:MAX_PROPERTIES]
    ]
    return RecordChange(name, identifier, "changed", tuple(properties))


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else dump_json(value).decode()
    return text if len(text) <= MAX_TEXT_LENGTH else text[:MAX_TEXT_LENGTH] + "…"
