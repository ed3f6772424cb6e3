"""The declarations of `mockorders fixtures` and the commands below it."""

import click

from mockorders.cli.group import EXIT_CODES, DefaultGroup, complete_sets, fixtures_option, option
from mockorders.cli.param_types import RecordCount

FIXTURES_EXAMPLES = f"""
\b
Examples:
  mockorders fixtures                     the sets
  mockorders fixtures show docs           its contents, and a curl command for each API
  mockorders fixtures dump default        all records, as a fixture file
  mockorders fixtures check mine.json     check a file
  mockorders fixtures new shop.json cratejoy.orders=3
                                          write a file with sample records
  mockorders fixtures schema > fixture-set.json

{EXIT_CODES}
"""


@click.group(cls=DefaultGroup, default="list", epilog=FIXTURES_EXAMPLES)
def fixtures() -> None:
    """List, show, dump, check and create fixture sets, and print their schema."""


@fixtures.command("list", epilog=FIXTURES_EXAMPLES)
@fixtures_option
def list_sets(fixtures: tuple[str, ...]) -> None:
    """List the fixture sets; * marks the one in use."""
    from mockorders.cli.fixtures import list_sets

    list_sets(fixtures)


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("name", shell_complete=complete_sets)
@fixtures_option
def show(name: str, fixtures: tuple[str, ...]) -> None:
    """Show a set's contents and example requests."""
    from mockorders.cli.fixtures import show

    show(name, fixtures)


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("name", shell_complete=complete_sets)
@fixtures_option
def dump(name: str, fixtures: tuple[str, ...]) -> None:
    """Print all records of a set, including generated ones, as a fixture file."""
    from mockorders.cli.fixtures import dump

    dump(name, fixtures)


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True))
def check(files: tuple[str, ...]) -> None:
    """Check whether fixture files, or all files of folders, are valid."""
    from mockorders.cli.fixtures import check

    check(files)


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("records", nargs=-1, type=RecordCount())
@option("--extends", metavar="SET", shell_complete=complete_sets, help="Fixture set that the new one extends.")
@fixtures_option
def new(file: str, records: tuple[tuple[str, str, int], ...], extends: str | None, fixtures: tuple[str, ...]) -> None:
    """Write a fixture file with sample records, and those that they refer to; - is standard output.

    RECORDS are collections, such as cratejoy.orders, or cratejoy.orders=3 for several records. By default, the file has
    an order of each API.
    """
    from mockorders.cli.new_fixtures import run

    run(file, records, extends, fixtures)


@fixtures.command(epilog=FIXTURES_EXAMPLES)
def schema() -> None:
    """Print the JSON Schema of fixture files, for editors."""
    from mockorders.cli.fixtures import schema

    schema()
