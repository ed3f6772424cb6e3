"""Sandboxes: the credential chooses the world. Each has its own records, clock and counts; none sees another."""

from collections.abc import Generator, Iterable
from typing import Any, NamedTuple

from mockorders.config import Options, Profile
from mockorders.fixture_sets.dataset import World
from mockorders.sandbox.clock import Clock
from mockorders.sandbox.faults import FaultInjector
from mockorders.sandbox.journal import Journal, Journals
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, EncodedRecord
from mockorders.storage.state import State, Tables
from mockorders.storage.view_cache import ViewCache
from mockorders.storage.views import View

DEFAULT_PROFILE: Profile = "documented"

_CHOICES = ("profile", "clock")  # of a world, what one sandbox may choose for itself


class Sandbox:
    """One test's world: records that start as its fixture set has them, a clock, faults, a journal, snapshots."""

    __slots__ = (
        "_views",
        "clock",
        "current_customer",
        "faults",
        "journal",
        "name",
        "outdated",
        "profile",
        "snapshots",
        "state",
        "world",
    )

    def __init__(self, name: str, world: World, shared: "Shared") -> None:
        self.name = name
        self._views = shared.views
        self.journal: Journal[Any] = Journal(shared.journals)
        self.snapshots: dict[str, Snapshot] = {}
        self.reset(world, shared.options)

    def reset(self, world: World, options: Options) -> None:
        """Begin anew from a world: records, clock, faults and journal; snapshots are kept."""
        self.world = world
        self.outdated = False
        self.clock = Clock(world.clock or options.clock)
        self.profile: Profile = options.profile or DEFAULT_PROFILE
        self.faults = FaultInjector()
        self.journal.restart()
        self.adopt(world)

    def adopt(self, world: World) -> None:
        """Put the records of a world in the place of those that are there; the clock goes on."""
        self.profile = world.profile or self.profile
        self.state = State(world.bases)
        self.current_customer = world.current_customer

    def follow(self, before: World, after: World, options: Options) -> None:
        """Take changed fixtures: at once where no record was changed, else with the next reset.

        Faults, journal and snapshots stay; the clock begins anew where the fixtures' own changed. `outdated` says
        whether the records are others than the fixtures would give.
        """
        untouched, chosen = self.state.is_unchanged_from(self.world.bases), self.world
        own = {name: value for name in _CHOICES if (value := getattr(chosen, name)) != getattr(before, name)}
        self.world = after._replace(**own)
        self.outdated = not untouched
        if self.outdated:
            return
        if self.world.clock != chosen.clock:
            self.clock = Clock(self.world.clock or options.clock)
        self.profile = options.profile or DEFAULT_PROFILE
        self.adopt(self.world)

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


class Shared(NamedTuple):
    """What all sandboxes of one server share: kept answers, the journals' memory, the options."""

    views: ViewCache
    journals: Journals
    options: Options
