"""Apply `mockorders_options` to the sandboxes of a server at --mockorders-url, as far as that is possible."""

from collections.abc import Mapping
from typing import Any

from mockorders.apis import discover
from mockorders.app import make_settings
from mockorders.config import AppOptions
from mockorders.fixture_sets.errors import FixtureError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.formats.timestamps import format_time
from mockorders.validation.schemas import properties
from mockorders.validation.validator import Validator

# the options that a sandbox can be created with
APPLICABLE = {"fixtures", "profile", "clock"}
Document = Mapping[str, Any]


class RemoteOptions:
    """The options of sandboxes on another server.

    `fixtures` that are files or folders are sent as documents; the server needs to know the shipped sets only. Raises
    what `create_app` raises.
    """

    def __init__(self, options: AppOptions) -> None:
        self._settings = make_settings(**options)
        self._sets = FixtureSets(discover(), Validator(), self._settings.fixtures)
        for name in self._sets.user_sets:
            self._sets.load(name)

    def sandbox(self, marker: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a sandbox; those of the test's markers take precedence, then those of its fixtures."""
        options = dict(marker)
        if self._settings.fixtures:
            options.setdefault("fixtures", self._sets.default)
        if "fixtures" in options:
            options["fixtures"] = self._document(options["fixtures"])
        own = self._settings_of(options.get("fixtures"))
        if self._settings.clock is not None and not own.get("clock"):
            options.setdefault("clock", format_time(self._settings.clock))
        if self._settings.profile is not None and not own.get("profile"):
            options.setdefault("profile", self._settings.profile)
        return options

    def _settings_of(self, fixtures: str | Document | None) -> Document:
        """Return the settings of fixtures and of the sets that they extend."""
        found: Document = {}
        while fixtures is not None:
            try:
                document = self._sets.document(fixtures) if isinstance(fixtures, str) else fixtures
            except FixtureError:  # the server reports it, or has a set with this name
                return found
            found = {**document, **found}
            parent = document.get("extends")
            fixtures = None if parent == fixtures else parent
        return found

    def _document(self, fixtures: str | Document) -> str | Document:
        """Return a set as one document that extends shipped sets at most, or its name if it is shipped."""
        if isinstance(fixtures, str):
            if fixtures not in self._sets.user_sets:
                return fixtures
            fixtures = self._sets.document(fixtures)
        name: str = fixtures.get("extends", "")
        while name in self._sets.user_sets:
            parent = self._sets.document(name)
            fixtures = merge_documents(parent, fixtures)
            if parent.get("extends") == name:  # the shipped set with its name
                break
            name = parent.get("extends", "")
        return fixtures


def merge_documents(parent: Document, child: Document) -> Document:
    """Return a document with the records and settings of both; `extends` is that of the parent.

    Raises ValueError if the parent generates records, because those of the child could not replace them.
    """
    if "generate" in parent:
        message = "fixtures: expected no set that extends a file with `generate`, with --mockorders-url"
        raise ValueError(message)
    merged = {**parent, **child}
    for api in parent.keys() & child.keys() - properties("fixture-set").keys():
        merged[api] = {**parent[api], **child[api]}
        for collection in parent[api].keys() & child[api].keys():
            records = (*parent[api][collection], *child[api][collection])
            merged[api][collection] = list({record["id"]: record for record in records}.values())
    merged.pop("extends", None)
    return merged if "extends" not in parent else {"extends": parent["extends"], **merged}


def inapplicable(options: AppOptions) -> list[str]:
    """Return the names of the options that only a server can be started with."""
    return [name for name in options if name not in APPLICABLE]
