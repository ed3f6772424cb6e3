"""What faults do to an answer: another in its place, one cut, slow or broken, one that breaks its schema."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mockorders.api import Answer, Delivery, Terms
from mockorders.errors import Invalid, Refusal
from mockorders.exchange import Exchange
from mockorders.faults import Fault, at, parse_header
from mockorders.kept import encode
from mockorders.rules import FAULT, FAULT_HEADER
from mockorders.validation.schemas import variant

HEADER = "X-Mockorders-Fault"
NO_EFFECT = "the fault drift changed nothing: no answer of the API would break there"


def from_header(text: str, terms: Terms) -> list[Fault]:
    """Read the faults of one request; Invalid where the header cannot be read."""
    rules = parse_header(text)
    if not rules:
        message = f"{HEADER}: expected effects such as status=503; delay=200; stage=after"
        raise Invalid(message, rule=FAULT_HEADER)
    for rule in rules:
        for mistake in terms.contract.mistakes("control/fault", rule):
            message = f"{HEADER}: {mistake.sentence()}"
            raise Invalid(message, rule=FAULT_HEADER)
    return [Fault("header", rule) for rule in rules]


def strike(exchange: Exchange, fault: Fault, answer: Answer | None, terms: Terms) -> Answer:
    """Give what a fault makes of an answer; None stands for one that was never made."""
    effect = fault.effect
    if fault.kind in {"reset", "close"}:
        return Answer(0, [b""], {}, Delivery(breaks=fault.kind))
    if fault.kind == "rate_limit":
        seconds = fault.retry_after(exchange.sandbox.clock.now())
        return _status(exchange, 429, f"Too many requests: try again in {seconds} s", {"Retry-After": str(seconds)})
    if fault.kind == "status":
        headers = dict(effect.get("headers", {}))
        made = _status(exchange, effect["status"], f"The fault {fault.id} answers {effect['status']}", headers)
        return made if "body" not in effect else _with_body(made, effect["body"], headers)
    assert answer is not None
    return _spoil(exchange, fault, answer, terms)


def _spoil(exchange: Exchange, fault: Fault, answer: Answer, terms: Terms) -> Answer:
    if fault.kind == "truncate":
        answer.delivery = Delivery(most=fault.effect["bytes"])
    elif fault.kind == "drip":
        answer.delivery = Delivery(bytes_per_second=fault.effect["bytes_per_second"])
    elif fault.kind == "malformed":
        body = b"".join(answer.body)
        answer.status, answer.body = 200, [body[: max(1, len(body) - 1)]]
    else:
        _drift(exchange, fault, answer, terms)
    return answer


def _status(exchange: Exchange, status: int, message: str, headers: Mapping[str, str]) -> Answer:
    """Answer with a status, in the API's own error shape."""
    _, value, _ = exchange.api.dialect.refuse(Refusal(message, rule=FAULT))
    return Answer(status, encode(value), _typed(exchange.api.dialect.content_type, headers))


def _with_body(answer: Answer, body: Any, headers: Mapping[str, str]) -> Answer:
    if isinstance(body, str):
        return Answer(answer.status, [body.encode()], _typed("text/plain; charset=utf-8", headers))
    return Answer(answer.status, encode(body), answer.headers)


def _typed(content_type: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Give headers, with a content type unless they have one."""
    named = {} if "content-type" in map(str.lower, headers) else {"Content-Type": content_type}
    return {**named, **headers}


def _drift(exchange: Exchange, fault: Fault, answer: Answer, terms: Terms) -> None:
    """Bend a property so that the answer breaks its schema; where it would not, leave the answer as it is."""
    schema, effect = _answer_schema(exchange), fault.effect
    whole = json.loads(b"".join(answer.body), parse_float=Decimal)
    for bent in _bend(whole, effect["pointer"], effect.get("how", "drop")):
        mistakes = terms.contract.mistakes(schema, bent)
        if mistakes:
            answer.body = encode(bent)
            exchange.breaches = tuple({"schema": schema, "pointer": m.pointer, "message": m.message} for m in mistakes)
            return
    exchange.notes += (NO_EFFECT,)


def _answer_schema(exchange: Exchange) -> str:
    route = None if exchange.match is None else exchange.match.route
    name = "error" if exchange.refusal is not None or route is None else route.answer
    return variant(f"{exchange.api.name}/{name}", exchange.sandbox.profile)


def _bend(value: Any, pointer: str, how: str) -> Iterator[Any]:
    """Give the ways to bend what stands at a pointer; none where nothing stands there."""
    if not at(value, pointer):
        return
    *_, last = pointer.split("/")
    parent = at(value, pointer.rpartition("/")[0])[0]
    step: Any = int(last) if isinstance(parent, list) else last.replace("~1", "/").replace("~0", "~")
    if how == "drop":
        del parent[step]
        yield value
        return
    before = parent[step]
    for other in [None] if how == "null" else ["drifted", -1, {}, [], False]:
        if type(other) is not type(before):
            parent[step] = other
            yield value
