"""Routes of the dashboard: method, path, and the handler as module and function."""

_ONE = "/ui/{name:[^/]+}"
_RECORDS = _ONE + "/records/{api}/{collection}"
_RECORD = _RECORDS + "/{id:[0-9]{1,19}}"

ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", "", "sandboxes.index"),
    ("GET", "/", "sandboxes.index"),
    ("GET", "/problems", "errors.index"),
    ("POST", "/ui", "sandboxes.create"),
    ("POST", "/ui/reset", "sandboxes.reset_all"),
    ("GET", _ONE, "sandboxes.enter"),
    ("POST", _ONE + "/customer", "sandboxes.log_in"),
    ("POST", _ONE + "/reset", "sandboxes.reset"),
    ("POST", _ONE + "/delete", "sandboxes.delete"),
    ("GET", _RECORDS, "records.index"),
    ("GET", _RECORDS + "/new", "record_form.new"),
    ("POST", _RECORDS + "/new", "record_form.create"),
    ("GET", _RECORDS + "/options", "record_options.index"),
    ("GET", _RECORD, "records.detail"),
    ("GET", _RECORD + "/delete", "record_delete.confirm"),
    ("POST", _RECORD + "/delete", "record_delete.delete"),
    ("GET", _RECORD + "/edit", "record_form.edit"),
    ("POST", _RECORD + "/edit", "record_form.save"),
    ("GET", _RECORD + "/duplicate", "record_form.duplicate"),
    ("GET", _ONE + "/requests", "requests.index"),
    ("POST", _ONE + "/requests/clear", "requests.clear"),
    ("GET", _ONE + "/requests/{id}", "requests.detail"),
    ("GET", "/live/{name:[^/]+}", "events.stream"),
    ("GET", _ONE + "/faults", "faults.index"),
    ("POST", _ONE + "/faults", "faults.add"),
    ("POST", _ONE + "/faults/clear", "faults.clear"),
    ("POST", _ONE + "/faults/{id}/remove", "faults.remove"),
    ("GET", _ONE + "/state", "state.detail"),
    ("POST", _ONE + "/state/clock", "state.set_clock"),
    ("POST", _ONE + "/state/advance", "state.advance"),
    ("POST", _ONE + "/state/snapshots", "state.save_snapshot"),
    ("POST", _ONE + "/state/snapshots/{snapshot:[^/]+}/restore", "state.restore_snapshot"),
    ("POST", _ONE + "/state/snapshots/{snapshot:[^/]+}/delete", "state.delete_snapshot"),
    ("GET", _ONE + "/connect", "connect.detail"),
)
