"""How a command fails: one line on stderr, and an exit code."""

from typing import IO, Any

import click


class Failure(click.ClickException):
    """What keeps a command from its work, in one line; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it on stderr."""
        click.echo(f"mockorders: {self.message}", err=True)


class Misuse(Failure):
    """A bad option, or a file that is none; exit code 2."""

    exit_code = 2
