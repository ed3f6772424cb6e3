"""The HTTP conventions of Universe: key, current customer, envelope, JSONP."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from mockorders.apis.dialect import Dialect, RequestContract, SubmittedCredential
from mockorders.apis.messages import Call, CurrentCustomer, Request, Response
from mockorders.apis.routing import RouteMatch
from mockorders.apis.universe import rules
from mockorders.apis.universe.parameters import is_form_request, submitted_fields, text_parameters
from mockorders.apis.universe.redirects import read_redirect, referring_site
from mockorders.apis.universe.tokens import read_token
from mockorders.errors import (
    ApiError,
    ContentTooLarge,
    DataReplaced,
    InvalidCredentials,
    InvalidRequest,
    MethodNotAllowed,
    OriginNotAllowed,
    RequestTimeout,
    RouteNotFound,
    UnsupportedContentCoding,
)
from mockorders.formats.parsing import ParseError
from mockorders.formats.query_strings import find_parameter, parse_query
from mockorders.storage.encoding import encode

COOKIE = "mockorders_customer"
INVALID_CALLBACK = "Invalid callback"

_CALLBACK = re.compile(r"[A-Za-z0-9_$.\[\]]{1,128}")
_HOST = re.compile(r"[\w.:\[\]-]{1,255}", re.ASCII)
_PAGE = re.compile(r"(?:/api/v1)?/(?:login|logout)/([^/]+)/?")
_TOKEN = re.compile(r"customer-([0-9]{1,40})", re.ASCII)
_ID = re.compile(r"[0-9]{1,40}", re.ASCII)
_HTTP_STATUS_ERRORS = (
    OriginNotAllowed,
    RouteNotFound,
    MethodNotAllowed,
    ContentTooLarge,
    RequestTimeout,
    DataReplaced,
    UnsupportedContentCoding,
)


class Universe(Dialect):
    """The dialect of Universe. Errors have status 200, except those of HTTP itself."""

    content_type = "application/json; charset=utf-8"
    methods = ("GET", "POST", "OPTIONS")
    headers = ("Authorization", "Content-Type", "Cookie", "Host", "Referer")
    credential_parameter = "key"
    rules = (rules.KEY, rules.TOKENS, rules.HTTP_STATUS, rules.METHOD_OVERRIDE, rules.JSONP)

    def effective_method(self, request: Request) -> str:
        """Return POST for a GET with `_method=POST`, as JSONP can only send GET; else the request's method."""
        override = dict(request.pairs).get("_method", "").upper()
        return "POST" if override == "POST" and request.method == "GET" else request.method

    def read_credential(self, request: Request) -> SubmittedCredential:
        """Return the key of the query string, or the name in the path of a page."""
        page = _PAGE.fullmatch(request.path)
        return SubmittedCredential(dict(request.pairs).get("key") if page is None else unquote(page[1]))

    def has_credential_in_body(self, request: Request) -> bool:
        """Return whether a POST has a form, and no key in its query string."""
        is_post = request.method == "POST" and is_form_request(request)
        return is_post and "key" not in dict(request.pairs)

    def read_credential_in_body(self, body: bytes) -> SubmittedCredential:
        """Return the key of a form; none if it is unreadable."""
        try:
            return SubmittedCredential(dict(parse_query(body.decode("ascii"))).get("key"))
        except (UnicodeDecodeError, ParseError):
            return SubmittedCredential(None)

    def parse_call(self, request: Request, match: RouteMatch, contract: RequestContract) -> Call:
        """Return a call with the parameters of the request; if the route has a body, with its fields.

        Raises InvalidRequest for an invalid JSONP callback, so that the request changes nothing.
        """
        callback = _callback(request)
        if callback is not None and not _CALLBACK.fullmatch(callback) and not (match.route and match.route.is_page):
            raise InvalidRequest(INVALID_CALLBACK, rule=rules.JSONP)
        host = request.headers.get("Host", "")
        origin = f"{request.scheme}://{host}" if _HOST.fullmatch(host) else ""
        query = text_parameters(request)
        if match.route is not None and match.route.is_page:
            query["redirect"] = read_redirect(request, contract)
            query["referring_site"] = referring_site(request, contract)
        if match.route is None or match.route.body_schema is None:
            return Call(match.params, query, origin=origin)
        body = _read_body(request, f"universe/{match.route.body_schema}", contract)
        return Call(match.params, body=body, origin=origin)

    def resolve_customer(self, request: Request, suffix: str | None, default: int | None) -> CurrentCustomer | None:
        """Return the current customer of the token, cookie, credential or sandbox, in this order."""
        scheme, *token = request.headers.get("Authorization", "").split(maxsplit=1) or [""]
        if scheme.lower() == "bearer":
            return _customer_of_token("".join(token))
        cookie = _customer_cookie(request.headers.get("Cookie", ""))
        if cookie is not None:
            return CurrentCustomer(_customer_id(cookie), "cookie")
        if suffix is not None:
            return CurrentCustomer(_customer_id(suffix), "credential")
        return CurrentCustomer(default, "sandbox")

    def is_public(self, header: str, value: str) -> bool:
        """Return whether a token or cookie is the id of a customer."""
        if header == "cookie":
            cookie = _customer_cookie(value)
            return cookie is not None and (cookie == "none" or _customer_id(cookie) is not None)
        scheme, *token = value.split(maxsplit=1) or [""]
        return scheme.lower() == "bearer" and _TOKEN.fullmatch("".join(token)) is not None

    def public_token(self, customer: int) -> str:
        """Return the token that selects a customer without being a secret."""
        return f"customer-{customer}"

    def wrap(self, value: Any) -> Any:
        """Wrap a result in the envelope of a success."""
        return {"status": "ok", **value}

    def render_error(self, error: ApiError) -> tuple[int, Any, dict[str, str]]:
        """Return status, envelope and headers of an error."""
        messages = ("Invalid API key",) if isinstance(error, InvalidCredentials) else error.messages
        headers = {"Allow": ", ".join(error.allowed_methods)} if isinstance(error, MethodNotAllowed) else {}
        status = error.status if isinstance(error, _HTTP_STATUS_ERRORS) else 200
        return status, {"status": "error", "messages": list(messages)}, headers

    def finish_response(self, request: Request, response: Response) -> Response:
        """Wrap a response as JSONP if the request has a callback."""
        callback = _callback(request)
        if callback is None or response.headers.get("Content-Type") != self.content_type:
            return response
        if not _CALLBACK.fullmatch(callback):
            return replace(response, body=encode({"status": "error", "messages": [INVALID_CALLBACK]}))
        body = b"".join(response.body)
        for raw, escaped in ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"</", b"<\\/")):
            body = body.replace(raw, escaped)
        headers = {**response.headers, "Content-Type": "application/javascript; charset=utf-8"}
        return replace(response, body=[callback.encode() + b"(" + body + b");"], headers=headers)


