"""The sandbox that a control request changes, until the store has kept the changes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # every server imports this module, but most need none of these
    from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox
    from mockorders.store.records import Head

CREATED = -1


@dataclass(slots=True)
class Draft:
    """What a control request sees of the sandbox in its path: a copy of it, or None if there is none.

    `base` is the last change in the store that it is made from, `snapshots` are those that the store has, `body` is
    that of the request once it was read, for another attempt.
    """

    name: str
    base: "Head"
    sandbox: "ReplicatedSandbox | None"
    snapshots: "Mapping[str, Any]"
    is_deleted: bool = False
    body: bytes | None = None

    def place(self, sandbox: "ReplicatedSandbox", *, is_new: bool = True) -> None:
        """Replace the copy by another sandbox; unless `is_new`, that is kept only if it is changed."""
        sandbox.origin = CREATED if is_new else sandbox.generation
        sandbox.is_reset = is_new
        sandbox.position = sandbox.position._replace(head=self.base, seen=-1, snapshots=self.snapshots)
        self.sandbox = sandbox
        self.is_deleted = False


_current: ContextVar[list[Draft]] = ContextVar("drafts")  # a list that is empty afterwards, because tasks hold contexts


def any_draft() -> Draft | None:
    """Return the draft of the request that is handled now, if it has one."""
    return next(iter(_current.get(())), None)


def current_draft(name: str) -> Draft | None:
    """Return the draft of the request that is handled now, if it has one of the sandbox with a name."""
    draft = any_draft()
    return draft if draft is not None and draft.name == name else None


@contextmanager
def drafting(draft: Draft) -> Iterator[None]:
    """Let the requests of the block use a draft."""
    drafts = [draft]
    token = _current.set(drafts)
    try:
        yield
    finally:
        _current.reset(token)
        drafts.clear()
