"""Exceptions of the client.

ControlError (an Exception): the control API rejected a request.
UnreachableError (a ConnectionError): no response.
"""

from collections.abc import Mapping
from typing import Any


class ControlError(Exception):
    """The control API rejected a request, or the response is not from the control API.

    `document` is the problem document, `pointer` the JSON pointer to the invalid part of the request, if any.
    """

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(status, document)
        self.status = status
        self.document = document
        self.title = str(document.get("title", "Not a response of the control API"))
        self.detail = str(document.get("detail", ""))
        self.pointer: str | None = document.get("pointer")

    def __str__(self) -> str:
        return f"{self.status} {self.title}: {self.detail}"


class UnreachableError(ConnectionError):
    """No response from the URL, or not in time."""
