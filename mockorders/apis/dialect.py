"""The dialect of an API: how it uses HTTP."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mockorders.apis.messages import Call, CurrentCustomer, Request, Response
from mockorders.apis.routing import RouteMatch
from mockorders.errors import ApiError
from mockorders.rules import Rule
from mockorders.validation.validator import Validator
from mockorders.validation.violations import Violation


class SubmittedCredential(NamedTuple):
    """The credential of a request: a name, and a password if the API has passwords."""

    name: str | None
    secret: str | None = None


def no_origin(_: str) -> bool:
    """Allow no origin."""
    return False


class RequestContract(NamedTuple):
    """How requests are validated: the validator, and whether to reject bodies that only the emulator accepts.

    `allows_origin` checks whether pages of an origin may use the APIs. `may_import` is false where an import would hold
    the event loop.
    """

    validator: Validator
    strict: bool
    allows_origin: Callable[[str], bool] = no_origin
    may_import: bool = True

    def violations(self, schema: str, value: Any) -> list[Violation]:
        """Return where a value does not match a schema.

        Raises DescriptionsNotLoadedError if the value is invalid and the descriptions have to be imported first.
        """
        if self.may_import:
            return self.validator.violations(schema, value)
        return self.validator.loaded_violations(schema, value)


class Dialect:
    """How an API uses HTTP: credentials, parameters, envelope and errors. Handlers do not depend on it.

    A subclass must define `REQUIRED_METHODS`; the other members have defaults. `content_type` is the media type of
    responses, and `methods` are the methods that a preflight response allows. A dialect receives only the request
    headers in `headers`. `rules` are the rules that it implements for every request.

    `credential_header` or `credential_parameter` names the header, of `headers`, or the query parameter that holds
    nothing but the credential, if there is one. Heads that differ only there are parsed once, and sandboxes without
    changes share the responses to them. So neither a response nor the route may depend on its value, except by
    `resolve_customer`.
    """

    content_type: str = "application/json"
    methods: tuple[str, ...] = ("GET", "OPTIONS")
    headers: tuple[str, ...] = ()
    credential_header: str | None = None
    credential_parameter: str | None = None
    rules: tuple[Rule, ...] = ()

    def read_credential(self, request: Request) -> SubmittedCredential:
        """Return the credential of a request."""
        raise NotImplementedError

    def has_credential_in_body(self, request: Request) -> bool:
        """Return whether a request, whose body has not been read, may have its credential there: by default, not."""
        return False

    def read_credential_in_body(self, body: bytes) -> SubmittedCredential:
        """Return the credential of a body; needed if `has_credential_in_body` can be true."""
        raise NotImplementedError

    def parse_call(self, request: Request, match: RouteMatch, contract: RequestContract) -> Call:
        """Return a validated call. Raises InvalidRequest if the request does not match its schemas."""
        raise NotImplementedError

    def render_error(self, error: ApiError) -> tuple[int, Any, dict[str, str]]:
        """Return the status, value and headers of an error."""
        raise NotImplementedError

    def effective_method(self, request: Request) -> str:
        """Return the method to use: by default, the method that was sent."""
        return request.method

    def resolve_customer(self, request: Request, suffix: str | None, default: int | None) -> CurrentCustomer | None:
        """Return the current customer, or None (the default) if requests of this API are not made by customers.

        `suffix` is the customer of the credential, `default` that of the sandbox.
        """
        return None

    def is_public(self, header: str, value: str) -> bool:
        """Return whether a credential only selects a customer of the emulator, so that it need not be redacted.

        `header` is `authorization`, or `cookie` with one `NAME=VALUE` as the value. False by default.
        """
        return False

    def public_token(self, customer: int) -> str:
        """Return a bearer token that only selects a customer; needed if `resolve_customer` knows tokens that expire."""
        raise NotImplementedError

    def wrap(self, value: Any) -> Any:
        """Return a handler's value in the envelope of the API: by default, unchanged."""
        return value

    def finish_response(self, request: Request, response: Response) -> Response:
        """Return the final form of a response, such as JSONP: by default, unchanged."""
        return response


REQUIRED_METHODS = ("read_credential", "parse_call", "render_error")
