"""The section about the sandbox in the report of a failed test: requests, rejections, changes."""

from collections.abc import Iterator

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.models import RecordedRequest
from mockorders.formats.plurals import count, times
from mockorders.testing.checks import describe_fault
from mockorders.testing.fixture import Mockorders

MAX_REQUESTS = 10
MAX_COMMAND = 2_000
MAX_CHANGES = 100
INDENT = " " * 4


def render_report(sandbox: Mockorders) -> str:
    """Return the report as lines of text, shortened if the emulator stops responding."""
    lines: list[str] = []
    try:
        lines.extend(_lines(sandbox))
    except (ControlError, UnreachableError) as error:
        lines.append(f"the rest of the report is not available: {error}")
    return "\n".join(lines)


def _lines(sandbox: Mockorders) -> Iterator[str]:
    info = sandbox.info()
    clock = f"{info['clock']['now']}{', frozen' if info['clock']['frozen'] else ''}"
    yield f"sandbox {sandbox.name} at {sandbox.url}"
    yield f"fixtures {info['fixtures']}, profile {info['profile']}, clock {clock}"
    for fault in sandbox.faults():
        hits = f"triggered {times(fault['hits'])}" if fault["hits"] else "never triggered"
        yield f"fault {fault['id']}, {hits}: {describe_fault(fault)}"
    requests = sandbox.requests()
    yield _heading(len(requests))
    for request in requests[-MAX_REQUESTS:]:
        yield from _request(sandbox, request)
    changes = sandbox.diff()["lines"]
    yield f"changes to the fixtures: {len(changes) or 'none'}"
    yield from (INDENT + line for line in changes[:MAX_CHANGES])
    if len(changes) > MAX_CHANGES:
        yield f"{INDENT}and {len(changes) - MAX_CHANGES:,} more"


def _heading(number: int) -> str:
    if number > MAX_REQUESTS:
        return f"the last {MAX_REQUESTS} of {count(number, 'request')}:"
    return f"{count(number, 'request')}:" if number else "no requests"


def _request(sandbox: Mockorders, request: RecordedRequest) -> Iterator[str]:
    fault = f", fault {request['fault']['id']} applied: {request['fault']['type']}" if request["fault"] else ""
    outcome = "in progress" if request["in_progress"] else request["status"] or "no response"
    yield f"{request['id']}: {outcome}{fault}"
    explanation = sandbox.explain(request)
    yield INDENT + _shortened(explanation["curl"])
    rejection = explanation["rejection"]
    if rejection is None:
        return
    yield from (f"{INDENT}rejected: {message}" for message in rejection["messages"])
    yield f"{INDENT}rule {rejection['rule']} ({rejection['evidence']}): {rejection['sentence'] or 'our choice'}"
    yield from (f"{INDENT}not {each['route']}: {each['why']}" for each in explanation["route"].get("closest", ()))


def _shortened(command: str) -> str:
    """Return a command, or the start of a long one with a note."""
    if len(command) <= MAX_COMMAND:
        return command
    return f"{command[:MAX_COMMAND]}… (the first {MAX_COMMAND:,} of {count(len(command), 'character')})"
