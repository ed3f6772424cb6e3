"""`mockorders fixtures new`: write a fixture file with sample records."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from mockorders.apis import discover
from mockorders.cli.errors import CommandError, CommandUsageError, fixture_command_error
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.errors import FixtureError
from mockorders.fixture_sets.scaffold import Wanted, new_document
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.validation.validator import Validator

STDOUT = "-"


def run(file: str, records: Sequence[tuple[str, str, int]], extends: str | None, fixtures: Sequence[str]) -> None:
    """Write a fixture file. Raises CommandError if it exists, cannot be written, or extends an unknown set."""
    apis = discover()
    wanted = [Wanted(*each) for each in records] or [Wanted(api.name, "orders") for api in apis]
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        document = new_document(apis, _extended(extends, fixtures), wanted, today)
    except ValueError as error:
        raise CommandUsageError(str(error)) from error
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if file == STDOUT:
        click.echo(text)
        return
    try:
        with Path(file).open("x", encoding="utf-8") as stream:
            stream.write(text + "\n")
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise CommandError(message) from error
    click.echo(f"{file} written; start the server with: mockorders --fixtures {file}")


def _extended(name: str | None, fixtures: Sequence[str]) -> tuple[str, Dataset] | None:
    if name is None:
        return None
    try:
        return name, FixtureSets(discover(), Validator(), fixtures).load(name)
    except FixtureError as error:
        raise fixture_command_error(error, "--extends") from error
