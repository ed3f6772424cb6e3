"""Write recorded requests as commands and code that repeat them."""

from collections.abc import Iterator
from typing import NamedTuple

from mockorders.observability.curl import write_curl
from mockorders.observability.entry import JournalEntry
from mockorders.observability.request_outline import PASSWORD, outline_request
from mockorders.observability.snippets.fetch import write_fetch
from mockorders.observability.snippets.httpie import write_httpie
from mockorders.observability.snippets.pytest_case import write_test
from mockorders.observability.snippets.python import write_python

KEYS = ("curl", "httpie", "fetch", "python", "pytest")


class Snippet(NamedTuple):
    """A command or code that repeats a request: `key` is its name in ids, `title` its name for people."""

    key: str
    title: str
    text: str


def snippets(entry: JournalEntry, origin: str, secret: str = PASSWORD) -> Iterator[Snippet]:
    """Yield the snippets of a recorded request; `origin` is the emulator's URL, `secret` the sandbox's password."""
    outline = outline_request(entry, origin, secret)
    yield Snippet("curl", "curl", write_curl(outline))
    yield Snippet("httpie", "HTTPie", write_httpie(outline))
    yield Snippet("fetch", "fetch", write_fetch(outline, entry))
    yield Snippet("python", "Python", write_python(outline))
    yield Snippet("pytest", "pytest", write_test(outline, entry))
