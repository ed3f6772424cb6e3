"""Requests that check whether the real Cratejoy still matches the schemas; they only read."""

import base64
from collections.abc import Mapping, Sequence

from mockorders.apis.parts import Authentication, LiveCheck

LIVE_CHECKS: Sequence[LiveCheck] = (
    LiveCheck("/orders/", "response"),
    LiveCheck("/orders/?limit=2&with=all", "response"),
    LiveCheck("/orders/{id}/", "response"),
    LiveCheck("/orders/2147483647/", "error"),
)


def authenticate(credentials: Mapping[str, str]) -> Authentication:
    """Send client id and secret as Basic authorization."""
    user = credentials.get("user", "")
    token = base64.b64encode(user.encode()).decode()
    return Authentication({}, {"Authorization": f"Basic {token}"} if user else {})
