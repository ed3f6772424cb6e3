"""`mockorders validate`: check recorded or live responses of the real services against the schemas."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.cli.errors import CommandError, CommandUsageError
from mockorders.cli.param_types import chosen_apis
from mockorders.cli.validate_report import ValidationReport
from mockorders.config import Profile
from mockorders.conformance.checker import Checker, CheckResult, Endpoint
from mockorders.conformance.recordings import load
from mockorders.formats.parsing import ParseError
from mockorders.observability.redaction import MASK

MIN_SECRET_CHARACTERS = 4  # shorter ones also occur in ordinary text


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions:
    """The parsed options of `mockorders validate`; `timeout` is in seconds, for each live response."""

    files: tuple[str, ...]
    url: str | None
    api: Api | None
    route: Endpoint | None
    profile: Profile
    allow_new: bool
    key: str | None
    bearer: str | None
    user: str | None
    timeout: int
    json: bool

    @property
    def credentials(self) -> Mapping[str, str]:
        """The credentials, by the name of their option."""
        values = {"key": self.key, "bearer": self.bearer, "user": self.user}
        return {name: value for name, value in values.items() if value}


def run(options: ValidateOptions) -> None:
    """Check files or a live service, print the result, and exit with its code.

    Raises CommandUsageError if there is nothing to check, and CommandError if the service does not respond.
    """
    if bool(options.files) == bool(options.url):
        message = "validate: expected files, or --url"
        raise CommandUsageError(message)
    checker = Checker(chosen_apis(options.api), options.profile, lax=options.api is not None)
    unreadable: list[str] = []
    if options.url:
        checked = _check_service(options.url, options, checker)
    else:
        checked, unreadable = _check_files(options, checker)
    report = ValidationReport(checked, unreadable, allow_new=options.allow_new)
    text = report.json() if options.json else "\n".join(report.lines())
    click.echo(_redact(text, options.credentials))
    report.exit()


def _check_files(options: ValidateOptions, checker: Checker) -> tuple[list[CheckResult], list[str]]:
    """Return the responses that were checked, and a message for each file or part of it that cannot be read."""
    checked: list[CheckResult] = []
    unreadable: list[str] = []
    for file in options.files:
        try:
            raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            found = [checker.check(recorded, options.route) for recorded in load(file, raw)]
        except OSError as error:
            unreadable.append(f"{file}: expected a readable file: {error.strerror}")
        except ParseError as error:
            unreadable.append(f"{file}: {error}")
        else:
            checked += [each for each in found if not _fault(each)]
            unreadable += [f"{each.recorded.source}: {_fault(each)}" for each in found if _fault(each)]
    return checked, unreadable


def _fault(each: CheckResult) -> str:
    """Return why a response cannot be checked: it is unreadable, or has neither an endpoint nor a path."""
    has_place = each.endpoint is not None or bool(each.recorded.path)
    return each.unreadable or ("" if has_place else each.skipped)


def _check_service(url: str, options: ValidateOptions, checker: Checker) -> list[CheckResult]:
    import asyncio

    from mockorders.conformance.live import LiveServiceError, probe

    credentials = options.credentials
    targets = _targets(url, _authenticated(chosen_apis(options.api), credentials))

    async def responses() -> list[CheckResult]:
        found: list[CheckResult] = []
        for api, base in targets:
            found += [checker.check(each) async for each in probe(api, base, credentials, options.timeout)]
        return found

    try:
        return asyncio.run(responses())
    except LiveServiceError as error:
        message = f"--url {url}: {error}"
        raise CommandError(_redact(message, credentials)) from error


def _authenticated(apis: Sequence[Api], credentials: Mapping[str, str]) -> Sequence[Api]:
    """Return the APIs that the credentials are for; all if there are none."""
    return [api for api in apis if api.live_checks and any(api.live_checks.authenticate(credentials))] or apis


def _targets(url: str, apis: Sequence[Api]) -> list[tuple[Api, str]]:
    """Return the APIs to check, each with its base URL; a URL without a path is a server with the usual base paths."""
    from yarl import URL

    try:
        base = URL(url)
    except ValueError:
        base = URL()
    if base.scheme not in {"http", "https"} or not base.host or base.user or base.query_string or base.fragment:
        message = "--url: expected a URL such as https://api.cratejoy.com/v1, without credentials and query"
        raise CommandUsageError(message if base.user else f"{message}, got {url!r}")
    path = base.path.rstrip("/")
    if not path:
        return [(api, f"{url.rstrip('/')}{api.base_paths[0]}") for api in apis]
    if len(apis) > 1:
        known = filter(None, chain.from_iterable(api.base_paths for api in apis))
        longest = max(filter(path.endswith, known), key=len, default="")
        apis = [api for api in apis if longest and longest in api.base_paths]
    if not apis:
        message = f"--url {url}: expected --api as well, because the URL does not end with a base path of an API"
        raise CommandUsageError(message)
    return [(apis[0], url.rstrip("/"))]


def _redact(text: str, credentials: Mapping[str, str]) -> str:
    """Redact credentials in a response of the service, complete or truncated."""
    for secret in _secrets(credentials):
        text = text.replace(secret, MASK)
        for end in range(len(secret) - 1, MIN_SECRET_CHARACTERS - 1, -1):
            text = text.replace(f"{secret[:end]}...", f"{MASK}...")
    return text


def _secrets(credentials: Mapping[str, str]) -> set[str]:
    """Return the parts of the credentials, as they are entered and as they are sent."""
    values = list(credentials.values())
    for module in filter(None, (api.live_checks for api in discover())):
        authentication = module.authenticate(credentials)
        values += [*authentication.query.values(), *authentication.headers.values()]
    parts = " ".join(values).replace(":", " ").split()
    return {part for part in parts if len(part) >= MIN_SECRET_CHARACTERS and part not in {"Basic", "Bearer"}}
