"""Check responses of the real services against the schemas: find their endpoint and their violations."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

from mockorders.apis import find_api
from mockorders.apis.base import Api
from mockorders.apis.routing import Route
from mockorders.config import Profile
from mockorders.conformance.recordings import RecordedResponse
from mockorders.errors import NotFound
from mockorders.formats.abbreviation import abbreviate
from mockorders.rules import CREDENTIAL
from mockorders.validation.schemas import properties, schema_for_profile
from mockorders.validation.validator import Validator
from mockorders.validation.violations import Violation

MAX_VIOLATIONS = 1_000
MIN_LIKENESS = 0.5
NO_RESPONSE = {0, 304}  # aborted, or not modified
SUCCESSES = range(200, 300)
REDIRECTS = range(300, 400)


class Endpoint(NamedTuple):
    """A route of an API, or its error response if there is no route."""

    api: Api
    route: Route | None

    def __str__(self) -> str:
        return f"{self.api.name} {f'{self.route.method} {self.route.path}' if self.route else 'error'}"


class CheckResult(NamedTuple):
    """The result for one response.

    `skipped` is the reason why it was not checked, `unreadable` why it cannot be checked, and `fits_profile` another
    profile that it matches.
    """

    recorded: RecordedResponse
    endpoint: Endpoint | None = None
    violations: Sequence[Violation] = ()
    skipped: str = ""
    unreadable: str = ""
    fits_profile: str = ""


class Checker:
    """Checks responses against the schemas of a profile.

    `lax` means that the path of a recording may begin with anything before an endpoint of these APIs.
    """

    def __init__(self, apis: Sequence[Api], profile: Profile, *, lax: bool = False) -> None:
        self._apis = apis
        self._profile = profile
        self._lax = lax
        self._validator = Validator()

    def endpoint(self, text: str) -> Endpoint:
        """Return the endpoint with a name such as `cratejoy GET /orders/{id}`. Raises LookupError if it is unknown."""
        endpoints = {str(each): each for each in self._endpoints()}
        name = " ".join(text.split())
        if name not in endpoints:
            message = f"expected one of {', '.join(endpoints)}, got {text!r}"
            raise LookupError(message)
        return endpoints[name]

    def check(self, recorded: RecordedResponse, named: Endpoint | None = None) -> CheckResult:
        """Check one response; `named` is the endpoint to use if the response has no path."""
        if recorded.unreadable:
            return CheckResult(recorded, unreadable=recorded.unreadable)
        if recorded.path:
            named, why = self._locate(recorded)
        else:
            named = named or self._guess(recorded)
            why = "no endpoint matches this response: choose one with --route"
        if named is None:
            return CheckResult(recorded, skipped=why)
        return self._check_at(named, recorded)

    def _check_at(self, named: Endpoint, recorded: RecordedResponse) -> CheckResult:
        """Check a response of an endpoint."""
        if recorded.status in NO_RESPONSE:
            return CheckResult(recorded, named, skipped="no response")
        if recorded.status in REDIRECTS:
            return CheckResult(recorded, named, [Violation((), f"expected a response, got {_redirect(recorded)}")])
        if recorded.body.unreadable or recorded.body.missing:
            return CheckResult(recorded, named, skipped=recorded.body.missing, unreadable=recorded.body.unreadable)
        if recorded.body.error:
            return CheckResult(recorded, named, [Violation((), f"{recorded.body.error}{_status(recorded)}")])
        return self._compare(recorded, named)

    def _endpoints(self) -> Iterator[Endpoint]:
        for api in self._apis:
            yield from (Endpoint(api, route) for route in api.routes)

    def _locate(self, recorded: RecordedResponse) -> tuple[Endpoint | None, str]:
        """Return the endpoint of a recording, or None and the reason."""
        if recorded.method in {"HEAD", "OPTIONS"}:
            return None, f"{recorded.method} has no response to check"
        why = "no endpoint of the emulated APIs"
        owner: Api | None = None  # the API of the first base path: `/api/v1` is not Cratejoy's `/v1`
        for path, api, canonical in self._locations(recorded.path):
            route = api.match(recorded.method, canonical).route
            if route is not None and route.is_page:
                return None, "a page has no response to check"
            if route is not None and (owner is None or api is owner):
                return Endpoint(api, route), ""
            if path.startswith(canonical):
                continue  # there is no base path
            owner = owner or api
            if api is owner and api.is_unimplemented(recorded.method, canonical):
                why = f"the {api.title} has this endpoint, the emulator does not"
        return None, why

    def _locations(self, path: str) -> Iterator[tuple[str, Api, str]]:
        """Yield each tail of a path, longest first, with every API it may belong to and the canonical path there."""
        segments = path.split("/")[1:]
        for start in range(len(segments)):
            rest = "/" + "/".join(segments[start:])
            yield from ((rest, api, canonical) for api, canonical in self._candidates(rest, whole=start == 0))

    def _candidates(self, path: str, *, whole: bool) -> Iterator[tuple[Api, str]]:
        """Yield the APIs that a path may belong to, each with the canonical path there.

        An empty base path only matches a whole path; if the checker is lax, the base path may be missing.
        """
        for api in self._apis:
            below = any(base and f"{path}/".startswith(f"{base}/") for base in (*api.base_paths, *api.versioned_bases))
            if below or (whole and "" in api.base_paths):
                yield find_api((api,), path)
            elif self._lax:
                yield find_api((api,), api.base_paths[0] + path)

    def _guess(self, recorded: RecordedResponse) -> Endpoint | None:
        errors = (Endpoint(api, None) for api in self._apis)
        best = max([*self._endpoints(), *errors], key=lambda each: _likeness(self._schema(each), recorded.body.value))
        return best if _likeness(self._schema(best), recorded.body.value) > MIN_LIKENESS else None

    def _compare(self, recorded: RecordedResponse, endpoint: Endpoint) -> CheckResult:
        chosen = self._choose(recorded, endpoint)
        schema = self._schema(chosen)
        value = recorded.body.value
        violations = [*_outcome(recorded, chosen, endpoint)]
        if not self._validator.is_valid(schema, value):
            violations += self._validator.describe(schema, value, limit=MAX_VIOLATIONS)
        return CheckResult(
            recorded, endpoint, violations, fits_profile=self._other_profile(chosen, recorded) if violations else ""
        )

    def _choose(self, recorded: RecordedResponse, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint or its error: the one more similar to the response, otherwise by status."""
        successful = recorded.status is None or recorded.status in SUCCESSES
        both = sorted((endpoint, Endpoint(endpoint.api, None)), key=lambda each: (each.route is None) == successful)
        likeness = [_likeness(self._schema(each), recorded.body.value) for each in both]
        return both[likeness.index(max(likeness))] if max(likeness) > MIN_LIKENESS else both[0]

    def _schema(self, endpoint: Endpoint, profile: str | None = None) -> str:
        name = "error" if endpoint.route is None else endpoint.route.response_schema
        return schema_for_profile(f"{endpoint.api.name}/{name}", profile or self._profile)

    def _other_profile(self, endpoint: Endpoint, recorded: RecordedResponse) -> str:
        """Return the name of another profile that the response matches, or an empty text."""
        names = (name for name in get_args(Profile) if self._schema(endpoint, name) != self._schema(endpoint))
        value = recorded.body.value
        return next((name for name in names if not self._validator.violations(self._schema(endpoint, name), value)), "")


