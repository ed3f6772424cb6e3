"""Write text to a stream in a thread, so that a stream that nobody reads blocks nothing else."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import RawIOBase
from typing import TextIO

from mockorders.formats.plurals import count

MAX_QUEUED_CHARACTERS = 2**20
CLOSE_SECONDS = 0.2
RETRY_SECONDS = 0.05

DropNotice = Callable[[int], str]
WriteText = Callable[[str], object]


def drop_notice(number: int) -> str:
    """Return the line that replaces lines that were dropped."""
    return f"log: dropped {count(number, 'line')}, because the stream was not read"


class StreamWriter:
    """Writes lines to a text stream in their order; lines that exceed the queue of 1 MiB are dropped.

    Once the stream is read again, the result of `make_notice` is written where lines are missing; it gets their number.
    The thread starts with the first line, and does not keep the process alive.
    """

    def __init__(self, stream: TextIO, make_notice: DropNotice = drop_notice) -> None:
        self._stream = stream
        self._make_notice = make_notice
        self._lines: deque[str] = deque()
        self._queued = 0
        self._dropped = 0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def write(self, line: str) -> None:
        """Add a line, without its line break. Never waits."""
        with self._changed:
            if self._queued and self._queued + len(line) > MAX_QUEUED_CHARACTERS:
                self._dropped += 1
                return
            self._add_drop_notice()
            self._add(line)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mockorders-log", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write the remaining lines; give up after 0.2 s if the stream is blocked."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def _add(self, line: str) -> None:
        self._lines.append(line)
        self._queued += len(line)

    def _add_drop_notice(self) -> None:
        if self._dropped:
            self._add(self._make_notice(self._dropped))
            self._dropped = 0

    def _run(self) -> None:
        with _opened(self._stream) as write:
            while (line := self._next()) is not None:
                with suppress(OSError, ValueError):  # the other side of the stream is closed
                    write(f"{line}\n")
                with self._changed:
                    self._queued -= len(line)

    def _next(self) -> str | None:
        """Wait for the next line, and remove it; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._dropped or self._is_closed)
            if not self._lines:
                self._add_drop_notice()
            return self._lines.popleft() if self._lines else None


@contextmanager
def _opened(stream: TextIO) -> Iterator[WriteText]:
    """Yield a function that writes text to a stream without taking a lock, if it is a file or a pipe.

    A thread that is blocked in a write holds the lock of `sys.stderr`, and the interpreter would wait for it at exit.
    """
    try:
        number = stream.fileno()
    except (OSError, ValueError, AttributeError):
        yield stream.write
        return
    with open(number, "wb", buffering=0, closefd=False) as file:
        yield partial(_write_all, file, stream.encoding)


def _write_all(file: RawIOBase, encoding: str, text: str) -> None:
    """Write all of a text; wait if the descriptor does not block and is full."""
    rest = text.replace("\n", os.linesep).encode(encoding, "backslashreplace")
    while rest:
        written = file.write(rest)
        if written is None:
            time.sleep(RETRY_SECONDS)
        rest = rest[written or 0 :]
