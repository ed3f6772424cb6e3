"""`mockorders fixtures`: what sets there are, what is in them, all of it as one file, and whether files can be used."""

import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockorders.api import Api, discover
from mockorders.clock import format_time
from mockorders.commands.failure import Failure
from mockorders.commands.routes import table
from mockorders.contract import Contract
from mockorders.errors import FixtureError
from mockorders.seeding import FixtureSets, World
from mockorders.sources import Sources

EXAMPLE_URL = "http://127.0.0.1:8080"
STEP = 500


def list_sets(fixtures: Sequence[str]) -> None:
    """Write a line for each set: its name and description."""
    sets = _sets(fixtures)
    rows = [(_mark(sets, name), name, _description(sets, name)) for name in sorted(sets.sources.files)]
    for line in table(rows):
        click.echo(line)


def show(name: str, fixtures: Sequence[str]) -> None:
    """Write what is in a set: where it is from, how it begins, how many records, and how to call it."""
    sets = _sets(fixtures)
    document, world, file = _document(sets, name), _world(sets, name), sets.sources.files[name]
    facts = [
        ("description", document.get("description")),
        ("file", file),
        ("extends", document.get("extends")),
        ("current customer", world.current_customer),
        ("profile", world.profile),
        ("clock", world.clock and format_time(world.clock)),
        *(
            (f"{api} {collection}", len(base.ids))
            for api, bases in world.bases.items()
            for collection, base in bases.items()
        ),
    ]
    click.secho(name, bold=True)
    for line in table([(f"  {label}", str(value)) for label, value in facts if value is not None]):
        click.echo(line)
    for line in _calls(discover(), sets, name):
        click.echo(line)


def dump(name: str, fixtures: Sequence[str]) -> None:
    """Write a set, whatever it extends and generates, as one fixture document: a line for each record."""
    import orjson

    sets = _sets(fixtures)
    head, world = {"description": _description(sets, name)}, _world(sets, name)
    for piece in _pieces(head, world, orjson.dumps):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def check(files: Iterable[str]) -> None:
    """Say of each file, or each file of a folder, whether it can be used; Failure where one cannot."""
    paths = [Path(file) for file in files]
    found = [each for path in paths for each in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    broken = 0
    for file in found:
        try:
            world = FixtureSets(discover(), Contract(), [*paths, file]).world(file.stem)
        except FixtureError as error:
            broken += 1
            click.echo(f"{click.style('broken', fg='red')}  {error.detail}")
        else:
            click.echo(f"{click.style('fine', fg='green')}    {file}: {_size(world)} records")
    if not found:
        message = "expected a file, or a folder that has *.json"
        raise Failure(message)
    if broken:
        message = f"{broken} of {len(found)} files cannot be used"
        raise Failure(message)


def _sets(fixtures: Sequence[str]) -> FixtureSets:
    with _usable("--fixtures: "):
        return FixtureSets(discover(), Contract(), fixtures)


def _document(sets: FixtureSets, name: str) -> Mapping[str, Any]:
    with _usable():
        return sets.document(name)


def _world(sets: FixtureSets, name: str) -> World:
    with _usable():
        return sets.world(name)


@contextmanager
def _usable(what: str = "") -> Iterator[None]:
    """Fail where fixtures cannot be used."""
    try:
        yield
    except FixtureError as error:
        message = f"{what}{error.detail}"
        raise Failure(message) from error


def _mark(sets: FixtureSets, name: str) -> str:
    return "*" if name == sets.chosen else " "


def _description(sets: FixtureSets, name: str) -> str:
    return str(_document(sets, name).get("description", ""))


def _size(world: World) -> int:
    return sum(len(base.ids) for bases in world.bases.values() for base in bases.values())


def _calls(apis: Iterable[Api], sets: FixtureSets, name: str) -> Iterator[str]:
    """Give a curl line for each API, and what the server must be started with for it."""
    file = sets.sources.files[name]
    needed = str(file) if name in sets.own else "" if name in Sources().offered else name
    yield f"credential {name}, after: mockorders" + (f" --fixtures {shlex.quote(needed)}" if needed else "")
    for api in apis:
        yield f"  {api.curl(EXAMPLE_URL, name, 'any')}"


def _pieces(head: dict[str, Any], world: World, encode: Any) -> Iterator[bytes]:
    head |= {"current_customer": world.current_customer, "profile": world.profile}
    head["clock"] = world.clock and format_time(world.clock)
    yield encode(head)[:-1]
    for api, bases in world.bases.items():
        yield b",\n" + encode(api) + b": {"
        for number, (collection, base) in enumerate(bases.items()):
            yield (b",\n " if number else b"\n ") + encode(collection) + b": ["
            for start in range(0, len(base.ids), STEP):
                lines = [encode(base.records[each]) for each in base.ids[start : start + STEP]]
                yield (b",\n  " if start else b"\n  ") + b",\n  ".join(lines)
            yield b"]"
        yield b"}"
    yield b"}\n"
