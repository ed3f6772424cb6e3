"""What a live Universe is asked, to see whether it still answers as the schemas say."""

from collections.abc import Mapping

from mockorders.apis.base import LiveCheck

LIVE_CHECKS = (
    LiveCheck("/orders", "response"),
    LiveCheck("/orders?order=DESC", "response"),
    LiveCheck("/orders/latest"),
    LiveCheck("/orders/{id}", "response"),
    LiveCheck("/orders/2147483647", "error"),
)


def authenticate(credentials: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Send the key in the query, and the customer's token, if there is one, as the Bearer authorization."""
    key, bearer = credentials.get("key", ""), credentials.get("bearer", "")
    return {"key": key} if key else {}, {"Authorization": f"Bearer {bearer}"} if bearer else {}
