"""What a replica asks of a store that it shares with others: keep a change, if nothing else was changed before."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from mockorders.store.journal_records import Place
from mockorders.store.records import ChangeRecord, Document, Head

NO_HEAD = Head(0, 0)


class Kind(IntEnum):
    """What a row of the shared log is: an ordinary change, one of snapshots too, the end of a generation, a deletion.

    The end takes the next version of its generation, so that the primary key decides between it and any other change.
    """

    CHANGE = 0
    SNAPSHOTS = 1
    END = 2
    DELETED = 3


class Proposal(NamedTuple):
    """What is kept of a request if `base` is still the last change of its sandbox.

    `record` is its change, or None if it changed nothing; `kind` is that of the record. `token` identifies the change.
    `entry` is one for the shared journal, kept under the same condition.
    """

    sandbox: str
    base: Head
    record: ChangeRecord | None = None
    kind: Kind = Kind.CHANGE
    token: str = ""
    entry: bytes | None = None

    @property
    def starts(self) -> bool:
        """Whether the change begins a generation."""
        return self.record is not None and self.record.head.generation > self.base.generation


class KeptChange(NamedTuple):
    """A change in the shared log."""

    head: Head
    kind: Kind
    request: str
    token: str
    digest: str
    format: int
    changes: Document


class Outcome(NamedTuple):
    """Whether a proposal is kept; if not, the sandbox's last change, and the first ones after `base`.

    `place` is that of its entry, if it has one and was kept as far as is known.

    If it is not kept although `head` is its base, another change is being made.
    """

    is_accepted: bool
    head: Head
    changes: Sequence[KeptChange] = ()
    place: Place | None = None
