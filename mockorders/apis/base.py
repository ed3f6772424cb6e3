"""What an API is: its routes, its dialect, its collections; and how the emulator finds those that there are."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol
from urllib.parse import quote, unquote

from mockorders.apis.messages import Answer, Call, Request
from mockorders.apis.routing import Match, Route
from mockorders.errors import ApiError
from mockorders.rules import Rule
from mockorders.validation.validator import Validator

if TYPE_CHECKING:
    from mockorders.apis.documentation import Manual

Generate = Callable[[Mapping[str, Any], Mapping[str, Mapping[int, Any]], Any], Mapping[str, list[dict[str, Any]]]]


class Probe(NamedTuple):
    """What a live service is asked: a path below the API's base, in which `{id}` is that of a listed order.

    `expects` is set where only an answer, or only an error, is right.
    """

    path: str
    expects: Literal["", "answer", "error"] = ""


Sign = Callable[[Mapping[str, str]], tuple[Mapping[str, str], Mapping[str, str]]]


class Given(NamedTuple):
    """The credential as it was sent: the name, and the password where the API has one."""

    name: str | None
    secret: str | None = None


class Terms(NamedTuple):
    """On what terms requests are taken: the contract, and whether bodies that only the emulator reads are refused."""

    contract: Validator
    strict: bool


class Dialect(Protocol):
    """How an API speaks HTTP: everything that its handlers need not know."""

    @property
    def content_type(self) -> str:
        """The type of its answers."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that preflights allow."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The request headers that it reads; it sees no others."""

    def method(self, request: Request) -> str:
        """Give the method that is meant."""

    def credential(self, request: Request) -> Given:
        """Find the credential."""

    def parse(self, request: Request, match: Match, terms: Terms) -> Call:
        """Make a checked call; Invalid where the request cannot be taken."""

    def identify(self, request: Request, suffix: str | None, default: int | None) -> int | None:
        """Give the customer for whom the request speaks: `suffix` is the credential's, `default` the sandbox's."""

    def success(self, value: Any) -> Any:
        """Wrap what a handler gave as the API's answers are wrapped."""

    def refuse(self, refusal: ApiError) -> tuple[int, Any, dict[str, str]]:
        """Say a refusal in the API's words: status, value, headers."""

    def dress(self, request: Request, answer: Answer) -> Answer:
        """Give the finished answer its last form, such as JSONP."""


@dataclass(frozen=True)
class Api:
    """One emulated API.

    `bases` are the prefixes under which it is found, `suffix` may end a path. `collections` names what it stores, and
    the fields by which records are looked up. `elsewhere` are paths of the real service that are not emulated.
    `generator` is a module with a function `generate`, `manual` one with a `MANUAL`, `overview` one with `COLUMNS` and
    `lifecycle`, by which people are shown its orders (see `mockorders.overview`), `example` what curl is given, with
    `{base}`, `{name}` and `{login}`, `kept` the schemas of the forms in which records are kept encoded. `prober` is a
    module with `PROBES`, and a function `sign` that gives query and headers for the credentials of the command line.
    """

    name: str
    title: str
    bases: tuple[str, ...]
    dialect: Dialect
    routes: tuple[Route, ...]
    collections: Mapping[str, Sequence[str]]
    rules: tuple[Rule, ...]
    suffix: str = ""
    elsewhere: tuple[str, ...] = ()
    generator: str | None = None
    overview: str | None = None
    prober: str | None = None
    example: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    manual: str | None = None

    @property
    def documented(self) -> "Manual":
        """What documents it beside routes, schemas and rules, imported when first asked for."""
        from mockorders.apis.documentation import Manual

        return Manual() if self.manual is None else import_module(self.manual).MANUAL

    @property
    def generate(self) -> Generate | None:
        """What makes records for a fixture set's plan, imported when first asked for."""
        return None if self.generator is None else import_module(self.generator).generate

    @property
    def probes(self) -> tuple[Sequence[Probe], Sign]:
        """What a live service is asked, and how requests are signed, imported when first asked for."""
        if self.prober is None:
            return (), lambda _: ({}, {})
        module = import_module(self.prober)
        return module.PROBES, module.sign

    def curl(self, base: str, name: str, secret: str) -> str:
        """Give a curl line that works: `base` is the server's URL, `name` and `secret` are the credential."""
        values = {"base": base, "name": quote(name, safe=""), "login": f"{name}:{secret}"}
        return shlex.join(["curl", *(part.format(**values) for part in self.example)])

    def match(self, method: str, path: str) -> Match:
        """Find the route of a canonical path."""
        steps = tuple(unquote(step) for step in path.split("/"))
        found = [(route, params) for route, names in self._table if (params := _params(names, steps)) is not None]
        allow = tuple(dict.fromkeys(route.method for route, _ in found))
        route, params = next(((r, p) for r, p in found if r.method == method), (None, {}))
        return Match(route, params, allow)

    def is_elsewhere(self, path: str) -> bool:
        """Say whether the real service has this path, which is not emulated."""
        return any(path == known or path.startswith(known + "/") for known in self.elsewhere)

    @cached_property
    def _table(self) -> list[tuple[Route, tuple[str, ...]]]:
        return [(route, tuple(route.path.split("/"))) for route in self.routes]


def _params(names: tuple[str, ...], steps: tuple[str, ...]) -> dict[str, str] | None:
    if len(names) != len(steps):
        return None
    params = {}
    for name, step in zip(names, steps, strict=True):
        if name.startswith("{"):
            params[name[1:-1]] = step
        elif name != step:
            return None
    return params
