"""The declarations of `mockorders store` and the commands below it."""

import click

from mockorders.cli.group import EXIT_CODES, DefaultGroup, option
from mockorders.cli.param_types import ParsedText
from mockorders.formats.store_location import parse_location

STORE_EXAMPLES = f"""
\b
Examples:
  mockorders store --store sqlite:shop.sqlite        the sandboxes
  mockorders store show docs --store sqlite:shop.sqlite
                                                     what the store has of one
  mockorders store verify --store sqlite:shop.sqlite check whether it is intact

{EXIT_CODES}
"""
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
