"""The HTTP conventions of Cratejoy: Basic authentication, filters in the query, JSON or form bodies, error lists."""

import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.times import read_time
from mockorders.apis.dialect import Dialect, RequestContract, SubmittedCredential
from mockorders.apis.messages import Call, Request
from mockorders.apis.routing import Route, RouteMatch
from mockorders.errors import ApiError, InvalidCredentials, InvalidQuery, InvalidRequest, MethodNotAllowed
from mockorders.formats.form_bodies import is_form, parse_form
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.suggestions import did_you_mean
from mockorders.formats.timestamps import format_time
from mockorders.rules import Rule
from mockorders.validation.schemas import coerce, load_schema

_BOOLEANS = {"true": True, "false": False}
INVALID_QUERY = "Invalid query parameter"
FORM_NOTE = "form fields were converted to JSON; the real service accepts JSON only"
OFFSET_NOTE = "offset is ignored; use page and limit"


class Cratejoy(Dialect):
    """The dialect of Cratejoy."""

    methods = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
    headers = ("Authorization", "Content-Type")
    credential_header = "Authorization"
    rules = (rules.AUTH, rules.ERRORS)

    def read_credential(self, request: Request) -> SubmittedCredential:
        """Return client id and password of the Basic authorization."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return SubmittedCredential(None)
        try:
            raw = binascii.a2b_base64(token.strip(), strict_mode=True)
        except ValueError:
            return SubmittedCredential(None)
        name, colon, secret = _credential_text(raw).partition(":")
        return SubmittedCredential(name, secret) if colon else SubmittedCredential(None)

    def parse_call(self, request: Request, match: RouteMatch, contract: RequestContract) -> Call:
        """Return a call with the query and the body, each parsed and validated by its schema."""
        route = match.route
        assert route is not None
        call = Call(match.params)
        self._parse_query(request, route, call, contract)
        if route.body_schema is not None:
            self._parse_body(request, f"cratejoy/{route.body_schema}", call, contract)
        return call

    def render_error(self, error: ApiError) -> tuple[int, Any, dict[str, str]]:
        """Return status, list of messages and headers of an error."""
        headers = {}
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = ", ".join(error.allowed_methods)
        if isinstance(error, InvalidCredentials):
            headers["WWW-Authenticate"] = 'Basic realm="Cratejoy Merchant API"'
        messages = (*error.messages, INVALID_QUERY) if isinstance(error, InvalidQuery) else error.messages
        return error.status, {"errors": list(messages)}, headers

    def _parse_query(self, request: Request, route: Route, call: Call, contract: RequestContract) -> None:
        if route.query_schema is None:
            call.query = {"filters": request.pairs, "pairs": request.pairs}
            return
        schema = f"cratejoy/{route.query_schema}"
        declared = load_schema(schema)["properties"]
        accepts_filters = load_schema(schema).get("additionalProperties") is not False
        names = [name for name, _ in request.pairs if name in declared]
        for name in names:
            if names.count(name) > 1:
                message = f"{name}: expected once, got {names.count(name)} times"
                raise _invalid_query(message)
        given = coerce(schema, {name: text for name, text in request.pairs if name in declared})
        filters = [pair for pair in request.pairs if pair[0] not in declared]
        if filters and not accepts_filters:
            raise _invalid_query(unknown_parameter(filters[0][0], list(declared)))
        for violation in contract.violations(schema, given):
            raise _invalid_query(violation.as_sentence("query"))
        if "offset" in given:
            call.notes.append(OFFSET_NOTE)
        call.query = {**given, "filters": filters, "pairs": request.pairs}

    def _parse_body(self, request: Request, schema: str, call: Call, contract: RequestContract) -> None:
        if not request.body and load_schema(schema).get("x-optional"):
            call.body = {}
            return
        call.body_is_json = not is_form(request.headers.get("Content-Type", ""), request.body)
        call.body = _read(request.body, call, contract)
        if not call.body_is_json:
            call.body = coerce(schema, call.body)
        call.body = coerce(schema, call.body, _normalize)
        violations = contract.violations(schema, call.body)
        if violations:
            raise InvalidRequest(
                *(violation.as_sentence() for violation in violations), rule=_rule_of(violations[0].message)
            )


def unknown_parameter(name: str, known: Sequence[str]) -> str:
    """Return the message about a parameter that an endpoint does not have."""
    subject = f"{name[:200]}: unknown parameter"
    if not known:
        return f"{subject}, this endpoint takes none"
    return subject + (did_you_mean(name, known) or f", expected one of {', '.join(known)}; only lists have filters")


def _normalize(schema: Mapping[str, Any], value: Any) -> Any:
    """Return a boolean or a time that a client wrote in another form as the schema has it."""
    if not isinstance(value, str):
        return value
    if "boolean" in schema.get("type", ()):
        return _BOOLEANS.get(value.lower(), value)
    if schema.get("format") != "date-time":
        return value
    try:
        return format_time(read_time(value))
    except ValueError:
        return value


def _credential_text(raw: bytes) -> str:
    """Decode a Basic credential: UTF-8, or else ISO 8859-1, which RFC 7617 leaves to the client."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def _read(body: bytes, call: Call, contract: RequestContract) -> Any:
    try:
        if call.body_is_json:
            return parse_json(body)
        if contract.strict:
            message = "body: expected JSON, got form fields (--strict)"
            raise InvalidRequest(message, rule=rules.FORM)
        call.notes.append(FORM_NOTE)
        return parse_form(body)
    except ParseError as error:
        message = f"body: {error}"
        raise InvalidRequest(message, rule=rules.BODY if call.body_is_json else rules.FORM) from error


def _rule_of(message: str) -> Rule:
    return rules.UNKNOWN_PROPERTY if message.startswith("Unknown property") else rules.BODY


def _invalid_query(message: str) -> InvalidQuery:
    return InvalidQuery(message, rule=rules.QUERY)
