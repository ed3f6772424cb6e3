"""How Universe speaks HTTP: the key, the customer, the envelope, JSONP."""

import re
from dataclasses import replace
from typing import Any

from mockorders.apis.base import RequestContract, SubmittedCredential
from mockorders.apis.messages import Call, Request, Response
from mockorders.apis.routing import RouteMatch
from mockorders.apis.universe import rules
from mockorders.errors import (
    ApiError,
    ContentTooLarge,
    InvalidCredentials,
    MethodNotAllowed,
    RequestTimeout,
    RouteNotFound,
)
from mockorders.formats.parsing import ParseError, parse_json

COOKIE = "mockorders_customer"
INVALID_CALLBACK = b'{"status":"error","messages":["Invalid callback"]}'

_CALLBACK = re.compile(r"[A-Za-z0-9_$.\[\]]{1,128}")
_TOKEN = re.compile(r"customer-([0-9]{1,40})", re.ASCII)
_ID = re.compile(r"[0-9]{1,40}", re.ASCII)
_HTTP_STATUS_ERRORS = (RouteNotFound, MethodNotAllowed, ContentTooLarge, RequestTimeout)


class Universe:
    """The dialect of Universe."""

    content_type = "application/json; charset=utf-8"
    methods = ("GET", "POST", "OPTIONS")
    headers = ("Authorization", "Cookie")
    rules = (rules.KEY, rules.HTTP_STATUS, rules.METHOD_OVERRIDE, rules.JSONP)

    def effective_method(self, request: Request) -> str:
        """Give the method that is meant: a JSONP request is a GET that may name another."""
        meant = dict(request.pairs).get("_method", "").upper()
        return "POST" if meant == "POST" and request.method == "GET" else request.method

    def read_credential(self, request: Request) -> SubmittedCredential:
        """Find the key."""
        return SubmittedCredential(dict(request.pairs).get("key"))

    def parse_call(self, request: Request, match: RouteMatch, terms: RequestContract) -> Call:
        """Take the parameters from the query string, and what is not there from a JSON body."""
        return Call(match.params, {**_body_parameters(request.body), **dict(request.pairs)})

    def resolve_customer(self, request: Request, suffix: str | None, default: int | None) -> int | None:
        """Give the current customer: by token, cookie, credential or fixtures, in this order."""
        scheme, *token = request.headers.get("Authorization", "").split(maxsplit=1) or [""]
        if scheme.lower() == "bearer":
            named = _TOKEN.fullmatch("".join(token))
            return int(named.group(1)) if named else None
        chosen = _cookie(request.headers.get("Cookie", ""))
        chosen = suffix if chosen is None else chosen
        if chosen is None:
            return default
        return int(chosen) if _ID.fullmatch(chosen) else None

    def wrap(self, value: Any) -> Any:
        """Wrap in the envelope of success."""
        return {"status": "ok", **value}

    def render_error(self, error: ApiError) -> tuple[int, Any, dict[str, str]]:
        """Wrap in the envelope of failure, which HTTP calls 200."""
        messages = ("Invalid API key",) if isinstance(error, InvalidCredentials) else error.messages
        headers = {"Allow": ", ".join(error.allowed_methods)} if isinstance(error, MethodNotAllowed) else {}
        status = error.status if isinstance(error, _HTTP_STATUS_ERRORS) else 200
        return status, {"status": "error", "messages": list(messages)}, headers

    def finish_response(self, request: Request, response: Response) -> Response:
        """Wrap in a JSONP call where one is asked for."""
        callback = dict(request.pairs).get("callback")
        if callback is None or response.headers.get("Content-Type") != self.content_type:
            return response
        if not _CALLBACK.fullmatch(callback):
            return replace(response, body=[INVALID_CALLBACK])
        body = b"".join(response.body)
        for raw, escaped in ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"</", b"<\\/")):
            body = body.replace(raw, escaped)
        headers = {**response.headers, "Content-Type": "application/javascript; charset=utf-8"}
        return replace(response, body=[callback.encode() + b"(" + body + b");"], headers=headers)


def _body_parameters(body: bytes) -> dict[str, Any]:
    """Read parameters from a JSON body; what is none is none, as a body on a GET has no meaning of its own."""
    if not body:
        return {}
    try:
        value = parse_json(body)
    except ParseError:
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}


def _cookie(header: str) -> str | None:
    for each in header.split(";"):
        name, _, value = each.strip().partition("=")
        if name == COOKIE:
            return value.strip('"')
    return None
