"""The result of `mockorders validate`, as lines of text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import click

from mockorders.cli.errors import CommandError, CommandUsageError
from mockorders.conformance.checker import CheckResult
from mockorders.formats.plurals import count
from mockorders.validation.violations import Violation

MAX_LINES = 20


class ValidationReport:
    """The result of a validation: violations, notes, and responses that were not checked."""

    def __init__(self, checked: Sequence[CheckResult], unreadable: Sequence[str], *, allow_new: bool) -> None:
        self._allow_new = allow_new
        self._unreadable = unreadable
        self._checked = [each for each in checked if not each.skipped]
        self._skipped = [each for each in checked if each.skipped]
        self._invalid = [each for each in self._checked if any(map(self._is_violation, each.violations))]

    def lines(self) -> Iterator[str]:
        """Yield a line for each violation, note and skipped response, then the totals."""
        for each in self._checked:
            yield from self._lines_of(each)
        yield from _limited([f"skipped: {_skipped_line(each)}" for each in self._skipped])
        number = sum(map(self._is_violation, chain.from_iterable(each.violations for each in self._invalid)))
        checked = count(len(self._checked), "response")
        totals = f"{checked} checked, {len(self._skipped)} skipped; {count(number, 'violation')}"
        yield click.style(totals, fg="red" if number else "green")
        for profile in sorted({each.fits_profile for each in self._invalid if each.fits_profile}):
            matching = sum(each.fits_profile == profile for each in self._invalid)
            yield f"{matching} of {count(len(self._invalid), 'invalid response')} would match --profile {profile}"

    def json(self) -> str:
        """Return the result as JSON."""
        document = {
            "checked": len(self._checked),
            "violations": list(self._entries(violations=True)),
            "notes": list(self._entries(violations=False)),
            "skipped": [{"place": each.recorded.source, "why": each.skipped} for each in self._skipped],
            "unreadable": list(self._unreadable),
        }
        return json.dumps(document, indent=2)

    def _entries(self, *, violations: bool) -> Iterator[dict[str, Any]]:
        for each in self._checked:
            found = (violation for violation in each.violations if self._is_violation(violation) is violations)
            yield from (_entry(each, violation) for violation in found)

    def exit(self) -> None:
        """Exit with code 1 if there are violations, 2 if a file is unreadable or nothing could be checked."""
        for message in self._unreadable:
            click.echo(f"mockorders: {message}", err=True)
        if self._invalid:
            raise click.exceptions.Exit(CommandError.exit_code)
        if self._unreadable:
            raise click.exceptions.Exit(CommandUsageError.exit_code)
        if not self._checked:
            message = "validate: no response was checked"
            raise CommandUsageError(message)

    def _is_violation(self, violation: Violation) -> bool:
        return not (self._allow_new and violation.is_unknown_property)

    def _lines_of(self, each: CheckResult) -> Iterator[str]:
        lines = []
        for violation in each.violations:
            mark = self._mark(violation)
            place = f"{each.recorded.source}: {each.endpoint}: {violation.pointer or '/'}"
            lines.append(f"{mark}: {place}: {violation.message}")
        yield from _limited(lines)

    def _mark(self, violation: Violation) -> str:
        if self._is_violation(violation):
            return click.style("violation", fg="red")
        return click.style("note", fg="yellow")


def _skipped_line(each: CheckResult) -> str:
    recorded = each.recorded
    if not recorded.path or recorded.source.startswith(f"{recorded.method} "):
        return f"{recorded.source}: {each.skipped}"
    return f"{recorded.source}: {recorded.method} {recorded.path}: {each.skipped}"


def _entry(each: CheckResult, violation: Violation) -> dict[str, Any]:
    return {
        "place": each.recorded.source,
        "endpoint": str(each.endpoint),
        "status": each.recorded.status,
        "pointer": violation.pointer,
        "message": violation.message,
    }


def _limited(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MAX_LINES]
    if len(lines) > MAX_LINES:
        yield f"  … and {len(lines) - MAX_LINES} more"
