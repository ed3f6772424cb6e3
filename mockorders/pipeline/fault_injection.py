"""Apply faults: replaced responses, truncated or slow bodies, and violations of the schema."""

import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mockorders.apis.messages import DeliveryFault, Response
from mockorders.errors import ApiError, InvalidRequest
from mockorders.formats import pointer
from mockorders.http.body import parse_leniently
from mockorders.http.exchange import Exchange
from mockorders.rules import FAULT, FAULT_HEADER
from mockorders.sandbox.effects import DELAY, EFFECTS, parse_header
from mockorders.sandbox.faults import Fault, RequestContent
from mockorders.storage.encoding import encode
from mockorders.validation.schemas import schema_for_profile
from mockorders.validation.validator import Validator

HEADER = "X-Mockorders-Fault"
MAX_HEADER_EFFECTS = 20
NO_VIOLATION_NOTE = "the fault drift changed nothing: no change at its pointer would violate the schema"
WRONG_TYPE_VALUES: tuple[Any, ...] = ("drifted", -1, {}, [], False)


class FaultInjection:
    """Decides which faults apply to a request, and applies them before or after its execution, except for delays.

    Raises LookupError unless there is exactly one function for each effect. `decide` and `after` raise
    DescriptionsNotLoadedError before they change anything.
    """

    def __init__(self, validator: Validator) -> None:
        _check_effects(self._replacements.keys(), self._changes.keys())
        self._validator = validator

    def before(self, exchange: Exchange) -> Response | None:
        """Return the response of a fault that replaces the execution of a request, or None."""
        fault = exchange.faults.fault_at("before")
        return None if fault is None else self._replacement(exchange, fault)

    def after(self, exchange: Exchange, response: Response) -> Response:
        """Return a response, changed or replaced if a fault applies."""
        fault = exchange.faults.fault_at("after")
        if fault is None:
            return response
        change = self._changes.get(fault.kind)
        if change is None:
            return self._replacement(exchange, fault)
        return change(self, exchange, fault, replace(response))

    def decide(self, exchange: Exchange) -> None:
        """Evaluate the sandbox's faults, and those in the request's header."""
        faults = exchange.sandbox.faults
        header = exchange.headers.get(HEADER)
        if header is None and not faults:
            return
        from_header = () if header is None else self._parse(header)
        candidates = (*from_header, *faults.candidates(exchange.head.traits))
        if candidates:
            content = RequestContent(exchange.headers, parse_leniently(exchange.headers, exchange.body))
            exchange.faults = faults.decide(candidates, content, exchange.sandbox.clock.elapsed())

    def _parse(self, header: str) -> list[Fault]:
        """Return the faults of one request. Raises InvalidRequest if the header is invalid."""
        rules = parse_header(header)
        if not 1 <= len(rules) <= MAX_HEADER_EFFECTS:
            message = (
                f"{HEADER}: expected 1 to {MAX_HEADER_EFFECTS} effects, such as status=503; delay=200; stage=after"
            )
            raise InvalidRequest(message, rule=FAULT_HEADER)
        for rule in rules:
            for violation in self._validator.loaded_violations("control/fault", rule):
                message = f"{HEADER}: {violation.as_sentence()}"
                raise InvalidRequest(message, rule=FAULT_HEADER)
        return [Fault("header", rule) for rule in rules]

    def _replacement(self, exchange: Exchange, fault: Fault) -> Response:
        return self._replacements[fault.kind](self, exchange, fault)

    def _status(self, exchange: Exchange, fault: Fault) -> Response:
        effect = fault.effect
        headers = dict(effect.get("headers", {}))
        message = f"The fault {fault.id} responds with {effect['status']}"
        response = _api_error(exchange, effect["status"], message, headers)
        return _with_body(response, effect["body"], headers) if "body" in effect else response

    def _rate_limit(self, exchange: Exchange, fault: Fault) -> Response:
        seconds = fault.retry_after(exchange.sandbox.clock.elapsed())
        message = f"Too many requests: try again in {seconds} s"
        return _api_error(exchange, 429, message, {"Retry-After": str(seconds)})

    def _disconnect(self, exchange: Exchange, fault: Fault) -> Response:
        return Response(0, [b""], {}, DeliveryFault(abort=fault.kind))

    def _truncate(self, exchange: Exchange, fault: Fault, response: Response) -> Response:
        return replace(response, delivery=DeliveryFault(max_bytes=fault.effect["bytes"]))

    def _drip(self, exchange: Exchange, fault: Fault, response: Response) -> Response:
        return replace(response, delivery=DeliveryFault(bytes_per_second=fault.effect["bytes_per_second"]))

    def _malformed(self, exchange: Exchange, fault: Fault, response: Response) -> Response:
        body = b"".join(response.body)
        return replace(response, status=200, body=[body[: max(1, len(body) - 1)]])

    def _drift(self, exchange: Exchange, fault: Fault, response: Response) -> Response:
        """Change a property so that the response violates its schema; add a note if no change would."""
        if exchange.match is not None and exchange.match.route is not None and exchange.match.route.is_page:
            exchange.notes += (NO_VIOLATION_NOTE,)
            return response
        schema = _response_schema(exchange)
        text = b"".join(response.body)
        how = fault.effect.get("how", "drop")
        for value in _mutations(json.loads(text, parse_float=Decimal), fault.effect["pointer"], how):
            violations = self._validator.loaded_violations(schema, value)
            if violations:
                exchange.violations = tuple(
                    {"schema": schema, "pointer": each.pointer, "message": each.message} for each in violations
                )
                return replace(response, body=encode(value))
        exchange.notes += (NO_VIOLATION_NOTE,)
        return response

    _replacements: Mapping[str, Callable[["FaultInjection", Exchange, Fault], Response]] = {
        "status": _status,
        "rate_limit": _rate_limit,
        "reset": _disconnect,
        "close": _disconnect,
    }
    _changes: Mapping[str, Callable[["FaultInjection", Exchange, Fault, Response], Response]] = {
        "truncate": _truncate,
        "drip": _drip,
        "malformed": _malformed,
        "drift": _drift,
    }


