"""Requests that check whether the real Universe still matches the schemas."""

from collections.abc import Mapping, Sequence

from mockorders.apis.parts import Authentication, LiveCheck

LIVE_CHECKS: Sequence[LiveCheck] = (
    LiveCheck("/orders", "response"),
    LiveCheck("/orders?order=DESC", "response"),
    LiveCheck("/orders/latest"),
    LiveCheck("/orders/{id}", "response"),
    LiveCheck("/orders/2147483647", "error"),
)


def authenticate(credentials: Mapping[str, str]) -> Authentication:
    """Send the key in the query and the customer's token, if there is one, as a bearer token."""
    key = credentials.get("key", "")
    bearer = credentials.get("bearer", "")
    return Authentication({"key": key} if key else {}, {"Authorization": f"Bearer {bearer}"} if bearer else {})
