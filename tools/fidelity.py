"""Generate docs/reference/fidelity.md from the rules: `python -m tools.fidelity FILE`."""

import sys
from collections.abc import Iterable
from pathlib import Path

from mockorders.apis import discover
from mockorders.rules import CORE, Rule

HEAD = """\
# Fidelity: what is documented, observed and assumed

Every decision of the emulator is a rule with its evidence: **documented** if it is in the two documented pages,
**observed** if it is in other public pages, client programs or recorded traffic, and **assumed** if nothing public is
known and the choice is ours. `/_mockorders/fidelity` serves the same list. `make docs` generates this page from the
code.
"""


def markdown(parts: Iterable[tuple[str, Iterable[Rule]]]) -> str:
    """Return the page: a section for each part, a row for each rule."""
    sections = [HEAD]
    for title, rules in parts:
        table = ["| rule | evidence | statement | source |", "|---|---|---|---|", *map(_table_row, rules)]
        sections.append("\n".join((f"## {title}\n", *table)))
    return "\n".join(f"{section}\n" for section in sections)


def parts() -> list[tuple[str, tuple[Rule, ...]]]:
    """Return all rules: those of the emulator, then those of each API."""
    return [("The emulator", CORE), *((api.title, api.rules) for api in discover())]


def _table_row(rule: Rule) -> str:
    return f"| `{rule.name}` | {rule.evidence} | {_cell(rule.statement)} | {_cell(rule.source)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(parts()), encoding="utf-8")
