"""Routes, their handlers, and the sandbox as handlers see it."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from mockorders.apis.messages import Call
from mockorders.config import Profile
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, EncodedRecord
from mockorders.storage.tables import Tables
from mockorders.storage.views import View


class HandlerContext(Protocol):
    """The part of a sandbox that handlers may use: the boundary between an API and the emulator."""

    @property
    def profile(self) -> Profile:
        """The profile that determines the shape of responses."""

    def tables(self, api: str) -> Tables:
        """Return the collections of one API."""

    def draft(self, api: str) -> "HandlerContext":
        """Return the same part of the sandbox with a draft of the collections of one API."""

    def render(self, view: View, tables: Tables, record: Record) -> EncodedRecord:
        """Return a record as JSON, rendered by a view."""

    def render_in_steps(self, view: View, tables: Tables, record: Record) -> Generator[None, None, EncodedRecord]:
        """Return what `render` returns; yields if the record contains long lists."""

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Return records as a JSON array, rendered by a view; yields between batches."""

    def sandbox_name(self) -> str:
        """Return the name of the sandbox. A response that depends on it is not cached."""

    def now(self) -> datetime:
        """Return the sandbox's time in whole seconds, aware and in UTC: the same during the whole call."""


Handler = Callable[[HandlerContext, Call], Any]


class Operation(NamedTuple):
    """What a route does: a name such as `list_orders`, and a title, which is a sentence."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint of an API.

    `path` has its parameters in braces; if two routes match, the first in the table is used. `response_schema`,
    `query_schema` and `body_schema` name schemas of the API; without `query_schema` any query parameter is accepted,
    and without `body_schema` the body is ignored. `rules` are the decisions that shape the response; `error_rules` are
    those by which the request may be rejected. Without `needs_credential`, requests without an accepted credential are
    for the sandbox of requests that have none. The handler of a page, for browsers, returns a `Page`.
    `operation` has a name and a title, by default the name and the docstring of the handler.
    """

    method: str
    path: str
    handler: Handler
    response_schema: str
    query_schema: str | None = None
    body_schema: str | None = None
    status: int = 200
    rules: tuple[Rule, ...] = ()
    error_rules: tuple[Rule, ...] = ()
    needs_credential: bool = True
    is_page: bool = False
    operation: Operation | None = None

    @property
    def name(self) -> str:
        """The name of the operation, such as `list_orders`."""
        return getattr(self.handler, "__name__", "") if self.operation is None else self.operation.name

    @property
    def title(self) -> str:
        """The operation as a sentence."""
        if self.operation is not None:
            return self.operation.title
        return (self.handler.__doc__ or "").partition("\n")[0]


class RouteMatch(NamedTuple):
    """The route that matches method and path, if any; the path parameters, and the methods that the path allows."""

    route: Route | None
    params: dict[str, str]
    allowed_methods: tuple[str, ...]
