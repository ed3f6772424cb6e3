"""The wheel: its contents, and an installation in a new environment."""

import os
import shutil
import sys
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from support.processes import DIRECT, finish, serving

import mockorders

ROOT = Path(__file__).parent.parent
INSTALL_SECONDS = 300
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


def run(*command: str, **options: object) -> str:
    """Run a command outside the checkout and return its output."""
    return str(finish(command, check=True, cwd=Path(sys.prefix), timeout=INSTALL_SECONDS).stdout)


def test_wheel_contains_only_code_and_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {f"mockorders/{path.relative_to(ROOT).as_posix()}" for path in chain.from_iterable(map(data, DATA))}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "mockorders").rglob("*.py")}
    files = chain.from_iterable(folder.rglob("*") for folder in PAGES)
    static = {path.relative_to(ROOT).as_posix() for path in files if path.is_file()}
    inside = {name for name in names if ".dist-info/" not in name}
    assert shipped | code | static | {"mockorders/py.typed"} == inside


DATA = ("schemas", "fixtures")
STATIC_FOLDERS = ("mockorders/control/static", "mockorders/dashboard/static", "mockorders/dashboard/templates")
PAGES = [ROOT / folder for folder in STATIC_FOLDERS]


def data(kind: str) -> list[Path]:
    """Return the data files of a kind."""
    return list((ROOT / kind).rglob("*.json"))


def test_version_is_that_of_the_package(wheel: Path) -> None:
    assert wheel.name.split("-")[1] == mockorders.__version__


# ---- installed with each available Python


def interpreter(version: str) -> str:
    """Return an interpreter of a version; skips if none runs."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [sys.executable, shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for each in filter(None, found):
        arguments = [str(each), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if finish(arguments).stdout.strip() == version:
            return str(each)
    pytest.skip(f"no python{version}, neither on the path nor of pyenv")


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_installed_wheel_serves_and_has_its_pytest_fixture(wheel: Path, tmp_path: Path, version: str) -> None:
    run(interpreter(version), "-m", "venv", "--without-pip", str(tmp_path))
    scripts = tmp_path / ("Scripts" if os.name == "nt" else "bin")
    install = ["install", "--no-compile", "-c", str(ROOT / "constraints.txt"), str(wheel), "pytest"]
    pip = ["-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(scripts / "python")]
    run(sys.executable, *pip, *install)
    serves_the_documented_response(scripts / "mockorders", tmp_path)
    passes_the_suite_of_the_example(scripts / "python", tmp_path)


def serves_the_documented_response(command: Path, folder: Path) -> None:
    with serving(command=[str(command)], cwd=folder) as server:
        with DIRECT.open(f"{server.url}/orders/latest?key=docs@1") as response:
            assert b'{"status":"error","messages":["No order found"]}' == response.read()
        with DIRECT.open(f"{server.url}/_mockorders/ui/docs/requests") as page:
            assert b"<bdi>/orders/latest<" in page.read()


def passes_the_suite_of_the_example(python: Path, folder: Path) -> None:
    shutil.copytree(ROOT / "examples/python-client", folder / "suite", ignore=shutil.ignore_patterns("__pycache__"))
    done = finish([python, "-m", "pytest", "-q"], cwd=folder / "suite")
    assert (0, "12 passed") == (done.returncode, done.stdout.splitlines()[-1].partition(" in ")[0]), done.stdout
