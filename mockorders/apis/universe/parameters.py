"""Read the parameters of a request: those of its body, JSON or a form, and those of its query string."""

import re
from typing import Any

from mockorders.apis.messages import Request
from mockorders.formats.form_bodies import is_form, parse_form
from mockorders.formats.parsing import ParseError, parse_json

_BRACKET = re.compile(r"\[|%5b", re.IGNORECASE)


def text_parameters(request: Request) -> dict[str, Any]:
    """Return the parameters of the query string, which override the text members of a JSON object in the body.

    Any other body is ignored, as the body of a GET has no meaning.
    """
    return {**_text_members(request.body), **dict(request.pairs)}


def submitted_fields(request: Request) -> dict[str, Any]:
    """Return the fields of a form or a JSON object in the body; those of the query string, as in JSONP, override them.

    Fields in brackets, `a[b]=c`, are nested. Raises ParseError if the body or the query string is neither.
    """
    fields = _body_fields(request)
    is_nested = _BRACKET.search(request.query) is not None
    return {**fields, **(parse_form(request.query.encode()) if is_nested else dict(request.pairs))}


def is_form_request(request: Request) -> bool:
    """Check whether the body of a request is a form by its content type."""
    return is_form(request.headers.get("Content-Type", ""), request.body)


def _body_fields(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    if is_form_request(request):
        return parse_form(request.body)
    value = parse_json(request.body)
    if not isinstance(value, dict):
        message = "expected a JSON object"
        raise ParseError(message)
    return value


def _text_members(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = parse_json(body)
    except ParseError:
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
