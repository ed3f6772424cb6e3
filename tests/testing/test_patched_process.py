"""The fixture beside tools that replace time, files or the environment of the test process."""

import sys
import textwrap
from pathlib import Path

import pytest
from support.processes import finish, run_pytest

CLIENT = """
    import datetime, json, os, pathlib, time, urllib.request
    from unittest import mock
    import freezegun, pytest, time_machine

    def latest(mockorders):
        url = f"{mockorders.universe.base_url}/orders/latest?key={mockorders.universe.key}"
        with urllib.request.urlopen(url, timeout=20) as response:
            return json.load(response)["status"]

    def wait(mockorders):
        assert [] == mockorders.requests(wait=1)
        for fault in ({"kind": "delay", "ms": 100}, {"kind": "drip", "bytes_per_second": 2000}):
            mockorders.fault(fault.pop("kind"), times=1, **fault)
            assert "ok" == latest(mockorders)
        first = mockorders.requests()[0]
        assert 100 <= first["duration_ms"] < 20_000

    @pytest.fixture
    def frozen():
        with freezegun.freeze_time("2017-03-21") as frozen:
            yield frozen

    @pytest.fixture
    def traveler():
        with time_machine.travel("2017-03-21", tick=False) as traveler:
            yield traveler

    @pytest.fixture
    def stopped(monkeypatch):
        for name in ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns"):
            monkeypatch.setattr(time, name, lambda: 0)

    @pytest.fixture
    def unreadable(monkeypatch):
        def fail(*_, **__):
            raise OSError("no files")
        for name in ("read_bytes", "read_text", "open", "stat", "is_file", "is_dir", "glob", "rglob"):
            monkeypatch.setattr(pathlib.Path, name, fail)
        monkeypatch.setattr("builtins.open", fail)
        monkeypatch.setattr("os.listdir", fail)
        monkeypatch.setattr("os.scandir", fail)

    @pytest.fixture
    def no_environment(monkeypatch):
        monkeypatch.setattr(os, "environ", {})
"""
USES = """
        assert "ok" == latest(mockorders)
        assert mockorders.explain(mockorders.requests()[0])["route"]
        mockorders.patch_record("cratejoy", "orders", 75572230, {"note": "n"})
        assert 1 == len(mockorders.diff()["lines"])
        filtered = f"{mockorders.cratejoy.base_url}/orders/?note=n"
        opener = urllib.request.build_opener()
        import base64
        login = base64.b64encode(":".join(mockorders.cratejoy.auth).encode()).decode()
        request = urllib.request.Request(filtered, headers={"Authorization": f"Basic {login}"})
        assert 1 == json.load(opener.open(request))["count"]
"""
LATER = "def test_later(mockorders): assert 'ok' == latest(mockorders)\n"


def run(folder: Path, code: str, *plugins: str) -> str:
    """Run tests in a separate process; return its output."""
    (folder / "client.py").write_text(textwrap.dedent(CLIENT), encoding="utf-8")
    (folder / "test_it.py").write_text(f"from client import *\n{textwrap.dedent(code)}", encoding="utf-8")
    done = run_pytest("-Werror", "-q", "-p", "no:cacheprovider", plugins=["mockorders", *plugins], cwd=folder)
    return str(done.stdout + done.stderr)


def both_orders(*tools: str) -> list[str]:
    """Return the parameters of tests that request a tool before and after the sandbox."""
    return [*(f"{tool}, mockorders" for tool in tools), *(f"mockorders, {tool}" for tool in tools)]


@pytest.mark.parametrize("fixtures", both_orders("frozen", "traveler", "stopped"))
def test_server_uses_the_real_time(tmp_path: Path, fixtures: str) -> None:
    code = f"""
    def test_waits_end({fixtures}):
        wait(mockorders)

    def test_clock_of_the_sandbox_is_independent({fixtures}):
        assert 2017 != mockorders.clock.now().year
        mockorders.clock.freeze("2018-01-01T00:00:00Z")
        assert 2018 == mockorders.clock.now().year
    """
    assert "2 passed" in run(tmp_path, code)


