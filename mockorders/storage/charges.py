"""Count the memory of the changes of a collection."""

from collections.abc import Mapping
from typing import Any

from mockorders.budget import Charge, MemoryAccount, size_of
from mockorders.storage.shared_change import Overlay

CHANGE_BYTES = 300  # of a change apart from its record
COPIED_CHANGE_BYTES = 200  # of a change in another copy of the changes
ID_BYTES = 8


class ChangeCharges:
    """The charges of a collection's changes by id, and of the copies that it made of shared parts.

    Adopted changes have one charge together, until they are copied. Nothing is counted where the account is None.
    """

    __slots__ = ("_adopted", "_by_id", "_copies", "_sizes")

    def __init__(self) -> None:
        self._by_id: dict[int, Charge] = {}
        self._copies: Charge | None = None
        self._adopted: Charge | None = None
        self._sizes: Mapping[int, int] = {}

    @classmethod
    def adopted(cls, account: MemoryAccount | None, overlay: Overlay) -> "ChangeCharges":
        """Return the charges of changes that are adopted, whatever the limits: they were checked before."""
        charges = cls()
        if account is not None:
            charges._sizes = overlay.sizes
            charges._adopted = account.count(overlay.size)
        return charges

    @property
    def sizes(self) -> Mapping[int, int]:
        """The bytes that each change is charged with, by id."""
        return {**self._sizes, **{identifier: charge.size for identifier, charge in self._by_id.items()}}

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
        if account is not None:
            other._by_id |= {identifier: account.count(size) for identifier, size in self._sizes.items()}
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
