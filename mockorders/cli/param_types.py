"""Types and callbacks of options, which validate and convert values while the command line is parsed.

An invalid value raises one of the commands' own errors, which are one line, instead of click's usage error. Parsers are
imported on first use, so that declaring an option is cheap.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockorders.cli.errors import CommandUsageError
from mockorders.formats.suggestions import did_you_mean

if TYPE_CHECKING:
    import ssl
    from datetime import datetime

    from click.shell_completion import CompletionItem

    from mockorders.apis.base import Api
    from mockorders.conformance.checker import Endpoint


MAX_NEW_RECORDS = 100


class _OptionType(click.ParamType):  # type: ignore[type-arg] # generic in recent versions of click only
    """Base of the types in this module."""

    def label(self, param: click.Parameter | None) -> str:
        """Return the name of the option, for messages."""
        return self.name if param is None else param.opts[0]


class ParsedText(_OptionType):
    """Text that is checked and normalized by a function, which raises ValueError if it is invalid."""

    def __init__(self, name: str, parse: Callable[[str], str]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Parse a text. Raises CommandUsageError if it is invalid."""
        try:
            return self._parse(value)
        except ValueError as error:
            message = f"{self.label(param)}: {error}"
            raise CommandUsageError(message) from error


class Timestamp(_OptionType):
    """An ISO 8601 time; converts to an aware datetime in UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "datetime":
        """Parse a time. Raises CommandUsageError if it is not one."""
        from mockorders.formats.timestamps import parse_time

        try:
            return parse_time(value)
        except ValueError as error:
            message = f"{self.label(param)}: expected a time such as 2017-03-21T00:00:00Z, got {value!r}"
            raise CommandUsageError(message) from error


class CredentialsFile(_OptionType):
    """A JSON file of credentials; converts to a mapping of names to passwords or None."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Mapping[str, str | None]:
        """Read a file. Raises CommandUsageError if it is unreadable, has other content, or a name never matches."""
        from mockorders.formats.parsing import parse_json
        from mockorders.sandbox.credentials import check_accepted

        label = f"{self.label(param)} {value}"
        try:
            names = parse_json(Path(value).read_bytes())
        except (OSError, ValueError) as error:
            message = f"{label}: expected a readable JSON file: {getattr(error, 'strerror', None) or error}"
            raise CommandUsageError(message) from error
        if not isinstance(names, dict) or not names or not all(isinstance(each, str | None) for each in names.values()):
            message = f'{label}: expected {{"name": "secret" or null, ...}} with at least one name'
            raise CommandUsageError(message)
        try:
            check_accepted(names)
        except ValueError as error:
            message = f"{label}: {error}"
            raise CommandUsageError(message) from error
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Complete the names of files."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


class ApiName(_OptionType):
    """The name of an emulated API; converts to the API."""

    name = "api"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Api":
        """Find an API by its name. Raises CommandUsageError if there is none."""
        from mockorders.apis import discover

        apis = {api.name: api for api in discover()}
        if value not in apis:
            message = f"{self.label(param)}: expected one of {', '.join(apis)}, got {value!r}"
            raise CommandUsageError(message)
        return apis[value]


class RecordCount(_OptionType):
    """A collection and a number of records, such as `cratejoy.orders=3`; converts to API, collection and number."""

    name = "records"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "tuple[str, str, int]":
        """Parse the text. Raises CommandUsageError if the collection is unknown or the number invalid."""
        from mockorders.apis import discover

        place, equals, number = str(value).partition("=")
        known = [f"{api}.{collection}" for api, collection in collection_names(discover())]
        if place not in known:
            advice = did_you_mean(place, known) or f", expected one of {', '.join(known)}"
            message = f"unknown collection {place!r}{advice}"
            raise CommandUsageError(message)
        if equals and not (number.isascii() and number.isdecimal() and 0 < int(number[:9]) <= MAX_NEW_RECORDS):
            message = f"{place}: expected a number from 1 to {MAX_NEW_RECORDS}, got {number!r}"
            raise CommandUsageError(message)
        api, _, collection = place.partition(".")
        return api, collection, int(number or 1)


def find_endpoint(ctx: click.Context, param: click.Parameter, value: str | None) -> "Endpoint | None":
    """Convert `value`, such as `cratejoy GET /orders/{id}`, to an endpoint of the API of `api`, which must be eager.

    The callback of an option. Raises CommandUsageError, listing all endpoints, if there is none of this name.
    """
    if not value:
        return None
    from mockorders.conformance.checker import Checker

    try:
        return Checker(chosen_apis(ctx.params["api"]), "observed").endpoint(value)
    except LookupError as error:
        message = f"{param.opts[0]}: {error.args[0]}"
        raise CommandUsageError(message) from error


def load_certificate(ctx: click.Context, _: click.Parameter, key: Path | None) -> "ssl.SSLContext | None":
    """Replace the value of `tls_cert`, which must be eager, and a key by one TLS context.

    The callback of the key; a certificate's file may contain its key. Raises CommandUsageError for a key without a
    certificate, or if they are unreadable or do not match.
    """
    cert: Path | None = ctx.params.pop("tls_cert", None)
    if cert is not None:
        from mockorders.cli.certificate import load_tls_context

        return load_tls_context(cert, key)
    if key is not None:
        message = "--tls-key: expected --tls-cert as well"
        raise CommandUsageError(message)
    return None


def collection_names(apis: "Sequence[Api]") -> "Iterator[tuple[str, str]]":
    """Yield the API and the name of every collection."""
    for api in apis:
        yield from ((api.name, collection) for collection in api.collections)


def chosen_apis(api: "Api | None") -> "Sequence[Api]":
    """Return the API of --api, or all APIs if it is not set."""
    from mockorders.apis import discover

    return discover() if api is None else (api,)
