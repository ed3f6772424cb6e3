"""The parts of one emulator that its two doors share: the emulated APIs, and the control API."""

from collections.abc import Sequence
from typing import NamedTuple

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.config import Settings
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.observability.metrics import RequestMetrics
from mockorders.sandbox.journal import JournalBudget
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.sandbox.sandbox import SharedServices
from mockorders.storage.view_cache import ViewCache
from mockorders.validation.validator import Validator


class Emulator(NamedTuple):
    """What one emulator is made of."""

    apis: Sequence[Api]
    validator: Validator
    sets: FixtureSets
    sandboxes: SandboxRegistry
    settings: Settings
    journal_budget: JournalBudget
    metrics: RequestMetrics

    @classmethod
    def of(cls, settings: Settings) -> "Emulator":
        """Put the parts together. Raises FixtureError for fixtures that there are not, or that cannot be used."""
        apis, contract = discover(), Validator()
        sets = FixtureSets(apis, contract, settings.fixtures)
        for name in sets.user_sets:
            sets.load(name)
        journal_budget = JournalBudget(settings.journal_memory)
        sandboxes = SandboxRegistry(sets, SharedServices(ViewCache(contract), journal_budget, settings))
        return cls(apis, contract, sets, sandboxes, settings, journal_budget, RequestMetrics())

    def credential(self) -> tuple[str, str]:
        """Give a credential that works: name and password."""
        name, secret = next(iter((self.settings.credentials or {"demo": None}).items()))
        return name, "any" if secret is None else secret
