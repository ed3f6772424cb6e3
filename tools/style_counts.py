"""Count what the style of this project avoids: `python tools/style_counts.py`.

Without arguments it prints a table of counts; with folders as arguments, the places in them. `tests/test_habits.py`
checks that no count rises.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TREES = ("mockorders", "tests", "bench", "tools", "examples")
FUNCTION_LINES = 40
MODULE_LINES = 300
PARAMETERS = 4
LEVELS = 2
GENERATED = "Generated from the schemas by `make types`."
INDIRECT = ("Give ", "Tell ", "Say ")

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


class Finding(NamedTuple):
    """One place of one kind."""

    kind: str
    place: str


def findings(tree: str) -> Iterator[Finding]:
    """Yield every finding in a folder of the project, file by file."""
    for path in sorted((ROOT / tree).rglob("*.py")):
        if any(part.startswith(".") for part in path.relative_to(ROOT).parts):
            continue
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        if source.count("\n") > MODULE_LINES and GENERATED not in source:
            yield Finding("long module", name)
        for kind, line in module_findings(ast.parse(source)):
            yield Finding(kind, f"{name}:{line}")


def module_findings(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the kind and the line of every finding in a module."""
    for node in ast.walk(module):
        line = getattr(node, "lineno", 1)
        if is_tuple_assignment(node):
            yield "tuple assignment", line
        if is_nested_conditional(node):
            yield "nested conditional", line
        if is_wide_comprehension(node):
            yield "wide comprehension", line
        if is_indirect_docstring(node):
            yield "indirect docstring", line
        if isinstance(node, Function):
            yield from ((kind, line) for kind in function_findings(node))


def function_findings(function: Function) -> Iterator[str]:
    """Yield the kinds of finding that concern a function as a whole."""
    if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES:
        yield "long function"
    if parameters(function) > PARAMETERS:
        yield "many parameters"
    if depth(function) > LEVELS:
        yield "deep nesting"


def is_tuple_assignment(node: ast.AST) -> bool:
    """Check for `a, b = x, y`; a swap, whose two sides hold the same expressions, does not count."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)):
        return False
    values = expressions(node.value)
    return any(isinstance(each, ast.Tuple) and expressions(each) != values for each in node.targets)


def expressions(node: ast.Tuple) -> list[str]:
    """Return the source of a tuple's elements, sorted."""
    return sorted(ast.unparse(each) for each in node.elts)


def is_nested_conditional(node: ast.AST) -> bool:
    """Check for a conditional expression that holds another one."""
    inner = (each for each in ast.walk(node) if each is not node)
    return isinstance(node, ast.IfExp) and any(isinstance(each, ast.IfExp) for each in inner)


def is_wide_comprehension(node: ast.AST) -> bool:
    """Check for a comprehension with more than one `for` or more than one `if`."""
    if not isinstance(node, COMPREHENSIONS):
        return False
    conditions = sum(len(each.ifs) for each in node.generators)
    return len(node.generators) > 1 or conditions > 1


def is_indirect_docstring(node: ast.AST) -> bool:
    """Check for a docstring that starts with one of the words to avoid."""
    if not isinstance(node, ast.Module | ast.ClassDef | Function):
        return False
    return (ast.get_docstring(node) or "").startswith(INDIRECT)


def parameters(function: Function) -> int:
    """Return the number of parameters that can be passed by position, without `self` and `cls`."""
    positional = [*function.args.posonlyargs, *function.args.args]
    return sum(each.arg not in {"self", "cls"} for each in positional)


def depth(node: ast.AST) -> int:
    """Return how deep blocks are nested; an `elif` is as deep as its `if`, and a nested function starts at zero."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        opens = isinstance(child, BLOCKS) and not is_elif
        deepest = max(deepest, depth(child) + opens)
    return deepest


def counts(tree: str) -> dict[str, int]:
    """Return the number of findings of each kind in a folder."""
    kinds = [each.kind for each in findings(tree)]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def main(trees: list[str]) -> None:
    """Print the places of every finding in `trees`, or the table of counts if it is empty."""
    for tree in trees:
        print(*sorted(f"{each.kind}: {each.place}" for each in findings(tree)), sep="\n")
    if trees:
        return
    table = {tree: counts(tree) for tree in TREES}
    print(f"{'':24}" + "".join(f"{tree:>12}" for tree in TREES))
    for kind in sorted(set().union(*table.values())):
        print(f"{kind:24}" + "".join(f"{table[tree].get(kind, 0):>12}" for tree in TREES))


if __name__ == "__main__":
    main(sys.argv[1:])
