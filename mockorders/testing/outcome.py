"""What remains of a failed test: a section in its report, files, and its sandbox."""

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pytest

from mockorders.testing.artifacts import write_artifacts
from mockorders.testing.real_files import real_file_system
from mockorders.testing.report import render_report

if TYPE_CHECKING:
    from mockorders.testing.case import SandboxCase

KEPT: pytest.StashKey["dict[KeptSandbox, None]"] = pytest.StashKey()


class KeptSandbox(NamedTuple):
    """The sandbox of a failed test, which is not deleted."""

    test: str
    dashboard: str


def keeps_sandboxes(config: pytest.Config) -> bool:
    """Return whether the sandboxes of failed tests are kept."""
    return bool(config.getoption("mockorders_keep") or config.getoption("mockorders_keep_minutes"))


def describe_failure(case: "SandboxCase", item: pytest.Item) -> str:
    """Return the section for a failed test; write its artifacts and keep its sandbox if options say so."""
    lines = [render_report(case.sandbox)]
    folder = item.config.getoption("mockorders_artifacts")
    if folder is not None:
        with real_file_system():
            written = write_artifacts(item.config.invocation_params.dir / folder, item.nodeid, case, lines[0])
        lines.append(f"artifacts: {written}")
    if keeps_sandboxes(item.config):
        dashboard = f"{case.sandbox.url}/_mockorders/ui/{quote(case.sandbox.name)}"
        item.config.stash.setdefault(KEPT, {})[KeptSandbox(item.nodeid, dashboard)] = None
        lines.append(f"dashboard: {dashboard}")
    return "\n".join(lines)


def add_section(report: pytest.TestReport, title: str, text: str) -> None:
    """Add a section to a failure. As a part of it, it is in JUnit XML too, and independent of --show-capture."""
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((title, text))
    else:
        add(title, text)
