"""Write journal entries as curl commands that repeat the request."""

import shlex
from collections.abc import Iterator

from mockorders.observability.entry import JournalEntry
from mockorders.observability.request_outline import PASSWORD, RequestOutline, outline_request


def curl_line(entry: JournalEntry, url: str, secret: str = PASSWORD) -> str:
    """Return a command for POSIX shells that gets the same response from the same state, see `RequestOutline`."""
    return write_curl(outline_request(entry, url, secret))


def write_curl(outline: RequestOutline) -> str:
    """Return the command for an outline.

    A body that is not text is piped into curl. If only the start of the body was recorded, a comment after the command
    contains its length.
    """
    pipe, data = _body(outline)
    arguments = ["curl", *_method(outline), *_literal_options(outline.url), *_headers(outline), *data, outline.url]
    return pipe + shlex.join(arguments) + cut_note(outline, "#")


def cut_note(outline: RequestOutline, mark: str) -> str:
    """Return a comment if the body is truncated, else an empty text."""
    if outline.length <= len(outline.body):
        return ""
    return f"  {mark} the body is truncated, the original has {outline.length} bytes"


def printf(body: bytes) -> str:
    """Return a shell command that prints bytes, which is piped into another one."""
    return f"printf '{''.join(map(_printf, body))}' | "


def _method(outline: RequestOutline) -> list[str]:
    if outline.method == "HEAD":
        return ["--head"]
    return [] if outline.method == "GET" and not outline.body else ["-X", outline.method]


def _literal_options(address: str) -> Iterator[str]:
    """Yield options that prevent curl from expanding brackets and from resolving dots."""
    if set("[]{}") & set(address):
        yield "--globoff"
    if "/." in address:
        yield "--path-as-is"


def _headers(outline: RequestOutline) -> Iterator[str]:
    for name, value in outline.headers:
        if name.lower() == "authorization" and outline.login is not None:
            yield from ("-u", ":".join(outline.login))
        else:
            yield from ("-H", f"{name}: {value}" if value else f"{name};")
    if outline.body and not outline.has_type:
        yield from ("-H", "Content-Type:")  # by default curl sends the type of a form


def _body(outline: RequestOutline) -> tuple[str, list[str]]:
    """Return a command whose output is piped into curl, or empty text; and the options that send the body."""
    if not outline.body:
        return "", []
    if outline.text is not None:
        return "", ["--data-raw", outline.text]
    return printf(outline.body), ["--data-binary", "@-"]


def _printf(byte: int) -> str:
    """Return one byte for the quoted format of `printf`: as it is, or as an octal escape."""
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in "%\\'-" else f"\\{byte:03o}"
