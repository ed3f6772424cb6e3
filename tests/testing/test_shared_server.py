"""The fixture with a server that is shared (`--mockorders-url`): what is left behind, and which options apply."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from support.processes import run_pytest
from support.sessions import Session, run_sessions

from mockorders import MockServer
from mockorders.client.sandbox import EmulatorClient
from mockorders.testing.remote import merge_documents


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorClient]:
    with MockServer(fixtures="docs") as running:
        yield EmulatorClient(running.url)


def write(folder: Path, code: str, options: str = "{}") -> None:
    """Write tests and the options of their server."""
    conftest = f"import pytest\n@pytest.fixture(scope='session')\ndef mockorders_options():\n    return {options}\n"
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    (folder / "test_it.py").write_text(code, encoding="utf-8")


def run(folder: Path, server: EmulatorClient, code: str, options: str = "{}", *arguments: str) -> str:
    """Run tests in a separate process; return its output."""
    write(folder, code, options)
    plugins = ["mockorders", *(["xdist"] if "-n2" in arguments else [])]
    every = ("-p", "no:cacheprovider", "--mockorders-url", server.url, *arguments)
    done = run_pytest(*every, plugins=plugins, cwd=folder)
    return str(done.stdout + done.stderr)


# ---- nothing is left behind

USED = "mockorders.patch_record('cratejoy', 'orders', 75572230, {'note': 'n'})"
FIXTURE = "@pytest.fixture\ndef other(mockorders):"
INTERRUPTED = [
    ("def test_it(mockorders): {used}; raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("def test_it(mockorders): {used}; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)", "KeyboardInterrupt"),
    ("def test_it(mockorders): {used}; pytest.exit('enough')", "enough"),
    ("def test_it(mockorders): {used}; assert 0\ndef test_two(mockorders): pass", "1 failed"),
    (FIXTURE + " {used}; raise KeyboardInterrupt\ndef test_it(other): pass", "KeyboardInterrupt"),
    (FIXTURE + " {used}; assert 0\ndef test_it(other): pass", "1 error"),
    (FIXTURE + "\n    yield\n    raise KeyboardInterrupt\ndef test_it(other): pass", "KeyboardInterrupt"),
]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, list[Any]]]:
    """Run each session of `INTERRUPTED` with its own server; return its output and the sandboxes that are left."""
    folders = [tmp_path_factory.mktemp("interrupted") for _ in INTERRUPTED]
    for folder, (code, _) in zip(folders, INTERRUPTED, strict=True):
        write(folder, f"import os, pytest, signal, time\n{code.format(used=USED)}\n")
    with ExitStack() as stack:
        urls = [stack.enter_context(MockServer(fixtures="docs")).url for _ in folders]
        sessions = [Session(folder, ["-x", "--mockorders-url", url]) for folder, url in zip(folders, urls, strict=True)]
        outputs = run_sessions(sessions, ["mockorders"])
        return [(output, EmulatorClient(url).sandboxes()) for output, url in zip(outputs, urls, strict=True)]


@pytest.mark.parametrize(("number", "line"), [(number, line) for number, (_, line) in enumerate(INTERRUPTED)])
def test_interrupted_session_leaves_no_sandbox(
    interrupted: list[tuple[str, list[Any]]], number: int, line: str
) -> None:
    output, left = interrupted[number]
    assert line in output
    assert [] == left


@pytest.mark.slow
def test_interrupted_worker_leaves_no_sandbox(tmp_path: Path, server: EmulatorClient) -> None:
    code = f"def test_it(mockorders): {USED}; raise KeyboardInterrupt\ndef test_two(mockorders): {USED}"
    assert "keyboard-interrupt" in run(tmp_path, server, code, "{}", "-n2")
    assert [] == server.sandboxes()


# ---- options that apply to a sandbox

SETS = {
    "base": {"extends": "docs", "cratejoy": {"customers": [{"id": 5, "email": "a@b.c"}]}, "profile": "observed"},
    "shop": {"extends": "base", "current_customer": 1},
    "docs": {"extends": "docs", "current_customer": 7},
    "frozen": {"clock": "2019-01-01T00:00:00Z"},
}
OPTIONS = '{{"fixtures": ["{folder}", "shop"], "clock": "2018-01-01T00:00:00Z", "profile": "documented"}}'
APPLIED = """
import pytest

def summary(mockorders):
    info = mockorders.info()
    added = [each["id"] for each in mockorders.records("cratejoy", "customers")].count(5)
    return info["current_customer"], added, info["profile"], mockorders.clock.now().year, info["clock"]["frozen"]

