"""docs/reference/command-line.md lists every option, and its commands print what it shows."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from support.emulator import basic
from support.processes import ENVIRONMENT, SCRIPT, finish, get, serving

from mockorders import MockServer, Sandbox
from mockorders.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs/reference/command-line.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    return {name: command for name in main.list_commands(context) if (command := main.get_command(context, name))}


def options(command: Any) -> dict[str, Any]:
    inner = getattr(command, "commands", {}).values()
    own = {each.opts[0]: each for each in command.params if each.opts[0].startswith("--")}
    for sub in inner:
        own |= options(sub)
    return own


def blocks(section: str) -> list[tuple[str, list[str]]]:
    """Return the section's command lines, each with the output that is shown."""
    text = "".join(re.findall(r"```console\n(.*?)```", SECTIONS[section], re.DOTALL))
    return [(each.splitlines()[0], each.splitlines()[1:]) for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Create a folder with the files that the page names."""
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "shop.json").write_text('{"extends": "docs"}')
    (tmp_path / "mine.json").write_text('{"extends": "docs"}')
    with MockServer(fixtures="docs", profile="observed") as server:
        wrong = get(f"{server.url}/v1/orders/75572230/", basic("docs")) | {"total": "35.00"}
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


def says(line: str, folder: Path) -> list[str]:
    path = f"{Path(SCRIPT[0]).parent}{os.pathsep}{ENVIRONMENT['PATH']}"
    done = finish(line, shell=True, cwd=folder, environment={"PATH": path})
    assert "" == done.stderr
    return str(done.stdout).splitlines()


def fits(shown: list[str], said: list[str]) -> bool:
    """Compare output with what the page shows, in which `…` matches anything."""
    pattern = "\n".join(re.escape(line) for line in shown).replace("…", ".*")
    return re.fullmatch(pattern, "\n".join(said), re.DOTALL) is not None


def test_every_command_has_its_section() -> None:
    assert ["serve", "validate", "fixtures", "routes", "openapi", "store", "completion"] == list(SECTIONS)
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
    (recorded, shown), (live, response) = blocks("validate")
    assert fits(shown, says(recorded, folder))
    with MockServer(fixtures="docs") as server:
        assert fits(response, says(live.replace("http://127.0.0.1:8080", server.url), folder))


def test_fixtures_print_the_documented_output(folder: Path) -> None:
    lines = blocks("fixtures")
    assert [True] * 6 == [fits(shown, says(line, folder)) for line, shown in lines]


def test_routes_print_the_documented_output(folder: Path) -> None:
    ((line, shown),) = blocks("routes")
    assert fits(shown, says(line, folder))


def test_store_prints_the_documented_output(folder: Path) -> None:
    with MockServer(fixtures="docs", store=f"sqlite:{folder / 'shop.sqlite'}") as server:
        Sandbox(server.url, "docs").patch_record("cratejoy", "orders", 75572230, {"note": "new"})
    lines = blocks("store")
    assert [True] * 2 == [fits(shown, says(line, folder)) for line, shown in lines]


def test_completion_is_set_up_as_the_page_shows(folder: Path) -> None:
    bash, zsh, fish = (line for line, _ in blocks("completion"))
    home = folder / ".config" / "fish" / "completions"
    home.mkdir(parents=True)
    assert [] == says(f"bash -c '{bash}; complete -p mockorders > /dev/null'", folder)
    assert [] == says(fish.replace("~", str(folder)), folder)
    assert "mockorders" in (home / "mockorders.fish").read_text()
    if shutil.which("zsh"):
        assert [] == says(f"zsh -c 'autoload -Uz compinit; compinit; {zsh}'", folder)


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
