"""What an API is: its routes, its dialect, its collections; and how the emulator finds those that there are."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol
from urllib.parse import quote, unquote

from mockorders.apis.messages import Call, Request, Response
from mockorders.apis.routing import Route, RouteMatch
from mockorders.errors import ApiError
from mockorders.rules import Rule
from mockorders.validation.validator import Validator

if TYPE_CHECKING:
    from mockorders.apis.documentation import ApiDocs

Generate = Callable[[Mapping[str, Any], Mapping[str, Mapping[int, Any]], Any], Mapping[str, list[dict[str, Any]]]]


class LiveCheck(NamedTuple):
    """What a live service is asked: a path below the API's base, in which `{id}` is that of a listed order.

    `expects` is set where only an answer, or only an error, is right.
    """

    path: str
    expects: Literal["", "response", "error"] = ""


Authenticator = Callable[[Mapping[str, str]], tuple[Mapping[str, str], Mapping[str, str]]]


class SubmittedCredential(NamedTuple):
    """The credential as it was sent: the name, and the password where the API has one."""

    name: str | None
    secret: str | None = None


class RequestContract(NamedTuple):
    """On what terms requests are taken: the contract, and whether bodies that only the emulator reads are refused."""

    validator: Validator
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

    def effective_method(self, request: Request) -> str:
        """Give the method that is meant."""

    def read_credential(self, request: Request) -> SubmittedCredential:
        """Find the credential."""

    def parse_call(self, request: Request, match: RouteMatch, contract: RequestContract) -> Call:
        """Make a checked call; Invalid where the request cannot be taken."""

    def resolve_customer(self, request: Request, suffix: str | None, default: int | None) -> int | None:
        """Give the customer for whom the request speaks: `suffix` is the credential's, `default` the sandbox's."""

    def wrap(self, value: Any) -> Any:
        """Wrap what a handler gave as the API's answers are wrapped."""

    def render_error(self, error: ApiError) -> tuple[int, Any, dict[str, str]]:
        """Say a refusal in the API's words: status, value, headers."""

    def finish_response(self, request: Request, response: Response) -> Response:
        """Give the finished answer its last form, such as JSONP."""


@dataclass(frozen=True)
class Api:
    """One emulated API.

    `base_paths` are the prefixes under which it is found, `suffix` may end a path. `collections` names what it stores, and
    the fields by which records are looked up. `unimplemented_paths` are paths of the real service that are not emulated.
    `generator_module` is a module with a function `generate`, `documentation_module` one with a `MANUAL`, `display_module` one with `COLUMNS` and
    `lifecycle`, by which people are shown its orders (see `mockorders.overview`), `curl_example` what curl is given, with
    `{base}`, `{name}` and `{login}`, `prerendered_schemas` the schemas of the forms in which records are kept encoded. `live_checks_module` is a
    module with `PROBES`, and a function `sign` that gives query and headers for the credentials of the command line.
    """

    name: str
    title: str
    base_paths: tuple[str, ...]
    dialect: Dialect
    routes: tuple[Route, ...]
    collections: Mapping[str, Sequence[str]]
    rules: tuple[Rule, ...]
    suffix: str = ""
    unimplemented_paths: tuple[str, ...] = ()
    generator_module: str | None = None
    display_module: str | None = None
    live_checks_module: str | None = None
    curl_example: tuple[str, ...] = ()
    prerendered_schemas: frozenset[str] = frozenset()
    documentation_module: str | None = None

    @property
    def documentation(self) -> "ApiDocs":
        """What documents it beside routes, schemas and rules, imported when first asked for."""
        from mockorders.apis.documentation import ApiDocs

        return ApiDocs() if self.documentation_module is None else import_module(self.documentation_module).DOCS

    @property
    def generate(self) -> Generate | None:
        """What makes records for a fixture set's plan, imported when first asked for."""
        return None if self.generator_module is None else import_module(self.generator_module).generate

    @property
    def live_checks(self) -> tuple[Sequence[LiveCheck], Authenticator]:
        """What a live service is asked, and how requests are signed, imported when first asked for."""
        if self.live_checks_module is None:
            return (), lambda _: ({}, {})
        module = import_module(self.live_checks_module)
        return module.LIVE_CHECKS, module.authenticate

    def curl(self, base: str, name: str, secret: str) -> str:
        """Give a curl line that works: `base` is the server's URL, `name` and `secret` are the credential."""
        values = {"base": base, "name": quote(name, safe=""), "login": f"{name}:{secret}"}
        return shlex.join(["curl", *(part.format(**values) for part in self.curl_example)])

    def match(self, method: str, path: str) -> RouteMatch:
        """Find the route of a canonical path."""
        steps = tuple(unquote(step) for step in path.split("/"))
        found = [(route, params) for route, names in self._table if (params := _params(names, steps)) is not None]
        allow = tuple(dict.fromkeys(route.method for route, _ in found))
        route, params = next(((r, p) for r, p in found if r.method == method), (None, {}))
        return RouteMatch(route, params, allow)

    def is_unimplemented(self, path: str) -> bool:
        """Say whether the real service has this path, which is not emulated."""
        return any(path == known or path.startswith(known + "/") for known in self.unimplemented_paths)

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
