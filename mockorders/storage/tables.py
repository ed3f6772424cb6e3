"""The collections of one API in one sandbox."""

from collections.abc import Iterable, Iterator, Mapping
from sys import intern

from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.change_log import ChangeLog, Version
from mockorders.storage.collection import Collection


class Tables(Mapping[str, Collection]):
    """The collections of one API in one sandbox, by name, and the change log that they share.

    A collection is created when it is first used.
    """

    __slots__ = ("_api", "_bases", "_collections", "log")

    def __init__(self, api: str, bases: Mapping[str, BaseCollection], log: ChangeLog) -> None:
        self._api = api
        self._bases = bases
        self._collections: dict[str, Collection] = {}
        self.log = log

    def __getitem__(self, name: str) -> Collection:
        collection = self._collections.get(name)
        if collection is None:
            base = self._bases[name]
            collection = self._collections[name] = Collection(intern(f"{self._api}.{name}"), base, self.log)
        return collection

    def __iter__(self) -> Iterator[str]:
        return iter(self._bases)

    def __len__(self) -> int:
        return len(self._bases)

    def used(self) -> Iterable[Collection]:
        """Return the collections that were used; the others have no changes."""
        return self._collections.values()

    def unchanged(self) -> "Tables":
        """Return tables without the changes of this sandbox."""
        return Tables(self._api, self._bases, ChangeLog())

    def is_unchanged_from(self, bases: Mapping[str, BaseCollection]) -> bool:
        """Check whether all collections are over these bases and have no changes."""
        if any(bases[name] is not base for name, base in self._bases.items()):
            return False
        return all(collection.is_unchanged_from(bases[name]) for name, collection in self._collections.items())

    def draft(self) -> "Tables":
        """Return copies of all collections, for changes that are made in steps, and at once by `apply_draft`."""
        log = ChangeLog(account=self.log.account)
        log.reads = self.log.reads
        return self.copy(log)

    def apply_draft(self, draft: "Tables") -> None:
        """Make the changes of a draft, which is not used afterwards. Takes little time for each.

        These collections must not have changed since the draft was made.
        """
        if not draft.log.writes:
            return
        own = {copy: self[copy.name.partition(".")[2]] for copy in draft.used()}
        writes = draft.log.writes
        self.log.writes += [(own[copy], identifier, before, charge) for copy, identifier, before, charge in writes]
        for copy, collection in own.items():
            collection.apply_draft(copy)
        self.log.version = Version()

    def copy(self, log: ChangeLog | None = None) -> "Tables":
        """Return independent copies of all collections; each is copied when it is next changed."""
        copy = Tables(self._api, self._bases, log or ChangeLog())
        copy._collections = {name: collection.copy(copy.log) for name, collection in self._collections.items()}
        return copy
