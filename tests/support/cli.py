"""Run commands of the emulator in this process, which is faster than in a new one."""

import os
from typing import Any

import click
from click.testing import CliRunner

from mockorders.cli.main import main, serve
from support.processes import Ended


def invoke(*arguments: str, environment: dict[str, str] | None = None) -> Ended:
    """Run a command that exits by itself, without the caller's MOCKORDERS_* variables."""
    inherited = [name for name in os.environ if name.startswith("MOCKORDERS_")]
    variables = {**dict.fromkeys(inherited), "MOCKORDERS_PORT": "0", **(environment or {})}
    result = CliRunner().invoke(main, arguments, prog_name="mockorders", env=variables)
    return Ended(result.exit_code, result.stdout, result.stderr)


def parsed(*arguments: str, command: click.Command = serve) -> dict[str, Any]:
    """Parse the arguments of a command without running it.

    The parent context matters: click stores the help option in the command, with the names of its first context.
    """
    parent = click.Context(main, **main.context_settings)
    return dict(command.make_context("command", list(arguments), parent=parent).params)
