"""`mockorders fixtures`: list, show, dump and check fixture sets."""

import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import click

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.cli.errors import CommandError, fixture_command_error
from mockorders.cli.routes import table
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.errors import FixtureError
from mockorders.fixture_sets.files import FixtureFiles
from mockorders.fixture_sets.schema import fixture_schema
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.formats.plurals import count
from mockorders.formats.timestamps import format_time
from mockorders.storage.base_collection import BaseCollection
from mockorders.validation.validator import Validator

EXAMPLE_URL = "http://127.0.0.1:8080"
CHUNK_RECORDS = 500


def list_sets(fixtures: Sequence[str]) -> None:
    """Print a line for each set: its name and description."""
    sets = _sets(fixtures)
    rows = [(_default_mark(sets, name), name, _description(sets, name)) for name in sorted(sets.files.files)]
    for line in table(rows):
        click.echo(line)


def show(name: str, fixtures: Sequence[str]) -> None:
    """Print the file, settings and number of records of a set, and example requests."""
    sets = _sets(fixtures)
    document = _document(sets, name)
    dataset = _load(sets, name)
    facts: list[tuple[str, object]] = [
        ("description", document.get("description")),
        ("file", sets.files.files[name]),
        ("extends", document.get("extends")),
        ("current customer", dataset.current_customer),
        ("profile", dataset.profile),
        ("clock", dataset.clock and format_time(dataset.clock)),
        *_counts(dataset),
    ]
    click.secho(name, bold=True)
    for line in table([(f"  {label}", str(value)) for label, value in facts if value is not None]):
        click.echo(line)
    for line in _examples(discover(), sets, name):
        click.echo(line)


def dump(name: str, fixtures: Sequence[str]) -> None:
    """Print a set as one fixture document, including extended and generated records; one line for each record."""
    sets = _sets(fixtures)
    for piece in _pieces(_description(sets, name), _load(sets, name)):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def check(files: Iterable[str]) -> None:
    """Print whether each file, or each file of a folder, is valid. Raises CommandError if one is not."""
    paths = [Path(file) for file in files]
    found = list(chain.from_iterable(map(_files, paths)))
    if not found:
        message = "expected a file, or a folder that contains *.json"
        raise CommandError(message)
    invalid = [file for file in found if not _check(file, paths)]
    if invalid:
        message = f"{len(invalid)} of {count(len(found), 'file')} invalid"
        raise CommandError(message)


def schema() -> None:
    """Print the JSON Schema of fixture files, for editors."""
    click.echo(json.dumps(fixture_schema(discover()), indent=2))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def _check(file: Path, paths: Sequence[Path]) -> bool:
    """Print and return whether a file is valid; it may extend the sets of `paths`."""
    try:
        dataset = FixtureSets(discover(), Validator(), [*paths, file]).load(file.stem)
    except FixtureError as error:
        for line in error.lines:
            click.echo(f"{click.style('invalid', fg='red')}  {line}")
        return False
    click.echo(f"{click.style('ok', fg='green')}       {file}: {count(_size(dataset), 'record')}")
    return True


def _sets(fixtures: Sequence[str]) -> FixtureSets:
    with _errors("--fixtures: "):
        return FixtureSets(discover(), Validator(), fixtures)


def _document(sets: FixtureSets, name: str) -> Mapping[str, Any]:
    with _errors():
        return sets.document(name)


def _load(sets: FixtureSets, name: str) -> Dataset:
    with _errors():
        return sets.load(name)


@contextmanager
def _errors(prefix: str = "") -> Iterator[None]:
    """Turn FixtureErrors into CommandErrors."""
    try:
        yield
    except FixtureError as error:
        raise fixture_command_error(error, prefix) from error


def _default_mark(sets: FixtureSets, name: str) -> str:
    return "*" if name == sets.default else " "


def _description(sets: FixtureSets, name: str) -> str:
    return str(_document(sets, name).get("description", ""))


def _counts(dataset: Dataset) -> Iterator[tuple[str, int]]:
    """Yield the number of records in each collection."""
    for api, bases in dataset.bases.items():
        for collection, base in bases.items():
            yield f"{api} {collection}", len(base.ids)


def _size(dataset: Dataset) -> int:
    return sum(size for _, size in _counts(dataset))


def _examples(apis: Iterable[Api], sets: FixtureSets, name: str) -> Iterator[str]:
    """Yield the options to start the server with, and a curl command for each API."""
    option = _option(sets, name)
    yield "start the server with: mockorders" + (f" --fixtures {shlex.quote(option)}" if option else "")
    for api in apis:
        yield f"  {api.curl(EXAMPLE_URL, name, 'any')}"


def _option(sets: FixtureSets, name: str) -> str:
    """Return the value of --fixtures that adds a set; empty if the set is always available."""
    if name in sets.user_sets:
        return str(sets.files.files[name])
    return "" if name in FixtureFiles().selectable else name


def _pieces(description: str, dataset: Dataset) -> Iterator[bytes]:
    """Yield the parts of a fixture document."""
    from mockorders.formats.serialization import dump_json

    head = {
        "description": description,
        "current_customer": dataset.current_customer,
        "profile": dataset.profile,
        "clock": dataset.clock and format_time(dataset.clock),
    }
    yield dump_json(head)[:-1]
    for api, bases in dataset.bases.items():
        yield b",\n" + dump_json(api) + b": {"
        separator = b"\n "
        for collection, base in bases.items():
            yield separator + dump_json(collection) + b": ["
            yield from _lines(base)
            yield b"]"
            separator = b",\n "
        yield b"}"
    yield b"}\n"


def _lines(base: BaseCollection) -> Iterator[bytes]:
    """Yield the records of a collection, one in a line, in chunks."""
    from mockorders.formats.serialization import dump_json

    separator = b"\n  "
    for start in range(0, len(base.ids), CHUNK_RECORDS):
        lines = [dump_json(base.records[each]) for each in base.ids[start : start + CHUNK_RECORDS]]
        yield separator + b",\n  ".join(lines)
        separator = b",\n  "
