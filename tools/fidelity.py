"""The page of what is documented, observed and assumed, made from the rules: `python -m tools.fidelity FILE`."""

import sys
from collections.abc import Iterable
from pathlib import Path

from mockorders.apis import discover
from mockorders.rules import CORE, Rule

HEAD = """\
# Fidelity: what is documented, observed and assumed

Every behaviour that the emulator decides is a rule with its evidence: **documented** stands in the two documented
pages, **observed** in other public pages, client programs or recorded traffic, **assumed** is our choice where nothing
public is known. The same list is served at `/_mockorders/fidelity`. This page is made from the code by `make docs`.
"""


def markdown(parts: Iterable[tuple[str, Iterable[Rule]]]) -> str:
    """Write the page: a section a part, a row a rule."""
    sections = [HEAD]
    for title, rules in parts:
        table = ["| rule | evidence | statement | source |", "|---|---|---|---|", *map(_table_row, rules)]
        sections.append("\n".join((f"## {title}\n", *table)))
    return "\n".join(f"{section}\n" for section in sections)


def parts() -> list[tuple[str, tuple[Rule, ...]]]:
    """Give all rules: those of the emulator, then those of each API."""
    return [("The emulator", CORE), *((api.title, api.rules) for api in discover())]


def _table_row(rule: Rule) -> str:
    return f"| `{rule.name}` | {rule.evidence} | {_cell(rule.statement)} | {_cell(rule.source)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(parts()), encoding="utf-8")
