"""`mockorders routes`, completion, and what all commands share: colors, pipes and interrupts."""

import json
import os
import pty
import signal
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from support.processes import ENVIRONMENT, MODULE, SCRIPT, SECONDS, drained, finish, run, spawn

from mockorders.apis import discover
from mockorders.cli.main import main
from mockorders.validation.schemas import schema_names


def test_every_route_is_listed() -> None:
    lines = [line.split() for line in run("routes").out.splitlines()]
    for api in discover():
        rows = [line for line in lines if [f"{api.name}/" in line[2]] == [True]] if lines else []
        assert [[*api.endpoint(route).split(), f"{api.name}/{route.response_schema}"] for route in api.routes] == [
            row[:3] for row in rows
        ]


def test_routes_are_printed_as_json() -> None:
    listed = json.loads(run("routes", "--json").out)
    first = {
        "api": "cratejoy",
        "method": "PUT",
        "path": "/orders/{id}",
        "title": "Update an order.",
        "bases": ["/v1"],
        "status": 200,
        "response": "cratejoy/order",
        "query": "cratejoy/resource-parameters",
        "body": "cratejoy/update-order",
    }
    assert (sum(len(api.routes) for api in discover()), True) == (len(listed), first in listed)
    named = chain.from_iterable((each["response"], each["query"], each["body"]) for each in listed)
    assert set(named) - {None} <= set(schema_names())


def test_paths_are_printed_as_clients_send_them() -> None:
    words = run("routes").out.split()
    assert [True, True, False] == [path in words for path in ("/v1/orders/{id}/", "/orders/latest", "/orders/{id}/")]


# ---- completion


def completed(line: str) -> list[str]:
    """Request completions as bash does; a trailing space starts a new word."""
    words = line.split() + ([""] if line.endswith(" ") else [])
    environment = {"_MOCKORDERS_COMPLETE": "bash_complete", "COMP_CWORD": str(len(words) - 1)}
    result = CliRunner().invoke(main, prog_name="mockorders", env={**environment, "COMP_WORDS": " ".join(words)})
    return [each.partition(",")[2] or each for each in result.stdout.splitlines()]


MORE_THAN_A_PIPE_HOLDS = 2**20
COMMANDS = ["completion", "fixtures", "openapi", "routes", "serve", "store", "validate"]
PATHS = (
    "/orders /orders/latest /orders/{id} /fanclub /plans /plans/{id} /account /account/shipping "
    "/subscriptions /account/status /login/{sandbox} /logout/{sandbox}"
).split()
POSTS = ("POST /refresh", "POST /account", "POST /account/shipping")
COMPLETIONS: list[tuple[str, list[str]]] = [
    ("mockorders ", COMMANDS),
    ("mockorders fi", ["fixtures"]),
    ("mockorders --fi", ["--fixtures"]),
    ("mockorders --ver", ["--version"]),
    ("mockorders serve --fixtures do", ["docs", "docs-queued"]),
    ("mockorders --fixtures docs --profile ", ["documented", "observed"]),
    ("mockorders --fixtures ./", ["./"]),
    ("mockorders fixtures ", ["check", "dump", "list", "new", "schema", "show"]),
    ("mockorders fixtures --fi", ["--fixtures"]),
    ("mockorders fixtures dump em", ["empty"]),
    ("mockorders validate --profile o", ["observed"]),
    (
        "mockorders validate --route universe",
        [f"universe {each}" for each in (*POSTS, *(f"GET {path}" for path in PATHS))],
    ),
    ("mockorders completion ", ["bash", "zsh", "fish"]),
]


@pytest.mark.parametrize(("line", "expected"), COMPLETIONS)
def test_completion_offers_matching_words(line: str, expected: list[str]) -> None:
    found = completed(line)
    assert sorted(expected) == sorted(found)


def test_bash_completes_with_the_generated_script() -> None:
    script = 'eval "$(mockorders completion bash)"; COMP_WORDS=(mockorders fixtures show do); COMP_CWORD=3\n'
    script += '_mockorders_completion mockorders; printf "%s\\n" "${COMPREPLY[@]}"'
    environment = {"PATH": f"{Path(SCRIPT[0]).parent}:{ENVIRONMENT['PATH']}"}
    done = finish(["bash", "-c", script], environment=environment, check=True)
    assert ["docs", "docs-queued"] == sorted(done.stdout.split())


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_completion_script(shell: str) -> None:
    text = run("completion", shell).out
    assert f"_MOCKORDERS_COMPLETE={shell}_complete" in text


# ---- colors only on a terminal


def on_a_terminal(*arguments: str, **environment: str) -> str:
    terminal, end = pty.openpty()
    try:
        finish([*MODULE, *arguments], environment=environment, stdout=end, stderr=end, check=True)
        os.close(end)
        return drained(terminal)
    finally:
        os.close(terminal)


def test_colors_are_used_only_on_a_terminal() -> None:
    outputs = [on_a_terminal("routes"), on_a_terminal("routes", NO_COLOR="1"), run("routes").out]
    assert [True, False, False] == ["\x1b[" in text for text in outputs]
    assert outputs[1].replace("\r\n", "\n") == outputs[2]


# ---- pipes and interrupts


@pytest.mark.parametrize("command", ["routes", "fixtures dump default", "fixtures", "validate --help"])
def test_closed_pipe_is_not_an_error(command: str) -> None:
    with spawn([*MODULE, *command.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "" == process.stderr.read()


def test_interrupt_ends_a_command_without_a_traceback() -> None:
    with spawn([*MODULE, "validate", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(" " * MORE_THAN_A_PIPE_HOLDS)  # returns once the command reads
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=SECONDS)
    assert (1, "Aborted!") == (process.returncode, err.strip())


# ---- exit codes and help


def declared() -> list[tuple[str, ...]]:
    return [(), ("serve",), ("validate",), ("fixtures",), ("fixtures", "check"), ("routes",)]


@pytest.mark.parametrize("command", declared(), ids=" ".join)
def test_help_lists_the_exit_codes(command: tuple[str, ...]) -> None:
    text = " ".join(CliRunner().invoke(main, [*command, "--help"]).stdout.split())
    assert "Exit codes: 0 success or stopped, 1 failure or violation found, 2 invalid option" in text


def test_every_option_has_an_environment_variable() -> None:
    def options(command: Any, path: str = "") -> dict[str, Any]:
        context = click.Context(command)
        names = command.list_commands(context) if isinstance(command, click.Group) else []
        inner = {name: command.get_command(context, name) for name in names}
        direct = {f"{path} {each.opts[0]}": each.envvar for each in command.params if each.opts[0].startswith("--")}
        for key, each in inner.items():
            direct |= options(each, key)
        return direct

    expected = {
        name: f"MOCKORDERS_{name.split()[-1][2:].upper().replace('-', '_')}"
        for name in options(main)
        if name.split()[-1] not in {"--version", "--help"}
    }
    assert expected == {name: variable for name, variable in options(main).items() if name in expected}
    assert len(expected) > 25


def test_serve_does_not_import_other_commands() -> None:
    code = "import sys, mockorders.cli.main; print(*[name for name in sys.modules if name.startswith('mockorders.')])"
    done = finish([sys.executable, "-c", code], check=True)
    light = {"__version__", "cli", "cli.errors", "cli.group", "cli.main", "cli.param_types", "config", "environment"}
    names = {
        "formats",
        *(f"formats.{name}" for name in ("hosts", "origins", "store_location", "suggestions", "tokens")),
    }
    assert {f"mockorders.{name}" for name in light | names} == set(done.stdout.split())
