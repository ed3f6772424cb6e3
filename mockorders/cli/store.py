"""`mockorders store`: list, show, export, compact and verify the sandboxes of a store."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

import click

from mockorders.cli.errors import CommandError, CommandUsageError
from mockorders.cli.routes import table
from mockorders.formats.plurals import count
from mockorders.formats.serialization import dump_json
from mockorders.formats.store_location import EXPECTED, is_postgres, redacted
from mockorders.store.codec import Changes
from mockorders.store.records import StoredSandbox, StoreError, Summary

HEADINGS = ("SANDBOX", "GENERATION", "VERSION", "CHANGED", "BYTES")


def list_sandboxes(store: str | None, *, as_json: bool) -> None:
    """Print a line for each sandbox: its name, its last change, and the bytes that the store has of it."""
    location = _location(store)
    with _errors():
        found = _inspection(location).list_sandboxes(location)
    if as_json:
        rows = [{"name": each.sandbox, **each.head._asdict(), "at": each.at, "bytes": each.bytes} for each in found]
        click.echo(json.dumps({"count": len(rows), "sandboxes": rows}, indent=2))
        return
    lines = [
        (each.sandbox, str(each.head.generation), str(each.head.version), each.at[:19] + "Z", str(each.bytes))
        for each in found
    ]
    for line in table([HEADINGS, *lines]):
        click.echo(line)


def _row(each: Summary) -> tuple[str, str, str, str, str]:
    return each.sandbox, str(each.head.generation), str(each.head.version), f"{each.at[:19]}Z", str(each.bytes)


def show(store: str | None, name: str) -> None:
    """Print what the store has of a sandbox."""
    location = _location(store)
    with _errors(), _inspection(location).errors(location):
        facts = _facts(*_inspection(location).find_sandbox(location, name))
        recorded, pinned = _inspection(location).count_requests(location, name)
    facts.append(("requests", f"{recorded}, pinned: {pinned}" if pinned else recorded))
    click.secho(name, bold=True)
    for line in table([(f"  {label}", str(value)) for label, value in facts]):
        click.echo(line)


def _facts(stored: StoredSandbox, changes: Changes) -> list[tuple[str, object]]:
    return [
        ("generation", stored.head.generation),
        ("version", stored.head.version),
        ("fixtures", changes.start["dataset"]["name"]),
        ("digest", stored.digest),
        ("current customer", changes.settings["current_customer"]["id"]),
        ("profile", changes.settings["profile"]),
        ("clock", changes.settings["clock"]["frozen_at"] or "running"),
        ("faults", len(changes.settings.get("faults", {}).get("order", ()))),
        ("snapshots", ", ".join(stored.snapshots) or "none"),
        *[(f"changed {collection}", len(records)) for collection, records in sorted(changes.records.items())],
    ]


def export(store: str | None) -> None:
    """Print all that the store has as lines of JSON."""
    location = _location(store)
    with _errors():
        for value in _inspection(location).export(location):
            sys.stdout.buffer.write(dump_json(value) + b"\n")
    sys.stdout.buffer.flush()


def compact(store: str | None) -> None:
    """Compact the store, and print its size before and after."""
    location = _location(store)
    with _errors():
        before, after = _inspection(location).compact(location)
    click.echo(f"{before:,} bytes before, {after:,} bytes now")


def verify(store: str | None) -> None:
    """Print whether the store is intact. Raises CommandError if it is not."""
    location = _location(store)
    with _errors():
        problems = list(_inspection(location).verify(location))
        number = 0 if problems else len(_inspection(location).list_sandboxes(location))
    for line in problems:
        click.echo(f"{click.style('damaged', fg='red')}  {line}")
    if problems:
        message = f"{redacted(location)}: {count(len(problems), 'problem')}"
        raise CommandError(message)
    click.echo(f"{click.style('ok', fg='green')}  {count(number, 'sandbox', 'sandboxes')}")


def _inspection(location: str) -> ModuleType:
    """Return the module that reads a store, with the same functions for each engine. Raises StoreError."""
    return import_module(
        "mockorders.store.postgres_inspection" if is_postgres(location) else "mockorders.store.inspection"
    )


def _location(store: str | None) -> str:
    if store is None:
        message = f"--store: {EXPECTED}"
        raise CommandUsageError(message)
    return store


@contextmanager
def _errors() -> Iterator[None]:
    """Turn StoreErrors into CommandErrors."""
    try:
        yield
    except StoreError as error:
        raise CommandUsageError(str(error)) from error
