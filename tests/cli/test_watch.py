"""`serve --watch`: fixture files that change while the server runs, and the sandboxes that use them."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.emulator import basic
from support.processes import Server, run, serving, wait_until

from mockorders import Sandbox

NOTE = "the fixtures changed; this sandbox keeps its records until it is reset"
ORDER = "/v1/orders/75572230/"


class Watched:
    """A server that watches a folder with the set `mine`, and its log."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.logged: list[str] = []
        assert server.process.stderr is not None
        self._stderr = server.process.stderr.fileno()
        os.set_blocking(self._stderr, False)

    def write(self, name: str = "mine", text: str | None = None, **document: Any) -> str:
        """Write a fixture file, and wait until the server has logged the reload."""
        before = len(self.logged)
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(document) if text is None else text)
        return self.wait_for(before)

    def wait_for(self, before: int) -> str:
        """Wait until the server logs a message; return all lines logged until its next response."""
        wait_until(lambda: self._read() > before, "a line of the server")
        self.server.get("/_mockorders/health")
        self._read()
        return "\n".join(self.logged[before:])

    def customer(self, key: str) -> Any:
        """Return the customer whose orders a key lists."""
        return self.server.get(f"/orders?key={key}").get("orders", [{}])[0].get("customer_id")

    def sandbox(self, name: str) -> Sandbox:
        return Sandbox(self.server.url, name)

    def _read(self) -> int:
        """Read the log; return the number of its lines so far."""
        with suppress(BlockingIOError):
            while piece := os.read(self._stderr, 65536):
                self.logged += piece.decode().splitlines()
        return len(self.logged)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Watch a folder; its set `mine` has customer 164 at first."""
    (tmp_path / "mine.json").write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", str(tmp_path), "--watch") as server:
        yield Watched(server, tmp_path)


def touch(sandbox: Sandbox) -> None:
    """Change a record as a client of the API."""
    order = dict(sandbox.record("cratejoy", "orders", 75572230))
    sandbox.put_record("cratejoy", "orders", 75572230, {**order, "note": "mine"})


def test_unmodified_sandboxes_are_updated_and_modified_ones_keep_their_records(watched: Watched) -> None:
    assert [164, 164] == [watched.customer("mine"), watched.customer("mine.kept")]
    touch(watched.sandbox("mine.kept"))
    logged = watched.write(extends="docs", current_customer=2)
    expected = "fixtures reloaded: mine; sandboxes updated: 1, stale until they are reset: 1"
    assert f"mockorders: {expected}" == logged
    assert [2, 164, 2] == [watched.customer(key) for key in ("mine", "mine.kept", "mine.new")]
    modified = watched.sandbox("mine.kept")
    assert ("mine", True) == (modified.record("cratejoy", "orders", 75572230)["note"], modified.info()["stale"])
    watched.sandbox("mine.kept").reset()
    assert (2, False) == (watched.customer("mine.kept"), modified.info()["stale"])


def test_responses_of_a_stale_sandbox_have_a_note(watched: Watched) -> None:
    watched.customer("mine.kept")
    touch(watched.sandbox("mine.kept"))
    watched.write(extends="docs", current_customer=2)
    watched.customer("mine.kept")
    watched.customer("mine")
    notes = [
        last["headers"].get("X-Mockorders-Note")
        for name in ("mine.kept", "mine")
        if (last := watched.sandbox(name).requests()[-1]["response"])
    ]
    assert [NOTE, None] == notes


def test_cached_responses_and_journals_are_correct_after_a_reload(watched: Watched) -> None:
    def note() -> Any:
        return watched.server.get(ORDER, **basic("mine"))["note"]

    sandbox = watched.sandbox("mine")
    notes = [note(), note()]
    sandbox.fault("delay", ms=1)
    for text in ("first", "second"):
        order = {**sandbox.record("cratejoy", "orders", 75572230), "note": text}
        watched.write(extends="docs", cratejoy={"orders": [order]})
        notes += [note(), note()]
    assert [None, None, "first", "first", "second", "second"] == notes
    actual = [each["response"]["body"]["note"] for each in sandbox.requests(api="cratejoy") if each["response"]]
    assert (notes, 1) == (actual, len(sandbox.faults()))
    assert [] == sandbox.diff()["patch"]


def test_invalid_file_leaves_the_set_unchanged(watched: Watched) -> None:
    assert 164 == watched.customer("mine")
    logged = watched.write(text='{"extends": "docs", "universe": {"orders": [5]}}')
    file = watched.folder / "mine.json"
    assert f"mockorders: {file}: /universe/orders/0: expected an object, got 5; the set is unchanged" == logged
    assert [164, 164] == [watched.customer("mine"), watched.customer("mine.new")]
    watched.write(extends="docs", current_customer=2)
    assert [2, 2] == [watched.customer("mine"), watched.customer("mine.new")]


def test_set_is_reloaded_when_the_set_it_extends_changes(watched: Watched) -> None:
    watched.write("child", extends="mine", description="a child")
    assert 164 == watched.customer("child")
    watched.write(extends="docs", current_customer=2)
    assert 2 == watched.customer("child")


def test_new_files_are_added_and_removed_ones_stay_in_their_sandboxes(watched: Watched) -> None:
    assert "mockorders: fixtures added: more" == watched.write("more", extends="docs", current_customer=2)
    assert [2, 164] == [watched.customer("more"), watched.customer("mine")]
    before = len(watched.logged)
    (watched.folder / "mine.json").unlink()
    assert "mockorders: fixtures removed: mine" == watched.wait_for(before)
    assert 164 == watched.customer("mine")
    watched.customer("mine.new")
    assert "default" == watched.sandbox("mine.new").info()["fixtures"]


def test_user_set_replaces_a_shipped_set(watched: Watched) -> None:
    assert 2 == watched.customer("docs")
    watched.write("docs", universe={"customers": [{"id": 1}]}, cratejoy={})
    assert {"status": "ok", "orders": []} == watched.server.get("/orders?key=docs@1")


def test_settings_of_a_sandbox_survive_a_reload(watched: Watched) -> None:
    sandbox = watched.sandbox("own")
    sandbox.create(fixtures="mine", profile="observed", clock="2017-03-21T00:00:00Z")
    watched.write(extends="docs", current_customer=2, profile="documented", clock="2018-01-01")
    sandbox_info = sandbox.info()
    assert ("observed", "2017-03-21T00:00:00Z", 2) == (
        sandbox_info["profile"],
        sandbox_info["clock"]["now"],
        sandbox_info["current_customer"],
    )


def test_clock_is_set_again_if_the_clock_of_the_file_changed(watched: Watched) -> None:
    sandbox = watched.sandbox("mine")
    sandbox.clock.freeze("2017-03-21T00:00:00Z")
    watched.write(extends="docs", current_customer=2)
    assert "2017-03-21T00:00:00Z" == sandbox.info()["clock"]["now"]
    watched.write(extends="docs", clock="2018-01-01")
    assert {"now": "2018-01-01T00:00:00Z", "frozen": True} == sandbox.info()["clock"]


def test_customer_who_logged_in_is_kept_unless_that_of_the_file_changed(watched: Watched) -> None:
    watched.sandbox("mine").log_in(2)
    watched.write(extends="docs", current_customer=164, cratejoy={})
    assert 2 == watched.customer("mine")
    watched.write(extends="docs", current_customer=1)
    assert 1 == watched.sandbox("mine").info()["current_customer"]


@pytest.mark.timing
def test_file_written_in_pieces_is_read_once(watched: Watched) -> None:
    assert 164 == watched.customer("mine")
    before = len(watched.logged)
    with (watched.folder / "mine.json").open("w") as file:
        for piece in ('{"extends": "docs"', ', "current_', 'customer"', ": 2}"):
            file.write(piece)
            file.flush()
            time.sleep(0.1)
    assert "mockorders: fixtures reloaded: mine; sandboxes updated: 1" == watched.wait_for(before)


def test_without_watch_files_are_read_only_at_startup(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", str(file)) as server, serving("--fixtures", str(file), "--watch") as other:
        file.write_text('{"extends": "docs", "current_customer": 2}')
        assert "fixtures reloaded" in Watched(other, tmp_path).wait_for(0)
        assert 164 == server.get("/orders?key=mine")["orders"][0]["customer_id"]


def test_deleted_fixture_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", str(file), "--watch") as server:
        watched = Watched(server, tmp_path)
        file.unlink()
        assert "a file or a folder; all sets are unchanged" in watched.wait_for(0)
        assert 164 == watched.customer("mine")
        watched.write(extends="docs", current_customer=2)
        assert 2 == watched.customer("mine")


@pytest.mark.parametrize("arguments", [[], ["--fixtures", "docs"]], ids=str)
def test_watch_without_files_is_an_error(arguments: list[str]) -> None:
    ended = run("--watch", *arguments)
    assert (2, "mockorders: --watch: expected a file or a folder of --fixtures to watch\n") == (ended.code, ended.err)
