"""Create and free large data without holding the event loop."""

import gc
import sys
from _thread import start_new_thread  # does not wait until the thread runs, unlike `Thread.start`
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

MIN_VALUES = 10_000
DOCUMENT_LEVELS = 3  # APIs, collections, records

_emptying = Lock()  # held by one thread at a time, because all of them compete with that of the event loop


@contextmanager
def paused_gc() -> Iterator[None]:
    """Pause the garbage collector while many values are created, which `gc.freeze` may exempt then.

    Otherwise it would traverse all of them again and again, and hold the event loop meanwhile.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def release(*parts: dict[Any, Any]) -> None:
    """Free the values of dicts that nothing else uses; one by one in a thread if there are many.

    Freed at once, they would hold the interpreter's lock for as long as all of them take.
    """
    if sum(map(len, parts)) >= MIN_VALUES and not sys.is_finalizing():
        with suppress(RuntimeError):  # the interpreter is about to exit
            start_new_thread(_empty, parts)


def _empty(*parts: dict[Any, Any]) -> None:
    with _emptying:
        for values in parts:
            while values:
                values.popitem()


def take_apart(document: Any, levels: int = DOCUMENT_LEVELS) -> None:
    """Empty the objects and lists of a parsed document that nothing else uses, down to its records, for a thread."""
    if not levels:
        return
    if isinstance(document, dict):
        while document:
            take_apart(document.popitem()[1], levels - 1)
    if isinstance(document, list):
        while document:
            take_apart(document.pop(), levels - 1)
