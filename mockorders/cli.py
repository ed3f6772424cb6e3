"""The command line: `serve`, and the way to the other commands, which are declared where no start pays for them."""

import os
from pathlib import Path
from typing import Any

import click

from mockorders import __version__
from mockorders.commands.group import CODES, DefaultGroup, fixtures_option, option

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

_file = click.Path(path_type=Path)


@click.group(
    cls=DefaultGroup,
    default="serve",
    others="mockorders.commands.declared",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXAMPLES,
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
@fixtures_option
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
@option("--log-format", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to log.")
@option("--quiet", is_flag=True, help="No line for each request.")
@option("--log-requests", is_flag=True, help="A line for each request even where stderr is no terminal.")
def serve(**options: Any) -> None:
    """Serve both APIs until stopped."""
    from mockorders.commands.serve import run

    run(options)
