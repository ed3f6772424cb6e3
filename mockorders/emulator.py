"""The objects shared by the emulated APIs and the control API."""

from collections.abc import Sequence
from functools import partial
from secrets import token_hex
from socket import gethostname
from typing import TYPE_CHECKING, NamedTuple, cast

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.budget import MemoryBudget, MemoryLimitError
from mockorders.config import Settings
from mockorders.fixture_sets.errors import FixtureError
from mockorders.fixture_sets.generated_cache import GeneratedCache, cache_directory
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.formats.store_location import is_postgres
from mockorders.observability.entry_documents import EntryDocuments
from mockorders.observability.metrics import RequestMetrics
from mockorders.sandbox.credentials import check_accepted
from mockorders.sandbox.journal_budget import JournalBudget, JournalBudgets
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.sandbox.sandbox import SharedServices
from mockorders.storage.view_cache import ViewCache
from mockorders.validation.validator import Validator

MAX_HOST_LENGTH = 40

if TYPE_CHECKING:
    from mockorders.store.postgres import PostgresStore
    from mockorders.store.sqlite import SqliteStore


class Emulator(NamedTuple):
    """All shared objects of one server. Several emulators can exist in one process; they share nothing mutable."""

    apis: Sequence[Api]
    validator: Validator
    sets: FixtureSets
    sandboxes: SandboxRegistry
    settings: Settings
    journals: JournalBudgets
    memory: MemoryBudget
    metrics: RequestMetrics
    entries: EntryDocuments
    store: "SqliteStore | PostgresStore | None" = None

    @classmethod
    def of(cls, settings: Settings) -> "Emulator":
        """Create an emulator, and load the user's fixture sets.

        Raises FixtureError if one is missing, invalid or too large, ValueError if a name of `credentials` can never
        match, and StoreError if the store cannot be opened.
        """
        _check_credentials(settings)
        apis = discover()
        validator = Validator()
        memory = MemoryBudget(settings.max_memory)
        sets = FixtureSets(apis, validator, settings.fixtures, memory.fixtures)
        sets.cache = GeneratedCache(partial(cache_directory, settings.cache_dir))
        for name in sets.user_sets:
            _load(sets, name)
        journals = JournalBudgets.of(settings.journal_memory)
        shared = SharedServices(ViewCache(validator), journals.sandboxes, memory, settings)
        metrics = RequestMetrics()
        entries = EntryDocuments()
        if settings.store is None:
            sandboxes = SandboxRegistry(sets, shared, journals.anonymous)
            return cls(apis, validator, sets, sandboxes, settings, journals, memory, metrics, entries)
        if is_postgres(settings.store):
            from mockorders.store.postgres import PostgresStore

            database = PostgresStore(settings.store, settings.replica or default_replica(), settings.journal_memory)
            replicas = _shared_sandboxes(sets, shared, journals.anonymous, database)
            return cls(apis, validator, sets, replicas, settings, journals, memory, metrics, entries, database)
        from mockorders.store.sqlite import SqliteStore

        store = SqliteStore(settings.store, full=settings.store_sync == "full", journal_bytes=settings.journal_memory)
        sandboxes = _stored_sandboxes(sets, shared, journals.anonymous, store)
        return cls(apis, validator, sets, sandboxes, settings, journals, memory, metrics, entries, store)

    @property
    def is_replicated(self) -> bool:
        """Whether other servers may change the same sandboxes."""
        return self.settings.store is not None and is_postgres(self.settings.store)

    @property
    def file_store(self) -> "SqliteStore":
        """The store of a server that does not share it."""
        assert not self.is_replicated
        return cast("SqliteStore", self.store)

    @property
    def database(self) -> "PostgresStore":
        """The store of a server that shares it."""
        assert self.is_replicated
        return cast("PostgresStore", self.store)

    def credential(self) -> tuple[str, str]:
        """Return the name and password of a credential that is accepted, for examples."""
        name, secret = next(iter((self.settings.credentials or {"demo": None}).items()))
        return name, "any" if secret is None else secret


def _stored_sandboxes(
    sets: FixtureSets, shared: SharedServices, anonymous: JournalBudget, store: "SqliteStore"
) -> SandboxRegistry:
    from mockorders.sandbox.stored_registry import StoredRegistry

    if not shared.settings.store_journal:
        return StoredRegistry(sets, shared, anonymous, store)
    from mockorders.observability.entry_records import EntryWriter
    from mockorders.observability.recorded_entries import EntryReader
    from mockorders.sandbox.journaling_registry import JournalingRegistry
    from mockorders.sandbox.stored_journal import JournalKeeper

    keeper = JournalKeeper(store, store.journals, EntryWriter().write, EntryReader(discover()).read)
    return JournalingRegistry(sets, shared, anonymous, keeper)


def _shared_sandboxes(
    sets: FixtureSets, shared: SharedServices, anonymous: JournalBudget, store: "PostgresStore"
) -> SandboxRegistry:
    from mockorders.observability.entry_records import EntryWriter
    from mockorders.observability.recorded_entries import EntryReader
    from mockorders.sandbox.journal_sync import EntryCodec
    from mockorders.sandbox.sharing_registry import SharingRegistry, SharingServices
    from mockorders.store.postgres_journals import PostgresJournals

    codec = EntryCodec(EntryWriter().write, EntryReader(discover()).read)
    return SharingRegistry(sets, shared, anonymous, SharingServices(store, PostgresJournals(store), codec))


def default_replica() -> str:
    """Return a name for this server among others: that of its host, and some random digits."""
    return f"{gethostname()[:MAX_HOST_LENGTH]}-{token_hex(2)}"


def _load(sets: FixtureSets, name: str) -> None:
    try:
        sets.load(name)
    except MemoryLimitError as error:
        raise FixtureError(str(sets.files.file(name)), "", error.detail) from error


def _check_credentials(settings: Settings) -> None:
    try:
        check_accepted(settings.credentials or ())
    except ValueError as error:
        message = f"credentials: {error}"
        raise ValueError(message) from error
