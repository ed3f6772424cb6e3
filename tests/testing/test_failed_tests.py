"""What remains of a failed test: JUnit XML, artifacts, the running server, and tracebacks without internal frames."""

import json
import subprocess
import sys
import urllib.request
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.plugin_session import Session
from support.processes import finish, spawn, wait_until

from mockorders import MockServer, Sandbox

pytest_plugins = ["pytester"]

FAILING = """
@pytest.mark.mockorders(fixtures="docs", clock="2017-03-21T00:00:00Z")
def test_it(mockorders):
    mockorders.fault("status", status=503, api="universe", times=1)
    assert 503 == get(mockorders, "/orders/489", "@164")
    note(mockorders, "it's")
    get(mockorders, "/ordres")
    assert 0
"""


def test_section_is_in_junit_xml(session: Session) -> None:
    session.run(FAILING, "--junitxml=report.xml", "--show-capture=no")
    root = ET.parse(session.pytester.path / "report.xml").getroot()
    (failure,) = root.iter("failure")
    assert "1: 503, fault 1 applied: status" in str(failure.text)


def test_section_of_an_error_in_teardown_is_in_junit_xml(session: Session) -> None:
    session.run("def test_it(mockorders): get(mockorders, customer='@2')", "--junitxml=report.xml")
    (error,) = ET.parse(session.pytester.path / "report.xml").getroot().iter("error")
    assert "changes to the fixtures: none" in str(error.text)


# Artifacts


def test_artifacts_of_a_failed_test(session: Session) -> None:
    result = session.run(FAILING + "\ndef test_passes(mockorders): pass", "--mockorders-artifacts", "out")
    folder = session.pytester.path / "out" / "test_it.py-test_it"
    result.stdout.fnmatch_lines([f"artifacts: {folder}"])
    assert [folder.name] == [each.name for each in (session.pytester.path / "out").iterdir()]
    assert ["diff.json", "explain.json", "replay.sh", "report.txt", "requests.har", "state.json"] == sorted(
        each.name for each in folder.iterdir()
    )
    assert "order 75572230: note null" in (folder / "report.txt").read_text("utf-8")
    assert 3 == len(json.loads((folder / "requests.har").read_text("utf-8"))["log"]["entries"])
    assert ["1", "2", "3"] == [each["id"] for each in json.loads((folder / "explain.json").read_text("utf-8"))]
    assert 1 == len(json.loads((folder / "diff.json").read_text("utf-8"))["lines"])


def test_state_of_the_artifacts_is_a_fixture_file(session: Session) -> None:
    session.run(FAILING, "--mockorders-artifacts", "out")
    state = session.pytester.path / "out" / "test_it.py-test_it" / "state.json"
    with MockServer(fixtures=str(state)) as server:
        assert "it's" == Sandbox(server.url, "any").record("cratejoy", "orders", 75572230)["note"]


