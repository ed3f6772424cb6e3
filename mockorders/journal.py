"""The journal: what was asked and answered, bounded in number and memory, and waited for without polling."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from mockorders.api import Answer, Delivery
from mockorders.clock import format_time, http_date
from mockorders.masking import MASK, mask_headers
from mockorders.wire import Unreadable, parse_json, without_reals

if TYPE_CHECKING:
    from mockorders.exchange import Exchange

MAX_ENTRIES = 1_000
MAX_BODY = 64 * 2**10
OVERHEAD = 2_048
MEMORY = 64 * 2**20


class Entry:
    """One request and its answer; `story` is what explain tells of it, `asked` and `body` are the bodies.

    Answer and bodies are held by reference: an answer that is kept is held once, whoever was given it.
    """

    __slots__ = ("_answer", "asked", "at", "body", "id", "seconds", "story")

    def __init__(self, identifier: str, at: datetime, story: "Exchange") -> None:
        self.id = identifier
        self.at = at
        self.story = story
        self.seconds = 0.0
        self._answer = NO_ANSWER
        self.asked = self.body = NO_BODY
        if story.body:
            self.asked = Body(story.body)
            story.body = self.asked.text

    def answered(self, answer: Answer, body: "Body", seconds: float) -> None:
        """Complete the entry; `body` is the answer's, as the journal keeps it."""
        self._answer, self.body, self.seconds = answer, body, seconds

    @property
    def own(self) -> dict[str, str]:
        """The headers that only this answer has."""
        own = {"X-Mockorders-Request": self.id, "Date": http_date(self.at)}
        if self.story.notes:
            own["X-Mockorders-Note"] = "; ".join(self.story.notes)
        return own

    @property
    def status(self) -> int | None:
        """The status that was sent; None where the connection was broken off instead."""
        return None if self._answer.delivery.breaks else self._answer.status

    def hold(self) -> int:
        """Begin to be held in memory; gives about how many bytes that takes, without what others hold already."""
        return OVERHEAD + self.story.head.size + self.asked.hold() + self.body.hold()

    def release(self) -> int:
        """Be held no more; gives how many bytes that frees."""
        return OVERHEAD + self.story.head.size + self.asked.release() + self.body.release()

    def document(self) -> dict[str, Any]:
        """Give it as the control API shows it: credentials masked, bodies as JSON where they are."""
        story, request = self.story, self.story.reading.request
        response = {"headers": {**self._answer.headers, **self.own}, **self.body.document()}
        return {
            "id": self.id,
            "at": format_time(self.at),
            "api": story.api.name,
            "method": request.sent,
            "path": request.path,
            "query": _query(request.query),
            "request": {"headers": mask_headers(story.headers), **self.asked.document()},
            "status": self.status,
            "response": None if self.status is None else response,
            "duration_ms": round(self.seconds * 1000, 3),
            "fault": story.fault,
            "breaches": list(story.breaches),
            "rules": [rule.name for rule in story.rules],
        }


class Body:
    """A body as the journal keeps it: its first 64 KiB, and how long it was; entries may share one."""

    __slots__ = ("_holders", "length", "text")

    def __init__(self, text: bytes = b"", length: int | None = None) -> None:
        self._holders = 0
        self.length = len(text) if length is None else length
        self.text = text if len(text) <= MAX_BODY else text[:MAX_BODY]

    @classmethod
    def of(cls, pieces: list[bytes]) -> "Body":
        """Keep the first of many pieces."""
        if len(pieces) == 1:
            return cls(pieces[0])
        first = bytearray()
        for piece in pieces:
            first += piece
            if len(first) >= MAX_BODY:
                break
        return cls(bytes(first), sum(map(len, pieces)))

    def hold(self) -> int:
        """Be held by one more entry; gives the bytes that the first one adds."""
        self._holders += 1
        return len(self.text) if self._holders == 1 else 0

    def release(self) -> int:
        """Be held by one entry less; gives the bytes that the last one frees."""
        self._holders -= 1
        return 0 if self._holders else len(self.text)

    def document(self) -> dict[str, Any]:
        """Give `body`: JSON if it parses, else text, null where there is none; `truncated` says how long it was."""
        if self.length > len(self.text):
            return {"body": self.text.decode("utf-8", "replace"), "truncated": self.length}
        if not self.text:
            return {"body": None}
        try:
            return {"body": without_reals(parse_json(self.text), lambda real: orjson.Fragment(real.text.encode()))}
        except Unreadable:
            return {"body": self.text.decode("utf-8", "replace")}


