"""Commands and examples of README and docs, executed."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest
from support.processes import finish, serving
from support.snippets import Run, execute, runs, snippets

from mockorders.cli.main import main, serve
from mockorders.control.routes import ROUTES
from mockorders.fixture_sets.files import EXPLICIT_SETS, shipped_files
from tools import fidelity

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *DOCS]
HOST_ENTRY_PAGE = "https.md"  # its program needs a host entry: test_https.py
DOCUMENTED_URL = "http://127.0.0.1:8080"


def calls() -> list[tuple[str, str]]:
    """Return the curl lines of README, each with the output below it."""
    lines = "".join(block.text for block in snippets(ROOT / "README.md", "console")).splitlines()
    return [
        (line.removeprefix("$ "), next((after for after in lines[number + 1 : number + 2] if after[0] != "$"), ""))
        for number, line in enumerate(lines)
        if line.startswith("$ curl")
    ]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Start the emulator as in README, on a free port."""
    with serving() as server:
        assert server.url.startswith("http://127.0.0.1:")
        yield server.url


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(("line", "response"), calls())
def test_curl_lines_print_the_output_in_readme(url: str, line: str, response: str) -> None:
    done = finish(line.replace(DOCUMENTED_URL, url), shell=True, check=True)
    assert done.stdout
    assert done.stdout.startswith(response.rstrip("… "))


def test_readme_has_curl_lines() -> None:
    assert 5 == len(calls())


def executable_runs() -> Iterator[Any]:
    """Yield what to run of each page, with the page and the lines as its id."""
    for page in filter(lambda page: page.name != HOST_ENTRY_PAGE, (ROOT / "README.md", *DOCS)):
        for run in runs(page):
            lines = ",".join(str(snippet.line) for snippet in run.snippets)
            yield pytest.param(run, id=f"{page.name}:{lines}")


@pytest.mark.parametrize("run", executable_runs())
def test_python_examples_run(tmp_path: Path, run: Run) -> None:
    done = execute(run, tmp_path)
    if documented := run.snippets[0].output:
        lines = iter(done.stdout.splitlines())
        assert [] == [each for each in documented.splitlines() if not any(shows(each, line) for line in lines)], (
            done.stdout
        )
    else:
        assert (0, "") == (done.returncode, done.stderr), done.stdout


def shows(documented: str, line: str) -> bool:
    """Return whether a line of output matches the documented one, where `…` stands for anything."""
    return re.fullmatch(re.escape(documented).replace("…", ".*"), line) is not None


def test_readme_names_existing_options() -> None:
    table = README.partition("## Options")[2].partition("## Control API")[0]
    named = set(re.findall(r"`(--[a-z-]+)", table))
    assert len(named) > 15
    assert named <= set(chain.from_iterable(option.opts for option in serve.params))


def test_every_fixture_set_is_in_readme() -> None:
    assert {name for name in shipped_files() if f"| `{name}` |" in README} == set(shipped_files())
    assert EXPLICIT_SETS <= set(shipped_files())


def test_every_control_path_is_in_readme() -> None:
    table = README.partition("## Control API")[2].partition("## Contribute")[0]
    plain = {re.sub(r":[^{}]+(\{[^{}]*\})?\}", "}", path) for _, path, _ in ROUTES}
    short = {path.replace("/sandboxes/{name}", "…") for path in plain}
    assert short == {path for path in short if path in table}


def test_fidelity_page_is_generated_from_the_rules() -> None:
    assert fidelity.markdown(fidelity.parts()) == (ROOT / "docs/fidelity.md").read_text(encoding="utf-8"), "make docs"


def test_rule_names_are_unique_in_the_docs() -> None:
    names = [rule.name for rule in chain.from_iterable(rules for _, rules in fidelity.parts())]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [] == [link for link in links if not (page.parent / link).exists()]


def test_the_files_of_the_recipes_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:mockorders|schemas|fixtures|tests|docs|tools)/[\w./]*)`", text)
    assert len(named) > 30
    assert [] == [name for name in named if not {"API", "NAME"} & set(name.split("/")) and not (ROOT / name).exists()]


def test_architecture_page_lists_every_module() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "mockorders").glob("*.py")} - {"__init__.py", "__main__.py"}
    assert modules == {name for name in modules if name in text}


def test_every_dependency_has_a_documented_reason() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = declared["dependency-groups"]
    listed = [*declared["project"]["dependencies"], *chain.from_iterable(groups.values())]
    names = {re.split("[>=]", each)[0] for each in listed if isinstance(each, str)}
    assert len(names) > 8
    assert names == {name for name in names if name in text}


def test_commands_of_contributing_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^\$ make (\w+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert named == {name for name in named if f"\n{name}:" in makefile}


def test_command_line_has_the_commands_of_readme() -> None:
    assert {"completion", "fixtures", "routes", "serve", "validate"} == set(main.list_commands(click.Context(main)))