def _callback(request: Request) -> str | None:
    """Return the JSONP callback; a query string without pairs may be one that could not be parsed."""
    if request.pairs or not request.query:
        return dict(request.pairs).get("callback")
    return find_parameter(request.query, "callback")


def _read_body(request: Request, schema: str, contract: RequestContract) -> dict[str, Any]:
    """Return the fields of a request. Raises InvalidRequest if they are unreadable, or do not match the schema."""
    try:
        fields = submitted_fields(request)
    except ParseError as error:
        message = f"body: {error}"
        raise InvalidRequest(message, rule=rules.BODY) from error
    violations = contract.violations(schema, fields)
    if violations:
        raise InvalidRequest(*(violation.as_sentence() for violation in violations), rule=rules.BODY)
    return fields


def _customer_of_token(text: str) -> CurrentCustomer:
    named = _TOKEN.fullmatch(text)
    if named is not None:
        return CurrentCustomer(int(named.group(1)), "bearer")
    token = read_token(text, "access")
    return (
        CurrentCustomer(None, "bearer")
        if token is None
        else CurrentCustomer(token.customer, "bearer", token.expires_at)
    )


def _customer_id(text: str) -> int | None:
    return int(text) if _ID.fullmatch(text) else None


def _customer_cookie(header: str) -> str | None:
    for each in header.split(";"):
        name, _, value = each.strip().partition("=")
        if name == COOKIE:
            return value.strip('"')
    return None
