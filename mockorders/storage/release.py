"""Free large data without holding the event loop."""

import sys
from contextlib import suppress
from threading import Thread
from typing import Any

MIN_VALUES = 10_000


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
