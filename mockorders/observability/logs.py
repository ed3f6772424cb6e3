"""The log: errors, and a line for each request if that is enabled; as text or as JSON."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TextIO

from mockorders.observability.redaction import mask_query, pseudonym
from mockorders.observability.stream_writer import StreamWriter, drop_notice

if TYPE_CHECKING:
    from mockorders.observability.entry import JournalEntry

Format = Literal["text", "json"]

requests_log = logging.getLogger("mockorders.requests")


class StreamHandler(logging.Handler):
    """Writes records to a stream in a thread, so that logging never waits for the stream."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.writer = StreamWriter(stream, self._drop_notice)

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record as text, as it is now."""
        try:
            self.writer.write(self.format(record))
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Write the queued records, unless the stream is blocked."""
        self.writer.close()
        super().close()

    def _drop_notice(self, number: int) -> str:
        members = {"name": "mockorders", "levelno": logging.WARNING, "levelname": "WARNING"}
        return self.format(logging.makeLogRecord({**members, "msg": drop_notice(number)}))


@contextmanager
def logging_to(stream: TextIO, *, log_requests: bool, form: Format = "text") -> Iterator[StreamHandler]:
    """Write the log to a stream while the block runs; `log_requests` enables a line for each request."""
    handler = StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if form == "json" else logging.Formatter("%(message)s"))
    root = logging.getLogger()
    level = requests_log.level
    root.addHandler(handler)
    requests_log.setLevel(logging.INFO if log_requests else logging.WARNING)
    try:
        yield handler
    finally:
        requests_log.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def log_request(entry: "JournalEntry", seconds: float) -> None:
    """Log one request with its credentials redacted; the status is `-` if no response was sent."""
    if not requests_log.isEnabledFor(logging.INFO):
        return
    request = entry.exchange.head.request
    target = f"{request.path}?{mask_query(request.query)}" if request.query else request.path
    text = target.encode("ascii", "backslashreplace").decode()
    extra = {"request": (entry, seconds)}
    interruption = entry.exchange.interruption
    requests_log.info(
        "%s %s %s %.1f ms%s",
        request.sent_method,
        text,
        entry.status or "-",
        seconds * 1000,
        f" ({interruption})" if interruption else "",
        extra=extra,
    )


class ProtocolLogger(logging.Logger):
    """Logger for aiohttp's protocol, which reports invalid input of clients as errors with a traceback."""

    def handle(self, record: logging.LogRecord) -> None:
        """Pass a record to the project's log as one line, at level DEBUG."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {type(record.exc_info[1]).__name__}"
        logging.getLogger("mockorders").debug("%s", text)


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON, with the fields of the request if it has one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if hasattr(record, "request"):
            line |= _request(*record.request)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _request(entry: "JournalEntry", seconds: float) -> dict[str, Any]:
    exchange = entry.exchange
    match = exchange.match
    return {
        "api": exchange.api.name,
        "method": exchange.head.request.sent_method,
        "path": exchange.head.request.path,
        "query": mask_query(exchange.head.request.query),
        "route": None if match is None or match.route is None else match.route.path,
        "status": entry.status,
        "duration_ms": round(seconds * 1000, 3),
        "sandbox": pseudonym(exchange.sandbox.name),
        "request": entry.id or None,
        "fault": None if exchange.fault is None else exchange.fault["type"],
        "interruption": exchange.interruption,
        "violations": len(exchange.violations),
    }
