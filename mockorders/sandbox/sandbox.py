"""Sandboxes: the credential chooses the world. Each has its own records, clock and counts; none sees another."""

from collections.abc import Generator, Iterable
from typing import Any, NamedTuple

from mockorders.config import Profile, Settings
from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.clock import Clock
from mockorders.sandbox.faults import FaultInjector
from mockorders.sandbox.journal import Journal, JournalBudget
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, EncodedRecord
from mockorders.storage.state import State, Tables
from mockorders.storage.view_cache import ViewCache
from mockorders.storage.views import View

DEFAULT_PROFILE: Profile = "documented"

_OVERRIDABLE = ("profile", "clock")  # of a world, what one sandbox may choose for itself


class Sandbox:
    """One test's world: records that start as its fixture set has them, a clock, faults, a journal, snapshots."""

    __slots__ = (
        "_views",
        "clock",
        "current_customer",
        "dataset",
        "faults",
        "is_stale",
        "journal",
        "name",
        "profile",
        "snapshots",
        "state",
    )

    def __init__(self, name: str, dataset: Dataset, shared: "SharedServices") -> None:
        self.name = name
        self._views = shared.views
        self.journal: Journal[Any] = Journal(shared.journal_budget)
        self.snapshots: dict[str, Snapshot] = {}
        self.reset(dataset, shared.options)

    def reset(self, dataset: Dataset, options: Settings) -> None:
        """Begin anew from a world: records, clock, faults and journal; snapshots are kept."""
        self.dataset = dataset
        self.is_stale = False
        self.clock = Clock(dataset.clock or options.clock)
        self.profile: Profile = options.profile or DEFAULT_PROFILE
        self.faults = FaultInjector()
        self.journal.reset()
        self.load(dataset)

    def load(self, dataset: Dataset) -> None:
        """Put the records of a world in the place of those that are there; the clock goes on."""
        self.profile = dataset.profile or self.profile
        self.state = State(dataset.bases)
        self.current_customer = dataset.current_customer

    def apply_reload(self, before: Dataset, after: Dataset, options: Settings) -> None:
        """Take changed fixtures: at once where no record was changed, else with the next reset.

        Faults, journal and snapshots stay; the clock begins anew where the fixtures' own changed. `is_stale` says
        whether the records are others than the fixtures would give.
        """
        unchanged, current = self.state.is_unchanged_from(self.dataset.bases), self.dataset
        overrides = {name: value for name in _OVERRIDABLE if (value := getattr(current, name)) != getattr(before, name)}
        self.dataset = after._replace(**overrides)
        self.is_stale = not unchanged
        if self.is_stale:
            return
        if self.dataset.clock != current.clock:
            self.clock = Clock(self.dataset.clock or options.clock)
        self.profile = options.profile or DEFAULT_PROFILE
        self.load(self.dataset)

    def tables(self, api: str) -> Tables:
        """Give the collections of one API."""
        return self.state.tables[api]

    def snapshot(self) -> "Snapshot":
        """Give the records as they are now, with whom and what shape they are shown to."""
        return Snapshot(self.state.snapshot(), self.current_customer, self.profile)

    def restore(self, snapshot: "Snapshot") -> None:
        """Put a snapshot's records in the place of those that are there; the snapshot stays as it is."""
        self.state = snapshot.state.snapshot()
        self.current_customer, self.profile = snapshot.current_customer, snapshot.profile

    def render(self, view: View, tables: Tables, record: Record) -> EncodedRecord:
        """Return a record as JSON in the shape of a view, validated and encoded once until what it shows changes."""
        return EncodedRecord(self._views.render(view, tables, record))

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Return records as a JSON list in the shape of a view; yields between batches."""
        return self._views.render_list(view, tables, records)


class Snapshot(NamedTuple):
    """A sandbox's records at one moment."""

    state: State
    current_customer: int | None
    profile: Profile


class SharedServices(NamedTuple):
    """What all sandboxes of one server share: kept answers, the journals' memory, the options."""

    views: ViewCache
    journal_budget: JournalBudget
    options: Settings
