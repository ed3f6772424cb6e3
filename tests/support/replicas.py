"""Several emulators that share a PostgreSQL database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from mockorders.app import make_app, make_settings
from mockorders.emulator import Emulator
from support.contracts import shared_data
from support.emulator import running
from support.stored import Stored


@asynccontextmanager
async def replicas(database: str, number: int, **options: Any) -> AsyncIterator[list[Stored]]:
    """Run emulators in this process until the block ends; their names are r0, r1 and so on."""
    async with AsyncExitStack() as stack:
        found = []
        for each in range(number):
            settings = {"fixtures": "docs", "store": database, "replica": f"r{each}", **options}
            with shared_data(preload="fixtures" not in options):
                core = Emulator.of(make_settings(**settings))
            found.append(Stored(await stack.enter_async_context(running(make_app(core))), core))
        yield found
