"""Send requests of all families, and check the server after each of them."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from random import Random
from typing import NamedTuple

from tools.fuzz.families import CONTROL, FAMILIES, SNAPSHOT

SECONDS = 0.15  # how long a response to an incomplete request is awaited
CONTROL_SECONDS = 30
LAST_REQUEST = b"GET /_mockorders/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")
ACCEPTED = re.compile(rb"HTTP/1\.[01] (?:1|2)[0-9]{2} ")
PARTS = ("", "/state", "/clock", "/faults", f"/diff?from={SNAPSHOT}")
CLOCK = PARTS.index("/clock")
ERRORS = (f"{CONTROL}/errors", "/_mockorders/sandboxes/_/errors")
COUNTERS = re.compile(rb'"(?:hits|remaining|used)":(?:[0-9]+|null)')  # of faults and of memory: no data of the sandbox
PERIOD = 200  # requests until the sandbox is recreated
MAX_FINDINGS = 20


class Finding(NamedTuple):
    """What a request broke."""

    family: str
    request: bytes
    received: bytes
    detail: str


class Report:
    """The figures of a campaign."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.comparisons = 0
        self.findings: list[Finding] = []


class Campaign:
    """A sequence of random requests to a server, determined by a seed.

    After each request whose responses are all rejections, or that gets none, everything that the control API shows of
    the sandbox must be the same bytes as before.
    """

    def __init__(self, host: str, port: int, seed: int) -> None:
        self._address = (host, port)
        self._control = HTTPConnection(host, port, timeout=CONTROL_SECONDS)
        self._rng = Random(seed)
        self.report = Report()

    def run(self, requests: int) -> Report:
        """Send this many requests, or fewer if too many of them break something."""
        before = [b""] * len(PARTS)
        for number in range(requests):
            family = list(FAMILIES)[number % len(FAMILIES)]
            if number % PERIOD == 0 or b'"frozen":true' not in before[CLOCK]:
                self._prepare()
                before = self._visible()
            before = self._check(family, before)
            if len(self.report.findings) >= MAX_FINDINGS:
                break
        self._control.close()
        return self.report

    def _check(self, family: str, before: list[bytes]) -> list[bytes]:
        """Send a request; return what is visible after it."""
        request = FAMILIES[family](self._rng)
        received = self._exchange(request)
        self._count(family, received)
        after = self._visible()
        details = [*_broken(request, received), *self._errors()]
        if not _may_change(received):
            self.report.comparisons += 1
            details += [f"changed: {part or 'sandbox'}" for part in _differences(before, after)]
        self.report.findings += [Finding(family, request, received[:300], detail) for detail in details]
        return after

    def _count(self, family: str, received: bytes) -> None:
        self.report.requests[family] += 1
        self.report.statuses.update(int(each) for each in STATUS_LINE.findall(received))

    def _errors(self) -> Iterator[str]:
        """Yield the emulator's own errors, and delete them."""
        for path in ERRORS:
            errors = self._send("GET", path)
            if b'"count":0' not in errors:
                yield errors[:500].decode()
                self._send("POST", "/_mockorders/reset")

    def _exchange(self, request: bytes) -> bytes:
        """Send a request and a valid one after it; return everything that is received."""
        received = b""
        with socket.create_connection(self._address, timeout=SECONDS) as connection, suppress(OSError):
            connection.sendall(request + LAST_REQUEST)
            while piece := connection.recv(65_536):
                received += piece
        return received

    def _prepare(self) -> None:
        """Recreate the sandbox with a frozen clock, one snapshot and one fault that applies to no request."""
        self._send("PUT", CONTROL, '{"fixtures": "docs", "clock": "2017-03-21T00:00:00Z"}')
        self._send("PUT", f"{CONTROL}/snapshots/{SNAPSHOT}")
        self._send("POST", f"{CONTROL}/faults", '{"match": {"path": "/x"}, "effect": {"type": "reset"}}')

    def _visible(self) -> list[bytes]:
        return [COUNTERS.sub(b"", self._send("GET", CONTROL + part)) for part in PARTS]

    def _send(self, method: str, path: str, body: str | None = None) -> bytes:
        self._control.request(method, path, body)
        return self._control.getresponse().read()


def _broken(request: bytes, received: bytes) -> Iterator[str]:
    if b"Traceback" in received:
        yield "traceback"
    if b"500" in STATUS_LINE.findall(received) and b"X-Mockorders-Fault" not in request:
        yield "status 500"


def _may_change(received: bytes) -> bool:
    """Check whether a request before the last one, which only asks for the health, was accepted."""
    return len(ACCEPTED.findall(received)) > received.count(b'"status":"ok"')


def _differences(before: list[bytes], after: list[bytes]) -> list[str]:
    return [part for part, old, new in zip(PARTS, before, after, strict=True) if old != new]
