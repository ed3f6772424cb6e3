"""`mockorders completion`: the script that lets a shell complete commands, options and their values."""

import click
from click.shell_completion import get_completion_class

PROGRAM = "mockorders"


def run(main: click.Command, shell: str) -> None:
    """Write the script of a shell."""
    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(main, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
