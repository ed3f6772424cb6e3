"""Routes of the control API: method, path, handler, and what requests and responses are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from mockorders.control import docs, faults, journal, new_records, records, sandboxes, snapshots
from mockorders.control.clock import advance_clock, get_clock, put_clock
from mockorders.control.service import fidelity, get_schema, health, list_schemas, liveness, metrics

Handler = Callable[[web.Request], Awaitable[Any]]

JSON = "application/json"
STATE = "state"  # the schema of all records, which has no file: it depends on the APIs


@dataclass(frozen=True, slots=True)
class ControlRoute:
    """One endpoint of the control API.

    `response`, `query` and `body` name schemas, or are None: a response of `status` 204 has no body, one of another
    `media_type` no schema. `errors` are the statuses of problems that do not follow from the path, the query and the
    body. `unread` responds if the store cannot give the sandbox in the path.
    """

    method: str
    path: str
    handler: Handler
    response: str | None = None
    query: str | None = None
    body: str | None = None
    status: int = 200
    media_type: str = JSON
    errors: tuple[int, ...] = ()
    unread: Handler | None = None


_ONE = "/sandboxes/{name:[^/]+}"
_SNAPSHOT = _ONE + "/snapshots/{snapshot:[^/]+}"
_RECORDS = _ONE + "/records/{api}/{collection}"
_RECORD = _RECORDS + "/{id:[0-9]{1,19}}"
_FAULT = _ONE + "/faults/{fault}"
_REQUEST = _ONE + "/requests/{request}"

ROUTES: tuple[ControlRoute, ...] = (
    ControlRoute("GET", "/health", health, "control/health", errors=(503,)),
    ControlRoute("GET", "/health/live", liveness, "control/health"),
    ControlRoute("GET", "/fidelity", fidelity, "control/rules-response"),
    ControlRoute("GET", "/schemas", list_schemas, "control/schemas-response"),
    ControlRoute("GET", "/schemas/{schema:.+?}", get_schema, "control/document"),
    ControlRoute("GET", "/openapi.json", docs.openapi, "control/document", query="control/openapi-parameters"),
    ControlRoute("GET", "/control.json", docs.control_openapi, "control/document"),
    ControlRoute("GET", "/docs", docs.show, media_type="text/html"),
    ControlRoute("GET", "/docs/control", docs.show_control, media_type="text/html"),
    ControlRoute("GET", "/metrics", metrics, media_type="text/plain"),
    ControlRoute("POST", "/reset", sandboxes.reset_all, status=204),
    ControlRoute("GET", "/sandboxes", sandboxes.list_sandboxes, "control/sandboxes-response"),
    ControlRoute("GET", _ONE, sandboxes.show_sandbox, "control/sandbox-info", errors=(404,)),
    ControlRoute("PUT", _ONE, sandboxes.put_sandbox, "control/sandbox-info", body="control/sandbox"),
    ControlRoute("PATCH", _ONE, sandboxes.patch_sandbox, "control/sandbox-info", body="control/sandbox-patch"),
    ControlRoute("DELETE", _ONE, sandboxes.delete_sandbox, status=204, errors=(404,), unread=sandboxes.delete_unread),
    ControlRoute("POST", _ONE + "/reset", sandboxes.reset_sandbox, status=204),
    ControlRoute("POST", _ONE + "/finish", sandboxes.finish_sandbox, "control/outcome"),
    ControlRoute("GET", _ONE + "/state", sandboxes.get_state, STATE),
    ControlRoute("PUT", _ONE + "/state", sandboxes.put_state, STATE, body="fixture-set"),
    ControlRoute("PUT", _SNAPSHOT, snapshots.put_snapshot, "control/snapshots-response", errors=(422,)),
    ControlRoute("DELETE", _SNAPSHOT, snapshots.delete_snapshot, status=204),
    ControlRoute("POST", _SNAPSHOT + "/restore", snapshots.restore_snapshot, status=204),
    ControlRoute(
        "GET", _ONE + "/diff", snapshots.get_diff, "control/diff", query="control/diff-parameters", errors=(404,)
    ),
    ControlRoute(
        "POST",
        _ONE + "/records",
        new_records.add_records,
        "control/new-records-response",
        body="control/new-records",
        status=201,
    ),
    ControlRoute("GET", _RECORDS, records.list_records, "control/records-response"),
    ControlRoute(
        "POST",
        _RECORDS,
        new_records.add_record,
        "control/new-record-response",
        body="control/new-record",
        status=201,
    ),
    ControlRoute("GET", _RECORD, records.get_record, "control/record"),
    ControlRoute("PUT", _RECORD, records.put_record, "control/record", body="control/record-patch"),
    ControlRoute("PATCH", _RECORD, records.patch_record, "control/record", body="control/record-patch"),
    ControlRoute("DELETE", _RECORD, records.delete_record, status=204, errors=(409, 422)),
    ControlRoute("GET", _ONE + "/clock", get_clock, "control/clock-info"),
    ControlRoute("PUT", _ONE + "/clock", put_clock, "control/clock-info", body="control/clock"),
    ControlRoute("POST", _ONE + "/clock/advance", advance_clock, "control/clock-info", body="control/advance"),
    ControlRoute("GET", _ONE + "/faults", faults.list_faults, "control/faults-response"),
    ControlRoute("POST", _ONE + "/faults", faults.add_fault, "control/fault-info", body="control/fault", status=201),
    ControlRoute("DELETE", _ONE + "/faults", faults.clear_faults, status=204),
    ControlRoute("PATCH", _FAULT, faults.change_fault, "control/fault-info", body="control/fault-patch"),
    ControlRoute("DELETE", _FAULT, faults.delete_fault, status=204),
    ControlRoute(
        "GET",
        _ONE + "/requests",
        journal.list_requests,
        "control/requests-response",
        query="control/requests-parameters",
    ),
    ControlRoute("DELETE", _ONE + "/requests", journal.clear_requests, status=204),
    ControlRoute("GET", _ONE + "/errors", journal.list_errors, "control/errors-response"),
    ControlRoute("GET", _ONE + "/requests.har", journal.export_requests, "control/har", query="control/har-parameters"),
    ControlRoute("GET", _REQUEST, journal.get_request, "control/recorded-request"),
    ControlRoute("GET", _REQUEST + "/explain", journal.explain_request, "control/explanation"),
)
