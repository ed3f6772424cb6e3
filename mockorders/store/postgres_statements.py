"""The one statement by which a replica keeps changes and learns those of others, for many sandboxes at once.

Its rows are the items of a batch: a sandbox and the change `base` that a replica has of it. For each item whose base is
the sandbox's last change, the statement inserts

- the next change, if there is one. The primary key decides if two replicas insert it at once. A change that begins a
  generation first ends the one before by a row of its own, so that the same key decides;
- its snapshots and, in the shared journal, its entries.

It returns for each item the last change of the sandbox, whether the item's change was inserted, and the changes after
its base. All rows are read as they were when the statement began. Rows are inserted in the order of sandboxes, so that
the statements of two replicas cannot wait for each other.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from mockorders.store import postgres_journal_statements
from mockorders.store.codec import PART_BYTES
from mockorders.store.journal_records import Place
from mockorders.store.records import FORMAT, Document, Head
from mockorders.store.replication import KeptChange, Kind, Outcome, Proposal

MAX_RETURNED = 200  # changes of a sandbox; after more, or after a longer one, it is loaded again

ITEMS = ("text", "bigint", "bigint")
WRITES = ("bigint", "boolean", "smallint", "text", "text", "text", "text", "boolean", "bytea")
SNAPSHOTS = ("text", "bytea", "boolean", "bytea")
ENTRIES = ("bigint", "text", "bytea")

COLUMNS = "sandbox, generation, version, kind, at, request, token, format, digest, exact, changes"
CURRENT = "coalesce(i.last_generation, 0) = i.generation AND coalesce(i.last_version, 0) = i.version"

HEADS = """
items AS MATERIALIZED (
    SELECT i.number, i.sandbox, i.generation, i.version, h.generation AS last_generation, h.version AS last_version
    FROM {items} WITH ORDINALITY AS i(sandbox, generation, version, number)
    LEFT JOIN LATERAL (
        SELECT c.generation, c.version FROM changes c WHERE c.sandbox = i.sandbox
        ORDER BY c.generation DESC, c.version DESC LIMIT 1
    ) h ON true
)"""
INSERT_CHANGES = """
, writes AS MATERIALIZED (
    SELECT i.sandbox, i.generation, i.version, w.*
    FROM {writes} AS w(number, starts, kind, at, request, token, digest, exact, changes)
    JOIN items i ON i.number = w.number AND {current}
), inserted AS (
    INSERT INTO changes ({columns})
    SELECT sandbox, greatest(generation, 1), version + 1,
        CASE WHEN starts AND generation > 0 THEN {end} ELSE kind END,
        at, request, token, {format}, digest, exact, CASE WHEN starts AND generation > 0 THEN '{{}}' ELSE changes END
    FROM writes ORDER BY sandbox
    ON CONFLICT DO NOTHING
    RETURNING sandbox
), started AS (
    INSERT INTO changes ({columns})
    SELECT sandbox, generation + 1, 1, kind, at, request, token, {format}, digest, exact, changes
    FROM writes JOIN inserted USING (sandbox) WHERE starts AND generation > 0
)"""
CHANGE_SNAPSHOTS = """
, named AS MATERIALIZED (
    SELECT s.* FROM {snapshots} AS s(sandbox, name, exact, snapshot) JOIN inserted USING (sandbox)
), saved AS (
    INSERT INTO snapshots (sandbox, name, format, exact, snapshot)
    SELECT sandbox, name, {format}, exact, snapshot FROM named WHERE snapshot IS NOT NULL ORDER BY sandbox, name
    ON CONFLICT (sandbox, name) DO UPDATE
    SET format = excluded.format, exact = excluded.exact, snapshot = excluded.snapshot
), removed AS (
    DELETE FROM snapshots s USING named n
    WHERE s.sandbox = n.sandbox AND s.name = n.name AND n.snapshot IS NULL
)"""
INSERT_ENTRIES = f"""
, given AS MATERIALIZED (
    SELECT e.position, e.item, i.sandbox, e.replica, e.entry
    FROM {{entries}} WITH ORDINALITY AS e(item, replica, entry, position)
    JOIN items i ON i.number = e.item AND {{current}} {{written}}
){postgres_journal_statements.INSERT}"""  # noqa: S608 - constants
PLACES = f"""
    (SELECT array_agg(n.number ORDER BY n.position) FROM numbered n WHERE n.item = i.number) AS places,
    (SELECT max(n.epoch) FROM numbered n WHERE n.item = i.number) AS epoch,
    ({postgres_journal_statements.NOTIFY}) AS notified,"""  # noqa: S608 - constants
WRITTEN = """
    WHERE NOT EXISTS (SELECT FROM writes w WHERE w.number = i.number)
    OR EXISTS (SELECT FROM inserted n WHERE n.sandbox = i.sandbox)"""
RESULT = """
SELECT i.number, coalesce(i.last_generation, 0) AS last_generation, coalesce(i.last_version, 0) AS last_version,
    {inserted} AS inserted,{places}{asynchronous} c.*
