"""The optional modules of an API's package, found by file name, and what each has to define."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

if TYPE_CHECKING:
    from mockorders.apis.coverage import KnownEndpoint
    from mockorders.apis.display import Column, TimelineEvent
    from mockorders.apis.documentation import ApiDocs
    from mockorders.apis.fakes import FakeData

REQUIRED_NAMES: Mapping[str, Sequence[str]] = {
    "generator": ("generate", "estimate"),
    "documentation": ("DOCS",),
    "display": ("COLUMNS", "lifecycle"),
    "live_checks": ("LIVE_CHECKS", "authenticate"),
    "coverage": ("ENDPOINTS",),
    "builder": ("derive",),
}
"""The optional modules by file name, each with the names that it defines."""

ExistingRecords = Mapping[str, Mapping[int, Record]]
GeneratedRecords = Mapping[str, list[dict[str, Any]]]
FindRecord = Callable[[str, int], Record | None]  # by collection and id


class GeneratedSize(NamedTuple):
    """The approximate number of records that a plan generates, and the bytes that they take in memory."""

    records: int
    bytes: int


class GeneratorModule(Protocol):
    """`generator`: random records for the member `generate` of a fixture set."""

    def generate(self, plan: Mapping[str, Any], existing: ExistingRecords, fake: "FakeData") -> GeneratedRecords:
        """Return new records by collection.

        `plan` matches the API's schema `generate`; `existing` are the records of the set, by collection and id.
        """

    def estimate(self, plan: Mapping[str, Any]) -> GeneratedSize:
        """Return the size of what `generate` returns for a plan, without generating it."""


class BuilderModule(Protocol):
    """`builder`: what follows from some properties of a record that is added by the control API."""

    def derive(self, collection: str, record: Record, given: Mapping[str, Any], find: FindRecord) -> Mapping[str, Any]:
        """Return properties to replace in a valid record.

        `record` has defaults and samples for the properties that are not in `given`.
        """


class DocumentationModule(Protocol):
    """`documentation`: security schemes and examples for the OpenAPI document."""

    DOCS: "ApiDocs"


class DisplayModule(Protocol):
    """`display`: records as the dashboard shows them.

    `COLUMNS` are those of tables, by collection; a table without columns shows the first properties.
    """

    COLUMNS: "Mapping[str, Sequence[Column]]"

    def lifecycle(self, tables: Tables, order: Record, /) -> "Sequence[TimelineEvent]":
        """Return the events of an order, in any order."""


class CoverageModule(Protocol):
    """`coverage`: the endpoints of the real service, for messages and docs/reference/coverage.md."""

    ENDPOINTS: "Sequence[KnownEndpoint]"


class LiveCheck(NamedTuple):
    """A GET request to the real service: a path below its base URL; `{id}` is replaced by the id of a listed order.

    `expects` is set if only a success (`response`) or only an error is correct.
    """

    path: str
    expects: Literal["", "response", "error"] = ""


class Authentication(NamedTuple):
    """What authenticates a request to the real service: query parameters and headers."""

    query: Mapping[str, str]
    headers: Mapping[str, str]


class LiveChecksModule(Protocol):
    """`live_checks`: requests that check whether the real service still matches the schemas."""

    LIVE_CHECKS: Sequence[LiveCheck]

    def authenticate(self, credentials: Mapping[str, str]) -> Authentication:
        """Return the authentication for credentials of the command line: `key`, `bearer`, `user`, each optional."""