NO_BODY = Body()
NO_ANSWER = Answer(0, [b""], {}, Delivery(breaks="close"))


class Journal:
    """The last requests of one sandbox, oldest first; `era` counts how often all were let go."""

    __slots__ = ("_entries", "_issued", "_journals", "_listeners", "era", "forgotten")

    def __init__(self, journals: "Journals") -> None:
        self._journals = journals
        self._entries: deque[Entry] = deque()
        self._listeners: list[Callable[[], None]] = []
        self._issued = 0
        self.era = 0
        self.forgotten = 0

    def issue(self) -> str:
        """Issue the id of a request: a sandbox's requests are counted from 1, and on after a clear."""
        self._issued += 1
        return str(self._issued)

    @property
    def issued(self) -> int:
        """The id that was issued last; 0 before the first."""
        return self._issued

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, identifier: str) -> Entry | None:
        """Give the entry of a request, or None."""
        return next((entry for entry in self._entries if entry.id == identifier), None)

    def since(self, number: int) -> list[Entry]:
        """List the entries whose ids are above a number, newest first."""
        return list(takewhile(lambda entry: int(entry.id) > number, reversed(self._entries)))

    def add(self, entry: Entry) -> None:
        """Remember a request; the oldest go where there are too many, and who listens is told."""
        self._entries.append(entry)
        self._journals.note(self, entry)
        if len(self._entries) > MAX_ENTRIES:
            self._journals.release(self._entries[0])
            self.forget_oldest()
        self._journals.shrink()
        self._tell()

    def forget_oldest(self) -> None:
        """Let go of the oldest entry."""
        self._entries.popleft()
        self.forgotten += 1
        self._journals.evicted += 1

    def clear(self) -> None:
        """Let go of all entries, and count anew; who listens is told."""
        for entry in self._entries:
            self._journals.release(entry)
        self._entries.clear()
        self.forgotten = 0
        self.era += 1
        self._tell()

    def restart(self) -> None:
        """Let go of all entries, and number requests from 1 again."""
        self.clear()
        self._issued = 0

    async def wait(self, enough: Callable[[], bool], seconds: float) -> None:
        """Wait until enough came, at most so many seconds."""
        came = asyncio.Event()
        with self.listening(came.set), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not enough():
                    came.clear()
                    await came.wait()

    @contextmanager
    def listening(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call the listener after every change, for as long as the block lasts; it must be quick."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


class Journals:
    """The memory that all journals share: past it the oldest entries go, whose ever they are.

    `evicted` counts the entries that went to make room, in all journals.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._size = 0
        self._held: OrderedDict[Entry, Journal] = OrderedDict()
        self.evicted = 0

    @property
    def size(self) -> int:
        """About how many bytes all entries hold."""
        return self._size

    def note(self, journal: Journal, entry: Entry) -> None:
        """Count an entry."""
        self._held[entry] = journal
        self._size += entry.hold()

    def release(self, entry: Entry) -> None:
        """Count an entry no more."""
        del self._held[entry]
        self._size -= entry.release()

    def shrink(self) -> None:
        """Let go of the oldest until the rest fits."""
        while self._size > self._memory and self._held:
            entry, journal = self._held.popitem(last=False)
            self._size -= entry.release()
            journal.forget_oldest()


def _query(query: str) -> dict[str, Any]:
    """Give the parameters by name, several of one name as a list; the key masked."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        shown = MASK if name == "key" else value
        found[name] = shown if name not in found else [*_list(found[name]), shown]
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
