"""The fixture `mockorders_factory`: sandboxes for fixtures of any scope."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from mockorders.client.api_access import Timestamp
from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import EmulatorClient
from mockorders.config import Profile
from mockorders.testing.case import SECTION_TITLE, SandboxCase, failure_of, marker_options
from mockorders.testing.checks import unused_faults
from mockorders.testing.fixture import Mockorders

if TYPE_CHECKING:
    from mockorders.testing.remote import RemoteOptions

    Owner = pytest.FixtureRequest | pytest.Item


class SharedSandbox(SandboxCase):
    """The sandbox of a fixture, which several tests can use. Each test fails for the failures that it caused."""

    def __init__(self, owner: "Owner", server: EmulatorClient, options: Mapping[str, Any]) -> None:
        self._fixture: str | None = getattr(owner, "fixturename", None)
        self._node = owner.node if isinstance(owner, pytest.FixtureRequest) else owner
        label = self._fixture or self._node.name
        super().__init__(owner.session, server, label, {**marker_options(self._node), **options})
        self.title = f"{SECTION_TITLE}: {label}"
        self.subfolder = label if self._fixture else self.sandbox.name
        self._known_failures: list[str] = []
        self._has_failed = False

    def is_used_by(self, item: pytest.Item) -> bool:
        """Return whether a test uses the fixture that created the sandbox, or created it itself."""
        return item is self._node or self._fixture in getattr(item, "fixturenames", ())

    def add_report(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Handle the report of one phase of a test that uses the sandbox."""
        if report.when == "setup":
            self._has_failed |= self._failed
            self._passed = False
            self._failed = False
        super().add_report(item, report)

    def check_test(self) -> BaseException | None:
        """Return what the current test fails with, if it passed and caused failures."""
        try:
            failures = self.sandbox.failures()
        except (ControlError, UnreachableError) as error:
            failures = [f"the sandbox cannot be checked: {error}"]
        new = [failure for failure in failures if failure not in self._known_failures]
        self._known_failures = failures
        return failure_of(new) if self._passed and not self._failed else None

    def finish(self) -> None:
        """Check the sandbox at the end of its scope. Raises Failed if a fault was never triggered."""
        __tracebackhide__ = True
        failure = self.check_test()
        self.is_over = True
        if failure is not None:
            raise failure
        if self._allow_unused_faults or self._failed or self._has_failed:
            return
        with suppress(ControlError, UnreachableError):
            unused = list(unused_faults(self.sandbox.faults()))
            if unused:
                pytest.fail("\n".join(unused), pytrace=False)

    def delete(self) -> None:
        """Delete the sandbox, if it exists and is not to be kept because a test failed that used it."""
        self._failed |= self._has_failed
        super().delete()


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
