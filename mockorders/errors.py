"""Errors that become responses.

- ApiError: the request is rejected; rendered by the API's dialect, in the API's own error format
  - InvalidRequest
    - InvalidQuery
  - InvalidCredentials
  - OriginNotAllowed
  - MalformedHttp
  - NotFound
  - RouteNotFound
  - MethodNotAllowed
  - ContentTooLarge
  - RequestTimeout
  - DataReplaced
  - UnsupportedContentCoding
- ProblemError: an error of the emulator or of its control API; rendered as a problem document (RFC 9457)
  - ResponseValidationError
  - FixtureError and UnreadableFixtureError, in `fixture_sets/errors`
"""

from collections.abc import Mapping
from typing import Any

from mockorders.problems import uri_of
from mockorders.rules import DATA_REPLACED, Rule

DATA_REPLACED_MESSAGE = "the sandbox's data was replaced, for example by a reset, while this request was in progress"


class ApiError(Exception):
    """A rejected request, rendered by the API's dialect in the API's own error format.

    `messages` are shown to the client. `rule` is the rule that rejected the request, and `facts` are the values it was
    decided by, for `explain`. `status` is HTTP's status code, which a dialect may replace: Universe responds to most
    errors with 200.
    """

    status = 400

    def __init__(self, *messages: str, rule: Rule, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(*messages)
        self.messages = messages
        self.rule = rule
        self.facts = facts or {}

    def truncate(self, length: int) -> None:
        """Keep at most this many characters of all messages together."""
        if sum(map(len, self.messages)) > length:
            each = length // len(self.messages)
            self.messages = tuple([message[:each] for message in self.messages])
            self.args = self.messages


class InvalidRequest(ApiError):
    """A parameter or body is invalid, or parameters exclude each other."""


class InvalidQuery(InvalidRequest):
    """The query string is invalid."""


class InvalidCredentials(ApiError):
    """The credential is missing, malformed or not accepted."""

    status = 401


class OriginNotAllowed(ApiError):
    """A web page of an origin that is not allowed sent the request."""

    status = 403


class MalformedHttp(ApiError):
    """The input is not a valid HTTP request; the response is a problem document, as no API is known for sure."""


class NotFound(ApiError):
    """The record does not exist, or belongs to another customer."""

    status = 404


class RouteNotFound(ApiError):
    """The API has no such path."""

    status = 404


class MethodNotAllowed(ApiError):
    """The path does not support the method; `allowed_methods` lists those it supports."""

    status = 405

    def __init__(self, message: str, *, allow: tuple[str, ...], rule: Rule) -> None:
        super().__init__(message, rule=rule)
        self.allowed_methods = allow


class ContentTooLarge(ApiError):
    """The body is larger than the limit."""

    status = 413


class RequestTimeout(ApiError):
    """The body did not arrive in time."""

    status = 408


class DataReplaced(ApiError):
    """The data of the sandbox was replaced while the request was in progress."""

    status = 409

    def __init__(self) -> None:
        super().__init__(DATA_REPLACED_MESSAGE, rule=DATA_REPLACED)


class UnsupportedContentCoding(ApiError):
    """The body has a content coding that is not supported; `accepted_codings` is a list as in Accept-Encoding."""

    status = 415

    def __init__(self, message: str, *, accepted: str, rule: Rule) -> None:
        super().__init__(message, rule=rule)
        self.accepted_codings = accepted


class ProblemError(Exception):
    """An error of the emulator or its control API, rendered as `application/problem+json` (RFC 9457).

    `members` are additional members of the document, such as `pointer` and `message`. `headers` are those of the
    response apart from its type.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, title: str, detail: str, **members: Any) -> None:
        super().__init__(f"{title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.members = members

    def truncate(self, length: int) -> None:
        """Keep at most this many characters of the detail and of each member that is text."""
        if len(self.detail) > length:
            self.detail = self.detail[:length]
            self.args = (f"{self.title}: {self.detail}",)
            self.members = {name: v[:length] if isinstance(v, str) else v for name, v in self.members.items()}

    def document(self) -> Mapping[str, Any]:
        """Return the problem document as a JSON value."""
        return {
            "type": uri_of(self.title),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


def internal_error() -> ProblemError:
    """Return the problem of an unhandled error."""
    return ProblemError(500, "Internal error", "The emulator failed; its log has the details.")


class ResponseValidationError(ProblemError):
    """A response does not match its schema: a bug of the emulator, or a record that was replaced by a test."""

    def __init__(self, schema: str, pointer: str, message: str) -> None:
        super().__init__(
            500,
            "Response violates its schema",
            f"{pointer or '/'}: {message} (schema: /_mockorders/schemas/{schema}.json)",
            schema=schema,
            pointer=pointer,
            message=message,
        )


class ApiDefinitionError(Exception):
    """An emulated API whose definition is incomplete or inconsistent: a bug of that API, found at start.

    `file` is relative to the project's folder.
    """

    def __init__(self, api: str, file: str, message: str) -> None:
        super().__init__(f"API {api}: {file}: {message}")
        self.api = api
        self.file = file
