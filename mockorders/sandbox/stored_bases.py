"""Where the store finds the records of fixtures: their set and digest, or a document that it keeps itself."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockorders.budget import MemoryAccount, size_of
from mockorders.fixture_sets.dataset import Bases, BasesSource, Dataset
from mockorders.formats.serialization import dump_json
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.store.codec import decode, encode, merge_records, split_records
from mockorders.store.records import Document

DIGEST_LENGTH = 32


def source_of(bases: Any, dataset: Dataset) -> BasesSource:
    """Return the source of records; determined now if that was not done before.

    Records without a source are those of a loaded set, because the registry determines that of all others.
    """
    source: BasesSource | None = bases.source
    if source is None:
        source = bases.source = BasesSource(dataset.name, digest_of(bases), kept=False)
    return source


def digest_of(bases: Mapping[str, Mapping[str, BaseCollection]]) -> str:
    """Return the digest of all records, whatever their order."""
    digest = hashlib.sha256()
    for api, collections in sorted(bases.items()):
        for name, base in sorted(collections.items()):
            digest.update(f"{api}.{name}\n".encode())
            for record in base.in_order():
                digest.update(dump_json(record, sort_keys=True))
    return digest.hexdigest()[:DIGEST_LENGTH]


def bases_documents(bases: Bases) -> Iterator[Document]:
    """Yield records of fixtures as documents: the names of their collections, and parts of their records."""
    collections: dict[str, BaseCollection] = {}
    for api, tables in bases.items():
        collections |= {f"{api}.{name}": base for name, base in tables.items()}
    yield encode({"collections": list(collections)})
    for name, base in collections.items():
        yield from split_records({name: {str(record["id"]): record for record in base.in_order()}})


def bases_from(documents: Iterable[Document], source: BasesSource, account: MemoryAccount) -> Bases:
    """Return records of fixtures from documents. Raises MemoryLimitError, ValueError if one is damaged."""
    values = [decode(each) for each in documents]
    records = merge_records(values)
    bases: dict[str, dict[str, BaseCollection]] = {}
    for collection in values[0]["collections"]:
        api, _, name = collection.partition(".")
        bases.setdefault(api, {})[name] = _base(list(records.get(collection, {}).values()), account)
    found = Bases(bases)
    found.source = source
    return found


def _base(records: list[Record], account: MemoryAccount) -> BaseCollection:
    return BaseCollection(records, [account.charge(size_of(records))])