REPLAYED = """
@pytest.mark.mockorders(fixtures="docs", clock="2017-03-21T00:00:00Z")
def test_it(mockorders):
    mockorders.fault("status", status=503, api="universe", times=1)
    assert 503 == get(mockorders, "/orders/489", "@164")
    order = mockorders.universe.add_order(customer={"id": 77, "label": "x" * 40_000})
    mockorders.log_in(77)
    assert order["id"] == get(mockorders, "/orders")["orders"][0]["id"]
    note(mockorders, "it's")
    mockorders.clock.advance(minutes=5)
    mockorders.cratejoy.add_order(customer=586402305, total=5)
    get(mockorders, "/orders")
    assert 0
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")
def test_script_replays_the_requests(session: Session) -> None:
    session.run(REPLAYED, "--mockorders-artifacts", "out")
    script = session.pytester.path / "out" / "test_it.py-test_it" / "replay.sh"
    with MockServer(fixtures="docs") as server:
        finish(["sh", str(script), server.url], check=True)
        (name,) = [each["name"] for each in json.loads(control(server.url))["sandboxes"]]
        replayed = Sandbox(server.url, name)
        assert [503, 200, 200, 200] == [request["status"] for request in replayed.requests()]
        note = 'order 75572230: note null → "it\'s"'
        added = ["current customer: 2 → 77", "customer 77: added", "order 490: added", "order 730837921: added"]
        assert sorted([*added, note]) == sorted(replayed.diff()["lines"])
        assert 5 == replayed.clock.now().minute


BODIES = """
def test_it(mockorders):
    for body in (b"\\xff 'curl' | \\x00 # %s", b"n" * 70_000):
        url = f"{mockorders.universe.base_url}/account?key={mockorders.universe.key}"
        send(urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST"))
    assert 0
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")
def test_script_sends_bytes_and_the_start_of_long_bodies(session: Session) -> None:
    session.run(BODIES, "--mockorders-artifacts", "out")
    folder = session.pytester.path / "out" / "test_it.py-test_it"
    sent = posted(json.loads((folder / "requests.har").read_text("utf-8")))
    with MockServer(fixtures="docs") as server:
        finish(["sh", str(folder / "replay.sh"), server.url], check=True)
        (name,) = [each["name"] for each in json.loads(control(server.url))["sandboxes"]]
        assert sent == posted(Sandbox(server.url, name).har())
        assert 2 == len(sent)


def posted(har: dict[str, Any]) -> list[Any]:
    """Return the texts of the bodies in a HAR document, and their encodings."""
    return [
        (each["request"]["postData"]["text"], each["request"]["postData"].get("encoding"))
        for each in har["log"]["entries"]
    ]


FOLDERS = """
@pytest.fixture(scope="module")
def shop(mockorders_factory):
    return mockorders_factory()

@pytest.mark.parametrize("x", ["a/b ü"])
def test_it(mockorders, x, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert 0

class TestC:
    def test_it(self, shop): assert 0
"""


def test_folders_are_named_as_the_tests(session: Session) -> None:
    session.run(FOLDERS, "--mockorders-artifacts", "out")
    folder = session.pytester.path / "out"
    assert 1 == len(list(folder.glob("test_it.py-test_it-a-b-*/report.txt")))
    assert 1 == len(list(folder.glob("test_it.py-TestC-test_it/shop/report.txt")))


# Keeping the sandboxes


def control(url: str) -> str:
    with urllib.request.urlopen(f"{url}/_mockorders/sandboxes") as response:
        return str(response.read().decode())


def test_sandboxes_of_failed_tests_are_kept_on_another_server(session: Session) -> None:
    result = session.run(FAILING + "\ndef test_passes(mockorders): pass", "--mockorders-keep")
    (kept,) = session.server.sandboxes()
    dashboard = f"{session.server.url}/_mockorders/ui/{kept['name']}"
    result.stdout.fnmatch_lines([f"dashboard: {dashboard}", "*kept sandboxes*", f"test_it.py::test_it: {dashboard}"])
    Sandbox(session.server.url, kept["name"]).delete()


def test_nothing_is_kept_if_all_tests_pass(session: Session) -> None:
    result = session.run("def test_it(mockorders): pass", "--mockorders-keep")
    assert "kept sandboxes" not in str(result.stdout)
    assert [] == session.server.sandboxes()


def test_server_runs_until_a_line_is_entered(session: Session) -> None:
    session.write(FAILING)
    command = [sys.executable, "-m", "pytest", "-q", "--mockorders-keep", "--mockorders-keep-minutes=1"]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    folder = session.pytester.path
    output = folder / "output.txt"
    with (
        output.open("w") as file,
        spawn(command, environment=environment, cwd=folder, stdin=subprocess.PIPE, stdout=file) as running,
    ):
        wait_until(lambda: "Press Enter" in output.read_text("utf-8"))
        (line,) = [each for each in output.read_text("utf-8").splitlines() if each.startswith("test_it.py::test_it: ")]
        with urllib.request.urlopen(line.partition(": ")[2]) as response:
            assert b"test_it-" in response.read()
        running.communicate("\n", timeout=30)
    assert "at most 1 minutes" in output.read_text("utf-8")
    assert 1 == running.returncode


@pytest.mark.slow
def test_server_of_an_xdist_worker_cannot_be_kept(session: Session) -> None:
    session.write(FAILING)
    result = session.pytester.runpytest_subprocess("-pxdist", "-n1", "--mockorders-keep", timeout=60)
    result.stderr.fnmatch_lines(["*--mockorders-keep: with pytest-xdist, start a server and pass its URL*"])


# Tracebacks


CALLS = """
def test_0(mockorders): mockorders.fault("explode")
def test_1(mockorders): mockorders.cratejoy.add_order(totl=5)
def test_2(mockorders): mockorders.expect_request("POST")
def test_3(mockorders): mockorders.expect_no_changes("nothing")
def test_4(mockorders): mockorders.record("cratejoy", "orders", 1)
def test_5(mockorders): mockorders.univers
"""


def test_internal_frames_are_hidden(session: Session) -> None:
    result = session.run(CALLS, "--tb=short")
    places = [line.partition(":")[0] for line in result.outlines if ": in " in line]
    assert ["test_it.py"] * 6 == places
