"""Shared by the declarations of all commands: a group with a default command, options with environment variables."""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from mockorders.cli.errors import CommandError, CommandUsageError
from mockorders.environment import PREFIX, is_service_link
from mockorders.formats.suggestions import did_you_mean

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


class EnvironmentOption(click.Option):
    """An option that can also be set by an environment variable.

    An empty variable counts as not set; if the option `restricts` who can connect, it is an error. Variables that
    Kubernetes and Docker add for a service of the same name are ignored.
    """

    def __init__(self, *args: Any, restricts: bool = False, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.restricts = restricts

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return the value of the variable, or None. Raises CommandUsageError if it is empty but restricts access."""
        value = super().resolve_envvar_value(ctx)
        name = str(self.envvar)
        if value is None and self.restricts and name in os.environ:
            message = f"{name}: expected a value, got an empty text; unset the variable to omit {self.opts[0]}"
            raise CommandUsageError(message)
        return None if value is not None and is_service_link(name, value) else value


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Declare an EnvironmentOption with the variable MOCKORDERS_NAME, after the first of its names."""
    name = names[0].split("/")[0].removeprefix("--")
    variable = f"{PREFIX}{name.upper().replace('-', '_')}"
    return click.option(*names, cls=EnvironmentOption, envvar=variable, show_envvar=True, **settings)


def warn_of_variables(group: click.Group, ctx: click.Context) -> None:
    """Write a line to stderr for each environment variable MOCKORDERS_NAME that has no effect."""
    for name in sorted(name for name in os.environ if name.startswith(PREFIX)):
        if is_service_link(name, os.environ[name]):
            if name == f"{PREFIX}PORT":
                _warn(f"{name}={os.environ[name]} is ignored: Kubernetes or Docker set it (see enableServiceLinks)")
        elif name not in _variables(group, ctx):
            known = [each.removeprefix(PREFIX) for each in _variables(group, ctx)]
            advice = did_you_mean(name.removeprefix(PREFIX), known, prefix=PREFIX)
            _warn(f"unknown environment variable {name}{advice}")


def _variables(command: click.Command, ctx: click.Context) -> set[str]:
    """Return the environment variables of a command's options, including those of its commands."""
    found = {str(each.envvar) for each in command.params if isinstance(each, EnvironmentOption)}
    if isinstance(command, click.Group):
        inner = filter(None, (command.get_command(ctx, name) for name in command.list_commands(ctx)))
        found = found.union(*(_variables(each, ctx) for each in inner))
    return found


def _warn(line: str) -> None:
    click.echo(f"mockorders: {line}", err=True)


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
