"""What ships: the wheel is built, listed, installed elsewhere and started."""

import os
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

import mockorders

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


def run(*command: str, **options: object) -> str:
    """Run a command outside the checkout and give its output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=Path(sys.prefix), env=environment
    ).stdout


def test_the_wheel_holds_code_and_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {f"mockorders/{kind}/{path.relative_to(ROOT / kind).as_posix()}" for kind in DATA for path in data(kind)}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "mockorders").rglob("*.py")}
    inside = {name for name in names if ".dist-info/" not in name}
    assert shipped | code | {"mockorders/py.typed"} == inside


DATA = ("schemas", "fixtures")


def data(kind: str) -> list[Path]:
    """Give the data files of a kind."""
    return list((ROOT / kind).rglob("*.json"))


def test_the_version_is_the_packages(wheel: Path) -> None:
    assert wheel.name.split("-")[1] == mockorders.__version__


def test_installed_elsewhere_it_serves_the_documented_answer(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(
        str(scripts / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-c",
        str(ROOT / "constraints.txt"),
        str(wheel),
    )
    with subprocess.Popen(
        [str(scripts / "mockorders"), "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as started:
        assert started.stdout is not None
        url = started.stdout.readline().rpartition(" ")[2].strip()
        with urllib.request.urlopen(f"{url}/orders/latest?key=docs@1") as answer:
            assert answer.read() == b'{"status":"error","messages":["No order found"]}'
        started.terminate()
