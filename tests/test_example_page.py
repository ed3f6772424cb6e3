"""The example web page and its tests, run as a separate project with the built package."""

import json
import shutil
import socket
from itertools import chain
from pathlib import Path

import pytest
from support.node import PACKAGE, ROOT, SECONDS, install_tools, needs_node, pack, run_node
from support.snippets import snippets

PAGE = ROOT / "examples" / "web-page"
TESTS = 9

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(2 * SECONDS),
    pytest.mark.xdist_group("npm"),
    needs_node,
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the page, and install the packages that it needs."""
    folder = tmp_path_factory.mktemp("page")
    install_tools()
    packed = pack(folder)
    copy = Path(shutil.copytree(PAGE, folder / "page", ignore=shutil.ignore_patterns("node_modules")))
    declaration = json.loads((copy / "package.json").read_text(encoding="utf-8"))
    tools = declaration["devDependencies"]
    assert (PAGE / tools["mockorders"].removeprefix("file:")).resolve() == PACKAGE
    tools["mockorders"] = f"file:{packed}"
    (copy / "package.json").write_text(json.dumps(declaration), encoding="utf-8")
    run_node("npm", "install", cwd=copy)
    return copy


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def suite(page: Path, *options: str) -> str:
    """Run the tests of the page; return the output."""
    done = run_node("npm", "test", "--", *options, cwd=page, check=False, environment={"PORT": str(free_port())})
    return str(done.stdout)


def test_suite_of_the_page_passes(page: Path) -> None:
    assert f"{TESTS} passed" in suite(page)


def test_suite_of_the_page_fails_for_a_broken_page(page: Path) -> None:
    script = page / "orders.js"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace('"include"', '"omit"'), encoding="utf-8")
    assert "1 failed" in suite(page, "--max-failures=1")
    script.write_text(text, encoding="utf-8")


def test_snippets_of_the_readme_files_pass(page: Path) -> None:
    pages = (ROOT / "README.md", PACKAGE / "README.md")
    (snippet,) = {each.text for each in chain.from_iterable(snippets(path, "ts") for path in pages)}
    (page / "readme.spec.ts").write_text(snippet, encoding="utf-8")
    assert "1 passed" in suite(page, "readme")


def test_page_can_be_built(page: Path) -> None:
    run_node("npx", "vite", "build", cwd=page)
    assert "/assets/" in (page / "dist" / "index.html").read_text(encoding="utf-8")