def _outcome(recorded: RecordedResponse, chosen: Endpoint, endpoint: Endpoint) -> Iterator[Violation]:
    """Yield a violation if the kind of response, or its status, is not the expected one."""
    status = recorded.status
    if chosen.route is None and endpoint.route is not None:
        not_found, _, _ = endpoint.api.dialect.render_error(NotFound("", rule=CREDENTIAL))
        if recorded.expects == "response":
            yield Violation(
                (), f"expected no error, got {_describe_response(recorded)}: check the base URL and the credential"
            )
        elif status in SUCCESSES and status != not_found:
            yield Violation((), f"expected a response, got the error {_describe_response(recorded)}")
    elif recorded.expects == "error":
        yield Violation((), "expected an error, because the order does not exist, got a successful response")
    elif chosen.route is not None and status not in {None, chosen.route.status}:
        yield Violation((), f"expected status {chosen.route.status}, got {status}")


def _redirect(recorded: RecordedResponse) -> str:
    target = recorded.location.partition("?")[0]
    return f"a redirect ({recorded.status}) to {target or 'nowhere'}"


def _describe_response(recorded: RecordedResponse) -> str:
    return abbreviate(recorded.body.value) + _status(recorded)


def _status(recorded: RecordedResponse) -> str:
    return "" if recorded.status is None else f" (status {recorded.status})"


def _likeness(schema: str, value: object) -> float:
    """Return how similar a value is to a schema, from 0 to 1.5, by its properties and constants."""
    if not isinstance(value, dict):
        return 0.0
    known = properties(schema)
    constants = [value.get(name) == inner["const"] for name, inner in known.items() if "const" in inner]
    alike = len(known.keys() & value.keys()) / len(known.keys() | value.keys())
    return alike + (sum(constants) / len(constants) / 2 if constants else 0)
