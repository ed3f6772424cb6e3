"""Where the store finds the records of fixtures: their set and digest, or a document that it keeps itself."""

import hashlib
from collections.abc import Mapping
from typing import Any

from mockorders.budget import MemoryAccount, size_of
from mockorders.fixture_sets.dataset import Bases, BasesSource, Dataset
from mockorders.formats.serialization import dump_json
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.store.codec import encode
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


def bases_document(bases: Bases) -> Document:
    """Return records of fixtures as a document."""
    return encode({api: _records(tables) for api, tables in bases.items()})


def _records(tables: Mapping[str, BaseCollection]) -> dict[str, list[Record]]:
    return {name: list(each.in_order()) for name, each in tables.items()}


def bases_from(value: Mapping[str, Any], source: BasesSource, account: MemoryAccount) -> Bases:
    """Return records of fixtures from a document. Raises MemoryLimitError."""
    bases = Bases({api: _collections(tables, account) for api, tables in value.items()})
    bases.source = source
    return bases


def _collections(tables: Mapping[str, Any], account: MemoryAccount) -> dict[str, BaseCollection]:
    return {name: BaseCollection(records, [account.charge(size_of(records))]) for name, records in tables.items()}
