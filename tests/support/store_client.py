"""A client of a Cratejoy store, written with requests as integrations are."""

from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urljoin

import requests

TIMEOUT_SECONDS = 30

NOW = "2017-06-20T12:00:00Z"


class StoreClient:
    """Calls a store: `login` is the client id, which also names the sandbox."""

    def __init__(self, url: str, login: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.auth = (login, "secret")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request; `data` is a body as it is, without content type, and `json` one that is encoded."""
        return self.session.request(method, self.url + path, timeout=TIMEOUT_SECONDS, **options)

    def ok(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of a successful request."""
        response = self.send(method, path, **options)
        assert response.status_code < 300, response.text
        return response.json()

    def every(self, path: str, **options: Any) -> list[Any]:
        """Return all results of a list, whose pages are followed by their links."""
        return list(self._walk(f"{self.url}{path}", **options))

    def _walk(self, url: str, **options: Any) -> Iterator[Any]:
        following: str | None = url
        while following is not None:
            page = self.session.get(following, timeout=TIMEOUT_SECONDS, **options).json()
            yield from page["results"]
            options = {}
            following = page["next"] and urljoin(following, page["next"])
