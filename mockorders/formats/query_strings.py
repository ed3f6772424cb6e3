"""Parse query strings."""

from urllib.parse import parse_qsl

from mockorders.formats.parsing import ParseError

MAX_FIELDS = 3_000


def parse_query(query: str, source: str = "The query string") -> list[tuple[str, str]]:
    """Return the name-value pairs of a query string, without empty pairs.

    `source` is its name in messages. Raises ParseError if it is not percent-encoded UTF-8 or has over 3,000 pairs.
    """
    try:
        query.encode("ascii")
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeError as error:
        message = f"{source} is not percent-encoded UTF-8"
        raise ParseError(message) from error
    except ValueError as error:
        message = f"{source} has more than {MAX_FIELDS} parameters"
        raise ParseError(message) from error
    return [pair for pair in pairs if pair != ("", "")]


def find_parameter(query: str, name: str) -> str | None:
    """Return the last value of a parameter in a query string that `parse_query` rejects for another parameter.

    None if there is none, or if it is not percent-encoded UTF-8. `name` is only found unencoded.
    """
    _, found, rest = f"&{query}".rpartition(f"&{name}=")
    if not found:
        return None
    try:
        return parse_query(found + rest.partition("&")[0])[0][1]
    except ParseError:
        return None
