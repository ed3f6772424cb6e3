"""The real time, whatever a test process has replaced in `time` and `datetime` (freezegun, time-machine, monkeypatch).

`monotonic` and `now` come from a second, private instance of the built-in module `time`, so it does not matter whether
this module is imported before or after something is replaced.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from types import ModuleType


def _private_instance(name: str) -> ModuleType:
    """Return a new instance of a built-in module, which is not in `sys.modules`."""
    spec = BuiltinImporter.find_spec(name)
    if spec is None or spec.loader is None:
        message = f"expected the built-in module {name}"
        raise ImportError(message)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_time = _private_instance("time")
_from_timestamp = datetime.fromtimestamp

# seconds of a clock that never goes back; `perf_counter`, because tools that move time leave it alone more often
monotonic: Callable[[], float] = _time.perf_counter


def now() -> datetime:
    """Return the current time, aware and in UTC."""
    time_machine = sys.modules.get("time_machine")
    seconds = _time.time() if time_machine is None else _seconds_beside(time_machine)
    return _from_timestamp(seconds, UTC)


def _seconds_beside(time_machine: ModuleType) -> float:
    """Return the seconds since 1970 while time-machine, which replaces functions of all instances, may be active."""
    if time_machine.escape_hatch.is_travelling():
        with suppress(ValueError):  # another thread has just traveled back
            return float(time_machine.escape_hatch.time.time())
    return float(_time.time())
