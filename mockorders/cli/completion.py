"""`mockorders completion`: the script with which a shell completes commands, options and their values."""

import click
from click.shell_completion import get_completion_class

PROGRAM = "mockorders"


def run(main: click.Command, shell: str) -> None:
    """Print the script for a shell."""
    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(main, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
