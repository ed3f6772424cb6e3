"""What a live Cratejoy is asked, to see whether it still answers as the schemas say; nothing is changed there."""

import base64
from collections.abc import Mapping

from mockorders.apis.base import LiveCheck

LIVE_CHECKS = (
    LiveCheck("/orders/", "response"),
    LiveCheck("/orders/?limit=2&with=all", "response"),
    LiveCheck("/orders/{id}/", "response"),
    LiveCheck("/orders/2147483647/", "error"),
)


def authenticate(credentials: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Send client id and secret as the Basic authorization."""
    user = credentials.get("user", "")
    return {}, {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()} if user else {}
