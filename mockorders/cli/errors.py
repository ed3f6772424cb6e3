"""How a command fails: one line on stderr and an exit code."""

from typing import IO, Any

import click


class CommandError(click.ClickException):
    """An error that stops a command; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the error to stderr, as one line."""
        click.echo(f"mockorders: {self.message}", err=True)


class CommandUsageError(CommandError):
    """An invalid option or unreadable file; exit code 2."""

    exit_code = 2
