"""Shared by the declarations of all commands: a group with a default command, options with environment variables."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from mockorders.cli.errors import CommandError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXIT_CODES = "Exit codes: 0 success or stopped, 1 failure or violation found, 2 invalid option or unreadable file."

_GROUP_OPTIONS = {"--help", "-h", "--version"}


class DefaultGroup(click.Group):
    """A group with a default command, which runs if no command is named.

    `lazy_commands` is a module with COMMANDS, imported for commands that the group itself does not declare.
    """

    def __init__(self, *args: Any, default: str, lazy_commands: str | None = None, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.default = default
        self.lazy_commands = lazy_commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all commands by name."""
        return sorted({*self.commands, *self._load_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None."""
        return super().get_command(ctx, cmd_name) or self._load_commands().get(cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command before options that are not the group's own, except when completing its name."""
        unnamed = args[0].startswith("-") and args[0] not in _GROUP_OPTIONS if args else not ctx.resilient_parsing
        return super().parse_args(ctx, [self.default, *args] if unnamed else args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete commands, and the options of the default one."""
        found = super().shell_complete(ctx, incomplete)
        command = self.get_command(ctx, self.default)
        if command is None or not incomplete.startswith("-"):
            return found
        named = {item.value for item in found}
        return found + [item for item in command.shell_complete(ctx, incomplete) if item.value not in named]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises CommandError if the definition of an emulated API is invalid."""
        from mockorders.errors import ApiDefinitionError

        try:
            return super().invoke(ctx)
        except ApiDefinitionError as error:
            raise CommandError(str(error)) from error

    def _load_commands(self) -> Mapping[str, click.Command]:
        found: Mapping[str, click.Command] = import_module(self.lazy_commands).COMMANDS if self.lazy_commands else {}
        return found


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Declare an option that can also be set as MOCKORDERS_NAME, after the first of its names."""
    name = names[0].split("/")[0].removeprefix("--")
    return click.option(*names, envvar=f"MOCKORDERS_{name.upper().replace('-', '_')}", show_envvar=True, **settings)


def complete_sets(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Complete the name of a shipped fixture set, or of a file if no set matches."""
    from click.shell_completion import CompletionItem

    from mockorders.fixture_sets.files import shipped_files

    names = [name for name in shipped_files() if name.startswith(incomplete)]
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


def complete_endpoints(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Complete an endpoint, such as `cratejoy GET /orders/{id}`."""
    from click.shell_completion import CompletionItem

    from mockorders.apis import discover

    names: list[str] = []
    for api in discover():
        names += [f"{api.name} {route.method} {route.path}" for route in api.routes]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


fixtures_option = option(
    "--fixtures",
    multiple=True,
    shell_complete=complete_sets,
    help="Name of a fixture set to use; or a file to add and use; or a folder whose files are added.",
)
