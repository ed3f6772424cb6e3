"""How a command fails: a line on stderr for each error, and an exit code."""

from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mockorders.fixture_sets.errors import FixtureError


class CommandError(click.ClickException):
    """An error that stops a command; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the error to stderr, each of its lines as one that begins with the program's name."""
        for line in self.message.splitlines():
            click.echo(f"mockorders: {line}", err=True)


class CommandUsageError(CommandError):
    """An invalid option or unreadable file; exit code 2."""

    exit_code = 2


def fixture_command_error(error: "FixtureError", prefix: str = "") -> CommandError:
    """Return the error of a command for invalid fixtures: exit code 1, or 2 if a set or file cannot be read."""
    from mockorders.fixture_sets.errors import UnreadableFixtureError

    message = "\n".join(f"{prefix}{line}" for line in error.lines)
    return CommandUsageError(message) if isinstance(error, UnreadableFixtureError) else CommandError(message)
