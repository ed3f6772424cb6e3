"""Output into a pipe that nobody reads."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO

import pytest
from support.processes import serving, wait_until

from mockorders.observability.stream_writer import MAX_QUEUED_CHARACTERS, StreamWriter

LONG = "x" * 8_000
REQUESTS = 300  # more than a pipe and the queue can hold


def test_unread_log_blocks_neither_requests_nor_the_signal_to_stop() -> None:
    with serving("--fixtures", "docs", "--log-requests") as server:
        for number in range(REQUESTS):
            server.get(f"/{number}/{LONG}?key=docs")
        server.process.terminate()
        assert 0 == server.process.wait(30)


def test_log_that_is_read_again_says_how_many_lines_were_dropped() -> None:
    with serving("--fixtures", "docs", "--log-requests", "--log-format", "json") as server:
        for number in range(REQUESTS):
            server.get(f"/{number}/{LONG}?key=docs")
        numbers: list[int] = []
        notices: list[str] = []
        dropped = 0
        assert server.process.stderr is not None
        while len(numbers) + dropped < REQUESTS:
            entry = json.loads(server.process.stderr.readline())
            if "path" in entry:
                numbers.append(int(entry["path"].split("/")[1]))
            else:
                notices.append(entry["message"])
                dropped += int(entry["message"].split()[2])
        server.process.stderr.close()
    assert sorted(numbers) == numbers
    assert all(notice.endswith(", because the stream was not read") for notice in notices)
    assert dropped


def test_line_for_a_full_pipe_is_written_once_the_pipe_is_read() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write, b"x" * 4096)
    os.set_blocking(write, True)
    with open(write, "w", encoding="utf-8") as stream, open(read, "rb", buffering=0) as pipe:  # noqa: PTH123
        writer = StreamWriter(stream)
        writer.write("ready")
        text = b""
        while not text.endswith(b"ready" + os.linesep.encode()):
            text += pipe.read(4096)
        writer.close()
    assert b"ready" == text.strip(b"x").rstrip()


class Blocked(StringIO):
    """A stream that blocks until `released` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def write(self, text: str) -> int:
        self.released.wait()
        return super().write(text)


@pytest.fixture
def blocked() -> Iterator[Blocked]:
    stream = Blocked()
    yield stream
    stream.released.set()


def test_lines_keep_their_order_and_a_notice_replaces_those_that_were_dropped(blocked: Blocked) -> None:
    writer = StreamWriter(blocked, lambda number: f"dropped {number}")
    half = "x" * (MAX_QUEUED_CHARACTERS // 2)
    for line in (half, half, "a", "b"):
        writer.write(line)
    blocked.released.set()
    wait_until(lambda: "dropped" in blocked.getvalue())
    writer.write("c")
    writer.close()
    assert [half, half, "dropped 2", "c"] == blocked.getvalue().splitlines()


def test_line_longer_than_the_queue_is_written_if_the_queue_is_empty() -> None:
    stream = StringIO()
    writer = StreamWriter(stream)
    writer.write("x" * (MAX_QUEUED_CHARACTERS + 1))
    writer.close()
    assert MAX_QUEUED_CHARACTERS + 2 == len(stream.getvalue())


def test_close_does_not_wait_for_a_blocked_stream(blocked: Blocked) -> None:
    writer = StreamWriter(blocked)
    writer.write("a")
    writer.close()
    assert "" == blocked.getvalue()


def test_closed_pipe_is_ignored() -> None:
    read, write = os.pipe()
    os.close(read)
    with open(write, "w", encoding="utf-8") as stream:  # noqa: PTH123
        writer = StreamWriter(stream)
        writer.write("a")
        writer.write("b")
        writer.close()
