"""The memory limit of a server and of each of its sandboxes: what is held is counted while it is held."""

import sys
import threading
from collections.abc import Callable, Iterable
from sys import getsizeof
from typing import Any

from mockorders import rules
from mockorders.errors import ProblemError

MAX_BYTES = 2**30
SANDBOX_SHARE = 2  # a sandbox can have one half of the memory
MIB = 2**20
EMPTY_TEXT_BYTES = getsizeof("")

_UNCOUNTED = {bool, type(None)}  # their values exist only once


class MemoryLimitError(ProblemError):
    """An operation would need more memory than is left; nothing was changed.

    The problem document has the bytes that are `needed` and `used`, and the `limit` that would be exceeded.
    """

    def __init__(self, subject: str, needed: int, used: int, limit: int) -> None:
        detail = (
            f"{subject} needs about {in_mib(needed)} more, {in_mib(used)} are used, and the limit is {in_mib(limit)}; "
            "delete or reset sandboxes, or increase --max-memory."
        )
        members = {"needed": needed, "used": used, "limit": limit}
        super().__init__(507, "Out of memory", detail, rule=rules.MAX_MEMORY.name, **members)


class MemoryBudget:
    """The memory limit of one server. What is charged to any of its accounts counts until it is freed.

    `fixtures` is the account of the fixture sets, which all sandboxes share, `documents` that of long bodies of
    requests in progress; both may use the whole budget. Accounts may be charged in any thread. Before a charge of some
    bytes to an account is rejected, `relieve` is called, which may free others.
    """

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self.limit = limit
        self.used = 0
        self.relieve: Callable[[MemoryAccount, int], None] | None = None
        self.lock = threading.RLock()  # reentrant: a charge may be freed while another one is made
        self.fixtures = MemoryAccount(self, limit, "The fixture set")
        self.documents = MemoryAccount(self, limit, "Reading the body")

    def new_account(self) -> "MemoryAccount":
        """Return the account of a new sandbox, which may use one half of the budget."""
        return MemoryAccount(self, self.limit // SANDBOX_SHARE, "The sandbox")


class MemoryAccount:
    """The memory of one owner, within a limit of its own and that of the budget."""

    __slots__ = ("_budget", "_subject", "limit", "used")

    def __init__(self, budget: MemoryBudget, limit: int, subject: str) -> None:
        self._budget = budget
        self._subject = subject
        self.limit = limit
        self.used = 0

    def charge(self, size: int, replaced: "Charge | None" = None) -> "Charge":
        """Return a charge of `size` bytes, which counts until it is freed.

        `replaced` is a charge that is freed next. Raises MemoryLimitError if a limit would be exceeded.
        """
        charge = Charge(self)
        added = size - (0 if replaced is None else replaced.size)
        budget = self._budget
        if budget.used + added > budget.limit:
            self._relieve(added)
        with budget.lock:
            self._check(added, self._subject)
            self.used += size
            budget.used += size
            charge.size = size
        return charge

    def _relieve(self, size: int) -> None:
        """Let memory be freed, unless a charge would be rejected in any case."""
        budget = self._budget
        if budget.relieve is not None and 0 < size <= self.limit - self.used:
            budget.relieve(self, size)

    def count(self, size: int) -> "Charge":
        """Return a charge of `size` bytes, whatever the limits."""
        charge = Charge(self)
        charge.set(size)
        return charge

    def add_checked(self, size: int, subject: str = "") -> None:
        """Count bytes. Raises MemoryLimitError, about `subject`, if a limit would be exceeded."""
        budget = self._budget
        if budget.used + size > budget.limit:
            self._relieve(size)
        with budget.lock:
            self._check(size, subject or self._subject)
            self.add(size)

    def _check(self, size: int, subject: str) -> None:
        budget = self._budget
        if size > 0 and budget.used + size > budget.limit:
            raise MemoryLimitError(subject, size, budget.used, budget.limit)
        if size > 0 and self.used + size > self.limit:
            raise MemoryLimitError(subject, size, self.used, self.limit)

    def add(self, size: int) -> None:
        """Count bytes, or subtract them if negative, whatever the limits."""
        with self._budget.lock:
            self.used += size
            self._budget.used += size


class Charge:
    """Bytes that are counted in an account for as long as this object exists.

    It belongs to what is counted: whoever holds the records holds their charge.
    """

    __slots__ = ("_account", "size")

    def __init__(self, account: MemoryAccount) -> None:
        self._account = account
        self.size = 0

    def grow(self, size: int, subject: str = "") -> None:
        """Count `size` more bytes. Raises MemoryLimitError, about `subject`, if a limit would be exceeded."""
        self._account.add_checked(size, subject)
        self.size += size

    def set(self, size: int) -> None:
        """Count `size` bytes instead, whatever the limits."""
        self._account.add(size - self.size)
        self.size = size

    def another(self, size: int) -> "Charge":
        """Return a charge of `size` bytes in the same account. Raises MemoryLimitError."""
        return self._account.charge(size)

    def __del__(self) -> None:
        self._account.add(-self.size)


def unlimited() -> MemoryAccount:
    """Return an account without a limit, for what is not part of a server."""
    return MemoryBudget(sys.maxsize).fixtures


def size_of(value: Any) -> int:
    """Return the approximate number of bytes that a JSON value takes in memory.

    Names of properties count with their length only, because records share them.
    """
    if isinstance(value, dict):
        return getsizeof(value) + sum(map(len, value)) + _total(value.values())
    if isinstance(value, list | tuple):
        return getsizeof(value) + _total(value)
    return getsizeof(value) + getsizeof(getattr(value, "text", None))


def _total(values: Iterable[Any]) -> int:
    size = 0
    for value in values:
        kind = type(value)
        if kind is str and value.isascii():
            size += EMPTY_TEXT_BYTES + len(value)  # the same as `getsizeof`, in less time
        elif kind is str or kind is int:
            size += getsizeof(value)
        elif kind not in _UNCOUNTED:
            size += size_of(value)
    return size


def in_mib(size: int) -> str:
    """Return a number of bytes for a message, such as `1,024.0 MiB`."""
    return f"{size / MIB:,.1f} MiB"
