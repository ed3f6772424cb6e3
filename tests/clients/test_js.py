"""The JavaScript package: its types, its own tests, and its use in a new project."""

import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.node import PACKAGE, ROOT, SECONDS, control_document, install_tools, needs_node, pack, run_node
from support.processes import SCRIPT

PROJECT = Path(__file__).parent / "project"
GENERATED = PACKAGE / "src" / "generated"
VITEST = ("npx", "vitest", "run", "--testTimeout=60000")
TOOLS = ("@playwright/test", "@types/node", "msw", "typescript", "vitest")
FIRST_TEST_SECONDS = 60  # of CPU time, which does not depend on the load of the machine
TESTS = 200
DECLARATION = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * SECONDS), pytest.mark.xdist_group("npm"), needs_node]


def version_of(tool: str) -> str:
    """Return a development dependency with its version, as npm installs it."""
    return f"{tool}@{DECLARATION['devDependencies'][tool]}"


class Project(NamedTuple):
    """A new project with the package, and the CPU seconds from `npm install` to the end of its first test."""

    path: Path
    seconds: float


def cpu_seconds() -> float:
    """Return the CPU time of all children that have ended."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.fixture(scope="module")
def package() -> Path:
    """Return the folder of the package with its tools installed."""
    install_tools()
    return PACKAGE


@pytest.fixture(scope="module")
def packed(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built package as `npm publish` would upload it."""
    return pack(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def project(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Install the package in a copy of the project, and run its first test."""
    path = Path(shutil.copytree(PROJECT, tmp_path_factory.mktemp("new") / "project"))
    start = cpu_seconds()
    run_node("npm", "install", "--save-dev", str(packed), *map(version_of, TOOLS), cwd=path)
    run_node("npx", "playwright", "test", "first", cwd=path)
    return Project(path, cpu_seconds() - start)


@pytest.fixture
def counted(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """Return an environment whose `mockorders` adds a line to a file with each start, and the file."""
    log = tmp_path / "starts"
    program = tmp_path / "mockorders"
    program.write_text(f'#!/bin/sh\necho started >> "{log}"\nexec "{SCRIPT[0]}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": str(tmp_path)}, log


# ---- the package


def test_types_are_regenerated_without_a_difference(package: Path, tmp_path: Path) -> None:
    run_node("node", "scripts/generate.mjs", str(tmp_path), cwd=package, input=control_document())
    files = ("collections.ts", "control.ts")
    made = {name: (tmp_path / name).read_text(encoding="utf-8") for name in files}
    assert made == {name: (GENERATED / name).read_text(encoding="utf-8") for name in files}, "run `make types`"


def test_compiler_finds_nothing(package: Path) -> None:
    run_node("npm", "run", "--silent", "check", cwd=package)


def test_suite_of_the_package_passes(package: Path) -> None:
    done = run_node(*VITEST, cwd=package, environment={"MOCKORDERS_COMMAND": SCRIPT[0]})
    assert re.search(r"Tests .*\b\d+ passed \(\d+\)", re.sub(r"\x1b\[\d+m", "", done.stdout)), done.stdout


def test_package_contains_only_what_is_built(packed: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(packed, tmp_path)
    names = {path.relative_to(tmp_path / "package").parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert {"dist", "package.json", "README.md", "LICENSE"} == names


# ---- in a new project


@pytest.mark.skipif("os.name == 'nt'", reason="Windows does not count the CPU time of children")
def test_first_test_passes_within_a_minute(project: Project) -> None:
    assert 0 < project.seconds < FIRST_TEST_SECONDS


def test_new_project_compiles(project: Project) -> None:
    run_node("npx", "tsc", cwd=project.path)


@pytest.mark.skipif("os.name == 'nt'", reason="the script that counts the starts needs a POSIX shell")
def test_four_workers_share_one_emulator_without_collisions(
    project: Project, counted: tuple[dict[str, str], Path]
) -> None:
    environment, log = counted
    done = run_node("npx", "playwright", "test", "many", "--reporter=line", cwd=project.path, environment=environment)
    assert f"{TESTS} passed" in done.stdout
    assert "using 4 workers" in done.stdout
    assert "started\n" == log.read_text(encoding="utf-8")


def test_failed_playwright_tests_have_attachments(project: Project) -> None:
    done = run_node("npx", "playwright", "test", "failing", "--reporter=json", cwd=project.path, check=False)
    results = dict(results_of(json.loads(done.stdout)["suites"]))
    assert {
        "fails": "unexpected",
        "leaves a fault": "unexpected",
        "may leave a fault": "expected",
        "is expected to fail": "expected",
    } == {title: result["status"] for title, result in results.items()}
    requests = attachment(results["fails"], "mockorders-requests.sh")
    assert "# rejected: Please log in to access your online benefits.\n# rule universe." in requests
    assert re.search(r"^curl .*'http://localhost:\d+/api/v1/orders/489\?key=fails-", requests, re.MULTILINE)
    (explained,) = json.loads(attachment(results["fails"], "mockorders-explain.json"))
    assert {"id": None, "source": "cookie"} == explained["customer"]
    assert "order 489: completed true → false" == attachment(results["fails"], "mockorders-changes.txt")
    (error,) = results["leaves a fault"]["results"][0]["errors"]
    assert "mockorders: fault 1 was never triggered" in error["message"]
    assert [] == results["may leave a fault"]["results"][0]["attachments"]


def results_of(suites: Any) -> Iterator[tuple[str, Any]]:
    """Yield the title and the result of each test in Playwright's JSON report."""
    for suite in suites:
        yield from results_of(suite.get("suites", ()))
        for spec in suite.get("specs", ()):
            yield spec["title"], spec["tests"][0]


def attachment(result: Any, name: str) -> str:
    """Return the text of an attachment."""
    (found,) = [each for each in result["results"][0]["attachments"] if each["name"] == name]
    return base64.b64decode(found["body"]).decode()


def test_failed_vitest_tests_print_the_report(project: Project) -> None:
    done = run_node(*VITEST, cwd=project.path, check=False)
    text = re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)
    assert "Tests  2 failed | 1 passed" in text
    assert "# rejected: Please log in to access your online benefits.\n" in text
    assert "order 489: completed true → false" in text
    assert "mockorders: fault 1 was never triggered" in text


# ---- the page in docs/

PAGE = (ROOT / "docs/how-to/javascript.md").read_text(encoding="utf-8")
FILES = re.compile(r"^```(?:js|ts)\n// (\S+)\n(.*?)^```$(?:\s*^```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHROMIUM = """
import documented from "./playwright.config.ts";
const [executablePath] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].filter((path) => existsSync(path));
import { existsSync } from "node:fs";
export default { ...documented, use: { launchOptions: { executablePath } } };
"""


@pytest.fixture(scope="module")
def documented(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of the page into a project, and install what its last command installs."""
    folder = tmp_path_factory.mktemp("documented")
    shutil.copy(packed, folder)
    shutil.copy(PROJECT / "package.json", folder)
    for name, text, _ in FILES.findall(PAGE):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "here.config.ts").write_text(CHROMIUM, encoding="utf-8")
    (commands,) = CONSOLE.findall(PAGE)
    run_node(*commands.splitlines()[-1].removeprefix("$ ").split(), cwd=folder)
    return folder


def test_documented_playwright_test_passes(documented: Path) -> None:
    done = run_node("npx", "playwright", "test", "--config=here.config.ts", "--reporter=line", cwd=documented)
    assert "1 passed" in done.stdout


def test_documented_vitest_tests_pass(documented: Path) -> None:
    done = run_node(*VITEST, cwd=documented)
    assert "Tests  3 passed" in re.sub(r"\x1b\[\d+m", "", done.stdout)


def test_documented_script_prints_its_output(documented: Path) -> None:
    ((name, _, output),) = [each for each in FILES.findall(PAGE) if each[2]]
    assert output == run_node("node", name, cwd=documented).stdout
