"""Patterns of requests that a test expects, and how recorded requests differ from them."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.matching import Glob
from mockorders.formats.plurals import count
from mockorders.formats.suggestions import did_you_mean

if TYPE_CHECKING:
    from mockorders.client.models import RecordedRequest, RequestConditions, WaitOptions

MAX_SHOWN = 3
ANY = "*"
SERVER_FILTERS = ("api", "status")  # filters of the journal; all other members are compared here
MISSING = object()


class RequestPattern(NamedTuple):
    """Conditions on requests: method and path, in which `*` matches anything, and members of `RequestConditions`."""

    method: str
    path: str
    conditions: Mapping[str, Any]

    @classmethod
    def of(cls, method: str, path: str, conditions: RequestConditions) -> RequestPattern:
        """Return a pattern. Raises TypeError for an unknown condition."""
        from mockorders.client.models import RequestConditions

        for name in conditions:
            if name not in RequestConditions.__annotations__:
                advice = did_you_mean(name, RequestConditions.__annotations__)
                message = f"unexpected keyword argument {name!r}{advice}"
                raise TypeError(message)
        return cls(method, path, conditions)

    @classmethod
    def parse(cls, text: str) -> RequestPattern:
        """Return the pattern of a text such as `POST /v1/orders/*`. Raises ValueError if it has another form."""
        method, space, path = text.partition(" ")
        if not space or not path.startswith(("/", ANY)):
            message = f"expected a method and a path such as 'POST /v1/orders/*', got {text!r}"
            raise ValueError(message)
        return cls(method, path, {})

    def filters(self) -> WaitOptions:
        """Return the filters of the journal that select requests with the method, the path and so on."""
        filters: dict[str, Any] = {name: self.conditions[name] for name in SERVER_FILTERS if name in self.conditions}
        if self.method != ANY:
            filters["method"] = self.method
        return {**filters, "path": self.path}  # type: ignore[typeddict-item]

    def matches(self, request: RecordedRequest) -> bool:
        """Return whether a request that the journal selected meets the other conditions too."""
        return not list(self._differing_members(request))

    def differences(self, request: RecordedRequest) -> list[str]:
        """Return how a request differs from the pattern, for a message; method and path as they were sent."""
        found = []
        if self.method not in {ANY, request["method"]}:
            found.append(f"its method is {request['method']}")
        if not Glob(self.path, "*").matches(request["path"]):
            found.append(f"its path is {request['path']}")
        for name in SERVER_FILTERS:
            expected = self.conditions.get(name, request[name])  # type: ignore[literal-required]
            if expected != request[name]:  # type: ignore[literal-required]
                found.append(f"its {name} is {request[name]}")  # type: ignore[literal-required]
        return [*found, *self._differing_members(request)]

    def __str__(self) -> str:
        rest = "".join(f", {name} {abbreviate(value)}" for name, value in self.conditions.items())
        return f"{self.method} {self.path}{rest}"

    def _differing_members(self, request: RecordedRequest) -> Iterator[str]:
        for name, expected in self.conditions.items():
            if name == "body":
                yield from differences(expected, request["request"]["body"], "body")
            elif name == "query":
                yield from differences(expected, request["query"], "query")
            elif name == "customer":
                customer = request["customer"] or {"id": None}
                yield from differences(expected, customer["id"], "customer")
            elif name not in SERVER_FILTERS:
                yield from differences(expected, request[name], name)  # type: ignore[literal-required]


def differences(expected: Any, actual: Any, place: str) -> Iterator[str]:
    """Yield where a value differs from an expected one. Objects may have members that are not expected."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            yield from differences(value, actual.get(name, MISSING), f"{place}.{name}")
    elif actual is MISSING:
        yield f"{place} is missing, expected {abbreviate(expected)}"
    elif expected != actual or isinstance(expected, bool) is not isinstance(actual, bool):
        yield f"{place} is {abbreviate(actual)}, expected {abbreviate(expected)}"


def describe_failure(
    pattern: RequestPattern,
    expected: int | None,
    found: Sequence[RecordedRequest],
    recorded: Sequence[RecordedRequest] = (),
) -> str:
    """Return the message if a number of requests was expected, or at least one, and `found` are those that match.

    `recorded` are all requests, of which the most similar ones are listed if there are too few.
    """
    wanted = {None: "at least 1 request", 0: "no request"}.get(expected) or count(expected or 0, "request")
    lines = [f"expected {wanted} {pattern}, found {len(found) or 'none'}"]
    lines += [f"  {describe_request(request)}" for request in found]
    if len(found) < (1 if expected is None else expected):
        lines += _nearest(pattern, [request for request in recorded if request not in found])
    return "\n".join(lines)


def _nearest(pattern: RequestPattern, requests: Sequence[RecordedRequest]) -> Iterator[str]:
    """Yield the requests that differ least, each with how it differs."""
    if not requests:
        yield "no other requests"
        return
    ranked = sorted(((pattern.differences(request), request) for request in requests), key=_dissimilarity)
    yield f"nearest of {count(len(requests), 'other request')}:"
    for different, request in ranked[:MAX_SHOWN]:
        yield f"  {describe_request(request)}: {'; '.join(different)}"


def _dissimilarity(pair: tuple[list[str], RecordedRequest]) -> tuple[int, int]:
    """Return a sort key: a request with the same method and path is more similar than any other."""
    head = sum(text.startswith(("its method", "its path")) for text in pair[0])
    return head, len(pair[0])


def describe_request(request: RecordedRequest) -> str:
    """Return a request as one line: id, method, path, status, and the rule by which it was rejected."""
    outcome = "in progress" if request["in_progress"] else request["status"] or "no response"
    rejected = f", rejected by {request['rule']}" if request["rejected"] else ""
    return f"request {request['id']}: {request['method']} {request['path']} {outcome}{rejected}"


def describe_order(patterns: Sequence[RequestPattern], found: Sequence[str], earlier: Sequence[RecordedRequest]) -> str:
    """Return the message if there is no request for the pattern after those that were `found`.

    `earlier` are requests that match it, but came before.
    """
    lines = ["expected requests in this order:"]
    for number, pattern in enumerate(patterns):
        outcome = f"request {found[number]}" if number < len(found) else "not searched"
        lines.append(f"  {pattern}: {'not found' if number == len(found) else outcome}")
    lines += [f"before request {found[-1]}: {describe_request(request)}" for request in earlier]
    return "\n".join(lines)