@pytest.mark.parametrize("fixtures", both_orders("fs", "unreadable", "no_environment"))
def test_server_needs_no_files_once_started(tmp_path: Path, fixtures: str) -> None:
    code = f"""
    @pytest.mark.mockorders(fixtures="docs")
    def test_first({fixtures}):
        {USES}

    @pytest.mark.parametrize("number", [
        pytest.param(0, marks=pytest.mark.mockorders(fixtures="edge")),
        pytest.param(1, marks=pytest.mark.mockorders(fixtures={{"extends": "docs-queued"}})),
        2,
    ])
    def test_other_fixtures({fixtures}, number):
        assert "ok" == latest(mockorders)
    """
    assert "5 passed" in run(tmp_path, textwrap.dedent(code) + LATER, "pyfakefs.pytest_plugin")


@pytest.mark.parametrize("first", ["fs", "frozen", "traveler", "stopped"])
def test_server_can_be_started_by_a_patched_test(tmp_path: Path, first: str) -> None:
    code = f"""
    def test_first({first}, request):
        wait(request.getfixturevalue("mockorders"))

    def test_second({first}, mockorders):
        assert "ok" == latest(mockorders)
    """
    assert "3 passed" in run(tmp_path, textwrap.dedent(code) + LATER, "pyfakefs.pytest_plugin")


def test_file_system_can_be_replaced_for_the_session(tmp_path: Path) -> None:
    code = "def test_first(fs_session, mockorders): assert 'ok' == latest(mockorders)\n"
    assert "2 passed" in run(tmp_path, code + LATER, "pyfakefs.pytest_plugin")


# ---- MockServer, without pytest

FROZEN = """
import json, sys, urllib.request
{before}
with {tool}:
    from mockorders import MockServer, Sandbox
    with MockServer(fixtures="docs") as server:
        sandbox = Sandbox(server.url, "docs")
        assert [] == sandbox.requests(wait=1)
        sandbox.fault("delay", ms=50, times=1)
        urllib.request.urlopen(f"{{server.url}}/orders?key=docs").close()
        assert sandbox.requests()[0]["duration_ms"] >= 50
        print(sandbox.clock.now().year > 2017)
"""


@pytest.mark.parametrize(
    "before",
    ["import freezegun, time_machine", "import freezegun, time_machine, mockorders.server"],
    ids=["imported inside", "imported before"],
)
@pytest.mark.parametrize(
    "tool", ["freezegun.freeze_time('2017-03-21')", "time_machine.travel('2017-03-21', tick=False)"]
)
def test_server_in_a_thread_uses_the_real_time(before: str, tool: str) -> None:
    done = finish([sys.executable, "-c", FROZEN.format(before=before, tool=tool)], check=True)
    assert "True\n" == done.stdout


# ---- an empty result is not cached

DISCOVERIES = [
    "mockorders.apis.discover",
    "mockorders.validation.schemas.schema_names",
    "mockorders.fixture_sets.files.shipped_files",
    "mockorders.control.assets._files",
]
REPLACED = """
from importlib import import_module
from pyfakefs.fake_filesystem_unittest import Patcher
module, _, name = "{name}".rpartition(".")
find = getattr(import_module(module), name)
with Patcher():
    try:
        find()
    except FileNotFoundError as error:
        print(error)
print(len(find()) > 0)
"""


@pytest.mark.parametrize("name", DISCOVERIES)
def test_empty_discovery_is_an_error_and_not_cached(name: str) -> None:
    lines = finish([sys.executable, "-c", REPLACED.format(name=name)], check=True).stdout.splitlines()
    assert "expected files of the installed package mockorders" in lines[0]
    assert ["True"] == lines[1:]
