"""Count the memory of the changes of a collection."""

from typing import Any

from mockorders.budget import Charge, MemoryAccount, size_of

CHANGE_BYTES = 300  # of a change apart from its record
COPIED_CHANGE_BYTES = 200  # of a change in another copy of the changes
ID_BYTES = 8


class ChangeCharges:
    """The charges of a collection's changes by id, and of the copies that it made of shared parts.

    Nothing is counted where the account is None.
    """

    __slots__ = ("_by_id", "_copies")

    def __init__(self) -> None:
        self._by_id: dict[int, Charge] = {}
        self._copies: Charge | None = None

    def new(self, account: MemoryAccount | None, identifier: int, record: Any) -> Charge | None:
        """Return the charge of a change, to be stored next. Raises MemoryLimitError."""
        if account is None:
            return None
        return account.charge(CHANGE_BYTES + size_of(record), self._by_id.get(identifier))

    def put(self, identifier: int, charge: Charge | None) -> Charge | None:
        """Store the charge of a change, or None if the change was undone; return the previous one."""
        previous = self._by_id.pop(identifier, None)
        if charge is not None:
            self._by_id[identifier] = charge
        return previous

    def copy(self, account: MemoryAccount | None) -> "ChangeCharges":
        """Return an independent copy, for an independent copy of the changes, which is counted."""
        other = ChangeCharges()
        other._by_id = dict(self._by_id)
        other._count(account, COPIED_CHANGE_BYTES * len(self._by_id))
        return other

    def count_ids(self, account: MemoryAccount | None, number: int) -> None:
        """Count a copy of a number of ids."""
        self._count(account, ID_BYTES * number)

    def _count(self, account: MemoryAccount | None, size: int) -> None:
        """Count bytes of copies, whatever the limits: the change that needs them was checked."""
        if account is not None and size:
            self._copies = account.count(size + (0 if self._copies is None else self._copies.size))


NO_CHARGES = ChangeCharges()  # of all collections without changes
