"""Fixtures that all tests share: a running emulator, and the compiled schemas."""

import gc
import os
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from support.contracts import shared_contract, shared_data
from support.emulator import RunningEmulator, Serve, Start, running
from support.examples import create_random_numbers, load_profile

from mockorders import create_app
from mockorders.validation.validator import Validator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from bench.postgres import PostgresServer

load_profile()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that serves an application on a free port, as the product does, until the test ends."""
    async with AsyncExitStack() as stack:

        async def serves(app: web.Application) -> RunningEmulator:
            return await stack.enter_async_context(running(app))

        yield serves


@pytest.fixture
def start(serve: Serve) -> Start:
    """Return a function that starts an emulator with options of `create_app`."""

    async def starts(**options: Any) -> RunningEmulator:
        with shared_data(preload="fixtures" not in options):
            app = create_app(**{"fixtures": "docs", **options})
        return await serve(app)

    return starts


@pytest.fixture
async def emulator(start: Start) -> RunningEmulator:
    """Start an emulator with the documented examples."""
    return await start()


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """Run PostgreSQL for all tests of this process."""
    from support.postgres import postgres_or_skip

    yield from postgres_or_skip()


@pytest.fixture(scope="session")
def unused_databases() -> list[str]:
    """Return the names of the empty databases that no test uses."""
    return []


@pytest.fixture
def database(postgres_server: "PostgresServer", unused_databases: list[str]) -> Iterator[str]:
    """Provide an empty PostgreSQL database; yields its URL."""
    from support.postgres import empty_database

    yield from empty_database(postgres_server, unused_databases)


@pytest.fixture(scope="session")
def contract() -> Validator:
    """Return the compiled schemas, shared by all tests of this process."""
    return shared_contract()


@pytest.fixture
def real_seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace the real time that passes while a clock is frozen by the last number of the returned list."""
    seconds = [100.0]
    monkeypatch.setattr("mockorders.sandbox.clock.monotonic", lambda: seconds[-1])
    return seconds


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Run a Chromium for the tests of a module."""
    from support.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """Serve the hostile site; yields its port."""
    from support.hostile_pages import hostile_site

    with hostile_site() as port:
        yield port


@pytest.fixture(scope="module")
def victim() -> "Iterator[Browser]":
    """Run a Chromium that resolves the names of the hostile site and of the emulator to this machine."""
    from support.browser import chromium
    from support.hostile_pages import SWITCHES

    with chromium(*SWITCHES) as browser:
        yield browser


@pytest.fixture
def tab(victim: "Browser") -> "Iterator[Page]":
    """Open a tab that shares nothing with other tests."""
    context = victim.new_context()
    yield context.new_page()
    context.close()


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are cores, because many tests wait for browsers and other processes."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without garbage collection, which would visit them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests with a limit in seconds up to three times: a busy machine takes longer for the same work."""
    for item in items:
        if item.get_closest_marker("timing"):
            item.add_marker(pytest.mark.flaky(reruns=2))


def pytest_collection_finish() -> None:
    """Exempt the collected tests, thousands of objects that live to the end, from garbage collection."""
    create_random_numbers()
    gc.collect()
    gc.freeze()
