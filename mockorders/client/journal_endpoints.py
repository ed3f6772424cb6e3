"""The endpoints of the control API for the journal."""

from __future__ import annotations  # so that no types are evaluated on import

from operator import itemgetter
from typing import TYPE_CHECKING, Unpack

from mockorders.client.descriptors import TIMEOUT_SECONDS, ControlRequest, EndpointMethod
from mockorders.client.paths import id_of, path_of, query_of

if TYPE_CHECKING:
    from mockorders.client.models import EmulatorErrors, Record, RecordedRequest, RequestFilters, WaitOptions


class JournalApi:
    """Endpoints of the journal of one sandbox, and of the emulator's own errors."""

    @EndpointMethod
    def requests(self, **filters: Unpack[WaitOptions]) -> ControlRequest[list[RecordedRequest]]:
        """List the matching requests in the journal, oldest first.

        Waits up to `wait` seconds (at most 60) until at least `min` (default 1) matching requests exist, then returns
        all that match.
        """
        return describe_requests(filters)

    @EndpointMethod
    def request(self, identifier: str) -> ControlRequest[RecordedRequest]:
        """Return one request. Raises ControlError (404) if it does not exist or was evicted from the journal."""
        return ControlRequest("GET", path_of("requests", identifier))

    @EndpointMethod
    def explain(self, request: RecordedRequest | str) -> ControlRequest[Record]:
        """Explain how a request was handled, given as `RecordedRequest` or id: checks, rules, records, fault."""
        return ControlRequest("GET", path_of("requests", id_of(request), "explain"))

    @EndpointMethod
    def clear_requests(self) -> ControlRequest[None]:
        """Delete all requests from the journal."""
        return ControlRequest("DELETE", "/requests")

    @EndpointMethod
    def errors(self) -> ControlRequest[EmulatorErrors]:
        """Return the emulator's own errors: unhandled ones, and responses that violate their schema.

        They are kept until the sandbox is reset, recreated or deleted, even if their requests were evicted from the
        journal.
        """
        return ControlRequest("GET", "/errors")

    @EndpointMethod
    def har(self, **filters: Unpack[RequestFilters]) -> ControlRequest[Record]:
        """Return the matching requests as HAR 1.2."""
        return ControlRequest("GET", "/requests.har" + query_of(filters))


def describe_requests(filters: WaitOptions) -> ControlRequest[list[RecordedRequest]]:
    """Return the request that lists the matching requests in the journal."""
    seconds = TIMEOUT_SECONDS + filters.get("wait", 0)
    return ControlRequest("GET", "/requests" + query_of(filters), read=itemgetter("requests"), timeout=seconds)