FROM items i {join}
LEFT JOIN LATERAL (
    SELECT generation, version, kind, request, token, digest, format, exact,
        CASE WHEN octet_length(changes) <= {bytes} THEN changes ELSE '' END AS changes
    FROM changes
    WHERE sandbox = i.sandbox AND (generation, version) > (i.generation, i.version)
    ORDER BY generation, version LIMIT {limit}
) c ON NOT ({current})
ORDER BY i.number, c.generation, c.version
"""

_Item = tuple[str, Head, bool]


class Batch:
    """The items of a statement. Proposals without a change are one item if sandbox and base are the same.

    At most one proposal for each sandbox has a change.
    """

    def __init__(self, proposals: Sequence[Proposal], replica: str) -> None:
        self._replica = replica
        self._proposals = proposals
        self._numbers: dict[_Item, int] = {}
        for each in sorted(proposals, key=lambda each: each.sandbox):
            self._numbers.setdefault(_item(each), len(self._numbers) + 1)
        self._writes = [each for each in proposals if each.record is not None]
        self._has_snapshots = any(each.record.snapshots for each in proposals if each.record is not None)
        self._has_entries = any(each.entry is not None for each in proposals)

    @property
    def text(self) -> str:
        """The statement."""
        return _statement(bool(self._writes), self._has_snapshots, self._has_entries)

    @property
    def arguments(self) -> list[Any]:
        """The arguments of the statement: one array for each column of each part."""
        arrays = _columns([(sandbox, *base) for sandbox, base, _ in self._numbers], len(ITEMS))
        if self._writes:
            arrays += _columns([(self._numbers[_item(each)], *_write_row(each)) for each in self._writes], len(WRITES))
        if self._has_snapshots:
            arrays += _columns(_snapshot_rows(self._writes), len(SNAPSHOTS))
        if self._has_entries:
            arrays += _columns(self._entry_rows(), len(ENTRIES))
        return arrays

    def _entry_rows(self) -> Iterable[Sequence[Any]]:
        for each in self._proposals:
            if each.entry is not None:
                yield self._numbers[_item(each)], self._replica, each.entry

    def outcomes(self, rows: Sequence[Any]) -> list[Outcome]:
        """Return what became of the proposals, from the rows that the statement returned."""
        by_number: dict[int, list[Any]] = {}
        for row in rows:
            by_number.setdefault(row["number"], []).append(row)
        places = {number: iter(_places(of[0])) for number, of in by_number.items()} if self._has_entries else {}
        outcomes = []
        for each in self._proposals:
            number = self._numbers[_item(each)]
            outcome = _outcome(each, by_number[number])
            if each.entry is not None:
                outcome = outcome._replace(place=next(places[number], None))
            outcomes.append(outcome)
        return outcomes


def _item(proposal: Proposal) -> _Item:
    return proposal.sandbox, proposal.base, proposal.record is not None


@cache
def _statement(writes: bool, snapshots: bool, entries: bool) -> str:
    parts = [HEADS]
    arrays: dict[str, tuple[str, ...]] = {"items": ITEMS}
    if writes:
        parts.append(INSERT_CHANGES)
        arrays["writes"] = WRITES
    if snapshots:
        parts.append(CHANGE_SNAPSHOTS)
        arrays["snapshots"] = SNAPSHOTS
    if entries:
        parts.append(INSERT_ENTRIES)
        arrays["entries"] = ENTRIES
    parts.append(RESULT)
    return f"WITH {''.join(parts)}".format(
        **_unnested(arrays),
        columns=COLUMNS,
        current=CURRENT,
        format=FORMAT,
        end=int(Kind.END),
        limit=MAX_RETURNED,
        bytes=PART_BYTES,
        inserted="n.sandbox IS NOT NULL" if writes else "false",
        places=PLACES if entries else "",
        asynchronous=f" ({postgres_journal_statements.ASYNCHRONOUS})," if entries and not writes else "",
        join="LEFT JOIN inserted n ON n.sandbox = i.sandbox" if writes else "",
        written=WRITTEN if writes else "",
    )


def _unnested(arrays: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the parts of a statement that turn its arguments into rows."""
    number = 0
    texts = {}
    for name, types in arrays.items():
        texts[name] = f"unnest({', '.join(f'${number + 1 + at}::{each}[]' for at, each in enumerate(types))})"
        number += len(types)
    return texts


def _columns(rows: Iterable[Sequence[Any]], number: int) -> list[Any]:
    """Return rows as columns."""
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * number


def _write_row(proposal: Proposal) -> Sequence[Any]:
    record = proposal.record
    assert record is not None
    data, exact = record.changes
    kind = int(proposal.kind)
    return proposal.starts, kind, record.at, record.request, proposal.token, record.digest, exact, data


def _snapshot_rows(writes: Iterable[Proposal]) -> Iterable[Sequence[Any]]:
    for each in writes:
        assert each.record is not None
        for name, document in each.record.snapshots.items():
            data, exact = (None, False) if document is None else document
            yield each.sandbox, name.encode(errors="surrogatepass"), exact, data


def _outcome(proposal: Proposal, rows: Sequence[Any]) -> Outcome:
    first = rows[0]
    head = Head(first["last_generation"], first["last_version"])
    if head == proposal.base and (proposal.record is None or first["inserted"]):
        return Outcome(True, head)
    return Outcome(False, head, [_kept(row) for row in rows if row["generation"] is not None])


def _places(row: Any) -> list[Place]:
    """Return where the entries of an item are, in the order of its proposals."""
    return [Place(row["epoch"], number) for number in row["places"] or ()]


def _kept(row: Any) -> KeptChange:
    document = Document(row["changes"], row["exact"])
    head = Head(row["generation"], row["version"])
    return KeptChange(head, Kind(row["kind"]), row["request"], row["token"], row["digest"], row["format"], document)