def test_last_set_is_used_without_a_marker(mockorders):
    assert (1, 1, "observed", 2018, True) == summary(mockorders)
    mockorders.reset()
    assert (1, 1, "observed", 2018, True) == summary(mockorders)

@pytest.mark.mockorders(fixtures="base")
def test_local_set_by_name(mockorders):
    assert (7, 1, "observed", 2018, True) == summary(mockorders)

@pytest.mark.mockorders(fixtures="docs")
def test_local_set_that_replaces_a_shipped_one(mockorders):
    assert (7, 0, "documented", 2018, True) == summary(mockorders)

@pytest.mark.mockorders(fixtures="frozen")
def test_clock_of_a_set_takes_precedence(mockorders):
    assert (None, 0, "documented", 2019, True) == summary(mockorders)

@pytest.mark.mockorders(fixtures={"extends": "shop", "current_customer": 2}, clock="2020-01-01", profile="documented")
def test_document_extends_a_local_set(mockorders):
    assert (2, 1, "documented", 2020, True) == summary(mockorders)

@pytest.mark.mockorders(fixtures="empty")
def test_shipped_set(mockorders):
    assert (1, 0, "documented", 2018, True) == summary(mockorders)

@pytest.mark.mockorders(fixtures="nowhere")
def test_unknown_set(mockorders):
    pass
"""


def test_fixtures_clock_and_profile_apply_to_a_shared_server(tmp_path: Path, server: EmulatorClient) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    for name, document in SETS.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    output = run(tmp_path, server, APPLIED, OPTIONS.format(folder=folder.as_posix()), "-Werror")
    assert ("6 passed, 1 error" in output, "got 'nowhere'" in output) == (True, True), output


TWO = "def test_one(mockorders): pass\ndef test_two(mockorders): pass\n"


def test_other_options_are_reported_once(tmp_path: Path, server: EmulatorClient) -> None:
    output = run(tmp_path, server, TWO, '{"fixtures": "docs", "strict": True, "max_sandboxes": 3}')
    line = f"mockorders_options: strict, max_sandboxes: not applied to {server.url}; start that server with them"
    assert (1, True) == (output.count(line), "2 passed, 1 warning" in output)


INVALID = [
    ('{"fixtures": "nowhere"}', "mockorders_options: Invalid fixtures: nowhere"),
    ('{"fixture": "docs"}', "mockorders_options: "),
    ('{"clock": "soon"}', "mockorders_options: "),
]


@pytest.fixture(scope="module")
def ended(server: EmulatorClient, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Run a session with each of the options in `INVALID`; return the outputs."""
    folders = [tmp_path_factory.mktemp("invalid") for _ in INVALID]
    for folder, (options, _) in zip(folders, INVALID, strict=True):
        write(folder, TWO, options)
    return run_sessions([Session(folder, ["--mockorders-url", server.url]) for folder in folders], ["mockorders"])


@pytest.mark.parametrize(("number", "message"), [(number, message) for number, (_, message) in enumerate(INVALID)])
def test_invalid_options_end_the_session(ended: list[str], number: int, message: str) -> None:
    assert ("Exit: " + message in ended[number], "passed" in ended[number]) == (True, False)


MERGES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, {}, {}),
    ({"extends": "docs"}, {"extends": "base"}, {"extends": "docs"}),
    ({"profile": "observed"}, {"extends": "base", "profile": None}, {"profile": None}),
    ({"a": {"b": [{"id": 1}]}}, {"a": {"c": [{"id": 1}]}}, {"a": {"b": [{"id": 1}], "c": [{"id": 1}]}}),
    (
        {"a": {"b": [{"id": 1}, {"id": 2, "x": 1}]}},
        {"a": {"b": [{"id": 2}, {"id": 1, "deleted": True}]}},
        {"a": {"b": [{"id": 1, "deleted": True}, {"id": 2}]}},
    ),
]


@pytest.mark.parametrize(("parent", "child", "expected"), MERGES)
def test_documents_are_merged(parent: dict[str, Any], child: dict[str, Any], expected: dict[str, Any]) -> None:
    assert expected == merge_documents(parent, child)


def test_generated_records_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="generate"):
        merge_documents({"generate": {"seed": 1}}, {})


# ---- a list of credentials


def test_list_of_credentials_is_reported_once(tmp_path: Path) -> None:
    with MockServer(fixtures="docs", credentials={"shop": None}) as listed:
        output = run(tmp_path, EmulatorClient(listed.url), TWO)
    assert 1 == output.count("Exit: mockorders: the server accepts only the credentials of its list")
    assert ("start the server without --credentials" in output, "passed" in output) == (True, False)
