"""CONTRIBUTING.md and docs/development/architecture.md describe the code as it is."""

import re
import tomllib
from itertools import chain
from pathlib import Path

from mockorders.apis.parts import REQUIRED_NAMES

ROOT = Path(__file__).parent.parent


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_files_of_the_recipes_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:mockorders|schemas|fixtures|tests|docs|tools)/[\w./]*)`", text)
    assert len(named) > 30
    assert [] == [name for name in named if not {"API", "NAME"} & set(name.split("/")) and not (ROOT / name).exists()]


def test_every_module_is_in_the_architecture() -> None:
    tree = text_of("docs/development/architecture.md").partition("```text")[2].partition("```")[0]
    listed = {line.split()[0] for line in tree.splitlines() if re.match(r"  [\w/]", line)}
    packages = {f"{path.parent.name}/" for path in (ROOT / "mockorders").glob("*/__init__.py")}
    modules = {path.name for path in (ROOT / "mockorders").glob("*.py")}
    assert packages | modules == listed


def test_architecture_names_the_modules_of_each_package() -> None:
    tree = text_of("docs/development/architecture.md").partition("```text")[2].partition("```")[0]
    for package, lines in re.findall(r"^  (\w+/) +.*\n((?:    .*\n)*)", tree, re.MULTILINE):
        named = set(re.findall(r"^    (\w+)/? ", lines, re.MULTILINE))
        folder = ROOT / "mockorders" / package
        modules = {path.stem for path in folder.glob("*.py") if path.name != "__init__.py"}
        assert (package, set()) == (package, modules - named)
        assert (package, set()) == (package, named - {path.stem for path in folder.iterdir()})


def test_optional_modules_of_an_api_are_in_the_table() -> None:
    table = text_of("docs/development/architecture.md").partition("| module | must define |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE)
    assert {name: tuple(names) for name, names in REQUIRED_NAMES.items()} == {
        module: tuple(re.findall(r"`(\w+)`", names)) for module, names in rows
    }


def test_layers_of_the_architecture_are_those_that_are_checked() -> None:
    order = text_of("docs/development/architecture.md").partition("<!-- layers -->\n```text\n")[2].partition("```")[0]
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    assert [re.split(r"[: |]+", layer) for layer in layers] == [line.split() for line in order.splitlines()]


def test_every_dependency_has_its_reason() -> None:
    text = text_of("docs/development/architecture.md").partition("## Dependencies")[2]
    declared = tomllib.loads(text_of("pyproject.toml"))
    groups = declared["dependency-groups"]
    listed = [*declared["project"]["dependencies"], *chain.from_iterable(groups.values())]
    names = {re.split("[>=]", each)[0] for each in listed if isinstance(each, str)}
    assert len(names) > 8
    assert names == {name for name in names if name in text}


def test_commands_of_contributing_are_targets() -> None:
    makefile = text_of("Makefile")
    named = set(re.findall(r"^\$ make ([\w-]+)", text_of("CONTRIBUTING.md"), re.MULTILINE))
    assert named == {name for name in named if f"\n{name}:" in makefile}
