"""The commands beside `serve`, as they are declared: what each does is in the module of its name."""

from typing import Any

import click

from mockorders.commands.group import CODES, DefaultGroup, fixtures_option, offer_endpoints, offer_sets, option

VALIDATE_EXAMPLES = f"""
\b
Examples:
  mockorders validate recorded.har                   what a browser or a proxy recorded
  mockorders validate --api universe recorded.har    whatever the path's prefix
  curl -s … | mockorders validate -                  one answer, its endpoint guessed
  mockorders validate --route "cratejoy GET /orders/{{id}}" order.json
  mockorders validate --url https://api.cratejoy.com/v1
                                   a live service; MOCKORDERS_USER=ID:SECRET in the environment

{CODES}
"""
FIXTURES_EXAMPLES = f"""
\b
Examples:
  mockorders fixtures                     the sets
  mockorders fixtures show docs           what is in one, and a curl line for it
  mockorders fixtures dump default        every record, as a fixture file
  mockorders fixtures check mine.json     can it be used?

{CODES}
"""
COMPLETION_EXAMPLES = """
\b
Examples:
  eval "$(mockorders completion bash)"    in ~/.bashrc
  eval "$(mockorders completion zsh)"     in ~/.zshrc
  mockorders completion fish > ~/.config/fish/completions/mockorders.fish
"""

_json = option("--json", is_flag=True, help="Write JSON, for machines.")


@click.command(epilog=VALIDATE_EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@option("--url", metavar="BASE", help="Ask a live service the read-only calls; BASE is the API's base URL.")
@option("--api", help="The recordings, or the live service, are of this API.")
@option("--route", shell_complete=offer_endpoints, help='The endpoint of plain files: "API METHOD PATH".')
@option("--profile", default="observed", show_default=True, type=click.Choice(["documented", "observed"]))
@option("--allow-new", is_flag=True, help="Properties that the schemas do not know are notes, no breaches.")
@option("--key", help="Universe's API key, for --url.")
@option("--bearer", help="Universe's customer token, for --url.")
@option("--user", metavar="ID:SECRET", help="Cratejoy's client id and secret, for --url.")
@option("--timeout", default=30, show_default=True, type=click.IntRange(1, 600), help="Seconds for each live answer.")
@_json
def validate(**options: Any) -> None:
    """Check recorded answers of the real services against the schemas.

    FILES are HAR 1.2, the emulator's own journal, or the JSON of one answer; - is standard input.
    """
    from mockorders.commands.validate import run

    run(options)


@click.group(cls=DefaultGroup, default="list", epilog=FIXTURES_EXAMPLES)
def fixtures() -> None:
    """List, show, dump and check fixture sets."""


@fixtures.command("list", epilog=FIXTURES_EXAMPLES)
@fixtures_option
def list_sets(**options: Any) -> None:
    """List the sets; * marks the chosen one."""
    from mockorders.commands.fixtures import list_sets

    list_sets(options["fixtures"])


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("name", shell_complete=offer_sets)
@fixtures_option
def show(**options: Any) -> None:
    """Show what is in a set, and how to call it."""
    from mockorders.commands.fixtures import show

    show(options["name"], options["fixtures"])


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("name", shell_complete=offer_sets)
@fixtures_option
def dump(**options: Any) -> None:
    """Write every record of a set, generated ones too, as a fixture file."""
    from mockorders.commands.fixtures import dump

    dump(options["name"], options["fixtures"])


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True))
def check(**options: Any) -> None:
    """Say whether files, or the files of folders, can be used."""
    from mockorders.commands.fixtures import check

    check(options["files"])


@click.command(epilog=CODES)
@_json
@option("--openapi", is_flag=True, help="As an OpenAPI 3.1 document.")
@option("--profile", default="documented", type=click.Choice(["documented", "observed"]), help="Shape of its answers.")
def routes(**options: Any) -> None:
    """List the endpoints with their schemas."""
    from mockorders.commands.routes import run

    run(options)


@click.command(epilog=COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Write the completion script of a shell."""
    from mockorders.commands.completion import run

    run(click.get_current_context().find_root().command, shell)


COMMANDS: dict[str, click.Command] = {str(each.name): each for each in (validate, fixtures, routes, completion)}
