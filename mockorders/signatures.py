"""Signatures that list the options of functions declared with `**options: Unpack[SomeTypedDict]`.

mypy reads the TypedDict; `inspect.signature` and `help` read the signature that is set here.
"""

from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, Signature, signature
from types import NoneType
from typing import Any, TypeVar, Unpack, get_args, get_origin, get_type_hints

F = TypeVar("F", bound=Callable[..., Any])


class _Omitted:
    """The default of an option that is omitted from the request unless it is passed."""

    def __repr__(self) -> str:
        return "..."


OMITTED = _Omitted()


def lists_options(defaults: object) -> Callable[[F], F]:
    """Return a decorator that lists a function's options in its signature; `defaults` has each as an attribute."""

    def decorate(function: F) -> F:
        function.__dict__["__signature__"] = expand(function, get_type_hints(function), defaults)
        return function

    return decorate


def expand(function: Callable[..., Any], hints: Mapping[str, Any], defaults: object = None) -> Signature:
    """Return a function's signature with the resolved `hints` and one keyword parameter for each option."""
    parameters: list[Parameter] = []
    for parameter in signature(function).parameters.values():
        hint = hints.get(parameter.name, Parameter.empty)
        if get_origin(hint) is Unpack:
            parameters += _options(get_args(hint)[0], defaults)
        else:
            parameters.append(parameter.replace(annotation=hint))
    result = hints.get("return", Signature.empty)
    return Signature(parameters, return_annotation=None if result is NoneType else result)


def _options(declared: type, defaults: object) -> Iterator[Parameter]:
    for name, hint in get_type_hints(declared).items():
        default = getattr(defaults, name, OMITTED)
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=hint)
