"""Requests as JavaScript for browsers and Node.js."""

import base64
import json
from collections.abc import Iterator

from mockorders.observability.curl import cut_note
from mockorders.observability.entry import JournalEntry
from mockorders.observability.request_outline import RequestOutline

BODILESS_METHODS = {"GET", "HEAD"}


def write_fetch(outline: RequestOutline, entry: JournalEntry) -> str:
    """Return a call of `fetch`. Browsers send no cookies from scripts, so a customer's cookie becomes a token."""
    options = list(_options(outline, entry))
    arguments = [json.dumps(outline.url), *([f"{{\n{''.join(options)}}}"] if options else [])]
    note = cut_note(outline, "//").strip()
    if outline.body and outline.method in BODILESS_METHODS:
        note = f"// fetch sends no body with {outline.method}, the original had one"
    return (f"{note}\n" if note else "") + (
        f"const response = await fetch({', '.join(arguments)});\nconst text = await response.text();"
    )


def _options(outline: RequestOutline, entry: JournalEntry) -> Iterator[str]:
    """Yield the members of the options, as lines."""
    if outline.method != "GET":
        yield f"  method: {json.dumps(outline.method)},\n"
    headers = dict(_headers(outline, entry))
    if headers:
        members = [f"    {json.dumps(name)}: {json.dumps(value)},\n" for name, value in headers.items()]
        yield f"  headers: {{\n{''.join(members)}  }},\n"
    if outline.body and outline.method not in BODILESS_METHODS:
        yield f"  body: {_body(outline)},\n"


def _headers(outline: RequestOutline, entry: JournalEntry) -> Iterator[tuple[str, str]]:
    if outline.login is not None:
        yield "Authorization", "Basic " + base64.b64encode(":".join(outline.login).encode()).decode()
    customer = entry.exchange.customer
    for name, value in outline.other_headers:
        if name.lower() != "cookie":
            yield name, value
        elif customer is not None and customer.source == "cookie" and customer.id is not None:
            yield "Authorization", f"Bearer {entry.exchange.api.dialect.public_token(customer.id)}"


def _body(outline: RequestOutline) -> str:
    if outline.text is None or not outline.has_type:  # text would have a type by default
        return f"new Uint8Array({list(outline.body)})"
    return json.dumps(outline.text, ensure_ascii=False)
