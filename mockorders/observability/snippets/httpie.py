"""Requests as HTTPie commands."""

import shlex
from collections.abc import Iterator

from mockorders.observability.curl import cut_note, printf
from mockorders.observability.request_outline import RequestOutline


def write_httpie(outline: RequestOutline) -> str:
    """Return a command for POSIX shells."""
    text = outline.text
    pipe = printf(outline.body) if text is None else ""
    options = [] if pipe else ["--ignore-stdin"]
    if "/." in outline.url:
        options.append("--path-as-is")
    if outline.login is not None:
        options.append(f"--auth={':'.join(outline.login)}")  # in one argument, because it may start with `-`
    if text:
        options.append(f"--raw={text}")
    headers = list(_headers(outline))
    if any(header.startswith("-") for header in headers):  # one without a value is read as an option
        headers.insert(0, "--")
    command = ["http", *options, outline.method, outline.url, *headers]
    return pipe + shlex.join(command) + cut_note(outline, "#")


def _headers(outline: RequestOutline) -> Iterator[str]:
    for name, value in outline.other_headers:
        yield f"{name}: {value}" if value else f"{name};"  # the space keeps `:=` from being read as JSON
    if outline.body and not outline.has_type:
        yield "Content-Type:"  # by default HTTPie sends the type of JSON
