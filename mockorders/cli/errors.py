"""How a command fails: a line on stderr for each mistake, and an exit code."""

from typing import IO, Any

import click


class CommandError(click.ClickException):
    """An error that stops a command; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the error to stderr, each of its lines as one that begins with the program's name."""
        for line in self.message.splitlines():
            click.echo(f"mockorders: {line}", err=True)


class CommandUsageError(CommandError):
    """An invalid option or unreadable file; exit code 2."""

    exit_code = 2
