"""Code blocks of the documentation pages, and how to run the Python ones."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from support.processes import finish, run_pytest

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PLUGINS = ["pytest_asyncio.plugin", "pytest_aiohttp.plugin", "mockorders"]
SETTINGS = "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
CONFTEST = "# conftest.py\n"


class Snippet(NamedTuple):
    """A code block: its line number, language and text, and the output shown below it."""

    line: int
    language: str
    text: str
    output: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it is for pytest instead of a script."""
        return re.search(r"^\s*(async )?def test_", self.text, re.MULTILINE) is not None


def snippets(page: Path, language: str | None = None) -> list[Snippet]:
    """Return the code blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found: list[Snippet] = []
    end = 0
    for block in BLOCK.finditer(text):
        collected = Snippet(text.count("\n", 0, block.start()) + 1, block[1], block[2])
        if found and collected.language == "text" and not text[end : block.start()].strip():
            found[-1] = found[-1]._replace(output=collected.text)
        else:
            found.append(collected)
        end = block.end()
    return [each for each in found if language in {None, each.language}]


class Run(NamedTuple):
    """Snippets that run together: tests, a test with its conftest.py or with its output, or a script."""

    conftest: str
    snippets: list[Snippet]


def runs(page: Path) -> list[Run]:
    """Return what to run of a page; a block that starts with `# conftest.py` belongs to the next one."""
    together: list[Snippet] = []
    alone: list[Run] = []
    conftest = ""
    for snippet in snippets(page, "python"):
        if snippet.text.startswith(CONFTEST):
            conftest = snippet.text
            continue
        if snippet.is_test and not (conftest or snippet.output):
            together.append(snippet)
        else:
            alone.append(Run(conftest, [snippet]))
        conftest = ""
    return [Run("", together), *alone] if together else alone


def execute(run: Run, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run snippets in a folder: tests with pytest, a script with Python."""
    (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
    (folder / "conftest.py").write_text(run.conftest, encoding="utf-8")
    names = []
    for line, _, text, _ in run.snippets:
        names.append(f"test_line_{line}.py")
        (folder / names[-1]).write_text(text, encoding="utf-8")
    if run.snippets[0].is_test:
        return run_pytest("-q", *names, plugins=PLUGINS, cwd=folder)
    return finish([sys.executable, *names], cwd=folder)
