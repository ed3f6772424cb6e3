"""Every problem document has a type that leads to its section of a page of the emulator, and of the documentation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.emulator import RunningEmulator, Start

from mockorders.problems import KINDS, ProblemKind
from tools import errors_page

ROOT = Path(__file__).parent.parent
RECORDED = "recorded_entries.py"  # which has the problems of recorded requests
PAGE = ROOT / "docs/reference/errors.md"
EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def raised() -> Iterator[tuple[object, str]]:
    """Yield the status and title of each problem that the code creates; the status is None unless it is literal."""
    for path in (each for each in (ROOT / "mockorders").rglob("*.py") if each.name != RECORDED):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and is_problem(call):
                status, title = call.args[:2]
                assert isinstance(title, ast.Constant), path
                yield status.value if isinstance(status, ast.Constant) else None, str(title.value)


def is_problem(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == "ProblemError"
    literal = len(call.args) > 2 and isinstance(call.args[0], ast.Constant)
    return literal and isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"


def test_every_problem_in_the_code_is_a_kind_with_its_status() -> None:
    found = set(raised())
    assert len(found) > 30
    kinds = {(kind.status, kind.title) for kind in KINDS} | {(None, "Malformed HTTP request")}
    assert set() == found - kinds, "add it to KINDS in mockorders/problems.py, and run make docs"


def test_every_kind_is_in_the_code() -> None:
    assert {kind.title for kind in KINDS} == {title for _, title in raised()}


def test_kinds_have_unique_names() -> None:
    assert len(KINDS) == len({kind.name for kind in KINDS})


async def test_type_leads_to_a_section_of_a_page(emulator: RunningEmulator) -> None:
    problem = (await emulator.control("GET", "/sandboxes/missing")).json
    path, _, anchor = problem["type"].partition("#")
    page = await emulator.request("GET", path)
    assert (200, "text/html; charset=utf-8") == (page.status, page.headers["Content-Type"])
    assert f'<h2 id="{anchor}">No such sandbox' in page.text


@EACH_KIND
async def test_page_has_a_section_for_each_kind(emulator: RunningEmulator, kind: ProblemKind) -> None:
    path, _, anchor = kind.uri.partition("#")
    assert f'id="{anchor}"' in (await emulator.request("GET", path)).text


@EACH_KIND
def test_documentation_has_the_same_anchors(kind: ProblemKind) -> None:
    headings = re.findall(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert kind.uri.partition("#")[2] in {heading.lower().replace(" ", "-") for heading in headings}


def test_documentation_is_generated_from_the_kinds() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert errors_page.updated(text) == text, "make docs"


async def test_page_needs_the_token_because_it_lists_the_sandboxes(start: Start) -> None:
    closed = await start(control_token="s3cret")
    assert 401 == (await closed.request("GET", "/_mockorders/problems")).status
    bearer = {"Authorization": "Bearer s3cret"}
    assert 200 == (await closed.request("GET", "/_mockorders/problems", headers=bearer)).status
