"""The parts of one emulator that its two doors share: the emulated APIs, and the control API."""

from collections.abc import Sequence
from typing import NamedTuple

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.config import Options
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.observability.metrics import Counts
from mockorders.sandbox.journal import JournalBudget
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.sandbox.sandbox import SharedServices
from mockorders.storage.view_cache import ViewCache
from mockorders.validation.validator import Validator


class Core(NamedTuple):
    """What one emulator is made of."""

    apis: Sequence[Api]
    contract: Validator
    sets: FixtureSets
    sandboxes: SandboxRegistry
    options: Options
    journals: JournalBudget
    counts: Counts

    @classmethod
    def of(cls, options: Options) -> "Core":
        """Put the parts together. Raises FixtureError for fixtures that there are not, or that cannot be used."""
        apis, contract = discover(), Validator()
        sets = FixtureSets(apis, contract, options.fixtures)
        for name in sets.user_sets:
            sets.load(name)
        journals = JournalBudget(options.journal_memory)
        sandboxes = SandboxRegistry(sets, SharedServices(ViewCache(contract), journals, options))
        return cls(apis, contract, sets, sandboxes, options, journals, Counts())

    def credential(self) -> tuple[str, str]:
        """Give a credential that works: name and password."""
        name, secret = next(iter((self.options.credentials or {"demo": None}).items()))
        return name, "any" if secret is None else secret
