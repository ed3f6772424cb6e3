"""The fixture `mockorders_factory`: sandboxes for fixtures of any scope."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from mockorders.client.api_access import Timestamp
from mockorders.client.sandbox import EmulatorClient
from mockorders.config import Profile
from mockorders.testing.case import SharedSandbox
from mockorders.testing.fixture import Mockorders

if TYPE_CHECKING:
    from mockorders.testing.case import Owner
    from mockorders.testing.remote import RemoteOptions


class MockordersFactory:
    """Creates sandboxes that last as long as the fixture that calls it, or the test.

    `owners` are the fixtures that are being set up, the innermost last, after the current test.
    """

    def __init__(self, server: EmulatorClient, owners: "list[Owner]", remote: "RemoteOptions | None") -> None:
        self._server = server
        self._owners = owners
        self._remote = remote
        self._open: list[SharedSandbox] = []

    def __call__(
        self,
        *,
        fixtures: str | Mapping[str, Any] | None = None,
        clock: Timestamp | None = None,
        profile: Profile | None = None,
        allow_unused_faults: bool | None = None,
    ) -> Mockorders:
        """Return a new sandbox. The options are those of the marker, whose values on the class or module are defaults.

        When the scope of the calling fixture ends, the sandbox is checked and deleted.
        """
        __tracebackhide__ = True
        given = {"fixtures": fixtures, "clock": clock, "profile": profile, "allow_unused_faults": allow_unused_faults}
        owner = self._owners[-1]
        options = {name: value for name, value in given.items() if value is not None}
        case = SharedSandbox(owner, self._server, options)
        case.create(self._remote)
        self._open.append(case)
        owner.addfinalizer(case.finish)
        return case.sandbox

    def used_by(self, item: pytest.Item) -> Iterator[SharedSandbox]:
        """Yield the sandboxes that a test uses."""
        return (case for case in self._open if case.is_used_by(item))

    def delete_finished(self) -> None:
        """Delete the sandboxes whose scope has ended."""
        for case in [case for case in self._open if case.is_over]:
            self._open.remove(case)
            case.delete()

    def delete_all(self) -> None:
        """Delete all sandboxes, because the session ends."""
        for case in self._open:
            case.is_over = True
        self.delete_finished()
