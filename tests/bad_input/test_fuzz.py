"""Random requests never break the server: no unhandled error, no change after a rejection."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Thread
from urllib.parse import urlsplit

import pytest
from support.examples import examples
from support.http_server import QuietServer

from mockorders import MockServer
from tools.fuzz.campaign import Campaign
from tools.fuzz.families import FAMILIES


@pytest.mark.parametrize("seed", [1, 2])
def test_random_requests_break_nothing(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    with MockServer(fixtures="docs") as server:
        url = urlsplit(server.url)
        report = Campaign(url.hostname or "", url.port or 0, seed).run(examples(1_000))
    assert [] == report.findings
    assert [] == [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


class Broken(BaseHTTPRequestHandler):
    """A server that rejects every request of a campaign, and counts them in all that it shows."""

    rejections = 0

    def handle_any(self) -> None:
        """Respond to the campaign's own requests; reject the others."""
        body = self._body()
        if body is None:
            type(self).rejections += 1
            self.send_error(500, "Traceback")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = handle_any  # noqa: N815
    do_PUT = handle_any  # noqa: N815
    do_POST = handle_any  # noqa: N815

    def _body(self) -> bytes | None:
        if self.path.endswith("/errors"):
            return b'{"count":0}'
        if self.headers["User-Agent"] is None and "Authorization" not in self.headers:
            return b'{"frozen":true,"count":%d}' % self.rejections
        return None

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def broken_server() -> Iterator[int]:
    with QuietServer(("127.0.0.1", 0), Broken) as server:
        Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


def test_broken_server_is_found_out() -> None:
    with broken_server() as port:
        details = {each.detail for each in Campaign("127.0.0.1", port, 1).run(len(FAMILIES) * 20).findings}
    assert {"traceback", "status 500", "changed: sandbox", "changed: /state"} <= details
