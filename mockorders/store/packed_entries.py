"""Journal entries as single values: their parts one after another, each with its length."""

import struct

from mockorders.store.journal_records import EntryRecord, Part
from mockorders.store.records import Document

HEADER = struct.Struct(">B4I")  # which documents are exact, and the lengths of all parts but the last
EXACT_FACTS = 1
EXACT_HEAD = 2
EXACT_RESPONSE = 4


def pack(record: EntryRecord) -> bytes:
    """Return an entry without its id."""
    head = record.head.facts
    response = record.response.facts
    exact = EXACT_FACTS * record.facts.exact | EXACT_HEAD * head.exact | EXACT_RESPONSE * response.exact
    parts = (record.facts.data, record.body, head.data, response.data)
    return b"".join((HEADER.pack(exact, *map(len, parts)), *parts, record.response.body))


def unpack(identifier: int, data: bytes) -> EntryRecord:
    """Return an entry with an id. Raises ValueError if it is damaged."""
    try:
        exact, *lengths = HEADER.unpack_from(data)
    except struct.error as error:
        raise ValueError(str(error)) from error
    texts = []
    start = HEADER.size
    for length in lengths:
        texts.append(data[start : start + length])
        start += length
    if start > len(data):
        message = f"expected at least {start} bytes, got {len(data)}"
        raise ValueError(message)
    facts, body, head, response = texts
    return EntryRecord(
        identifier,
        Document(facts, bool(exact & EXACT_FACTS)),
        body,
        Part(Document(head, bool(exact & EXACT_HEAD))),
        Part(Document(response, bool(exact & EXACT_RESPONSE)), data[start:]),
    )
