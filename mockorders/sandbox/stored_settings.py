"""What a store keeps of a sandbox besides its records: settings by name, each a JSON value but null.

A new member of sandboxes is kept by one more setting here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mockorders.sandbox.clock import Clock, ClockSettings
from mockorders.sandbox.edits import Edit, edit_size
from mockorders.sandbox.emulator_errors import EmulatorError, EmulatorErrors
from mockorders.sandbox.fault_injector import FaultInjector
from mockorders.sandbox.faults import Fault, with_floats
from mockorders.sandbox.sandbox import Sandbox

CUSTOMER = "current_customer"
PROFILE = "profile"
CLOCK = "clock"
FAULTS = "faults"
RULE = "fault."
COUNTERS = "fault_counters."
ERRORS = "errors"
ERROR = "error."
EDITS = "edits"
EDIT = "edit."
MICROSECOND = timedelta(microseconds=1)
RUNNING = ClockSettings()
RUNNING_VALUE = {"offset_microseconds": 0, "frozen_at": None, "frozen_since": None, "frozen_before": 0.0}


def settings_of(sandbox: Sandbox) -> dict[str, Any]:
    """Return all settings of a sandbox."""
    settings = {
        CUSTOMER: {"id": sandbox.current_customer},
        PROFILE: sandbox.profile,
        CLOCK: _clock_value(sandbox.clock.settings),
    }
    if sandbox.faults.issued:
        settings |= _fault_values(sandbox.faults)
    if sandbox.errors.count:
        settings |= _error_values(sandbox.errors)
    if sandbox.edits:
        settings |= _edit_values(sandbox.edits)
    return settings


def restore_settings(sandbox: Sandbox, settings: Mapping[str, Any]) -> None:
    """Set all settings of a sandbox. Raises MemoryLimitError."""
    sandbox.current_customer = settings[CUSTOMER]["id"]
    sandbox.profile = settings[PROFILE]
    sandbox.clock = Clock()
    sandbox.clock.restore(_clock_settings(settings[CLOCK]))
    _restore_faults(sandbox.faults, settings)
    _restore_errors(sandbox, settings)
    _restore_edits(sandbox, settings)


def _clock_value(settings: ClockSettings) -> dict[str, Any]:
    if settings == RUNNING:
        return RUNNING_VALUE
    return {
        "offset_microseconds": settings.offset // MICROSECOND,
        "frozen_at": None if settings.frozen_at is None else settings.frozen_at.isoformat(),
        "frozen_since": None if settings.frozen_since is None else settings.frozen_since.isoformat(),
        "frozen_before": settings.frozen_before,
    }


def _clock_settings(value: Mapping[str, Any]) -> ClockSettings:
    offset = value["offset_microseconds"] * MICROSECOND
    return ClockSettings(offset, _time(value["frozen_at"]), _time(value["frozen_since"]), float(value["frozen_before"]))


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _fault_values(faults: FaultInjector) -> dict[str, Any]:
    values: dict[str, Any] = {
        FAULTS: {"order": [fault.id for fault in faults], "issued": faults.issued, "draws": faults.draws}
    }
    for fault in faults:
        hits, matched, start, count = fault.counters
        values[RULE + fault.id] = fault.rule
        values[COUNTERS + fault.id] = [hits, matched, start // MICROSECOND, count]
    return values


def _restore_faults(injector: FaultInjector, settings: Mapping[str, Any]) -> None:
    state = settings.get(FAULTS)
    if state is None:
        injector.restore((), 0, 0)
        return
    faults = [_fault(injector, identifier, settings) for identifier in state["order"]]
    injector.restore(faults, state["issued"], state["draws"])


def _fault(injector: FaultInjector, identifier: str, settings: Mapping[str, Any]) -> Fault:
    fault = injector.charged(identifier, with_floats(settings[RULE + identifier]))
    hits, matched, start, count = settings[COUNTERS + identifier]
    fault.restore((hits, matched, start * MICROSECOND, count))
    return fault


def count_errors(settings: Mapping[str, Any]) -> int:
    """Return the number of errors of the emulator that settings have."""
    state = settings.get(ERRORS)
    return 0 if state is None else int(state["count"])


def _error_values(errors: EmulatorErrors) -> dict[str, Any]:
    first = [error._asdict() for error in errors]
    return {
        ERRORS: {"count": errors.count, "kept": len(first)},
        **{f"{ERROR}{number}": value for number, value in enumerate(first)},
    }


def _restore_errors(sandbox: Sandbox, settings: Mapping[str, Any]) -> None:
    state = settings.get(ERRORS)
    if state is None:
        sandbox.errors = EmulatorErrors()
        return
    first = [EmulatorError(**settings[f"{ERROR}{number}"]) for number in range(state["kept"])]
    sandbox.errors = EmulatorErrors(state["count"], first)


def _edit_values(edits: Sequence[Edit]) -> dict[str, Any]:
    values: dict[str, Any] = {f"{EDIT}{edit.number}": edit.value for edit in edits}
    values[EDITS] = {"first": edits[0].number, "last": edits[-1].number}
    return values


def _restore_edits(sandbox: Sandbox, settings: Mapping[str, Any]) -> None:
    state = settings.get(EDITS)
    if state is None:
        sandbox.edits = ()
        return
    known = {edit.number: edit for edit in sandbox.edits}
    values = [(number, settings[f"{EDIT}{number}"]) for number in range(state["first"], state["last"] + 1)]
    sandbox.edits = tuple([_edit(sandbox, known.get(number), number, value) for number, value in values])


def _edit(sandbox: Sandbox, known: Edit | None, number: int, value: Mapping[str, Any]) -> Edit:
    """Return the edit with a value: the known one with its number, if that has it."""
    if known is not None and known.value is value:
        return known
    return Edit(number, value, sandbox.memory.count(edit_size(value)))
