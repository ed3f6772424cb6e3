"""The declarations of all commands but `serve`; each is implemented in the module of its name."""

from typing import Any, get_args

import click

from mockorders.cli.group import EXIT_CODES, DefaultGroup, complete_endpoints, complete_sets, fixtures_option, option
from mockorders.cli.param_types import ApiName, ParsedText, RecordCount, find_endpoint
from mockorders.config import Profile
from mockorders.formats.store_location import parse_location

VALIDATE_EXAMPLES = f"""
\b
Examples:
  mockorders validate recorded.har                   recorded by a browser or a proxy
  mockorders validate --api universe recorded.har    paths with any prefix
  curl -s … | mockorders validate -                  one response; the endpoint is inferred
  mockorders validate --route "cratejoy GET /orders/{{id}}" order.json
  mockorders validate --url https://api.cratejoy.com/v1
                                   a live service; MOCKORDERS_USER=ID:SECRET in the environment

{EXIT_CODES}
"""
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
OPENAPI_EXAMPLES = f"""
\b
Examples:
  mockorders openapi > openapi.json             the emulated APIs
  mockorders openapi --control > control.json   the control API

{EXIT_CODES}
"""
STORE_EXAMPLES = f"""
\b
Examples:
  mockorders store --store sqlite:shop.sqlite        the sandboxes
  mockorders store show docs --store sqlite:shop.sqlite
                                                     what the store has of one
  mockorders store verify --store sqlite:shop.sqlite check whether it is intact

{EXIT_CODES}
"""
COMPLETION_EXAMPLES = """
\b
Examples:
  eval "$(mockorders completion bash)"    in ~/.bashrc
  eval "$(mockorders completion zsh)"     in ~/.zshrc
  mockorders completion fish > ~/.config/fish/completions/mockorders.fish
"""

_json = option("--json", is_flag=True, help="Print JSON.")


@click.command(epilog=VALIDATE_EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@option("--url", metavar="BASE", help="Check a live service with read-only requests; BASE is the API's base URL.")
@option("--api", type=ApiName(), is_eager=True, help="API of the recordings or of the live service.")
@option(
    "--route",
    callback=find_endpoint,
    shell_complete=complete_endpoints,
    help='Endpoint of files that have only a response: "API METHOD PATH".',
)
@option(
    "--profile",
    default="observed",
    show_default=True,
    type=click.Choice(get_args(Profile)),
    help="Form of Cratejoy responses.",
)
@option("--allow-new", is_flag=True, help="Report unknown properties as notes instead of violations.")
@option("--key", help="Universe API key, for --url.")
@option("--bearer", help="Universe customer token, for --url.")
@option("--user", metavar="ID:SECRET", help="Cratejoy client id and secret, for --url.")
@option(
    "--timeout",
    default=30,
    show_default=True,
    type=click.IntRange(1, 600),
    help="Timeout of each live response, in seconds.",
)
@_json
def validate(**options: Any) -> None:
    """Check recorded responses of the real services against the schemas.

    FILES are HAR 1.2, the emulator's own journal, or the JSON of one response; - is standard input.
    """
    from mockorders.cli.validate import ValidateOptions, run

    run(ValidateOptions(**options))


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


@click.command(epilog=EXIT_CODES)
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def routes(as_json: bool) -> None:
    """List the endpoints with their schemas."""
    from mockorders.cli.routes import run

    run(as_json=as_json)


@click.command(epilog=OPENAPI_EXAMPLES)
@option("--control", is_flag=True, help="Describe the control API instead of the emulated APIs.")
@option(
    "--profile",
    default="documented",
    show_default=True,
    type=click.Choice(get_args(Profile)),
    help="Form of Cratejoy responses.",
)
def openapi(**options: Any) -> None:
    """Print an OpenAPI 3.1 document of all APIs, or of the control API."""
    from mockorders.cli.openapi import OpenapiOptions, run

    run(OpenapiOptions(**options))


_store = option(
    "--store",
    type=ParsedText("store", parse_location),
    metavar="LOCATION",
    help="The store: sqlite:PATH or postgresql://…",
)


@click.group(cls=DefaultGroup, default="ls", epilog=STORE_EXAMPLES)
def store() -> None:
    """List, show, export, compact and verify the sandboxes that a server with --store keeps."""


@store.command(epilog=STORE_EXAMPLES)
@_store
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def ls(store: str | None, as_json: bool) -> None:
    """List the sandboxes; a server may use the store meanwhile."""
    from mockorders.cli.store import list_sandboxes

    list_sandboxes(store, as_json=as_json)


@store.command("show", epilog=STORE_EXAMPLES)
@click.argument("name")
@_store
def show_stored(name: str, store: str | None) -> None:
    """Show what the store has of a sandbox; a server may use it meanwhile."""
    from mockorders.cli.store import show

    show(store, name)


@store.command("export", epilog=STORE_EXAMPLES)
@_store
def export_store(store: str | None) -> None:
    """Print everything as lines of JSON: change records, snapshots, fixture documents."""
    from mockorders.cli.store import export

    export(store)


@store.command("compact", epilog=STORE_EXAMPLES)
@_store
def compact_store(store: str | None) -> None:
    """Merge all changes, delete what is not needed anymore, and shrink the file; no server may use it."""
    from mockorders.cli.store import compact

    compact(store)


@store.command("verify", epilog=STORE_EXAMPLES)
@_store
def verify_store(store: str | None) -> None:
    """Check whether the file is intact and every sandbox is complete; a server may use it meanwhile."""
    from mockorders.cli.store import verify

    verify(store)


@click.command(epilog=COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell."""
    from mockorders.cli.completion import run

    run(click.get_current_context().find_root().command, shell)


COMMANDS: dict[str, click.Command] = {
    str(each.name): each for each in (validate, fixtures, routes, openapi, store, completion)
}
