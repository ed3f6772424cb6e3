"""Rules: every refusal names one, every one is used, and each says what it rests on."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from support.emulator import RunningEmulator

import mockorders
from mockorders import errors
from mockorders.apis import discover
from mockorders.rules import CORE, Evidence, Rule

SOURCE = Path(mockorders.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
TREES = {str(path.relative_to(SOURCE)): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
RULES = [*CORE, *(rule for api in discover() for rule in api.rules)]


def is_refusal(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, errors.ApiError)


def classes() -> set[str]:
    """Name the refusals: those of the core, and what other modules derive from them."""
    names = {name for name, value in vars(errors).items() if is_refusal(value)}
    for tree in TREES.values():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.ClassDef)
                and {base.id for base in node.bases if isinstance(base, ast.Name)} & names
            ):
                names.add(node.name)
    return names


REFUSALS = classes()


def refusals() -> Iterator[tuple[str, ast.Call]]:
    """Find where refusals are made, as `file:line` and call."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
                yield f"{name}:{node.lineno}", node


MADE = list(refusals())


def declarations() -> list[tuple[str, str]]:
    """List the rules that modules declare, as file and name."""
    return [
        (name, target.id)
        for name, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(node.value.func, ast.Name) and node.value.func.id == "Rule" and isinstance(target, ast.Name)
    ]


@cache
def mentions(name: str) -> tuple[set[str], set[str]]:
    """Give what a file imports, as dotted names, and what it mentions: names, and attributes of `rules`."""
    imported, mentioned = set(), set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Name):
            mentioned.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "rules":
            mentioned.add(f"rules.{node.attr}")
    return imported, mentioned


def uses(module: str, rule: str) -> list[str]:
    """List the files that use a rule of a module: as `rules.NAME`, or by its name where they import that."""
    dotted = "mockorders." + module.removesuffix(".py").replace("/", ".")
    found = []
    for name in TREES.keys() - {module}:
        imported, mentioned = mentions(name)
        by_name = f"{dotted}.{rule}" in imported and rule in mentioned
        if by_name or (dotted in imported and f"rules.{rule}" in mentioned):
            found.append(name)
    return found


@pytest.mark.parametrize(("place", "call"), MADE, ids=[place for place, _ in MADE])
def test_every_refusal_names_its_rule(place: str, call: ast.Call) -> None:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "rule"]
    assert 1 == len(given), f"{place} names no rule"
    assert not isinstance(given[0], ast.Constant), f"{place} names no declared rule"


def test_refusals_are_raised_by_more_than_one_module() -> None:
    modules = {place.partition(":")[0] for place, _ in MADE}
    assert {"apis/universe/handlers.py", "apis/cratejoy/checkout/customers.py"} <= modules
    assert len(modules) > 4  # the emulator's own rejects too


@pytest.mark.parametrize(("module", "rule"), declarations())
def test_every_declared_rule_is_used_outside_its_module(module: str, rule: str) -> None:
    assert uses(module, rule), f"{rule} of {module} is used nowhere"


def test_rules_are_declared_in_rules_modules_only_and_all_are_listed() -> None:
    assert {"rules"} == {Path(module).stem for module, _ in declarations()}
    assert len(declarations()) == len(RULES)


def test_names_are_unique_and_begin_with_where_they_hold() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(set(names)) == sorted(names)
    for api in discover():
        assert {api.name} == {rule.name.partition(".")[0] for rule in api.rules}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.name))
def test_every_rule_says_what_it_rests_on(rule: Rule) -> None:
    assert rule.evidence in get_args(Evidence)
    assert (True, True) == (rule.statement.endswith((".", ".`")), bool(rule.source))
    assert rule.evidence == "documented" or not rule.sentence


def test_there_are_three_kinds_of_evidence() -> None:
    assert ("documented", "observed", "assumed") == get_args(Evidence)
    assert set(get_args(Evidence)) == {rule.evidence for rule in RULES}


async def test_the_control_api_lists_every_rule(emulator: RunningEmulator) -> None:
    listed = (await emulator.control("GET", "/fidelity")).json["rules"]
    assert [(rule.name, rule.statement, rule.evidence, rule.source) for rule in RULES] == [
        (each["name"], each["statement"], each["evidence"], each["source"]) for each in listed
    ]
