"""Assertions about the requests and the changes of a sandbox. Failures list the requests that are most similar."""

from __future__ import annotations  # so that no types are evaluated on import

import math
from typing import TYPE_CHECKING, Unpack

from mockorders.client.descriptors import ControlRequest, EndpointMethod, Script
from mockorders.client.journal_endpoints import describe_requests
from mockorders.client.paths import query_of
from mockorders.real_time import monotonic

if TYPE_CHECKING:
    from mockorders.client.models import Diff, RecordedRequest, RequestConditions


class Expectations:
    """Assertions about one sandbox; all raise AssertionError."""

    @EndpointMethod
    def expect_request(
        self,
        method: str,
        path: str = "*",
        *,
        times: int | None = None,
        wait: int = 0,
        **conditions: Unpack[RequestConditions],
    ) -> Script[list[RecordedRequest]]:
        """Check that there were `times` matching requests, by default at least one; return them, oldest first.

        `*` matches any method, and anything in a path. `body` and `query` may have members that are not expected. With
        `wait`, waits up to that many seconds for the requests.
        """
        from mockorders.client.request_patterns import RequestPattern, describe_failure

        __tracebackhide__ = True
        pattern = RequestPattern.of(method, path, conditions)
        deadline = monotonic() + wait
        selected = yield describe_requests({**pattern.filters(), "wait": wait, "min": times or 1})
        found = [request for request in selected if pattern.matches(request)]
        while len(found) < (1 if times is None else times) and monotonic() < deadline:  # others have arrived, or none
            remaining = math.ceil(deadline - monotonic())
            selected = yield describe_requests({**pattern.filters(), "wait": remaining, "min": len(selected) + 1})
            found = [request for request in selected if pattern.matches(request)]
        if len(found) == times or (times is None and found):
            return found
        others = yield describe_requests({})
        raise AssertionError(describe_failure(pattern, times, found, others))

    @EndpointMethod
    def expect_no_request(
        self, method: str = "*", path: str = "*", **conditions: Unpack[RequestConditions]
    ) -> Script[None]:
        """Check that there was no matching request."""
        from mockorders.client.request_patterns import RequestPattern, describe_failure

        __tracebackhide__ = True
        pattern = RequestPattern.of(method, path, conditions)
        selected = yield describe_requests(pattern.filters())
        found = [request for request in selected if pattern.matches(request)]
        if found:
            raise AssertionError(describe_failure(pattern, 0, found))

    @EndpointMethod
    def expect_in_order(self, *patterns: str) -> Script[list[RecordedRequest]]:
        """Check that requests such as `POST /v1/orders/*` were made in this order, with any others in between.

        Returns them.
        """
        from mockorders.client.request_patterns import RequestPattern, describe_order

        __tracebackhide__ = True
        parsed = [RequestPattern.parse(each) for each in patterns]
        found: list[RecordedRequest] = []
        for pattern in parsed:
            since = found[-1]["id"] if found else "0"
            later = yield describe_requests({**pattern.filters(), "since": since})
            if not later:
                earlier = yield describe_requests(pattern.filters())
                raise AssertionError(describe_order(parsed, [request["id"] for request in found], earlier))
            found.append(later[0])
        return found

    @EndpointMethod
    def expect_no_changes(self, since: str | None = None) -> Script[None]:
        """Check that no record was changed since a snapshot or, without a name, since the fixtures were loaded."""
        __tracebackhide__ = True
        diff: Diff = yield ControlRequest("GET", "/diff" + query_of({"from": since}))
        if diff["lines"]:
            raise AssertionError("\n".join(["expected no changes, found:", *(f"  {line}" for line in diff["lines"])]))
