"""Requests as Python with the library requests."""

from collections.abc import Iterator

from mockorders.observability.curl import cut_note
from mockorders.observability.request_outline import RequestOutline


def write_python(outline: RequestOutline) -> str:
    """Return a script that prints the response."""
    call = "\n".join(call_lines(outline, literal(outline.url), None if outline.login is None else repr(outline.login)))
    return f"import requests\n\n{call}\nprint(response.status_code, response.text)"


def call_lines(outline: RequestOutline, url: str, auth: str | None, data: str = "") -> Iterator[str]:
    """Yield the lines of the call; `url`, `auth` and `data` are Python expressions, the last by default the body."""
    note = cut_note(outline, "#").strip()
    if note:
        yield note
    yield "response = requests.request("
    yield f"    {literal(outline.method)},"
    yield f"    {url},"
    if auth is not None:
        yield f"    auth={auth},"
    headers = [f"        {literal(name)}: {literal(value)}," for name, value in outline.other_headers]
    if headers:
        yield "    headers={"
        yield from headers
        yield "    },"
    if outline.body:
        yield f"    data={data or _data(outline)},"
    yield "    allow_redirects=False,"
    yield ")"


def literal(text: str) -> str:
    """Return a string literal in double quotes, as formatters write it, unless it contains some."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in text else plain


def _data(outline: RequestOutline) -> str:
    if outline.text is None or outline.text.isascii():
        return repr(outline.body)
    return f"{literal(outline.text)}.encode()"
