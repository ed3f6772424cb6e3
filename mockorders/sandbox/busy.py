"""Sandboxes that are being rebuilt, stored in steps or deleted; others wait for that."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Busy(dict[str, "asyncio.Task[None]"]):
    """The tasks by the name of their sandbox, at most one for each. They go on if nobody waits for them anymore."""

    async def run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run work for a sandbox that is not busy, and wait for it. Raises what it raises."""
        task = self[name] = asyncio.create_task(work)
        task.add_done_callback(lambda _: self.pop(name))
        await asyncio.shield(task)

    async def ended(self, name: str) -> None:
        """Wait until a sandbox is not busy, whether the work succeeds or fails."""
        while name in self:
            await asyncio.wait({self[name]})

    async def all_ended(self) -> None:
        """Wait until no sandbox is busy."""
        for name in list(self):
            await self.ended(name)
