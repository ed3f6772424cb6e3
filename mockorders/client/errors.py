"""Errors of the client."""

from collections.abc import Mapping
from typing import Any


class ControlError(Exception):
    """The control API refused: `document` is its problem document, `pointer` the place in what was sent, if any."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(status, document)
        self.status = status
        self.document = document
        self.title = str(document.get("title", "Not an answer of the control API"))
        self.detail = str(document.get("detail", ""))
        self.pointer: str | None = document.get("pointer")

    def __str__(self) -> str:
        return f"{self.status} {self.title}: {self.detail}"


class UnreachableError(ConnectionError):
    """Nothing answers at the URL, or not in time."""
