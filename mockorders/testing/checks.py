"""Failures of the emulator that its journal shows."""

from collections.abc import Iterable, Iterator

from mockorders.client.models import FaultInfo, JournalEntry


def response_failures(entries: Iterable[JournalEntry]) -> Iterator[str]:
    """Say what in the journal is the emulator's own failure: answers that break their schema, unhandled errors."""
    for entry in entries:
        kind = (entry["fault"] or {}).get("type")
        where = f"request {entry['id']}, {entry['method']} {entry['path']}"
        if entry["violations"] and kind != "drift":
            for violation in entry["violations"]:
                at = f"{violation['schema']} {violation['pointer'] or '/'}"
                yield f"{where}: the answer breaks its schema, {at}: {violation['message']}"
        elif kind != "status" and _is_problem(entry):
            yield f"{where}: an unhandled error, {entry['status']}: {_detail(entry)}"


def unused_faults(faults: Iterable[FaultInfo]) -> Iterator[str]:
    """Name the faults that no request met."""
    for fault in faults:
        if not fault["hits"]:
            yield f"fault {fault['id']} was set and never triggered: {fault['effect']}, match {fault['match']}"


def _is_problem(entry: JournalEntry) -> bool:
    headers = {} if entry["response"] is None else entry["response"]["headers"]
    return headers.get("Content-Type") == "application/problem+json"


def _detail(entry: JournalEntry) -> str:
    body = None if entry["response"] is None else entry["response"]["body"]
    return str(body["detail"]) if isinstance(body, dict) and "detail" in body else "its answer was spoilt by a fault"
