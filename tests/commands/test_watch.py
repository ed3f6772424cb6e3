"""`serve --watch`: fixture files that change while the server runs, and the sandboxes that rest on them."""

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
    """A server that watches a folder with the set `mine`, and what it says on stderr."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.said: list[str] = []
        assert server.process.stderr is not None
        self._stderr = server.process.stderr.fileno()
        os.set_blocking(self._stderr, False)

    def write(self, name: str = "mine", text: str | None = None, **document: Any) -> str:
        """Write a fixture file, and wait until the server has said something about it."""
        before = len(self.said)
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(document) if text is None else text)
        return self.says(before)

    def says(self, before: int) -> str:
        """Wait until the server says something; return all lines that it wrote by its next answer."""
        wait_until(lambda: self._read() > before, "a line of the server")
        self.server.get("/_mockorders/health")
        self._read()
        return "\n".join(self.said[before:])

    def customer(self, key: str) -> Any:
        """Give whose orders a key lists."""
        return self.server.get(f"/orders?key={key}").get("orders", [{}])[0].get("customer_id")

    def sandbox(self, name: str) -> Sandbox:
        return Sandbox(self.server.url, name)

    def _read(self) -> int:
        """Read what the server wrote; return the number of its lines so far."""
        with suppress(BlockingIOError):
            while piece := os.read(self._stderr, 65536):
                self.said += piece.decode().splitlines()
        return len(self.said)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Watch a folder; its set `mine` is of customer 164 until it changes."""
    (tmp_path / "mine.json").write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", str(tmp_path), "--watch") as server:
        yield Watched(server, tmp_path)


def touch(sandbox: Sandbox) -> None:
    """Write a record as a client of the API does."""
    order = dict(sandbox.record("cratejoy", "orders", 75572230))
    sandbox.put_record("cratejoy", "orders", 75572230, {**order, "note": "mine"})


def test_untouched_sandboxes_follow_and_touched_ones_keep_their_records(watched: Watched) -> None:
    assert [164, 164] == [watched.customer("mine"), watched.customer("mine.kept")]
    touch(watched.sandbox("mine.kept"))
    said = watched.write(extends="docs", current_customer=2)
    expected = "fixtures reloaded: mine; sandboxes updated: 1, stale until they are reset: 1"
    assert f"mockorders: {expected}" == said
    assert [2, 164, 2] == [watched.customer(key) for key in ("mine", "mine.kept", "mine.new")]
    kept = watched.sandbox("mine.kept")
    assert ("mine", True) == (kept.record("cratejoy", "orders", 75572230)["note"], kept.info()["stale"])
    watched.sandbox("mine.kept").reset()
    assert (2, False) == (watched.customer("mine.kept"), kept.info()["stale"])


def test_answers_of_an_outdated_sandbox_say_so(watched: Watched) -> None:
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


def test_kept_answers_and_journals_are_right_after_a_change(watched: Watched) -> None:
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
    told = [each["response"]["body"]["note"] for each in sandbox.requests(api="cratejoy") if each["response"]]
    assert (notes, 1) == (told, len(sandbox.faults()))
    assert [] == sandbox.diff()["patch"]


def test_a_broken_file_leaves_the_set_as_it_was(watched: Watched) -> None:
    assert 164 == watched.customer("mine")
    said = watched.write(text='{"extends": "docs", "universe": {"orders": [5]}}')
    file = watched.folder / "mine.json"
    assert f"mockorders: {file}: /universe/orders/0: expected an object, got 5; the set is unchanged" == said
    assert [164, 164] == [watched.customer("mine"), watched.customer("mine.new")]
    watched.write(extends="docs", current_customer=2)
    assert [2, 2] == [watched.customer("mine"), watched.customer("mine.new")]


def test_a_set_follows_the_set_that_it_extends(watched: Watched) -> None:
    watched.write("child", extends="mine", description="a child")
    assert 164 == watched.customer("child")
    watched.write(extends="docs", current_customer=2)
    assert 2 == watched.customer("child")


def test_new_files_are_added_and_those_that_are_gone_stay_with_their_sandboxes(watched: Watched) -> None:
    assert "mockorders: fixtures added: more" == watched.write("more", extends="docs", current_customer=2)
    assert [2, 164] == [watched.customer("more"), watched.customer("mine")]
    before = len(watched.said)
    (watched.folder / "mine.json").unlink()
    assert "mockorders: fixtures removed: mine" == watched.says(before)
    assert 164 == watched.customer("mine")
    watched.customer("mine.new")
    assert "default" == watched.sandbox("mine.new").info()["fixtures"]


def test_a_shipped_set_that_a_users_takes_the_place_of(watched: Watched) -> None:
    assert 2 == watched.customer("docs")
    watched.write("docs", universe={"customers": [{"id": 1}]}, cratejoy={})
    assert {"status": "ok", "orders": []} == watched.server.get("/orders?key=docs@1")


def test_what_a_sandbox_chose_for_itself_stays(watched: Watched) -> None:
    sandbox = watched.sandbox("own")
    sandbox.create(fixtures="mine", profile="observed", clock="2017-03-21T00:00:00Z")
    watched.write(extends="docs", current_customer=2, profile="documented", clock="2018-01-01")
    look = sandbox.info()
    assert ("observed", "2017-03-21T00:00:00Z", 2) == (
        look["profile"],
        look["clock"]["now"],
        look["current_customer"],
    )


def test_the_clock_begins_anew_where_the_files_own_changed(watched: Watched) -> None:
    sandbox = watched.sandbox("mine")
    sandbox.clock.freeze("2017-03-21T00:00:00Z")
    watched.write(extends="docs", current_customer=2)
    assert "2017-03-21T00:00:00Z" == sandbox.info()["clock"]["now"]
    watched.write(extends="docs", clock="2018-01-01")
    assert {"now": "2018-01-01T00:00:00Z", "frozen": True} == sandbox.info()["clock"]


@pytest.mark.timing
def test_a_file_that_is_written_in_pieces_is_read_once(watched: Watched) -> None:
    assert 164 == watched.customer("mine")
    before = len(watched.said)
    with (watched.folder / "mine.json").open("w") as file:
        for piece in ('{"extends": "docs"', ', "current_', 'customer"', ": 2}"):
            file.write(piece)
            file.flush()
            time.sleep(0.1)
    assert "mockorders: fixtures reloaded: mine; sandboxes updated: 1" == watched.says(before)


def test_without_watch_files_are_read_at_the_start_only(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", str(file)) as server, serving("--fixtures", str(file), "--watch") as other:
        file.write_text('{"extends": "docs", "current_customer": 2}')
        assert "fixtures reloaded" in Watched(other, tmp_path).says(0)
        assert 164 == server.get("/orders?key=mine")["orders"][0]["customer_id"]


def test_a_file_of_the_options_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", str(file), "--watch") as server:
        watched = Watched(server, tmp_path)
        file.unlink()
        assert "a file or a folder; all sets are unchanged" in watched.says(0)
        assert 164 == watched.customer("mine")
        watched.write(extends="docs", current_customer=2)
        assert 2 == watched.customer("mine")


@pytest.mark.parametrize("arguments", [[], ["--fixtures", "docs"]], ids=str)
def test_where_there_is_nothing_to_watch(arguments: list[str]) -> None:
    ended = run("--watch", *arguments)
    assert (2, "mockorders: --watch: expected a file or a folder of --fixtures to watch\n") == (ended.code, ended.err)
