"""What the report of a failed test says of its sandbox: what was asked, why it was refused, and what changed."""

from collections.abc import Iterator

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.models import JournalEntry
from mockorders.observability.curl import curl_line
from mockorders.testing.fixture import MockordersSandbox

MAX_REQUESTS = 10
INDENT = " " * 4


def render_report(sandbox: MockordersSandbox) -> str:
    """Tell what happened in a sandbox, in lines; as far as the emulator can still be asked."""
    lines: list[str] = []
    try:
        lines.extend(_lines(sandbox))
    except (ControlError, UnreachableError) as error:
        lines.append(f"no more is known: {error}")
    return "\n".join(lines)


def _lines(sandbox: MockordersSandbox) -> Iterator[str]:
    info = sandbox.info()
    clock = f"{info['clock']['now']}{', frozen' if info['clock']['frozen'] else ''}"
    yield f"sandbox {sandbox.name} at {sandbox.url}"
    yield f"fixtures {info['fixtures']}, profile {info['profile']}, clock {clock}"
    for fault in sandbox.faults():
        yield f"fault {fault['id']}, triggered {fault['hits']} times: {fault['effect']}, match {fault['match']}"
    requests = sandbox.requests()
    yield f"the last {min(MAX_REQUESTS, len(requests))} of {len(requests)} requests:"
    for request in requests[-MAX_REQUESTS:]:
        yield from _request(sandbox, request)
    changes = sandbox.diff()["lines"]
    yield f"changed since the fixtures: {len(changes) or 'nothing'}"
    yield from (INDENT + line for line in changes)


def _request(sandbox: MockordersSandbox, request: JournalEntry) -> Iterator[str]:
    fault = f", by fault {request['fault']['id']}, {request['fault']['type']}" if request["fault"] else ""
    yield f"{request['id']}: {request['status'] or 'no answer'}{fault}"
    yield INDENT + curl_line(request, sandbox.url, sandbox.name)
    explanation = sandbox.explain(request)
    error, route = explanation["rejection"], explanation["route"]
    if error is None:
        return
    yield from (f"{INDENT}refused: {message}" for message in error["messages"])
    yield f"{INDENT}rule {error['rule']} ({error['evidence']}): {error['sentence'] or 'ours'}"
    yield from (f"{INDENT}not {each['route']}: {each['why']}" for each in route.get("closest", ()))
