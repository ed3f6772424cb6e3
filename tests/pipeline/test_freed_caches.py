"""Caches have nothing of a sandbox that was reset or deleted, and no responses from before a change.

That is, except for changes that other sandboxes can adopt: these are made by requests to the APIs in new sandboxes.
"""

from collections.abc import Callable
from typing import Any

import pytest
from support.emulator import RunningEmulator, Start

from mockorders.pipeline.response_cache import ResponseCache
from mockorders.storage.view_cache import ViewCache

ORDER = "/orders/75572230/"
SIZES = ("_entries", "_pages", "_responses")


class Caches:
    """The caches of the emulators that a test starts."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def recorded(self, original: Callable[..., None]) -> Callable[..., None]:
        """Return a constructor that also records the new cache."""

        def construct(cache: Any, *arguments: Any) -> None:
            original(cache, *arguments)
            self.found.append(cache)

        return construct

    def sizes(self) -> dict[str, int]:
        """Return the numbers of cached views, pages and responses."""
        sizes: dict[str, int] = {}
        for cache in self.found:
            sizes |= {name: len(vars(cache)[name]) for name in SIZES if name in vars(cache)}
        return sizes


@pytest.fixture
def caches(monkeypatch: pytest.MonkeyPatch) -> Caches:
    found = Caches()
    for kind in (ViewCache, ResponseCache):
        monkeypatch.setattr(kind, "__init__", found.recorded(kind.__init__))
    return found


@pytest.fixture
async def emulator(caches: Caches, start: Start) -> RunningEmulator:
    """Start an emulator whose caches have the responses and views of an unchanged sandbox."""
    emulator = await start()
    await read(emulator, "docs.unchanged")
    return emulator


async def read(emulator: RunningEmulator, user: str) -> None:
    for path in (ORDER, "/orders/?limit=2", "/orders/?limit=1000", "/nothing/"):
        await emulator.cratejoy("GET", path, user=user)


async def change(emulator: RunningEmulator, note: str = "changed") -> None:
    path = f"/sandboxes/docs.x/records/cratejoy{ORDER.removesuffix('/')}"
    reply = await emulator.control("PATCH", path, json={"note": note})
    assert 200 == reply.status, reply.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/sandboxes/docs.x"), ("POST", "/sandboxes/docs.x/reset"), ("PUT", "/sandboxes/docs.x")],
)
async def test_caches_are_as_before_the_sandbox(
    emulator: RunningEmulator, caches: Caches, method: str, path: str
) -> None:
    before = caches.sizes()
    await change(emulator)
    await read(emulator, "docs.x")
    during = caches.sizes()
    assert (True, True) == tuple(during[name] > before[name] for name in ("_entries", "_responses"))
    await emulator.control(method, path, json={} if method == "PUT" else None)
    after = caches.sizes()
    assert all(after[name] <= before[name] for name in SIZES), (before, during, after)


async def test_views_of_an_unchanged_sandbox_are_kept(emulator: RunningEmulator, caches: Caches) -> None:
    before = caches.sizes()
    await read(emulator, "docs.y")
    await emulator.control("DELETE", "/sandboxes/docs.y")
    assert before == caches.sizes()


async def test_responses_from_before_a_change_are_removed(emulator: RunningEmulator, caches: Caches) -> None:
    await change(emulator)
    before = caches.sizes()["_responses"]
    for number in range(5):
        await read(emulator, "docs.x")
        await change(emulator, str(number))
    assert before == caches.sizes()["_responses"]


async def test_many_changed_records_are_removed_too(emulator: RunningEmulator, caches: Caches) -> None:
    await emulator.cratejoy("GET", "/customers/?limit=1000", user="docs.unchanged")
    before = caches.sizes()
    for number in range(1, 80):
        await emulator.control("PUT", f"/sandboxes/docs.x/records/cratejoy/customers/{number}", json={})
    await emulator.cratejoy("GET", "/customers/?limit=1000", user="docs.x")
    await emulator.control("DELETE", "/sandboxes/docs.x")
    assert before["_entries"] == caches.sizes()["_entries"]
