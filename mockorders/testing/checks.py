"""Find failures in the errors and faults of a sandbox."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockorders.client.models import EmulatorErrors, FaultInfo
from mockorders.formats.abbreviation import abbreviate
from mockorders.observability.redaction import mask_effect, mask_match


def response_failures(found: EmulatorErrors) -> Iterator[str]:
    """Yield a message for each of the emulator's own errors, and one for the number of those that are not listed."""
    for error in found["errors"]:
        label = f"request {error['request']}, " if error["request"] else ""
        yield f"{label}{error['method']} {error['path']}: {error['message']}"
    more = found["count"] - len(found["errors"])
    if more:
        yield f"and {more} more"


def unused_faults(faults: Iterable[FaultInfo]) -> Iterator[str]:
    """Yield a message for each fault that was never triggered."""
    for fault in faults:
        if not fault["hits"]:
            yield f"fault {fault['id']} was never triggered: {describe_fault(fault)}"


def describe_fault(fault: FaultInfo) -> str:
    """Return a fault in words, such as `status 503 for method POST, path /orders/*`; credentials are redacted."""
    effect = mask_effect(fault["effect"], lambda *_: False)
    kind = effect.pop("type")
    first = f"{kind} {_text(effect.pop(kind))}" if kind in effect else kind
    words = ", ".join([first, *_members(effect)])
    match = ", ".join(_members(mask_match(fault["match"])))
    return f"{words} for {match or 'all requests'}"


def _members(values: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name} {_text(value)}" for name, value in values.items())


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() else abbreviate(value)
