"""The declarations of all commands but `serve`; each is implemented in the module of its name."""

from typing import Any, get_args

import click

from mockorders.cli.fixtures_commands import fixtures
from mockorders.cli.group import EXIT_CODES, complete_endpoints, option
from mockorders.cli.param_types import ApiName, find_endpoint
from mockorders.cli.store_commands import store
from mockorders.config import Profile

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
OPENAPI_EXAMPLES = f"""
\b
Examples:
  mockorders openapi > openapi.json             the emulated APIs
  mockorders openapi --control > control.json   the control API

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


@click.command(epilog=COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell."""
    from mockorders.cli.completion import run

    run(click.get_current_context().find_root().command, shell)


COMMANDS: dict[str, click.Command] = {
    str(each.name): each for each in (validate, fixtures, routes, openapi, store, completion)
}
