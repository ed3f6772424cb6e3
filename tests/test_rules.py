"""Rules: every rejection names one, every rule is used, and each has evidence."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from support.emulator import RunningEmulator
from support.sources import trees

from mockorders import errors
from mockorders.apis import discover
from mockorders.rules import CORE, Evidence, Rule

RULES = [*CORE, *chain.from_iterable(api.rules for api in discover())]


@cache
def classes_and_calls() -> list[tuple[str, list[ast.ClassDef | ast.Call]]]:
    """Return the classes and calls of each file."""
    return [
        (name, [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.Call)])
        for name, tree in trees().items()
    ]


def is_rejection(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, errors.ApiError)


def classes() -> set[str]:
    """Return the names of rejections: those in `errors`, and classes that other modules derive from them."""
    names = {name for name, value in vars(errors).items() if is_rejection(value)}
    for _, nodes in classes_and_calls():
        for node in nodes:
            if (
                isinstance(node, ast.ClassDef)
                and {base.id for base in node.bases if isinstance(base, ast.Name)} & names
            ):
                names.add(node.name)
    return names


def rejections() -> Iterator[tuple[str, ast.Call]]:
    """Yield where rejections are raised, as `file:line` and call."""
    rejecting = classes()
    for name, nodes in classes_and_calls():
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in rejecting:
                yield f"{name}:{node.lineno}", node


@cache
def declarations() -> list[tuple[str, str]]:
    """Yield the declared rules, as file and name."""
    found = []
    for name, tree in trees().items():
        assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
        found += [(name, ast.unparse(node.targets[0])) for node in assignments if is_call_of_rule(node.value)]
    return found


def is_call_of_rule(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Rule"


@cache
def mentions(name: str) -> tuple[set[str], set[str]]:
    """Return the imports of a file as dotted names, and its names and attributes of `rules`."""
    imported = set()
    mentioned = set()
    for node in ast.walk(trees()[name]):
        if isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Name):
            mentioned.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "rules":
            mentioned.add(f"rules.{node.attr}")
    return imported, mentioned


def uses(module: str, rule: str) -> list[str]:
    """Yield the files that use a rule of a module, as `rules.NAME` or by its imported name."""
    dotted = "mockorders." + module.removesuffix(".py").replace("/", ".")
    found = []
    for name in trees().keys() - {module}:
        imported, mentioned = mentions(name)
        by_name = f"{dotted}.{rule}" in imported and rule in mentioned
        if by_name or (dotted in imported and f"rules.{rule}" in mentioned):
            found.append(name)
    return found


def names_a_rule(call: ast.Call) -> bool:
    """Return whether a rejection has one `rule`, which is declared elsewhere."""
    rules_given = [keyword.value for keyword in call.keywords if keyword.arg == "rule"]
    return 1 == len(rules_given) and not isinstance(rules_given[0], ast.Constant)


def test_every_rejection_names_its_rule() -> None:
    assert [] == [place for place, call in rejections() if not names_a_rule(call)]


def test_rejections_are_raised_by_more_than_one_module() -> None:
    modules = {place.partition(":")[0] for place, _ in rejections()}
    assert {"apis/universe/handlers.py", "apis/cratejoy/checkout/customers.py"} <= modules
    assert len(modules) > 4  # the emulator itself rejects requests


def test_every_declared_rule_is_used_outside_its_module() -> None:
    assert [] == [(module, rule) for module, rule in declarations() if not uses(module, rule)]


def test_rules_are_declared_in_rules_modules_only_and_all_are_listed() -> None:
    assert {"rules"} == {Path(module).stem for module, _ in declarations()}
    assert len(declarations()) == len(RULES)


def test_names_are_unique_and_begin_with_their_scope() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(set(names)) == sorted(names)
    for api in discover():
        assert {api.name} == {rule.name.partition(".")[0] for rule in api.rules}


def has_evidence(rule: Rule) -> bool:
    is_complete = rule.statement.endswith((".", ".`")) and bool(rule.source)
    return is_complete and rule.evidence in get_args(Evidence) and (rule.evidence == "documented" or not rule.sentence)


def test_every_rule_has_evidence() -> None:
    assert [] == [rule.name for rule in RULES if not has_evidence(rule)]


def test_evidence_has_three_kinds() -> None:
    assert ("documented", "observed", "assumed") == get_args(Evidence)
    assert set(get_args(Evidence)) == {rule.evidence for rule in RULES}


async def test_control_api_lists_every_rule(emulator: RunningEmulator) -> None:
    listed = (await emulator.control("GET", "/fidelity")).json["rules"]
    assert [(rule.name, rule.statement, rule.evidence, rule.source) for rule in RULES] == [
        (each["name"], each["statement"], each["evidence"], each["source"]) for each in listed
    ]
