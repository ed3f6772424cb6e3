"""The fixture beside tools that replace time, files or the environment of the test process."""

import json
import sys
import textwrap
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.processes import finish, run_pytest
from support.sessions import Session, run_sessions

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


def write(folder: Path, code: str) -> None:
    """Write tests that use the functions and fixtures of CLIENT."""
    (folder / "client.py").write_text(textwrap.dedent(CLIENT), encoding="utf-8")
    (folder / "test_it.py").write_text(f"from client import *\n{textwrap.dedent(code)}", encoding="utf-8")


def run(folder: Path, code: str) -> str:
    """Run tests in a separate process, in which nothing is imported yet; return its output."""
    write(folder, code)
    done = run_pytest("-Werror", "-q", plugins=["mockorders", "pyfakefs.pytest_plugin"], cwd=folder)
    return str(done.stdout + done.stderr)


def both_orders(*tools: str) -> list[str]:
    """Return the parameters of tests that request a tool before and after the sandbox."""
    return [*(f"{tool}, mockorders" for tool in tools), *(f"mockorders, {tool}" for tool in tools)]


# ---- the time: each session starts its own server, all in one process

REAL_TIME = """
def test_waits_end({fixtures}):
    wait(mockorders)

def test_clock_of_the_sandbox_is_independent({fixtures}):
    assert 2017 != mockorders.clock.now().year
    mockorders.clock.freeze("2018-01-01T00:00:00Z")
    assert 2018 == mockorders.clock.now().year
"""
STARTED = f"""
def test_first({{first}}, request):
    wait(request.getfixturevalue("mockorders"))

def test_second({{first}}, mockorders):
    assert "ok" == latest(mockorders)

{LATER}"""
CLOCKS = ["frozen", "traveler", "stopped"]
TIMES = {fixtures: REAL_TIME.format(fixtures=fixtures) for fixtures in both_orders(*CLOCKS)}
STARTS = {first: STARTED.format(first=first) for first in CLOCKS}


def printed(folder: Path, codes: dict[str, str]) -> dict[str, str]:
    """Run each code in a session; return the outputs by the same keys."""
    folders = [folder / str(number) for number in range(len(codes))]
    for each, code in zip(folders, codes.values(), strict=True):
        each.mkdir()
        write(each, code)
    outputs = run_sessions([Session(each, ["-Werror", "-q"]) for each in folders], ["mockorders"])
    return dict(zip(codes, outputs, strict=True))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the sessions of `TIMES` and `STARTS` in parallel for each clock, because they wait; return the outputs."""
    codes = [{key: code for key, code in (TIMES | STARTS).items() if clock in key} for clock in CLOCKS]
    folders = [tmp_path_factory.mktemp(clock) for clock in CLOCKS]
    with ThreadPoolExecutor() as pool:
        return dict(ChainMap(*pool.map(printed, folders, codes)))


@pytest.mark.parametrize("fixtures", TIMES)
def test_server_uses_the_real_time(outputs: dict[str, str], fixtures: str) -> None:
    assert "2 passed" in outputs[fixtures]


@pytest.mark.parametrize("first", STARTS)
def test_server_can_be_started_by_a_test_with_another_time(outputs: dict[str, str], first: str) -> None:
    assert "3 passed" in outputs[first]


# ---- files and the environment: only in a fresh process could the server still need a file

FILES = ["fs, mockorders", "mockorders, unreadable"]
REST = [each for each in both_orders("fs", "unreadable", "no_environment") if each not in FILES]


@pytest.mark.parametrize("fixtures", [*FILES, *(pytest.param(each, marks=pytest.mark.slow) for each in REST)])
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
    assert "5 passed" in run(tmp_path, textwrap.dedent(code) + LATER)


def test_server_can_be_started_by_a_test_without_files(tmp_path: Path) -> None:
    assert "3 passed" in run(tmp_path, STARTED.format(first="fs"))


def test_file_system_can_be_replaced_for_the_session(tmp_path: Path) -> None:
    code = "def test_first(fs_session, mockorders): assert 'ok' == latest(mockorders)\n"
    assert "2 passed" in run(tmp_path, code + LATER)


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


INSIDE = "import freezegun, time_machine"
BEFORE = f"{INSIDE}, mockorders.server"
FREEZE = "freezegun.freeze_time('2017-03-21')"
TRAVEL = "time_machine.travel('2017-03-21', tick=False)"
IMPORTS = [
    pytest.param(INSIDE, FREEZE, id="freezegun, imported inside"),
    pytest.param(BEFORE, TRAVEL, id="time_machine, imported before"),
    pytest.param(BEFORE, FREEZE, id="freezegun, imported before", marks=pytest.mark.slow),
    pytest.param(INSIDE, TRAVEL, id="time_machine, imported inside", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("before", "tool"), IMPORTS)
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
import json, sys
from importlib import import_module
from pyfakefs.fake_filesystem_unittest import Patcher

def results(name):
    module, _, function = name.rpartition(".")
    find = getattr(import_module(module), function)
    with Patcher():
        try:
            find()
        except FileNotFoundError as error:
            message = str(error)
    return message, len(find()) > 0

print(json.dumps({name: results(name) for name in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def discovered() -> dict[str, tuple[str, bool]]:
    """Call each function without files; return its error, and whether it finds something with files."""
    done = finish([sys.executable, "-c", REPLACED, *DISCOVERIES], check=True)
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("name", DISCOVERIES)
def test_empty_discovery_is_an_error_and_not_cached(discovered: dict[str, tuple[str, bool]], name: str) -> None:
    message, found_later = discovered[name]
    assert "expected files of the installed package mockorders" in message
    assert found_later
