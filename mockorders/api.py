"""What an API is: its routes, its dialect, its collections; and how the emulator finds those that there are."""

import pkgutil
import shlex
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol
from urllib.parse import quote, unquote

from mockorders.config import Profile
from mockorders.errors import Refusal
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.storage.encoding import Many, Shown
from mockorders.storage.state import Tables
from mockorders.storage.views import Form
from mockorders.validation.validator import Contract

if TYPE_CHECKING:
    from mockorders.manual import Manual

Generate = Callable[[Mapping[str, Any], Mapping[str, Mapping[int, Any]], Any], Mapping[str, list[dict[str, Any]]]]


@dataclass(slots=True)
class Request:
    """What came over the wire: `path` and `query` as they were sent, `pairs` the query's, `body` within the limit.

    `method` is the one that is meant where `sent` is HEAD; `headers` are those that the dialect reads.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    sent: str = "GET"
    pairs: Sequence[tuple[str, str]] = ()
    body: bytes = b""


class Delivery(NamedTuple):
    """How an answer is sent: at most so many bytes, at most so many a second, or broken off (`reset`, `close`)."""

    most: int | None = None
    bytes_per_second: int | None = None
    breaks: str = ""


WHOLE = Delivery()


MAX_RECORDED_BODY = 64 * 2**10


class RecordedBody(NamedTuple):
    """A body as journals record it: its first 64 KiB, and the length of the whole in bytes."""

    text: bytes
    length: int

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> "RecordedBody":
        """Return the recording of a body that consists of pieces."""
        if len(pieces) == 1 and len(pieces[0]) <= MAX_RECORDED_BODY:
            return cls(pieces[0], len(pieces[0]))
        start = bytearray()
        for piece in pieces:
            start += piece[: MAX_RECORDED_BODY - len(start)]
            if len(start) == MAX_RECORDED_BODY:
                break
        return cls(bytes(start), sum(map(len, pieces)))


@dataclass(slots=True, eq=False)
class Answer:
    """A response: the body in pieces, and the headers that only depend on the request.

    A cached response also has `finished`, the response as it is sent; that one has `head`, the formatted bytes of its
    status line and headers.
    """

    status: int
    body: list[bytes]
    headers: dict[str, str]
    delivery: Delivery = WHOLE
    finished: "Answer | None" = field(default=None, init=False)
    head: bytes | None = field(default=None, init=False)
    _recorded: RecordedBody | None = field(default=None, init=False)

    @property
    def recorded_body(self) -> RecordedBody:
        """The body as journals record it; the same object each time, so that entries can share it."""
        if self._recorded is None:
            self._recorded = RecordedBody.of(self.body)
        return self._recorded


@dataclass(slots=True)
class Call:
    """A request as a handler sees it: checked, and free of HTTP.

    `params` are the path's, `query` and `body` what the dialect made of them, `customer` whom the request speaks for,
    `notes` what the client is to be told beside the answer.
    """

    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    customer: int | None = None
    typed: bool = True
    notes: list[str] = field(default_factory=list)


class HandlerContext(Protocol):
    """Everything that a handler may use of its sandbox: the boundary between an API and the emulator."""

    @property
    def profile(self) -> Profile:
        """The profile by which responses are shaped."""

    def tables(self, api: str) -> Tables:
        """Return the collections of one API."""

    def render(self, view: Form, tables: Tables, record: Record) -> Shown:
        """Return a record as JSON in the shape of a view."""

    def render_list(self, view: Form, tables: Tables, records: Iterable[Record]) -> Generator[None, None, Many]:
        """Return records as a JSON list in the shape of a view; yields between batches."""

    def now(self) -> datetime:
        """Return the sandbox's time, aware and in UTC. A response that depends on it is not cached."""


Handler = Callable[[HandlerContext, Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of an API's table: `query`, `body` and `answer` name schemas of the API.

    `path` has its parameters in braces; of two routes that match, the first in the table is taken. `rules` are the
    decisions that shape the answer, `refusals` those by which there may be none.
    """

    method: str
    path: str
    handler: Handler
    answer: str
    query: str
    body: str | None = None
    status: int = 200
    rules: tuple[Rule, ...] = ()
    refusals: tuple[Rule, ...] = ()


class Probe(NamedTuple):
    """What a live service is asked: a path below the API's base, in which `{id}` is that of a listed order.

    `expects` is set where only an answer, or only an error, is right.
    """

    path: str
    expects: Literal["", "answer", "error"] = ""


Sign = Callable[[Mapping[str, str]], tuple[Mapping[str, str], Mapping[str, str]]]


class Match(NamedTuple):
    """What a path leads to: the route, if the method fits, the parameters, and all methods of the path."""

    route: Route | None
    params: dict[str, str]
    allow: tuple[str, ...]


class Given(NamedTuple):
    """The credential as it was sent: the name, and the password where the API has one."""

    name: str | None
    secret: str | None = None


class Terms(NamedTuple):
    """On what terms requests are taken: the contract, and whether bodies that only the emulator reads are refused."""

    contract: Contract
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

    def refuse(self, refusal: Refusal) -> tuple[int, Any, dict[str, str]]:
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
        from mockorders.manual import Manual

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


def discover() -> tuple[Api, ...]:
    """Find the APIs: every package in `mockorders.apis` that declares an `API`."""
    apis = import_module("mockorders.apis")
    return tuple(import_module(f"mockorders.apis.{found.name}").API for found in pkgutil.iter_modules(apis.__path__))


def claim(apis: Sequence[Api], path: str) -> tuple[Api, str]:
    """Find the API that a path belongs to, by its longest base, and the canonical path there.

    Raises LookupError where no API has such a base.
    """
    found = [(len(base), api) for api in apis for base in api.bases if f"{path}/".startswith(f"{base}/")]
    if not found:
        raise LookupError(path)
    longest, api = max(found, key=lambda each: each[0])
    return api, (path[longest:].removesuffix("/").removesuffix(api.suffix)) or "/"


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
