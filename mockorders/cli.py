"""The commands; the only reader of the environment."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mockorders import __version__

EXAMPLES = """
\b
Examples:
  mockorders                              both APIs on http://127.0.0.1:8080
  mockorders --port 0 --fixtures docs     a free port, the documented examples
  mockorders --fixtures ./orders.json     your own fixtures
  mockorders --clock 2017-03-21T00:00:00Z --profile observed

Every option can also be set as MOCKORDERS_NAME, such as MOCKORDERS_PORT.
Exit codes: 0 stopped, 1 the start failed, 2 a bad option.
"""


class DefaultGroup(click.Group):
    """A group whose first command is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `serve` before options that are not the group's own."""
        if not args or (args[0].startswith("-") and args[0] not in {"--help", "-h", "--version"}):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(__version__, prog_name="mockorders")
def main() -> None:
    """Emulate the Universe orders API and the Cratejoy Merchant API, for integration tests.

    Without a command: serve.
    """


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Declare an option that MOCKORDERS_NAME sets as well."""
    name = names[0].split("/")[0].removeprefix("--")
    return click.option(*names, envvar=f"MOCKORDERS_{name.upper().replace('-', '_')}", show_envvar=True, **settings)


@main.command(epilog=EXAMPLES)
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@option(
    "--fixtures", multiple=True, help="A set's name chooses it; a file adds and chooses one; a folder adds its own."
)
@option("--profile", type=click.Choice(["documented", "observed"]), help="Shape of Cratejoy's answers.")
@option("--strict", is_flag=True, help="Refuse form bodies, as the real Cratejoy does.")
@option("--clock", help="Freeze every sandbox at this time, ISO 8601.")
@option("--credentials", type=click.Path(path_type=Path), help='Let only these in: JSON, {"name": "secret" or null}.')
@option("--max-sandboxes", default=10_000, show_default=True, type=click.IntRange(1), help="How many there can be.")
@option("--allow-origin", multiple=True, help="A web page's origin that may read answers; * for all.")
@option("--allow-host", multiple=True, help="A host name under which the control API may be called.")
@option(
    "--journal-memory", default=64 * 2**20, show_default=True, type=click.IntRange(1), help="Bytes for all journals."
)
@option("--control-token", help="Ask for this bearer token on the control API.")
@option("--tls-cert", type=click.Path(path_type=Path), help="Serve HTTPS with this certificate (PEM).")
@option("--tls-key", type=click.Path(path_type=Path), help="The certificate's key (PEM).")
@option("--quiet", is_flag=True, help="No line for each request.")
@option("--log-requests", is_flag=True, help="A line for each request even where stderr is no terminal.")
def serve(**options: Any) -> None:
    """Serve both APIs until stopped."""
    from mockorders.commands.serve import Failure, run

    try:
        run(options)
    except Failure as failure:
        click.echo(f"mockorders: {failure}", err=True)
        sys.exit(failure.code)
