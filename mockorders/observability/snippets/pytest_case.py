"""Requests as pytest tests, with the fixtures, the clock, the customer and the faults of the original."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from mockorders.formats.parsing import replace_floats
from mockorders.formats.timestamps import format_time
from mockorders.observability.entry import JournalEntry, fault_document
from mockorders.observability.redaction import mask_effect
from mockorders.observability.request_outline import RequestOutline
from mockorders.observability.snippets.python import call_lines, literal
from mockorders.sandbox.fault_decisions import RecordedFault
from mockorders.sandbox.faults import Fault

NO_RESPONSE_FAULTS = {"reset", "close"}
NAME = "{mockorders.name}"
HEADER_FAULT = "header"  # the id of faults in the request's own header, which is repeated
CHANGED_NOTE = "the sandbox had other records than its fixtures: build them here"


def write_test(outline: RequestOutline, entry: JournalEntry) -> str:
    """Return a module with one test."""
    lines = [*_setup(entry), *_call(outline, entry)]
    body = "".join(f"    {line}\n" if line else "\n" for line in lines)
    marker = f"@pytest.mark.mockorders({_options(entry)})"
    return f"import pytest\nimport requests\n\n\n{marker}\ndef test_{_name(outline)}(mockorders):\n{body}".rstrip()


def _name(outline: RequestOutline) -> str:
    words = re.findall(r"[a-z0-9]+", f"{outline.method} {outline.path}".lower())
    return "_".join(words)[:60].rstrip("_")


def _options(entry: JournalEntry) -> str:
    sandbox = entry.exchange.sandbox
    options = {"fixtures": sandbox.dataset.name, "clock": format_time(entry.exchange.now or entry.at)}
    return ", ".join(f"{name}={literal(value)}" for name, value in options.items())


def _setup(entry: JournalEntry) -> Iterator[str]:
    """Yield the lines that prepare the sandbox."""
    exchange = entry.exchange
    sandbox = exchange.sandbox
    if not sandbox.state.is_unchanged_from(sandbox.dataset.bases):
        yield f"# {CHANGED_NOTE}"
    if exchange.is_authenticated and exchange.default_customer != sandbox.dataset.current_customer:
        customer = exchange.default_customer
        yield "mockorders.log_out()" if customer is None else f"mockorders.log_in({customer})"
    for fault in exchange.faults.applied:
        if fault.id != HEADER_FAULT:
            yield _fault(fault, entry)


def _fault(fault: Fault | RecordedFault, entry: JournalEntry) -> str:
    effect = mask_effect(fault.effect, entry.exchange.api.dialect.is_public)
    plain = replace_floats(effect, float)
    options = {name: value for name, value in plain.items() if name not in {"type", "truncated"}}
    if fault.kind == "rate_limit":
        options["requests"] = 0  # the quota was used up by other requests
    if fault.stage != "before":
        options["stage"] = fault.stage
    note = "  # its body and headers are too long" if "truncated" in effect else ""
    return f"mockorders.fault({', '.join([literal(fault.kind), *_keywords(options)])}){note}"


def _keywords(options: Mapping[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        yield f"{name}={literal(value) if isinstance(value, str) else repr(value)}"


def _call(outline: RequestOutline, entry: JournalEntry) -> Iterator[str]:
    """Yield the call, and what is expected of it."""
    fault = fault_document(entry.exchange)
    auth = None if outline.login is None else _auth(outline, entry)
    lines = call_lines(outline, _url(outline, entry), auth, _form(outline, entry))
    if fault is not None and fault["type"] in NO_RESPONSE_FAULTS and entry.status is None:
        yield "with pytest.raises(requests.ConnectionError):"
        yield from (f"    {line.removeprefix('response = ')}" for line in lines)
        return
    yield from lines
    if entry.status is not None:
        yield f"assert response.status_code == {entry.status}"


def _auth(outline: RequestOutline, entry: JournalEntry) -> str:
    assert outline.login is not None
    name = "mockorders.name" if entry.exchange.is_authenticated else literal(outline.login[0])
    return f"({name}, {literal(outline.login[1])})"


def _url(outline: RequestOutline, entry: JournalEntry) -> str:
    """Return an expression for the URL, with the test's sandbox as the credential in its query."""
    return "f" + literal("{mockorders.url}" + _with_name(outline.target, entry))


def _form(outline: RequestOutline, entry: JournalEntry) -> str:
    """Return an expression for a form with the test's sandbox as the credential in it; empty for other bodies."""
    text = outline.text or ""
    with_name = _with_name(text, entry)
    return "" if NAME not in with_name else f"f{literal(with_name)}.encode()"


def _with_name(text: str, entry: JournalEntry) -> str:
    """Return a query or form as part of an f-string, in which the test's sandbox replaces the name in its key."""
    escaped = text.replace("{", "{{").replace("}", "}}")
    if not entry.exchange.is_authenticated:
        return escaped
    name = re.escape(quote(entry.exchange.sandbox.name, safe=".,:"))
    return re.sub(rf"(^|[?&])key={name}(?=$|[&@]|%40)", rf"\g<1>key={NAME}", escaped)
