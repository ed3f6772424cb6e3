"""Access to the control API by host: local and test network names only."""

import pytest
from support.bad_requests import connect
from support.control import check_forbidden
from support.emulator import RunningEmulator, Start

ALLOWED_HOSTS = [
    "localhost",
    "localhost:8080",
    "LocalHost",
    "127.0.0.1",
    "127.0.0.1:8080",
    "127.9.9.9",
    "[::1]",
    "[::1]:8080",
    "192.168.1.5:8080",
    "10.0.0.1",
    "8.8.8.8",
    "[fe80::1]:80",
    "mockorders",
    "mockorders:8080",
    "shop.localhost",
    "shop.test:80",
    "SHOP.TEST",
    "printer.local",
    "host.docker.internal",
    "localhost.",
    "LOCALHOST.",
    "localhost.:8080",
    "shop.test.",
    "mockorders.:8080",
    "127.0.0.1.",
]
FOREIGN_HOSTS = [
    "example.com",
    "evil.example:8080",
    "rebind.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io",
    "localhost.evil.example",
    "localhost@evil.example",
    "evil.example#localhost",
    "evil.example/localhost",
    "evil.localhost.com",
    "eviltest.com",
    "evil.test.com",
    "1.2.3.4.5",
    "[::1].evil.example",
    "[::1",
    "[::1].",
    "localhost..",
    ".",
    "example.com.",
    "",
]


@pytest.mark.parametrize("host", ALLOWED_HOSTS)
async def test_local_and_test_network_hosts_are_allowed(emulator: RunningEmulator, host: str) -> None:
    reply = await emulator.control("GET", "/sandboxes", headers={"Host": host})
    assert 200 == reply.status


@pytest.mark.parametrize("path", ["/sandboxes", "/sandboxes/docs/state", "/", "/no-such-path", "/healthy"])
@pytest.mark.parametrize("host", FOREIGN_HOSTS)
async def test_foreign_host_is_rejected(emulator: RunningEmulator, host: str, path: str) -> None:
    check_forbidden(await emulator.control("GET", path, headers={"Host": host}))


@pytest.mark.parametrize("host", ["", *FOREIGN_HOSTS])
async def test_health_accepts_any_host(emulator: RunningEmulator, host: str) -> None:
    assert 200 == (await emulator.control("GET", "/health", headers={"Host": host})).status


@pytest.mark.parametrize(
    ("path", "status"), [("health", b"200"), ("health/", b"200"), ("health/live", b"200"), ("sandboxes", b"403")]
)
async def test_only_health_responds_without_a_host(emulator: RunningEmulator, path: str, status: bytes) -> None:
    reader, writer = await connect(emulator)
    writer.write(f"GET /_mockorders/{path} HTTP/1.0\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    assert status == line.split()[1]


async def test_health_is_closed_to_other_origins(emulator: RunningEmulator) -> None:
    check_forbidden(await emulator.control("GET", "/health", headers={"Origin": "https://evil.example"}))


async def test_foreign_host_cannot_reset(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "kept"})
    check_forbidden(await emulator.control("POST", "/reset", headers={"Host": "rebind.evil.example"}))
    order = await emulator.cratejoy("GET", "/orders/75572230/")
    assert "kept" == order.json["note"]


@pytest.mark.parametrize("allowed", ["ci.example.com", "CI.example.com.", "ci.example.com:8080"])
@pytest.mark.parametrize("host", ["ci.example.com", "CI.example.com:8080", "ci.example.com.", "ci.example.com.:1"])
async def test_allow_host_accepts_a_name(start: Start, host: str, allowed: str) -> None:
    emulator = await start(allow_hosts=(allowed,))
    replies = [await emulator.control("GET", "/sandboxes", headers={"Host": each}) for each in (host, "x.example.com")]
    assert [200, 403] == [reply.status for reply in replies]


@pytest.mark.parametrize(("host", "expected"), [("a.ci.example", 200), ("a.b.ci.example:80", 200), ("ci.example", 403)])
async def test_allow_host_accepts_names_of_a_pattern(start: Start, host: str, expected: int) -> None:
    emulator = await start(allow_hosts=("*.ci.example",))
    assert expected == (await emulator.control("GET", "/sandboxes", headers={"Host": host})).status


async def test_emulated_apis_accept_any_host(emulator: RunningEmulator) -> None:
    headers = {"Host": "orders.example.com"}
    reply = await emulator.request("GET", "/orders?key=docs@2", headers=headers)
    assert (200, "ok") == (reply.status, reply.json["status"])
