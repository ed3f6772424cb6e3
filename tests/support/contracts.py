"""The compiled schemas and the documented records, built once per process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from mockorders import emulator
from mockorders.apis import discover
from mockorders.fixture_sets.dataset import Dataset, LoadedSet
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.validation.validator import Validator


@cache
def shared_contract() -> Validator:
    """Return the compiled schemas that all tests of this process use."""
    return Validator()


@cache
def documented_set() -> LoadedSet:
    """Return the shipped set `docs`, which is immutable."""
    sets = FixtureSets(discover(), shared_contract())
    sets.load("docs")
    loaded = sets._loaded.get("docs")
    assert loaded is not None
    return loaded


@cache
def shipped_set(name: str) -> Dataset:
    """Return a shipped set, loaded once for all tests of this process that read its records."""
    return FixtureSets(discover(), shared_contract(), [name]).load(name)


class PreloadedSets(FixtureSets):
    """Fixture sets of which `docs` is loaded already."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._loaded.add("docs", documented_set())


@contextmanager
def shared_data(*, preload: bool) -> Iterator[None]:
    """Let emulators that are created in the block use the shared schemas, and the shared set if `preload` is true."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emulator, "Validator", shared_contract)
        if preload:
            patch.setattr(emulator, "FixtureSets", PreloadedSets)
        yield
