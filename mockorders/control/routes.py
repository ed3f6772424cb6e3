"""Routes of the control API: method, path, handler."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from mockorders.control import docs, faults, journal, new_records, records, sandboxes, snapshots
from mockorders.control.clock import advance_clock, get_clock, put_clock
from mockorders.control.service import fidelity, get_schema, health, list_schemas, metrics

Handler = Callable[[web.Request], Awaitable[Any]]

_ONE = "/sandboxes/{name:[^/]+}"
_RECORDS = _ONE + "/records/{api}/{collection}"
_RECORD = _RECORDS + "/{id:[0-9]{1,19}}"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/health", health),
    ("GET", "/fidelity", fidelity),
    ("GET", "/schemas", list_schemas),
    ("GET", "/schemas/{schema:.+?}", get_schema),
    ("GET", "/openapi.json", docs.openapi),
    ("GET", "/docs", docs.show),
    ("GET", "/metrics", metrics),
    ("POST", "/reset", sandboxes.reset_all),
    ("GET", "/sandboxes", sandboxes.list_sandboxes),
    ("GET", _ONE, sandboxes.show_sandbox),
    ("PUT", _ONE, sandboxes.put_sandbox),
    ("PATCH", _ONE, sandboxes.patch_sandbox),
    ("DELETE", _ONE, sandboxes.delete_sandbox),
    ("POST", _ONE + "/reset", sandboxes.reset_sandbox),
    ("POST", _ONE + "/finish", sandboxes.finish_sandbox),
    ("GET", _ONE + "/state", sandboxes.get_state),
    ("PUT", _ONE + "/state", sandboxes.put_state),
    ("PUT", _ONE + "/snapshots/{snapshot:[^/]+}", snapshots.put_snapshot),
    ("DELETE", _ONE + "/snapshots/{snapshot:[^/]+}", snapshots.delete_snapshot),
    ("POST", _ONE + "/snapshots/{snapshot:[^/]+}/restore", snapshots.restore_snapshot),
    ("GET", _ONE + "/diff", snapshots.get_diff),
    ("POST", _ONE + "/records", new_records.add_records),
    ("GET", _RECORDS, records.list_records),
    ("POST", _RECORDS, new_records.add_record),
    ("GET", _RECORD, records.get_record),
    ("PUT", _RECORD, records.put_record),
    ("PATCH", _RECORD, records.patch_record),
    ("DELETE", _RECORD, records.delete_record),
    ("GET", _ONE + "/clock", get_clock),
    ("PUT", _ONE + "/clock", put_clock),
    ("POST", _ONE + "/clock/advance", advance_clock),
    ("GET", _ONE + "/faults", faults.list_faults),
    ("POST", _ONE + "/faults", faults.add_fault),
    ("DELETE", _ONE + "/faults", faults.clear_faults),
    ("DELETE", _ONE + "/faults/{id}", faults.delete_fault),
    ("GET", _ONE + "/requests", journal.list_requests),
    ("DELETE", _ONE + "/requests", journal.clear_requests),
    ("GET", _ONE + "/errors", journal.list_errors),
    ("GET", _ONE + "/requests.har", journal.export_requests),
    ("GET", _ONE + "/requests/{id}", journal.get_request),
    ("GET", _ONE + "/requests/{id}/explain", journal.explain_request),
)

CREATES = {faults.add_fault, new_records.add_record, new_records.add_records}
