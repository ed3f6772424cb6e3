"""How a client reaches an emulated API in a sandbox, and adds records to it."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Mapping
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mockorders.client.descriptors import ControlRequest

if TYPE_CHECKING:
    from mockorders.client.models import Record

PASSWORD = "any"  # noqa: S105 - every password is accepted by default

Timestamp = datetime | str
Reference = int | Mapping[str, Any]  # the id of a record, or a record, or some properties of a new one


class ApiAccess:
    """How a client reaches one API: base URL and credential; `key` needs no quoting."""

    base_path = ""

    def __init__(self, url: str, key: str, send: Any = None) -> None:
        self.base_url = url.rstrip("/") + self.base_path
        self.key = key
        self.send = send

    @property
    def auth(self) -> tuple[str, str]:
        """The credential as user and password, for HTTP basic authentication."""
        return self.key, PASSWORD


def describe_new_record(api: str, collection: str, properties: Mapping[str, Any]) -> ControlRequest[Record]:
    """Return the request that adds a record; it returns the complete record."""
    path = f"/records/{quote(api, safe='')}/{quote(collection, safe='')}"
    return ControlRequest("POST", path, with_texts(properties), read=itemgetter("record"))


def with_texts(value: Any) -> Any:
    """Return a value with times and dates as text, as the schemas have them. Raises ValueError for a naive time."""
    if isinstance(value, datetime):
        return format_aware(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: with_texts(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_texts(each) for each in value]
    return value


def format_aware(time: datetime) -> str:
    """Return a time as the emulated APIs do: UTC, whole seconds, `Z`. Raises ValueError if it is naive."""
    if time.utcoffset() is None:
        message = f"expected a timezone-aware datetime, got {time.isoformat()}"
        raise ValueError(message)
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
