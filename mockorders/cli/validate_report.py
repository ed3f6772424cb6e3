"""What `mockorders validate` says of the answers that it checked, for people and for machines."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from mockorders.cli.errors import CommandError, CommandUsageError
from mockorders.conformance.checker import CheckResult
from mockorders.validation.violations import Violation

MAX_LINES = 20


class ValidationReport:
    """What was found, for people and for machines."""

    def __init__(self, checked: Sequence[CheckResult], unreadable: Sequence[str], *, allow_new: bool) -> None:
        self._allow_new = allow_new
        self._unreadable = unreadable
        self._checked = [each for each in checked if not each.skipped]
        self._skipped = [each for each in checked if each.skipped]
        self._invalid = [each for each in self._checked if any(map(self._is_violation, each.violations))]

    def lines(self) -> Iterator[str]:
        """Give a line for each breach and note, then what was not checked, then the sum."""
        for each in self._checked:
            yield from self._lines_of(each)
        yield from _limited([f"not checked: {_skipped_line(each)}" for each in self._skipped])
        breaches = sum(self._is_violation(violation) for each in self._invalid for violation in each.violations)
        yield click.style(
            f"{_count(len(self._checked), 'answer')} checked, {len(self._skipped)} not; {_count(breaches, 'breach')}",
            fg="red" if breaches else "green",
        )
        for profile in sorted({each.fits_profile for each in self._invalid if each.fits_profile}):
            count = sum(each.fits_profile == profile for each in self._invalid)
            yield f"{count} of {_count(len(self._invalid), 'answer')} in breach would fit --profile {profile}"

    def json(self) -> str:
        """Give the same as JSON."""
        found = [(each, violation) for each in self._checked for violation in each.violations]
        document = {
            "checked": len(self._checked),
            "violations": [_entry(each, violation) for each, violation in found if self._is_violation(violation)],
            "notes": [_entry(each, violation) for each, violation in found if not self._is_violation(violation)],
            "skipped": [{"place": each.recorded.source, "why": each.skipped} for each in self._skipped],
            "unreadable": list(self._unreadable),
        }
        return json.dumps(document, indent=2)

    def exit(self) -> None:
        """End with the exit code: 1 for a breach, 2 where something, or everything, could not be checked."""
        for message in self._unreadable:
            click.echo(f"mockorders: {message}", err=True)
        if self._invalid:
            raise click.exceptions.Exit(CommandError.exit_code)
        if self._unreadable:
            raise click.exceptions.Exit(CommandUsageError.exit_code)
        if not self._checked:
            message = "validate: nothing was checked"
            raise CommandUsageError(message)

    def _is_violation(self, violation: Violation) -> bool:
        return not (self._allow_new and violation.is_unknown_property)

    def _lines_of(self, each: CheckResult) -> Iterator[str]:
        lines = []
        for violation in each.violations:
            mark = (
                click.style("breach", fg="red") if self._is_violation(violation) else click.style("note", fg="yellow")
            )
            place = f"{each.recorded.source}: {each.endpoint}: {violation.pointer or '/'}"
            lines.append(f"{mark}: {place}: {violation.message}")
        yield from _limited(lines)


def _count(number: int, what: str) -> str:
    plural = "es" if what.endswith("ch") else "s"
    return f"{number} {what}{'' if number == 1 else plural}"


def _skipped_line(each: CheckResult) -> str:
    recorded = each.recorded
    explanation = not recorded.path or recorded.source.startswith(f"{recorded.method} ")
    asked = "" if explanation else f": {recorded.method} {recorded.path}"
    return f"{recorded.source}{asked}: {each.skipped}"


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
        yield f"  … and {len(lines) - MAX_LINES} more like these"
