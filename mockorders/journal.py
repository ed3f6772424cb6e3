"""The journal: what was asked and answered, bounded in number and memory, and waited for without polling."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from mockorders.api import Answer
from mockorders.clock import format_time
from mockorders.masking import MASK, mask_headers
from mockorders.wire import Unreadable, parse_json, without_reals

if TYPE_CHECKING:
    from mockorders.exchange import Exchange

MAX_ENTRIES = 1_000
MAX_BODY = 64 * 2**10
OVERHEAD = 2_048
MEMORY = 64 * 2**20


class Entry:
    """One request and its answer; `story` is what explain tells of it, `status` is None where nothing was sent."""

    __slots__ = ("at", "bodies", "headers", "id", "seconds", "status", "story")

    def __init__(self, identifier: str, at: datetime, story: "Exchange") -> None:
        self.id = identifier
        self.at = at
        self.story = story
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}
        self.seconds = 0.0
        self.bodies = (Body(story.request.body), Body())
        story.request.body = self.bodies[0].text

    def answered(self, answer: Answer | None, seconds: float) -> None:
        """Complete the entry."""
        self.seconds = seconds
        if answer is not None:
            self.status, self.headers = answer.status, answer.headers
            self.bodies = (self.bodies[0], Body.of(answer.body))

    @property
    def size(self) -> int:
        """About how many bytes it holds."""
        request = self.story.request
        texts = (request.path, request.query, *request.headers.values(), *self.headers.values())
        return OVERHEAD + sum(map(len, texts)) + sum(len(body.text) for body in self.bodies)

    def document(self) -> dict[str, Any]:
        """Give it as the control API shows it: credentials masked, bodies as JSON where they are."""
        story, request = self.story, self.story.request
        response = {"headers": dict(self.headers), **self.bodies[1].document()}
        return {
            "id": self.id,
            "at": format_time(self.at),
            "api": story.api.name,
            "method": request.sent,
            "path": request.path,
            "query": _query(request.query),
            "request": {"headers": mask_headers(request.headers), **self.bodies[0].document()},
            "status": self.status,
            "response": None if self.status is None else response,
            "duration_ms": round(self.seconds * 1000, 3),
            "fault": story.fault,
            "breaches": story.breaches,
            "rules": [rule.name for rule in story.rules],
        }


class Body:
    """A body as the journal keeps it: its first 64 KiB, and how long it was."""

    __slots__ = ("length", "text")

    def __init__(self, text: bytes = b"", length: int | None = None) -> None:
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


class Journal:
    """The last requests of one sandbox, oldest first."""

    __slots__ = ("_entries", "_issued", "_journals", "_numbers", "_waiting", "forgotten")

    def __init__(self, journals: "Journals") -> None:
        self._journals = journals
        self._entries: deque[Entry] = deque()
        self._numbers: deque[int] = deque()
        self._waiting: set[asyncio.Future[None]] = set()
        self._issued = 0
        self.forgotten = 0

    def issue(self) -> str:
        """Issue the id of a request: a sandbox's requests are counted from 1, and on after a clear."""
        self._issued += 1
        return str(self._issued)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, identifier: str) -> Entry | None:
        """Give the entry of a request, or None."""
        return next((entry for entry in self._entries if entry.id == identifier), None)

    def add(self, entry: Entry) -> None:
        """Remember a request; the oldest go where there are too many, and who waits is told."""
        self._entries.append(entry)
        self._numbers.append(self._journals.note(self, entry.size))
        if len(self._entries) > MAX_ENTRIES:
            self._journals.release(self._numbers[0])
            self.forget_oldest()
        self._journals.shrink()
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    def forget_oldest(self) -> None:
        """Let go of the oldest entry."""
        self._entries.popleft()
        self._numbers.popleft()
        self.forgotten += 1

    def clear(self) -> None:
        """Let go of all entries, and count anew."""
        for number in self._numbers:
            self._journals.release(number)
        self._entries.clear()
        self._numbers.clear()
        self.forgotten = 0

    def restart(self) -> None:
        """Let go of all entries, and number requests from 1 again."""
        self.clear()
        self._issued = 0

    async def wait(self, enough: Callable[[], bool], seconds: float) -> None:
        """Wait until enough came, at most so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not enough() and loop.time() < end:
            waiting: asyncio.Future[None] = loop.create_future()
            self._waiting.add(waiting)
            try:
                await asyncio.wait([waiting], timeout=end - loop.time())
            finally:
                self._waiting.discard(waiting)


class Journals:
    """The memory that all journals share: past it the oldest entries go, whose ever they are."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._size = 0
        self._next = 0
        self._held: OrderedDict[int, tuple[Journal, int]] = OrderedDict()

    @property
    def size(self) -> int:
        """About how many bytes all entries hold."""
        return self._size

    def note(self, journal: Journal, size: int) -> int:
        """Count an entry; gives the number under which it can be released."""
        self._next += 1
        self._held[self._next] = (journal, size)
        self._size += size
        return self._next

    def release(self, number: int) -> None:
        """Count an entry no more."""
        self._size -= self._held.pop(number)[1]

    def shrink(self) -> None:
        """Let go of the oldest until the rest fits."""
        while self._size > self._memory and self._held:
            _, (journal, size) = self._held.popitem(last=False)
            self._size -= size
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
