"""Parse form bodies within limits of size and depth."""

from typing import Any

from mockorders.formats.parsing import MAX_DEPTH, MAX_VALUES, ParseError, check_size
from mockorders.formats.query_strings import MAX_FIELDS, parse_query

MAX_LIST_LENGTH = 501
MAX_FORM_BYTES = 2**17
MAX_FORM_DEPTH = 16
MAX_FORM_FIELDS = 400  # they take 40 ms

_FORM = "application/x-www-form-urlencoded"


def is_form(content_type: str, body: bytes) -> bool:
    """Check whether a body is a form: by its content type, unless it starts like a JSON object or array.

    Clients such as `curl -d` send the form type with any body.
    """
    return content_type.partition(";")[0].strip().lower() == _FORM and body.lstrip()[:1] not in {b"{", b"["}


def parse_form(body: bytes) -> dict[str, Any]:
    """Parse nested form fields in jQuery's format, `a[b][0]=c`. All values are text.

    Raises ParseError if the form is not percent-encoded ASCII, larger than 128 KiB, or too deep or long, or if it has
    over 400 fields.
    """
    import qs_codec

    options = qs_codec.DecodeOptions(
        depth=MAX_FORM_DEPTH,
        strict_depth=True,
        list_limit=MAX_LIST_LENGTH,
        parameter_limit=MAX_FIELDS,
        raise_on_limit_exceeded=True,
    )
    if len(body) > MAX_FORM_BYTES:
        message = f"expected form fields of at most {MAX_FORM_BYTES} bytes"
        raise ParseError(message)
    if body.count(b"&") >= MAX_FORM_FIELDS:
        message = f"expected form fields, at most {MAX_FORM_FIELDS}"
        raise ParseError(message)
    try:
        text = body.decode("ascii")
        parse_query(text, "The form")
        fields: dict[str, Any] = qs_codec.decode(text, options)
    except UnicodeDecodeError as error:
        message = "expected form fields in percent-encoded ASCII"
        raise ParseError(message) from error
    except (ValueError, IndexError, RecursionError, TypeError) as error:
        message = f"expected form fields, at most {MAX_FORM_DEPTH} levels deep and {MAX_LIST_LENGTH} long: {error}"
        raise ParseError(message) from error
    check_size(fields, MAX_VALUES, MAX_DEPTH, MAX_VALUES)
    return fields
