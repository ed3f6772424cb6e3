"""The path and the query of request targets, as they were sent."""

from urllib.parse import quote

_UNQUOTED_CHARACTERS = "".join(map(chr, range(33, 127)))


def target_path(raw: str) -> str:
    """Return the path of a request target as it was sent."""
    if raw.startswith("/"):
        return raw.partition("?")[0].partition("#")[0]
    return split_target(raw)[0]


def split_target(raw: str) -> tuple[str, str]:
    """Return path and query of a request target as they were sent, or those of the URL if it is absolute."""
    text = raw.encode("utf-8", "surrogateescape")  # quote encodes what was sent unencoded
    sent = quote(text, safe=_UNQUOTED_CHARACTERS).partition("#")[0]
    if not sent.startswith("/"):
        sent = "/" + sent.partition("://")[2].partition("/")[2]
    path, _, query = sent.partition("?")
    return path, query