def _check_effects(replacements: AbstractSet[str], changes: AbstractSet[str]) -> None:
    """Raise LookupError unless there is a function for each effect, except for delays."""
    always_after = {name for name, effect in EFFECTS.items() if effect.always_after}
    mismatched = (changes ^ always_after) | (replacements ^ (EFFECTS.keys() - always_after - {DELAY}))
    if mismatched:
        message = f"EFFECTS and the functions of FaultInjection differ: {', '.join(sorted(mismatched))}"
        raise LookupError(message)


def _api_error(exchange: Exchange, status: int, message: str, headers: Mapping[str, str]) -> Response:
    """Return an error response with any status, in the shape of the API's errors."""
    dialect = exchange.api.dialect
    _, value, _ = dialect.render_error(ApiError(message, rule=FAULT))
    return Response(status, encode(value), _with_content_type(dialect.content_type, headers))


def _with_body(response: Response, body: Any, headers: Mapping[str, str]) -> Response:
    if isinstance(body, str):
        return Response(response.status, [body.encode()], _with_content_type("text/plain; charset=utf-8", headers))
    return Response(response.status, encode(body), response.headers)


def _with_content_type(content_type: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with a content type, unless they have one."""
    if "content-type" in map(str.lower, headers):
        return dict(headers)
    return {"Content-Type": content_type, **headers}


def _response_schema(exchange: Exchange) -> str:
    route = None if exchange.match is None else exchange.match.route
    name = "error" if exchange.error is not None or route is None else route.response_schema
    return schema_for_profile(f"{exchange.api.name}/{name}", exchange.sandbox.profile)


def _mutations(value: Any, path: str, how: str) -> Iterator[Any]:
    """Yield a value with the part at a pointer changed, once for each possible change.

    Yields nothing if there is no such part. The value is changed in place.
    """
    tokens = pointer.split(path)
    if not tokens or not pointer.find(value, path):
        return
    last = tokens.pop()
    parent = pointer.find(value, pointer.join(tokens))[0]
    key: Any = int(last) if isinstance(parent, list) else last
    if how == "drop":
        del parent[key]
        yield value
        return
    before = parent[key]
    for other in (None,) if how == "null" else WRONG_TYPE_VALUES:
        if type(other) is not type(before):
            parent[key] = other
            yield value
