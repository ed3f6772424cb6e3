"""Render errors: in the API's own shape if the client caused them, else as problem documents (RFC 9457)."""

import logging
from collections.abc import Mapping

from mockorders import rules
from mockorders.apis.messages import Response
from mockorders.apis.suggestions import PathSuggester
from mockorders.errors import (
    ApiError,
    DataReplaced,
    MalformedHttp,
    MethodNotAllowed,
    ProblemError,
    ResponseValidationError,
    RouteNotFound,
    UnsupportedContentCoding,
    internal_error,
)
from mockorders.http.exchange import KEPT_NOTE, REPLACED_NOTE, Exchange
from mockorders.http.parsed_head import ParsedHead
from mockorders.http.response import preformat, with_common_headers
from mockorders.sandbox.response_encoder import ResponseEncoder
from mockorders.storage.encoding import encode
from mockorders.store.records import StoreUnavailableError
from mockorders.validation.validator import Validator

MAX_LISTED_ROUTES = 6
PROBLEM_TYPE = "application/problem+json"
UNKEPT_OUTCOME = "the changes of the request are kept, its journal entry is not"

log = logging.getLogger("mockorders")


class ErrorResponses:
    """Renders exceptions as responses, and stores them in the exchange."""

    def __init__(self, validator: Validator) -> None:
        self._encoder = ResponseEncoder(validator)

    def render(self, exchange: Exchange, error: Exception) -> Response:
        """Return the response to an error. Errors of the emulator itself are logged."""
        try:
            return self._render(exchange, error)
        except Exception as another:
            return _unexpected(exchange, another)

    def render_final(self, exchange: Exchange, error: Exception) -> Response:
        """Return the response to an error of the emulator that occurred after the response was created.

        It has the common headers, but was not passed to the dialect, which may have caused the error.
        """
        if exchange.access.writes:
            exchange.notes += (KEPT_NOTE,)
        return with_common_headers(exchange.head, _unexpected(exchange, error))

    def render_unkept(self, exchange: Exchange, error: StoreUnavailableError) -> Response:
        """Return the response to an executed request whose journal entry could not be stored."""
        if exchange.access.writes:
            exchange.notes += (KEPT_NOTE,)
            error = StoreUnavailableError(error.reason, UNKEPT_OUTCOME)
        response = with_common_headers(exchange.head, _problem(exchange, error))
        preformat(response)
        return response

    def render_malformed(self, exchange: Exchange, error: MalformedHttp) -> Response:
        """Return the response to a malformed request."""
        exchange.error = error
        document = ProblemError(
            error.status, "Malformed HTTP request", error.messages[0], rule=error.rule.name
        ).document()
        response = Response(error.status, encode(document), {"Content-Type": PROBLEM_TYPE})
        return with_common_headers(exchange.head, response)

    def _render(self, exchange: Exchange, error: Exception) -> Response:
        if isinstance(error, ApiError):
            return self._api_error(exchange, error)
        if isinstance(error, ResponseValidationError):
            log.error(
                "violation in a response to %s %s: %s", exchange.head.request.sent_method, exchange.head.path, error
            )
        if isinstance(error, ProblemError):
            return _problem(exchange, error)
        return _unexpected(exchange, error)

    def _api_error(self, exchange: Exchange, error: ApiError) -> Response:
        exchange.error = error
        if isinstance(error, DataReplaced):
            exchange.notes += (REPLACED_NOTE,)
        _detach(error)
        api = exchange.api
        status, value, headers = api.dialect.render_error(error)
        if isinstance(error, UnsupportedContentCoding):
            headers["Accept-Encoding"] = error.accepted_codings
        try:
            body = self._encoder.encode(f"{api.name}/error", value)
        except ResponseValidationError as violation:
            return _problem(exchange, violation)
        return Response(status, body, {"Content-Type": api.dialect.content_type, **headers})


def missing_route(head: ParsedHead, paths: PathSuggester) -> ApiError:
    """Return the error of a request that no route matches."""
    request = f"{head.method} {head.request.path}"
    if head.api.is_unimplemented(head.method, head.path):
        missing = "method" if head.match.allowed_methods else "path"
        message = f"{request}: the real service has this {missing}, the emulator does not"
        return RouteNotFound(message, rule=rules.NO_ROUTE)
    if head.match.allowed_methods:
        message = f"{request}: expected {', '.join(head.match.allowed_methods)}"
        return MethodNotAllowed(message, allow=head.match.allowed_methods, rule=rules.WRONG_METHOD)
    return RouteNotFound(f"{request}: {_advice(head, paths)}", rule=rules.NO_ROUTE)


def _advice(head: ParsedHead, paths: PathSuggester) -> str:
    """Return the path that was probably meant, or the paths of the API: the shortest ones if there are many."""
    path = head.request.path
    suggested = paths.suggest(path)
    if suggested is not None:
        reason = "as it has an empty segment, " if "//" in path else ""
        return f"no such path, {reason}did you mean {suggested.endpoint(head.method)!r}?"
    if head.api.is_below_route(head.path):
        return "the emulator does not have this path, the real service may"
    routes = head.api.routes
    if len(routes) > MAX_LISTED_ROUTES:
        routes = tuple(route for route in routes if "{" not in route.path)
    return f"no such path, expected one of {', '.join(head.api.endpoint(route, path) for route in routes)}"


def _unexpected(exchange: Exchange, error: Exception) -> Response:
    """Log an error that nothing expected, and return the response to it."""
    log.error("unhandled error in %s %s", exchange.head.request.sent_method, exchange.head.path, exc_info=error)
    return _problem(exchange, internal_error())


def _problem(exchange: Exchange, problem: ProblemError) -> Response:
    exchange.problem = problem
    _detach(problem)
    if isinstance(problem, ResponseValidationError):
        exchange.violations += (_violation(problem.members),)
    return Response(problem.status, encode(problem.document()), {"Content-Type": PROBLEM_TYPE, **problem.headers})


def _detach(error: Exception) -> None:
    """Release the stack frames of an error, which the journal would keep alive otherwise."""
    error.__traceback__ = None
    error.__cause__ = None
    error.__context__ = None


def _violation(members: Mapping[str, object]) -> dict[str, str]:
    return {name: str(members[name]) for name in ("schema", "pointer", "message")}
