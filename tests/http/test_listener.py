"""Addresses that the server listens on, connections that it accepts, and URLs for browsers."""

import asyncio
import errno
import socket
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from mockorders import MockServer, create_app
from mockorders.formats.hosts import browser_url
from mockorders.http.listener import ACCEPTED_AT_ONCE, BACKLOG, BindAddress, Listener

BURST = BACKLOG // 2  # connections that wait for the server


@pytest.mark.parametrize("error", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL])
def test_server_without_ipv6_listens_on_ipv4(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    create = socket.create_server

    def without_ipv6(address: Any, **options: Any) -> socket.socket:
        if options.get("family") == socket.AF_INET6:
            raise OSError(error, "no IPv6")
        return create(address, **options)

    monkeypatch.setattr(socket, "create_server", without_ipv6)
    with MockServer(fixtures="docs") as server:
        port = int(server.url.rpartition(":")[2])
        socket.create_connection(("localhost", port), timeout=20).close()


@pytest.mark.parametrize(("taken", "starts"), [(3, True), (1_000, False)])
def test_free_port_is_free_on_both_addresses(monkeypatch: pytest.MonkeyPatch, taken: int, starts: bool) -> None:
    create = socket.create_server
    ports: list[int] = []

    def crowded(address: Any, **options: Any) -> socket.socket:
        if options.get("family") == socket.AF_INET6:
            ports.append(address[1])
            if len(ports) <= taken:
                raise OSError(errno.EADDRINUSE, "in use")
            raise OSError(errno.EADDRNOTAVAIL, "no IPv6")
        return create(address, **options)

    monkeypatch.setattr(socket, "create_server", crowded)
    if not starts:
        with pytest.raises(OSError, match="no free port"):
            MockServer(fixtures="docs").start()
        return
    with MockServer(fixtures="docs") as server:
        assert (str(ports[-1]), taken + 1) == (server.url.rpartition(":")[2], len(ports))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_burst_of_connections_is_accepted_in_steps(host: str) -> None:
    listener = Listener(create_app(fixtures="docs"), BindAddress(host, 0))
    port = int((await listener.start()).rpartition(":")[2])
    server = listener._runner.server
    assert server is not None
    counts = [0]
    with ExitStack() as opened:
        for _ in range(BURST):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        while counts[-1] < BURST:
            await asyncio.sleep(0)
            counts.append(len(server.connections))
    await listener.stop()
    assert max(after - before for before, after in pairwise(counts)) <= ACCEPTED_AT_ONCE


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_failed_start_closes_every_socket(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[socket.socket] = []
    create = socket.create_server

    def record(address: Any, **options: Any) -> socket.socket:
        bound.append(create(address, **options))
        return bound[-1]

    async def fail(_: web.SockSite) -> None:
        raise OSError(errno.EINVAL, "cannot listen")

    monkeypatch.setattr(socket, "create_server", record)
    monkeypatch.setattr(web.SockSite, "start", fail)
    with pytest.raises(OSError, match="cannot listen"):
        await Listener(create_app(fixtures="docs"), BindAddress(host, 0)).start()
    assert [-1] * len(bound) == [each.fileno() for each in bound]


@pytest.mark.parametrize(
    ("host", "url", "for_browsers"),
    [
        ("localhost", "http://127.0.0.1:1", "http://localhost:1"),
        ("127.0.0.1", "http://127.0.0.1:1", "http://localhost:1"),
        ("0.0.0.0", "http://127.0.0.1:1", "http://localhost:1"),
        ("::", "http://[::1]:1", "http://localhost:1"),
        ("::1", "http://[::1]:1", "http://localhost:1"),
        ("127.0.0.2", "http://127.0.0.2:1", "http://127.0.0.2:1"),
        ("192.0.2.1", "http://192.0.2.1:1", "http://192.0.2.1:1"),
        ("orders.test", "http://orders.test:1", "http://orders.test:1"),
    ],
)
def test_urls_of_an_address(host: str, url: str, for_browsers: str) -> None:
    address = BindAddress(host, 1)
    assert (url, for_browsers) == (address.url(1), browser_url(address.url(1)))


def test_server_has_a_url_for_browsers() -> None:
    with MockServer(fixtures="docs") as server:
        assert server.url.replace("127.0.0.1", "localhost") == server.browser_url
