"""The small error family: a Refusal is the client's mistake, a Problem is what only the emulator can say."""

from collections.abc import Mapping
from typing import Any

from mockorders.rules import Rule


class ApiError(Exception):
    """What a client did wrong; answered by the API's dialect, in the API's own shape.

    `messages` are sentences for people, `rule` the decision that they rest on, `facts` what it was decided by, for
    explain; `status` is what HTTP calls it (a dialect may know better: Universe answers nearly all of them with 200).
    """

    status = 400

    def __init__(self, *messages: str, rule: Rule, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(*messages)
        self.messages = messages
        self.rule = rule
        self.facts = facts or {}


class InvalidRequest(ApiError):
    """A parameter, a body or a combination of them that cannot be taken."""


class InvalidQuery(InvalidRequest):
    """A query string that cannot be taken."""


class InvalidCredentials(ApiError):
    """No credential, one that cannot be read, or one that is not listed."""

    status = 401


class NotFound(ApiError):
    """A record that is not there, or not the customer's."""

    status = 404


class RouteNotFound(ApiError):
    """A path that the API does not have."""

    status = 404


class MethodNotAllowed(ApiError):
    """A path of the API, with a method that it does not take; `allow` lists those that it does."""

    status = 405

    def __init__(self, message: str, *, allow: tuple[str, ...], rule: Rule) -> None:
        super().__init__(message, rule=rule)
        self.allowed_methods = allow


class ContentTooLarge(ApiError):
    """A body over the limit."""

    status = 413


class RequestTimeout(ApiError):
    """A body that did not arrive in time."""

    status = 408


class ProblemError(Exception):
    """What only the emulator can say, answered as `application/problem+json` (RFC 9457).

    `members` are further members of the document, such as `pointer` and `expected`.
    """

    def __init__(self, status: int, title: str, detail: str, **members: Any) -> None:
        super().__init__(f"{title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.members = members

    def document(self) -> Mapping[str, Any]:
        """Give the problem document as a plain value."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


class ResponseValidationError(ProblemError):
    """An answer of ours that breaks its own schema: a bug of the emulator or of a record put in its place."""

    def __init__(self, schema: str, pointer: str, message: str) -> None:
        super().__init__(
            500,
            "An answer breaks its schema",
            f"{schema} {pointer or '/'}: {message}",
            schema=schema,
            pointer=pointer,
            message=message,
        )


class FixtureError(ProblemError):
    """A fixture set that cannot be used: where, and what was expected."""

    def __init__(self, origin: str, pointer: str, message: str, status: int = 422) -> None:
        super().__init__(
            status,
            "The fixtures cannot be used",
            f"{origin}{': ' + pointer if pointer else ''}: {message}",
            pointer=pointer,
            expected=message,
        )


class ApiDefinitionError(Exception):
    """An emulated API whose definition is incomplete or inconsistent: a bug of that API, found at start.

    `file` is relative to the project's folder.
    """

    def __init__(self, api: str, file: str, message: str) -> None:
        super().__init__(f"API {api}: {file}: {message}")
        self.api = api
        self.file = file
