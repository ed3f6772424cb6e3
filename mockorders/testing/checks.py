"""Find failures in the errors and faults of a sandbox."""

from collections.abc import Iterable, Iterator

from mockorders.client.models import EmulatorErrors, FaultInfo


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
            yield f"fault {fault['id']} was never triggered: {fault['effect']}, match {fault['match']}"
