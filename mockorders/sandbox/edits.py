"""The latest changes of records that no request to an API made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mockorders.budget import Charge
from mockorders.storage.record_changes import ChangedProperty, RecordChange

MAX_EDITS = 200


class Edit(NamedTuple):
    """A change of a record that no request to an API made: its number, and the charge of its memory.

    `value` is the rest as JSON: its time, the number of the request before, and what has changed.
    """

    number: int
    value: Mapping[str, Any]
    charge: Charge

    @property
    def at(self) -> datetime:
        """The time of the sandbox at which it was made."""
        return datetime.fromisoformat(self.value["at"])

    @property
    def after(self) -> int:
        """The number of the request after which it was made."""
        return int(self.value["after"])

    @property
    def change(self) -> RecordChange:
        """What has changed."""
        value = self.value
        properties = tuple([ChangedProperty(*each) for each in value["properties"]])
        return RecordChange(value["collection"], value["id"], value["kind"], properties)


def edit_value(at: datetime, after: int, change: RecordChange) -> dict[str, Any]:
    """Return the value of an edit."""
    properties = [list(each) for each in change.properties]
    return {"at": at.isoformat(), "after": after, **change._asdict(), "properties": properties}


def edit_size(value: Mapping[str, Any]) -> int:
    """Return the approximate number of bytes of an edit in memory."""
    properties = tuple([ChangedProperty(*each) for each in value["properties"]])
    return RecordChange("", 0, "", properties).size
