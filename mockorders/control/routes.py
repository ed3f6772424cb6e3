"""The control API's table: method, path, handler."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from mockorders.control import docs, faults, handlers, records, requests, snapshots

Handler = Callable[[web.Request], Awaitable[Any]]

_ONE = "/sandboxes/{name:[^/]+}"
_RECORDS = _ONE + "/records/{api}/{collection}"
_RECORD = _RECORDS + "/{id:[0-9]{1,19}}"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/health", handlers.health),
    ("GET", "/fidelity", handlers.fidelity),
    ("GET", "/schemas", handlers.list_schemas),
    ("GET", "/schemas/{folder}/{schema}", handlers.get_schema),
    ("GET", "/openapi.json", docs.openapi),
    ("GET", "/docs", docs.show),
    ("GET", "/metrics", handlers.metrics),
    ("POST", "/reset", handlers.reset_all),
    ("GET", "/sandboxes", handlers.list_sandboxes),
    ("GET", _ONE, handlers.get_sandbox),
    ("PUT", _ONE, handlers.put_sandbox),
    ("DELETE", _ONE, handlers.delete_sandbox),
    ("POST", _ONE + "/reset", handlers.reset_sandbox),
    ("GET", _ONE + "/state", handlers.get_state),
    ("PUT", _ONE + "/state", handlers.put_state),
    ("PUT", _ONE + "/snapshots/{snapshot:[^/]+}", snapshots.put_snapshot),
    ("DELETE", _ONE + "/snapshots/{snapshot:[^/]+}", snapshots.delete_snapshot),
    ("POST", _ONE + "/snapshots/{snapshot:[^/]+}/restore", snapshots.restore_snapshot),
    ("GET", _ONE + "/diff", snapshots.get_diff),
    ("GET", _RECORDS, records.list_records),
    ("GET", _RECORD, records.get_record),
    ("PUT", _RECORD, records.put_record),
    ("PATCH", _RECORD, records.patch_record),
    ("DELETE", _RECORD, records.delete_record),
    ("GET", _ONE + "/clock", handlers.get_clock),
    ("PUT", _ONE + "/clock", handlers.put_clock),
    ("POST", _ONE + "/clock/advance", handlers.advance_clock),
    ("GET", _ONE + "/faults", faults.list_faults),
    ("POST", _ONE + "/faults", faults.add_fault),
    ("DELETE", _ONE + "/faults", faults.clear_faults),
    ("DELETE", _ONE + "/faults/{id}", faults.delete_fault),
    ("GET", _ONE + "/requests", requests.list_requests),
    ("DELETE", _ONE + "/requests", requests.clear_requests),
    ("GET", _ONE + "/requests.har", requests.export_requests),
    ("GET", _ONE + "/requests/{id}", requests.get_request),
    ("GET", _ONE + "/requests/{id}/explain", requests.explain_request),
)

CREATES = {faults.add_fault}
