"""Describe a fault in words, and fill the form of faults with one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockorders.dashboard.forms import Field, format_json
from mockorders.formats import pointer
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.plurals import count
from mockorders.formats.serialization import dump_json

MAX_SUMMARY_LENGTH = 200


def describe_effect(effect: Mapping[str, Any]) -> str:
    """Return an effect in words, such as `responds with 503`."""
    describe = _DESCRIPTIONS.get(effect["type"], _type_of)
    return _shortened(describe(effect))


def describe_match(match: Mapping[str, Any]) -> str:
    """Return the conditions of a fault in words, such as `POST /orders/*`; `all requests` if there are none."""
    target = " ".join([match[name] for name in ("api", "method", "path") if name in match])
    others = {name: value for name, value in match.items() if name in {"query", "header", "body"} and value}
    texts = [f"{name} {_members(value)}" for name, value in others.items()]
    return _shortened(", ".join(filter(None, [target, *texts])) or "all requests")


def describe_limits(rule: Mapping[str, Any]) -> str:
    """Return when a fault is applied, in words; empty for always, before the request is processed."""
    texts = [
        f"at most {count(rule['times'], 'time')}" if rule["times"] is not None else "",
        f"after the first {rule['after']}" if rule["after"] else "",
        f"probability {rule['probability']}" if rule["probability"] != 1 else "",
        "after processing" if rule["stage"] == "after" else "",
    ]
    return ", ".join(filter(None, texts))


def form_texts(rule: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, str]:
    """Return the texts of fields, by their names, that describe a fault."""
    texts = {}
    for field in fields:
        found = pointer.find(rule, field.pointer)
        if found and found[0] is not None:
            texts[field.name] = _field_text(field, found[0])
    return texts


def _field_text(field: Field, value: Any) -> str:
    if field.kind == "pairs":
        is_json = field.pointer == "/match/body"
        return "\n".join(f"{name}: {format_json(each) if is_json else each}" for name, each in value.items())
    if field.kind == "any" and isinstance(value, str):
        return format_json(value) if _is_json(value) else value
    return value if field.kind == "text" else format_json(value)


def _is_json(text: str) -> bool:
    try:
        parse_json(text.encode("utf-8", "replace"))
    except ParseError:
        return False
    return True


def _type_of(effect: Mapping[str, Any]) -> str:
    return str(effect["type"])


def _delay(effect: Mapping[str, Any]) -> str:
    if "ms" in effect:
        return f"delays by {effect['ms']:g} ms"
    if "uniform" in effect:
        low, high = effect["uniform"]
        return f"delays by {low:g} to {high:g} ms"
    shape = effect["lognormal"]
    return f"delays by about {shape['median']:g} ms (log-normal, sigma {shape['sigma']:g})"


def _status(effect: Mapping[str, Any]) -> str:
    body = f" and {dump_json(effect['body']).decode()}" if "body" in effect else ""
    return f"responds with {effect['status']}{body}"


_DESCRIPTIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "status": _status,
    "delay": _delay,
    "reset": lambda _: "resets the connection",
    "close": lambda _: "closes the connection without a response",
    "truncate": lambda effect: f"sends {count(effect['bytes'], 'byte')}, then closes the connection",
    "drip": lambda effect: f"sends {count(effect['bytes_per_second'], 'byte')} a second",
    "malformed": lambda _: "responds with 200 and invalid JSON",
    "drift": lambda effect: f"violates the schema at {effect['pointer']} ({effect.get('how', 'drop')})",
    "rate_limit": lambda effect: f"allows {count(effect['requests'], 'request')} per {effect['window']} s, then 429",
}


def _members(value: Mapping[str, Any]) -> str:
    return " ".join([f"{name}={each if isinstance(each, str) else format_json(each)}" for name, each in value.items()])


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_SUMMARY_LENGTH else text[:MAX_SUMMARY_LENGTH] + "…"
