"""The command line. `serve` is declared here; other commands are imported on demand to keep start-up fast."""

import os
import signal
import sys
from pathlib import Path
from typing import Any, get_args

import click

from mockorders.__version__ import __version__
from mockorders.cli.errors import CommandUsageError
from mockorders.cli.group import EXIT_CODES, DefaultGroup, fixtures_option, option, warn_of_variables
from mockorders.cli.param_types import CredentialsFile, ParsedText, Timestamp, load_certificate
from mockorders.config import Profile, Settings, StoreSync
from mockorders.formats.hosts import parse_listening_host
from mockorders.formats.origins import normalize_host_name, normalize_origin
from mockorders.formats.store_location import parse_location, parse_replica
from mockorders.formats.tokens import check_token

EXAMPLES = f"""
\b
Examples:
  mockorders                              all APIs on http://localhost:8080
  mockorders --port 0 --fixtures docs     a free port, the documented examples
  mockorders --fixtures ./sets --watch    your own fixtures, reloaded as you edit
  mockorders --clock 2017-03-21T00:00:00Z --profile observed
  mockorders validate recorded.har        do real responses match the schemas?

Every option can also be set as MOCKORDERS_NAME, such as MOCKORDERS_PORT.
{EXIT_CODES}
"""
DEFAULTS = Settings()

_pem_file = click.Path(dir_okay=False, path_type=Path)


@click.group(
    cls=DefaultGroup,
    default="serve",
    lazy_commands="mockorders.cli.commands",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="mockorders")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Emulate the Universe orders API and the Cratejoy Merchant API, for integration tests.

    The default command is serve.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    warn_of_variables(main, ctx)
    if ctx.invoked_subcommand == "serve":
        _exit_on_sigterm(ctx)


def _exit_on_sigterm(ctx: click.Context) -> None:
    """Exit with code 0 on SIGTERM until the event loop handles it: PID 1 of a container would ignore the signal."""
    previous = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ctx.call_on_close(lambda: signal.signal(signal.SIGTERM, previous))


@main.command(epilog=EXAMPLES)
@option(
    "--host",
    default="localhost",
    show_default=True,
    type=ParsedText("address", parse_listening_host),
    restricts=True,
    help="Address to listen on: localhost (127.0.0.1 and ::1), or 0.0.0.0 for all interfaces.",
)
@option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 selects a free one.")
@fixtures_option
@option(
    "--watch",
    is_flag=True,
    help="Reload fixture files when they change. Unmodified sandboxes are updated; modified ones keep their data.",
)
@option("--profile", default=DEFAULTS.profile, type=click.Choice(get_args(Profile)), help="Form of Cratejoy responses.")
@option("--strict", is_flag=True, default=DEFAULTS.strict, help="Reject form bodies, as the real Cratejoy API does.")
@option("--clock", default=DEFAULTS.clock, type=Timestamp(), help="Freeze the clock of every sandbox (ISO 8601).")
@option(
    "--credentials",
    default=DEFAULTS.credentials,
    type=CredentialsFile(),
    restricts=True,
    help='Accept only these credentials: a JSON file, {"name": "secret" or null}.',
)
@option(
    "--max-sandboxes",
    default=DEFAULTS.max_sandboxes,
    show_default=True,
    type=click.IntRange(1),
    help="Maximum number of sandboxes.",
)
@option(
    "--max-memory",
    default=DEFAULTS.max_memory,
    show_default=True,
    type=click.IntRange(1),
    help="Memory limit for fixtures and all sandboxes together, in bytes.",
)
@option(
    "--sandbox-idle",
    default=DEFAULTS.sandbox_idle,
    show_default=True,
    type=click.IntRange(0),
    help="Delete sandboxes that were not used for this many seconds; 0 for never.",
)
@option(
    "--allow-origin",
    "allow_origins",
    multiple=True,
    type=ParsedText("origin", normalize_origin),
    help="Origin of a web page that may use the APIs; https://*.NAME for its subdomains, * for all.",
)
@option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    type=ParsedText("host", normalize_host_name),
    help="Additional host name accepted by the control API; *.NAME for its subdomains.",
)
@option(
    "--journal-memory",
    default=DEFAULTS.journal_memory,
    show_default=True,
    type=click.IntRange(1),
    help="Memory limit for all request journals together, in bytes.",
)
@option(
    "--keep-alive",
    default=DEFAULTS.keep_alive,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="Close connections that are idle for this many seconds.",
)
@option(
    "--cache-dir",
    default=DEFAULTS.cache_dir,
    help="Folder for the generated records of large fixture sets, by default that of the user; empty for none.",
)
@option(
    "--store",
    default=DEFAULTS.store,
    type=ParsedText("store", parse_location),
    metavar="LOCATION",
    help="Keep sandboxes in sqlite:PATH, so that they survive a restart, or in postgresql://…, for several servers; "
    "without it, they are in memory only.",
)
@option(
    "--store-sync",
    default=DEFAULTS.store_sync,
    show_default=True,
    type=click.Choice(get_args(StoreSync)),
    help="What a SQLite store survives: the end of the process, or with full a loss of power too.",
)
@option(
    "--replica",
    default=DEFAULTS.replica,
    type=ParsedText("name", parse_replica),
    help="Name of this server among those that share a PostgreSQL store; by default the host name and random digits.",
)
@option(
    "--store-journal",
    is_flag=True,
    default=DEFAULTS.store_journal,
    help="Keep the requests of sandboxes in the store too; without it, the journal is in memory only.",
)
@option(
    "--control-token",
    default=DEFAULTS.control_token,
    type=ParsedText("token", check_token),
    restricts=True,
    help="Require this bearer token for the control API.",
)
@option("--tls-cert", type=_pem_file, is_eager=True, restricts=True, help="Serve HTTPS with this certificate (PEM).")
@option(
    "--tls-key",
    "tls",
    type=_pem_file,
    callback=load_certificate,
    restricts=True,
    help="Private key of the certificate (PEM).",
)
@option(
    "--log-format", default="text", show_default=True, type=click.Choice(["text", "json"]), help="Format of the log."
)
@option("--quiet", is_flag=True, help="Do not log requests.")
@option("--log-requests", is_flag=True, help="Log requests even if stderr is not a terminal.")
def serve(**options: Any) -> None:
    """Serve all APIs until stopped."""
    from mockorders.cli.serve import ServeOptions, run

    if options["store_journal"] and options["store"] is None:
        message = "--store-journal: expected --store, which has it"
        raise CommandUsageError(message)
    run(ServeOptions(**options))
