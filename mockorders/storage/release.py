"""Create and free large data without holding the event loop."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

MIN_VALUES = 10_000
DOCUMENT_LEVELS = 3  # APIs, collections, records


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


def release(values: dict[Any, Any]) -> None:
    """Free the values of a dict that nothing else uses; one by one in a thread if there are many.

    Freed at once, they would hold the interpreter's lock for as long as all of them take.
    """
    if len(values) >= MIN_VALUES and not sys.is_finalizing():
        with suppress(RuntimeError):  # the interpreter is about to exit
            Thread(target=_empty, args=(values,), name="mockorders release", daemon=True).start()


def _empty(values: dict[Any, Any]) -> None:
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
