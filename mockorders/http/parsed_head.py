"""What is known of a request's head."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mockorders.apis.base import Api
from mockorders.apis.messages import Request
from mockorders.apis.routing import RouteMatch
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.faults import RequestTraits


@dataclass(slots=True, eq=False)
class ParsedHead:
    """The relevant parts of a request's head. Equal heads share one instance, which caches use as a key. Not modified.

    `path` is the canonical path below the API's base, `paths` are the path as it was sent and the canonical path with
    the API's base, decoded; `method` is the effective method. `credential` is None if there is none or its name is
    invalid. `query_error` says why the query string is invalid. `cors_headers` are the response headers for the
    request's origin. `size` is the approximate number of bytes in memory. Heads that differ only in their credential
    have the same `target`, if the dialect names where the credential is. `is_cacheable` is whether equal heads share
    this instance, so that it is a useful key. `failure` is the error of the emulator that prevented the head from being
    parsed, if any.
    """

    request: Request
    credential: Credential | None
    secret: str | None
    size: int
    api: Api
    path: str
    paths: tuple[str, ...]
    method: str
    match: RouteMatch
    query_error: str | None
    cors_headers: Mapping[str, str]
    target: object
    is_cacheable: bool
    failure: Exception | None = None
    _traits: RequestTraits | None = field(default=None, init=False)

    def with_request(self, request: Request, size: int) -> "ParsedHead":
        """Return a head that differs only in its credential, which is read from the request."""
        name, secret = self.api.dialect.read_credential(request)
        return ParsedHead(
            request,
            Credential.parse(name),
            secret,
            size,
            self.api,
            self.path,
            self.paths,
            self.method,
            self.match,
            self.query_error,
            self.cors_headers,
            self.target,
            self.is_cacheable,
        )

    @property
    def traits(self) -> RequestTraits:
        """What faults match against; the same object each time."""
        if self._traits is None:
            request = self.request
            methods = (self.method, request.sent_method)
            self._traits = RequestTraits(self.api.name, methods, self.paths, request.pairs, self.is_cacheable)
        return self._traits


class ReceivedHead(NamedTuple):
    """A request's head as it was received: its parsed form, all headers, and its size in memory in bytes.

    `origin_rejection` says why the page that sent the request may not send it, if so.
    """

    parsed: ParsedHead
    headers: Mapping[str, str]
    size: int
    origin_rejection: str | None
