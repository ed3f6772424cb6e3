"""docs/command-line.md: every option is documented, and every command prints the documented output."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from support.processes import ENVIRONMENT, SCRIPT, finish, serving

from mockorders.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    return {name: command for name in main.list_commands(context) if (command := main.get_command(context, name))}


def options(command: Any) -> dict[str, Any]:
    inner = getattr(command, "commands", {}).values()
    direct = {each.opts[0]: each for each in command.params if each.opts[0].startswith("--")}
    for sub in inner:
        direct |= options(sub)
    return direct


def blocks(section: str) -> list[tuple[str, list[str]]]:
    """Return the command lines of a section, each with its documented output."""
    text = "".join(re.findall(r"```console\n(.*?)```", SECTIONS[section], re.DOTALL))
    return [(each.splitlines()[0], each.splitlines()[1:]) for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Create a folder with the files that the page mentions."""
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "shop.json").write_text('{"extends": "docs"}')
    (tmp_path / "mine.json").write_text('{"extends": "docs"}')
    with serving("--fixtures", "docs", "--profile", "observed") as server:
        wrong = server.get("/v1/orders/75572230/", Authorization="Basic ZG9jczphbnk=") | {"total": "35.00"}
    responses = [("https://api.cratejoy.com/v1/orders/75572230/", wrong), ("https://example.com/logo.png", {})]
    entries = [
        {
            "request": {"method": "GET", "url": url},
            "response": {"status": 200, "content": {"mimeType": "application/json", "text": json.dumps(body)}},
        }
        for url, body in responses
    ]
    (tmp_path / "recorded.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return tmp_path


def output_of(line: str, folder: Path) -> list[str]:
    path = f"{Path(SCRIPT[0]).parent}{os.pathsep}{ENVIRONMENT['PATH']}"
    done = finish(line, shell=True, cwd=folder, environment={"PATH": path})
    assert "" == done.stderr
    return str(done.stdout).splitlines()


def matches(documented: list[str], actual: list[str]) -> bool:
    """Compare documented with actual output; `…` stands for anything, at the end of a line or as a line."""
    pattern = "\n".join(re.escape(line) for line in documented).replace("…", ".*")
    return re.fullmatch(pattern, "\n".join(actual), re.DOTALL) is not None


def test_every_command_has_its_section() -> None:
    assert ["serve", "validate", "fixtures", "routes", "completion"] == list(SECTIONS)
    assert set(SECTIONS) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_in_its_section(name: str) -> None:
    rows = re.findall(r"^\| (`--.+?) \| (.+) \|$", SECTIONS[name], re.MULTILINE)
    named: dict[str, str] = {}
    for cell, meaning in rows:
        named |= dict.fromkeys(re.findall(r"--[a-z-]+", cell), meaning)
    declared = options(commands()[name])
    assert set(declared) == set(named)
    defaults = {option: str(each.default) for option, each in declared.items() if getattr(each, "show_default", None)}
    assert {} == {option: value for option, value in defaults.items() if value not in named[option]}


def test_validate_prints_the_documented_output(folder: Path) -> None:
    (recorded, documented), (live, response) = blocks("validate")
    assert matches(documented, output_of(recorded, folder))
    with serving("--fixtures", "docs") as server:
        assert matches(response, output_of(live.replace("http://127.0.0.1:8080", server.url), folder))


def test_fixtures_print_the_documented_output(folder: Path) -> None:
    lines = blocks("fixtures")
    assert [True] * 4 == [matches(documented, output_of(line, folder)) for line, documented in lines]


def test_routes_print_the_documented_output(folder: Path) -> None:
    ((line, documented),) = blocks("routes")
    assert matches(documented, output_of(line, folder))


def test_documented_completion_set_up_works(folder: Path) -> None:
    bash, zsh, fish = (line for line, _ in blocks("completion"))
    home = folder / ".config" / "fish" / "completions"
    home.mkdir(parents=True)
    assert [] == output_of(f"bash -c '{bash}; complete -p mockorders > /dev/null'", folder)
    assert [] == output_of(fish.replace("~", str(folder)), folder)
    assert "mockorders" in (home / "mockorders.fish").read_text()
    if shutil.which("zsh"):
        assert [] == output_of(f"zsh -c 'autoload -Uz compinit; compinit; {zsh}'", folder)


def test_documented_serve_commands_start_a_server(folder: Path) -> None:
    (line, _), (container, _) = blocks("serve")
    with serving(*line.split()[1:], cwd=folder) as server:
        assert ["mine", "shop"] == [
            server.get(f"/orders?key={key}") and server.get(f"/_mockorders/sandboxes/{key}")["fixtures"]
            for key in ("any", "shop")
        ]
    (mounted,) = re.findall(r"--volume (\S+?):(\S+?):ro", container)
    (name, value), *_ = re.findall(r"--env (\w+)=(\S+)", container)
    variables = {name: value.replace(mounted[1], mounted[0])}
    with serving(*container.partition(" mockorders ")[2].split(), environment=variables, cwd=folder) as server:
        assert "shop" == (server.get("/orders?key=shop") and server.get("/_mockorders/sandboxes/shop")["fixtures"])
