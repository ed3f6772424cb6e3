"""A sandbox: the isolated data, clock, faults and journal of one credential."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple

from mockorders.budget import Charge, MemoryBudget
from mockorders.config import Profile, Settings
from mockorders.fixture_sets.dataset import Dataset
from mockorders.real_time import monotonic
from mockorders.sandbox.clock import Clock
from mockorders.sandbox.edits import MAX_EDITS, Edit, edit_size, edit_value
from mockorders.sandbox.emulator_errors import EmulatorErrors
from mockorders.sandbox.fault_injector import FaultInjector
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.storage.state import State
from mockorders.storage.tables import Tables
from mockorders.storage.view_cache import ViewCache

DEFAULT_PROFILE: Profile = "documented"
MAX_PINS = 50
NO_PINS: dict[str, Any] = {}  # of all sandboxes without pins; never modified
SNAPSHOT_BYTES = 8_192  # of a snapshot without changes

_OVERRIDABLE = ("profile", "clock")  # the members of a dataset that `create` can override for one sandbox


class Sandbox:
    """The state of one credential, isolated from all other sandboxes.

    `dataset` holds the records that `reset` returns to. `state` holds the current records, as changes over the
    dataset's immutable collections, so creating and resetting a sandbox takes constant time. `is_stale` is true if the
    fixtures were reloaded after records of this sandbox were modified. `generation` is increased whenever all data is
    replaced: requests of an older generation must not change it. `used_at` is the `monotonic` time of the last use.
    `memory` is the account of what only this sandbox holds. `pins` are requests that were chosen to be kept, by id.
    `edits` are the latest changes of records that no request to an API made. `views` are the rendered records of all
    sandboxes.

    A sandbox is deterministic: handlers read the time only from `clock`, and faults draw random numbers only from the
    generator in `faults`, which starts from the same seed after every reset. So the same requests get the same
    responses if the clock is frozen.

    Sandboxes are used only in the event loop's thread. They share only immutable data and caches.
    """

    __slots__ = (
        "clock",
        "current_customer",
        "dataset",
        "edits",
        "errors",
        "faults",
        "generation",
        "is_stale",
        "journal",
        "memory",
        "name",
        "pins",
        "profile",
        "snapshots",
        "state",
        "used_at",
        "views",
    )

    state_type: ClassVar[type[State]] = State

    def __init__(self, name: str, dataset: Dataset, shared: "SharedServices") -> None:
        self.name = name
        self.used_at = monotonic()
        self.views = shared.views
        self.memory = dataset.memory or shared.memory.new_account()
        self.journal = shared.new_journal(shared.journal_budget)
        self.snapshots: dict[str, Snapshot] = {}
        self.generation = 0
        self._start(dataset, shared.settings)

    def reset(self, dataset: Dataset, settings: Settings) -> None:
        """Reset records, clock, profile and seed to a dataset; delete faults, errors and journal; keep snapshots."""
        self.views.remove(list(self.state.changed_records()))
        self._reset_journal()
        self._start(dataset, settings)

    def _start(self, dataset: Dataset, settings: Settings) -> None:
        self.dataset = dataset
        self.memory = dataset.memory or self.memory
        self.is_stale = False
        self.clock = Clock(dataset.clock or settings.clock)
        self.profile: Profile = settings.profile or DEFAULT_PROFILE
        self.faults = FaultInjector(self.memory)
        self.errors = EmulatorErrors()
        self.pins: dict[str, Pin] = NO_PINS
        self.load(dataset)

    def _reset_journal(self) -> None:
        self.journal.reset()

    def load(self, dataset: Dataset) -> None:
        """Replace all records by those of a dataset, without changing the clock or what `reset` returns to."""
        self.generation += 1
        self.profile = dataset.profile or self.profile
        self.state = self.state_type(dataset.bases, self.memory, dataset.version)
        self.edits: Sequence[Edit] = ()
        self.current_customer = dataset.current_customer

    @contextmanager
    def edit(self) -> Iterator[None]:
        """Make the changes of the block to records final, which no request to an API makes; undo them if it raises."""
        try:
            yield
        except BaseException:
            self.state.rollback()
            raise
        self._commit_edit()

    def _commit_edit(self) -> None:
        """Make changes final, and keep what they changed."""
        now = self.clock.now()
        changes = self.state.commit().changes
        first = self.edits[-1].number + 1 if self.edits else 1
        values = [edit_value(now, self.journal.issued, change) for change in changes]
        edits = [Edit(number, each, self.memory.count(edit_size(each))) for number, each in enumerate(values, first)]
        self.edits = (*self.edits, *edits)[-MAX_EDITS:]

    def log_in(self, customer: int | None) -> None:
        """Set the current customer, for requests that select none; None logs out."""
        self.current_customer = customer

    def apply_reload(self, before: Dataset, after: Dataset, settings: Settings) -> None:
        """Apply reloaded fixtures: now if the records are unmodified, otherwise at the next reset.

        Faults, journal and snapshots are kept, and so are clock and current customer unless those of the fixtures
        changed. Profile and clock that this sandbox was created with take precedence over those of the fixtures.
        """
        current = self.dataset
        self.is_stale = not self.state.is_unchanged_from(current.bases)
        overrides = {name: value for name in _OVERRIDABLE if (value := getattr(current, name)) != getattr(before, name)}
        self.dataset = after._replace(**overrides)
        if self.is_stale:
            return
        if self.dataset.clock != current.clock:
            self.clock = Clock(self.dataset.clock or settings.clock)
        customer = self.current_customer
        self.profile = settings.profile or DEFAULT_PROFILE
        self.load(self.dataset)
        if self.dataset.current_customer == current.current_customer:
            self.current_customer = customer

    def discard(self) -> None:
        """Delete the journal, and end the requests in progress, because another sandbox takes the name or none does."""
        self.generation += 1
        self.views.remove(list(self.state.changed_records()))
        self.journal.clear()
        self.pins = NO_PINS

    def pin(self, entry: Any, size: int) -> None:
        """Keep an entry of the journal, of `size` bytes, even if that evicts it. Raises MemoryLimitError."""
        self.pins = {**self.pins, entry.id: Pin(entry, self.memory.charge(size))}

    def unpin(self, identifier: str) -> None:
        """Keep an entry only as long as the journal does."""
        self.pins = {name: pin for name, pin in self.pins.items() if name != identifier}

    def pinned(self, identifier: str) -> Any:
        """Return a pinned entry, or None."""
        pin = self.pins.get(identifier)
        return None if pin is None else pin.entry

    def copy_from(self, other: "Sandbox") -> None:
        """Replace records, settings, clock and faults by those of another sandbox, which is not changed."""
        self.generation += 1
        self.state = other.state.snapshot(self.memory)
        self.current_customer = other.current_customer
        self.profile = other.profile
        self.clock.set(other.clock.now(), frozen=other.clock.frozen)
        for fault in other.faults:
            self.faults.add(fault.rule)

    def is_untouched(self, settings: Settings) -> bool:
        """Check whether the sandbox is as it was created, apart from its journal."""
        return (
            self.state.is_unchanged_from(self.dataset.bases)
            and self.current_customer == self.dataset.current_customer
            and self.profile == (self.dataset.profile or settings.profile or DEFAULT_PROFILE)
            and self.clock.is_unset(self.dataset.clock or settings.clock)
            and not self.faults
            and not self.snapshots
            and not self.pins
        )

    def tables(self, api: str) -> Tables:
        """Return the collections of one API."""
        return self.state.tables[api]

    def snapshot(self) -> "Snapshot":
        """Return an independent copy of the records, the current customer and the profile."""
        return Snapshot(self.state.snapshot(), self.current_customer, self.profile)

    def save_snapshot(self, name: str) -> None:
        """Keep a snapshot under a name, replacing the one of that name. Raises MemoryLimitError."""
        charge = self.memory.charge(SNAPSHOT_BYTES)
        self.snapshots[name] = self.snapshot()._replace(charge=charge)

    def restore(self, snapshot: "Snapshot") -> None:
        """Replace the records, the current customer and the profile by those of a snapshot, which is not changed."""
        self.generation += 1
        self.state = snapshot.state.snapshot()
        self.edits = ()
        self.current_customer = snapshot.current_customer
        self.profile = snapshot.profile


class Pin(NamedTuple):
    """A pinned entry of a journal, and the charge of its memory."""

    entry: Any
    charge: Charge


class Snapshot(NamedTuple):
    """The data of a sandbox at one moment. Never modified: `state` is copied before it is used.

    `charge` counts the snapshot itself; its records have charges of their own.
    """

    state: State
    current_customer: int | None
    profile: Profile
    charge: Charge | None = None


class SharedServices(NamedTuple):
    """What all sandboxes of one server share: view cache, memory budgets and settings.

    `new_journal` creates a journal within a budget.
    """

    views: ViewCache
    journal_budget: JournalBudget
    memory: MemoryBudget
    settings: Settings
    new_journal: Callable[[JournalBudget], Journal[Any]] = Journal
