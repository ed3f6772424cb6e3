"""Files with the generated records of large sets, so that a second start reads what the first one generated.

They are never needed: a file that is missing, damaged or not the user's own is ignored, and written again. Its name
depends on everything that the records depend on. Its content is checked before it is decoded, in blocks, so that
nothing holds the interpreter's lock for long.
"""

import logging
import marshal
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from mockorders.apis.parts import GeneratedRecords
from mockorders.fixture_sets.record_columns import Records, from_columns, to_columns
from mockorders.formats.serialization import dump_json
from mockorders.resources import folder

MIN_RECORDS = 10_000
MAX_FILES = 8
BLOCK_RECORDS = 2_000
DIGEST_BYTES = 16
LENGTH_BYTES = 8
SUFFIX = ".records"
OTHERS_CAN_WRITE = 0o022

log = logging.getLogger("mockorders")


def no_directory() -> None:
    """Return no folder."""


class GeneratedCache:
    """The files in a folder, at most 8; without a folder, none. `find_directory` is called when a file is needed."""

    def __init__(self, find_directory: Callable[[], Path | None] = no_directory) -> None:
        self._find_directory = find_directory

    def get(self, key: object, generate: Callable[[], GeneratedRecords]) -> GeneratedRecords:
        """Return the records of a key, a JSON value: from its file if there is one, else generated and written."""
        directory = self._find_directory()
        if directory is None:
            return generate()
        file = directory / f"{_name(key)}{SUFFIX}"
        found = _read(file)
        if found is None:
            unwritten = self._generate(file, generate)
            found = _read(file) if unwritten is None else unwritten
        return generate() if found is None else found

    def _generate(self, file: Path, generate: Callable[[], GeneratedRecords]) -> GeneratedRecords | None:
        """Write generated records to a file; return them if that fails: those that are read are smaller."""
        made = generate()
        try:
            self._write(file, made)
        except (OSError, ValueError):  # ValueError: a value that marshal does not have
            return made
        return None

    def _write(self, file: Path, made: GeneratedRecords) -> None:
        """Write a file at once, readable only by the user, and delete those that were not used for longest."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                _write_blocks(stream, made)
            temporary.replace(file)
        except BaseException:
            temporary.unlink()
            raise
        kept = sorted(file.parent.glob(f"*{SUFFIX}"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in kept[MAX_FILES:]:
            old.unlink()


def cache_directory(option: str | None) -> Path | None:
    """Return the folder of an option: None is that of the user, as the platform has it; an empty text is none.

    A user without a home has none.
    """
    if option is not None:
        return Path(option) if option else None
    import platformdirs

    found = platformdirs.user_cache_path("mockorders", appauthor=False)
    return found if found.is_absolute() else None


def _name(key: object) -> str:
    return blake2b(dump_json([_code(), key], sort_keys=True), digest_size=DIGEST_BYTES).hexdigest()


@cache
def _code() -> str:
    """Return a digest of the code and schemas that records depend on, and of the format of files."""
    from importlib.metadata import version  # takes 8 ms, and most servers have no large set

    digest = blake2b(f"{sys.implementation.cache_tag} {marshal.version} {version('faker')}".encode())
    package = Path(__file__).parents[1]
    for file in sorted([*package.rglob("*.py"), *folder("schemas").rglob("*.json")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(file: Path) -> GeneratedRecords | None:
    """Return the records in a file, or None if it is not a whole file that only the user can write."""
    try:
        with file.open("rb") as stream:
            if not _is_own(stream):
                return None
            made: dict[str, Records] = {}
            for collection, columns in _blocks(stream):
                made.setdefault(collection, []).extend(from_columns(columns))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, TypeError) as error:
        log.debug("%s is ignored: %s", file, error)
        return None
    with suppress(OSError):
        os.utime(file)
    return made


def _parts(records: Records) -> Iterator[Records]:
    """Yield the records of each block; at least one, if without records."""
    for start in range(0, max(1, len(records)), BLOCK_RECORDS):
        yield records[start : start + BLOCK_RECORDS]


def _is_own(stream: BinaryIO) -> bool:
    if not hasattr(os, "getuid"):  # on Windows, folders of a user are not writable by others
        return True
    found = os.fstat(stream.fileno())
    return found.st_uid == os.getuid() and not found.st_mode & OTHERS_CAN_WRITE


def _write_blocks(stream: BinaryIO, made: GeneratedRecords) -> None:
    """Write blocks of a collection's name and records, each after its length and digest; an empty one at the end.

    A digest is that of all blocks up to its own, so that none can be missing.
    """
    total = blake2b(digest_size=DIGEST_BYTES)
    for block in (*_encoded(made), b""):
        total.update(block)
        stream.write(len(block).to_bytes(LENGTH_BYTES, "little") + total.digest() + block)


def _encoded(made: Mapping[str, Records]) -> Iterator[bytes]:
    for collection, records in made.items():
        yield from (marshal.dumps((collection, to_columns(part))) for part in _parts(records))


def _blocks(stream: BinaryIO) -> Iterator[tuple[str, list[Any]]]:
    """Yield the blocks of a file: the name of a collection, and columns of records.

    Raises ValueError if it is damaged, or EOFError if it ends early.
    """
    total = blake2b(digest_size=DIGEST_BYTES)
    left = os.fstat(stream.fileno()).st_size
    while True:
        length = int.from_bytes(stream.read(LENGTH_BYTES), "little")
        digest = stream.read(DIGEST_BYTES)
        left -= LENGTH_BYTES + DIGEST_BYTES
        if length > left:
            message = "ends early"
            raise EOFError(message)
        block = stream.read(length)
        left -= length
        total.update(block)
        if total.digest() != digest:
            message = "is damaged"
            raise ValueError(message)
        if not block:
            return
        yield marshal.loads(block)  # noqa: S302 - the user's own file, and not damaged
