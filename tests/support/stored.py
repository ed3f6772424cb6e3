"""Emulators with a store, one after another on the same file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mockorders.app import make_app, make_settings
from mockorders.emulator import Emulator
from mockorders.sandbox.stored_registry import StoredRegistry
from mockorders.store.sqlite import SqliteStore
from support.contracts import shared_data
from support.emulator import RunningEmulator, running

ORDER = 75572230
NEW_ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": 1}],
}


class Stored(NamedTuple):
    """A running emulator, and its objects."""

    emulator: RunningEmulator
    core: Emulator

    @property
    def store(self) -> SqliteStore:
        return self.core.file_store

    @property
    def sandboxes(self) -> StoredRegistry:
        assert isinstance(self.core.sandboxes, StoredRegistry)
        return self.core.sandboxes

    async def note(self, text: str, sandbox: str = "docs") -> int:
        """Change an order; return the status."""
        return (await self.emulator.cratejoy("PUT", f"/orders/{ORDER}/", sandbox, json={"note": text})).status

    async def read_note(self, sandbox: str = "docs") -> Any:
        """Return the note of that order."""
        return (await self.emulator.cratejoy("GET", f"/orders/{ORDER}/", sandbox)).json["note"]

    async def read(self, sandbox: str = "docs") -> dict[str, Any]:
        """Return all that is kept of a sandbox, as the control API shows it."""
        name = f"/sandboxes/{sandbox}"
        info = (await self.emulator.control("GET", name)).json
        if not info["clock"]["frozen"]:
            del info["clock"]["now"]
        snapshots = (await self.emulator.control("PUT", f"{name}/snapshots/after")).json["snapshots"]
        parts = {
            each: (await self.emulator.control("GET", f"{name}/{each}")).json for each in ("state", "faults", "diff")
        }
        diffs = [(await self.emulator.control("GET", f"{name}/diff?from={each}")).json for each in snapshots]
        return {**parts, "info": {**info, "memory": None}, "snapshots": snapshots, "diffs": diffs}


@asynccontextmanager
async def stored(path: Path, **options: Any) -> AsyncIterator[Stored]:
    """Run an emulator with a store in a file until the block ends."""
    with shared_data(preload="fixtures" not in options):
        core = Emulator.of(make_settings(**{"fixtures": "docs", "store": f"sqlite:{path}", **options}))
    async with running(make_app(core)) as emulator:
        yield Stored(emulator, core)
