"""A client for the orders of a Cratejoy store that retries failed requests and never orders twice.

Requires only the standard library.
"""

import base64
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

ATTEMPTS = 4
FIRST_WAIT_SECONDS = 1.0  # doubled after each attempt unless the store sends Retry-After
TIMEOUT_SECONDS = 10.0


class Rejected(Exception):
    """The store rejected the request with `status` and `errors`; `lost` if an earlier attempt got no response."""

    def __init__(self, status: int, errors: list[str], *, lost: bool) -> None:
        super().__init__(f"{status}: {'; '.join(errors)}")
        self.status = status
        self.errors = errors
        self.lost = lost


class NoResponse(Exception):
    """No usable response; `wait` is the number of seconds in `Retry-After`, if any."""

    def __init__(self, reason: object, wait: float | None = None) -> None:
        super().__init__(str(reason))
        self.wait = wait


class Store:
    """The orders of one store. `auth` is client ID and secret; `sleep` is called with seconds between attempts."""

    def __init__(self, base_url: str, auth: tuple[str, str], sleep: Callable[[float], object] = time.sleep) -> None:
        self._base_url = base_url
        self._login = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        self._sleep = sleep

    def order(self, identifier: int) -> Any:
        """Return one order."""
        return self._send("GET", f"/orders/{identifier}/")

    def orders(self, **filters: object) -> Iterator[Any]:
        """Yield the matching orders, fetching page by page."""
        query = f"?{urlencode(filters)}"
        while query:
            page = self._send("GET", f"/orders/{query}")
            yield from page["results"]
            query = page["next"]

    def set_note(self, identifier: int, note: str) -> Any:
        """Set the note of an order and return the order."""
        return self._send("PUT", f"/orders/{identifier}/", {"note": note})

    def buy(self, customer: int, instance: int, quantity: int = 1) -> Any:
        """Order a product instance exactly once and return the order.

        If the response was lost, the order may or may not have been placed. Retrying is safe, because the store
        accepts one order per customer per minute. If it rejects the retry, the first order was placed and is the
        customer's newest.
        """
        line = {"product_instance": {"id": instance}, "term": {"num_cycles": 1}, "quantity": quantity}
        try:
            return self._send("POST", "/orders/", {"customer": {"id": customer}, "products": [line]})
        except Rejected as rejection:
            if not rejection.lost:
                raise
            return max(self.orders(customer_id=customer), key=lambda order: order["placed_at"])

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request, with retries. Raises Rejected if it is rejected, NoResponse if the last attempt fails."""
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._try(method, path, body, lost=attempt > 0)
            except NoResponse as failure:
                self._sleep(FIRST_WAIT_SECONDS * 2**attempt if failure.wait is None else failure.wait)
        return self._try(method, path, body, lost=True)

    def _try(self, method: str, path: str, body: Any, *, lost: bool) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": self._login, "Content-Type": "application/json"}
        request = urllib.request.Request(self._base_url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise _failure(error, lost=lost) from error
        except (OSError, http.client.HTTPException, ValueError) as error:  # no connection, incomplete, or not JSON
            raise NoResponse(error) from error


def _failure(error: urllib.error.HTTPError, *, lost: bool) -> Rejected | NoResponse:
    with error:
        if error.code == 429 or error.code >= 500:
            wait = error.headers.get("Retry-After")
            return NoResponse(error, None if wait is None else float(wait))
        return Rejected(error.code, json.load(error)["errors"], lost=lost)
