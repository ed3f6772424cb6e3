"""docs/tutorial.md, followed step by step: its files are written, its commands run, its page opened."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect
from support.browser import chromium
from support.processes import ENVIRONMENT, finish, run_pytest, serving, wait_until
from support.snippets import Snippet, snippets

from mockorders import Sandbox

PAGE = Path(__file__).parent.parent / "docs/tutorial.md"
FILE = re.compile(r"\A(?:# |<!-- )(\S+\.\w+)(?: -->)?\n")
SHOWN = re.compile(r"http://(127\.0\.0\.1|localhost):8080")


class Reader:
    """Follows the tutorial in a folder, with the emulator that its first task starts."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.port = url.rpartition(":")[2]
        self.commands: list[str] = []

    def follow(self, snippet: Snippet) -> None:
        """Write the file that a snippet shows, or run its commands."""
        if snippet.language == "console":
            self._run(snippet.text)
            return
        name = FILE.match(snippet.text)
        assert name is not None, snippet
        path = self.folder / name[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SHOWN.sub(rf"http://\1:{self.port}", snippet.text[name.end() :]), encoding="utf-8")

    def _run(self, text: str) -> None:
        whole = text.replace("\\\n", "")
        for command, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).+\n)*)", whole, re.MULTILINE):
            self.commands.append(command)
            if command.startswith(("curl", "python -m pytest")):
                self._check(command, shown)

    def _check(self, command: str, shown: str) -> None:
        command = SHOWN.sub(rf"http://\1:{self.port}", command)
        if command.startswith("python"):
            done = run_pytest(*command.split()[3:], plugins=["mockorders"], cwd=self.folder)
        else:
            done = finish(command, shell=True, cwd=self.folder)
        assert shown.strip()
        assert [] == [line for line in shown.splitlines() if line not in done.stdout], done.stdout + done.stderr


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    with serving("--fixtures", "docs") as server:
        reader = Reader(tmp_path_factory.mktemp("tutorial"), server.url)
        for snippet in snippets(PAGE):
            reader.follow(snippet)
        yield reader


def test_every_command_is_run_or_known(followed: Reader) -> None:
    others = [each for each in followed.commands if not each.startswith(("curl", "python -m pytest"))]
    assert [
        "python -m venv .venv && . .venv/bin/activate",
        "pip install path/to/mockorders pytest",
        "mockorders --fixtures docs",
        "python -m http.server 5173",
    ] == others


def test_job_runs_the_command_that_is_shown(followed: Reader) -> None:
    job = yaml.safe_load((followed.folder / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    commands = [step["run"] for step in job["jobs"]["test"]["steps"] if "run" in step]
    assert followed.commands[-1] == commands[-1]
    assert (followed.folder / "report.xml").is_file()


@pytest.mark.browser
def test_page_shows_the_order_of_the_first_task(followed: Reader) -> None:
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    site = subprocess.Popen(command, cwd=followed.folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    try:
        assert site.stdout is not None
        port = wait_until(lambda: re.search(r"port (\d+)", site.stdout.readline()))[1]  # type: ignore[union-attr]
        with chromium() as browser:
            tab = browser.new_page()
            tab.goto(f"http://localhost:{port}/")
            expect(tab.get_by_role("listitem")).to_have_text(["Gold: $25.00"])
            Sandbox(followed.url, "tutorial").reset()
            tab.reload()
            expect(tab.get_by_role("listitem")).to_have_count(2)  # the orders of customer 2
    finally:
        site.kill()
        site.communicate()
