"""The commands; the only reader of the environment."""

import os
from pathlib import Path
from typing import Any

import click

from mockorders import __version__
from mockorders.commands.group import DefaultGroup, offer_endpoints, offer_sets, option

CODES = "Exit codes: 0 stopped or all fine, 1 failed or a breach was found, 2 a bad option or a file that is none."
EXAMPLES = f"""
\b
Examples:
  mockorders                              both APIs on http://127.0.0.1:8080
  mockorders --port 0 --fixtures docs     a free port, the documented examples
  mockorders --fixtures ./sets --watch    your own fixtures, followed as you edit
  mockorders --clock 2017-03-21T00:00:00Z --profile observed
  mockorders validate recorded.har        do real answers fit the schemas?

Every option can also be set as MOCKORDERS_NAME, such as MOCKORDERS_PORT.
{CODES}
"""
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

_file = click.Path(path_type=Path)
_fixtures = option(
    "--fixtures",
    multiple=True,
    shell_complete=offer_sets,
    help="A set's name chooses it; a file adds and chooses one; a folder adds its own.",
)
_json = option("--json", is_flag=True, help="Write JSON, for machines.")


@click.group(
    cls=DefaultGroup, default="serve", context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES
)
@click.version_option(__version__, prog_name="mockorders")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Emulate the Universe orders API and the Cratejoy Merchant API, for integration tests.

    Without a command: serve.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


@main.command(epilog=EXAMPLES)
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@_fixtures
@option("--watch", is_flag=True, help="Take fixture files anew when they change.")
@option("--profile", type=click.Choice(["documented", "observed"]), help="Shape of Cratejoy's answers.")
@option("--strict", is_flag=True, help="Refuse form bodies, as the real Cratejoy does.")
@option("--clock", help="Freeze every sandbox at this time, ISO 8601.")
@option("--credentials", type=_file, help='Let only these in: JSON, {"name": "secret" or null}.')
@option("--max-sandboxes", default=10_000, show_default=True, type=click.IntRange(1), help="How many there can be.")
@option("--allow-origin", multiple=True, help="A web page's origin that may read answers; * for all.")
@option("--allow-host", multiple=True, help="A host name under which the control API may be called.")
@option(
    "--journal-memory", default=64 * 2**20, show_default=True, type=click.IntRange(1), help="Bytes for all journals."
)
@option("--control-token", help="Ask for this bearer token on the control API.")
@option("--tls-cert", type=_file, help="Serve HTTPS with this certificate (PEM).")
@option("--tls-key", type=_file, help="The certificate's key (PEM).")
@option("--quiet", is_flag=True, help="No line for each request.")
@option("--log-requests", is_flag=True, help="A line for each request even where stderr is no terminal.")
def serve(**options: Any) -> None:
    """Serve both APIs until stopped."""
    from mockorders.commands.serve import run

    run(options)


@main.command(epilog=VALIDATE_EXAMPLES)
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


@main.group(cls=DefaultGroup, default="list", epilog=FIXTURES_EXAMPLES)
def fixtures() -> None:
    """List, show, dump and check fixture sets."""


@fixtures.command("list", epilog=FIXTURES_EXAMPLES)
@_fixtures
def list_sets(**options: Any) -> None:
    """List the sets; * marks the chosen one."""
    from mockorders.commands.fixtures import list_sets

    list_sets(options["fixtures"])


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("name", shell_complete=offer_sets)
@_fixtures
def show(**options: Any) -> None:
    """Show what is in a set, and how to call it."""
    from mockorders.commands.fixtures import show

    show(options["name"], options["fixtures"])


@fixtures.command(epilog=FIXTURES_EXAMPLES)
@click.argument("name", shell_complete=offer_sets)
@_fixtures
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


@main.command(epilog=CODES)
@_json
def routes(**options: Any) -> None:
    """List the endpoints with their schemas."""
    from mockorders.commands.routes import run

    run(options)


@main.command(epilog=COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Write the completion script of a shell."""
    from mockorders.commands.completion import run

    run(main, shell)
