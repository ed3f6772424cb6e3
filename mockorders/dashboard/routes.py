"""The dashboard's table: method, path, and the handler's module and name."""

_ONE = "/ui/{name:[^/]+}"
_RECORDS = _ONE + "/records/{api}/{collection}"
_RECORD = _RECORDS + "/{id:[0-9]{1,19}}"

ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", "", "sandboxes.listed"),
    ("GET", "/", "sandboxes.listed"),
    ("POST", "/ui", "sandboxes.make"),
    ("POST", "/ui/reset", "sandboxes.reset_all"),
    ("GET", _ONE, "sandboxes.entered"),
    ("POST", _ONE + "/reset", "sandboxes.reset"),
    ("POST", _ONE + "/forget", "sandboxes.forget"),
    ("GET", _RECORDS, "records.listed"),
    ("GET", _RECORD, "records.shown"),
    ("POST", _RECORD + "/delete", "records.delete"),
    ("GET", _RECORD + "/edit", "record_form.form"),
    ("POST", _RECORD + "/edit", "record_form.save"),
    ("GET", _ONE + "/requests", "requests.listed"),
    ("POST", _ONE + "/requests/clear", "requests.clear"),
    ("GET", _ONE + "/requests/{id}", "requests.shown"),
    ("GET", "/live/{name:[^/]+}", "events.stream"),
    ("GET", _ONE + "/faults", "faults.listed"),
    ("POST", _ONE + "/faults", "faults.add"),
    ("POST", _ONE + "/faults/clear", "faults.clear"),
    ("POST", _ONE + "/faults/{id}/remove", "faults.remove"),
    ("GET", _ONE + "/state", "state.shown"),
    ("POST", _ONE + "/state/clock", "state.set_clock"),
    ("POST", _ONE + "/state/advance", "state.advance"),
    ("POST", _ONE + "/state/snapshots", "state.keep"),
    ("POST", _ONE + "/state/snapshots/{snapshot:[^/]+}/restore", "state.restore"),
    ("POST", _ONE + "/state/snapshots/{snapshot:[^/]+}/delete", "state.let_go"),
    ("GET", _ONE + "/connect", "connect.shown"),
)
