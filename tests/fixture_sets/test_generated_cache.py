"""Files with generated records: read by a second start, and ignored if anything is wrong with them."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.contracts import shared_contract

from mockorders import MockServer, Sandbox
from mockorders.apis import discover
from mockorders.fixture_sets import builder
from mockorders.fixture_sets.generated_cache import GeneratedCache, cache_directory
from mockorders.fixture_sets.sets import FixtureSets

SET = {"extends": "docs", "generate": {"seed": 1, "cratejoy": {"customers": 3, "orders": 7}}}


class Loader:
    """Loads the set of a document with a cache, as after each start, and counts the generations."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.generated = 0
        self.folder = tmp_path / "cache"
        self._file = tmp_path / "some.json"
        self.write(SET)
        api = next(each for each in discover() if each.name == "cratejoy")
        generate: Any = api.generator.generate  # type: ignore[union-attr]

        def counted(*arguments: Any) -> Any:
            self.generated += 1
            return generate(*arguments)

        monkeypatch.setattr(api.generator, "generate", counted)

    def write(self, document: Any) -> None:
        self._file.write_text(json.dumps(document), encoding="utf-8")

    def load(self, folder: Path | None = None) -> list[Any]:
        """Return all records of Cratejoy."""
        sets = FixtureSets(discover(), shared_contract(), [self._file])
        sets.cache = GeneratedCache(lambda: folder or self.folder)
        bases = sets.load("some").bases["cratejoy"]
        return [(name, base.ids, base.records) for name, base in bases.items()]

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


@pytest.fixture
def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loader:
    monkeypatch.setattr(builder, "MIN_RECORDS", 1)
    return Loader(tmp_path, monkeypatch)


def test_second_start_has_the_same_records_without_generating_them(loader: Loader) -> None:
    assert (loader.load(), 1) == (loader.load(), loader.generated)


def test_folder_has_one_file_for_the_user_only(loader: Loader) -> None:
    loader.load()
    loader.load()
    assert 1 == len(loader.files)
    if sys.platform != "win32":
        assert (0o700, 0o600) == (loader.folder.stat().st_mode & 0o777, loader.files[0].stat().st_mode & 0o777)


@pytest.mark.parametrize(
    "change",
    [
        {"generate": {"seed": 2, "cratejoy": {"customers": 3, "orders": 7}}},
        {"generate": {"seed": 1, "cratejoy": {"customers": 3, "orders": 8}}},
        {"extends": "empty"},
        {"cratejoy": {"customers": [{"id": 1, "email": "new@example.com"}]}},
    ],
)
def test_set_that_generates_other_records_has_its_own_file(loader: Loader, change: Any) -> None:
    first = loader.load()
    loader.write({**SET, **change})
    assert first != loader.load()
    assert (2, 2) == (loader.generated, len(loader.files))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "ends in a length": lambda content: content[:5],
    "ends in a block": lambda content: content[: len(content) // 2],
    "lacks the last block": lambda content: content[:-24],
    "one bit": lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
    "a bit of a length": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "the length is too large": lambda content: b"\xff" * 8 + content[8:],
    "something else": lambda _: b"<html>" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_file_is_written_again(loader: Loader, damage: Callable[[bytes], bytes]) -> None:
    expected = loader.load()
    content = loader.files[0].read_bytes()
    loader.files[0].write_bytes(damage(content))
    assert (expected, 2) == (loader.load(), loader.generated)
    assert content == loader.files[0].read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no permissions of groups")
def test_file_that_others_can_write_is_ignored(loader: Loader) -> None:
    loader.load()
    loader.files[0].chmod(0o666)
    loader.load()
    assert 2 == loader.generated


def test_folder_that_cannot_be_created_does_not_matter(loader: Loader, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    expected = loader.load()
    assert expected == loader.load(tmp_path / "file" / "cache")


def test_only_the_last_files_are_kept(loader: Loader) -> None:
    for seed in range(10):
        loader.write({**SET, "generate": {**SET["generate"], "seed": seed}})  # type: ignore[dict-item]
        loader.load()
        os.utime(max(loader.files, key=lambda file: file.stat().st_mtime), (seed, seed))
    assert 8 == len(loader.files)


def test_small_sets_are_not_written(tmp_path: Path) -> None:
    with MockServer(fixtures="default", cache_dir=str(tmp_path / "cache")) as server:
        Sandbox(server.url, "x").create()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(("option", "expected"), [("", None), ("some", Path("some"))])
def test_option_selects_the_folder(option: str, expected: Path | None) -> None:
    assert expected == cache_directory(option)


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")
@pytest.mark.parametrize(
    ("variable", "expected"), [("/x", Path("/x/mockorders")), ("", Path.home() / ".cache/mockorders")]
)
def test_default_folder_is_that_of_the_platform(variable: str, expected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", variable)
    assert expected == cache_directory(None)


def test_user_without_a_home_has_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache/mockorders"))
    assert cache_directory(None) is None
