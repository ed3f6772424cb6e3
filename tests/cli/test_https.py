"""Clients with a hard-coded https address: docs/how-to/https.md, executed step by step."""

import json
import os
import re
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult
from support.emulator import basic
from support.processes import Server, finish, serving

PAGE = (Path(__file__).parents[2] / "docs/how-to/https.md").read_text(encoding="utf-8")
LINES = re.findall(r"^ *\$ (.+)$", PAGE, re.MULTILINE)
HOST = "api.cratejoy.com"
URL = f"https://{HOST}/v1/orders/75572230/"

# For a Python started in this folder, the same as a line in /etc/hosts and a server on port 443.
HOSTS = """
import socket
resolve = socket.getaddrinfo
def led(host, port, *args, **options):
    return resolve("127.0.0.1", {port}, *args, **options) if host == "{host}" else resolve(host, port, *args, **options)
socket.getaddrinfo = led
"""


def line(start: str) -> list[str]:
    """Return the words of the page's command that starts with these."""
    (found,) = [each for each in LINES if each.startswith(start)]
    return str(found).split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create the certificate as documented."""
    folder = tmp_path_factory.mktemp("https")
    finish([sys.executable, *line("python -m trustme")[1:]], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """Run the server as documented, but on a free port."""
    arguments = line("mockorders --fixtures")[1:]
    arguments[arguments.index("443")] = "0"
    with serving(*arguments, cwd=folder) as running:
        yield running


@pytest.fixture
def port(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def test_curl_with_connect_to_reaches_the_emulator(server: Server, port: int, folder: Path) -> None:
    command = [word.replace("127.0.0.1:443", f"127.0.0.1:{port}") for word in line("curl --cacert client.pem --conn")]
    done = finish([*command, "-s"], cwd=folder, check=True)
    assert 75572230 == json.loads(done.stdout)["id"]


def test_curl_with_a_host_entry_reaches_the_emulator(server: Server, port: int, folder: Path) -> None:
    command = [*line("curl --cacert client.pem -u"), "-s", "--connect-to", f"{HOST}:443:127.0.0.1:{port}"]
    done = finish(command, cwd=folder, check=True)
    assert 75572230 == json.loads(done.stdout)["id"]


def test_curl_rejects_the_certificate_without_the_authority(server: Server, port: int) -> None:
    command = ["curl", "-s", "--connect-to", f"{HOST}:443:127.0.0.1:{port}", URL]
    assert 60 == finish(command).returncode


def test_program_with_a_hard_coded_address_reaches_the_emulator(server: Server, port: int, folder: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (folder / "client.py").write_text(example)
    (folder / "sitecustomize.py").write_text(HOSTS.format(port=port, host=HOST))
    setting, _, script = line("SSL_CERT_FILE=")
    name, _, value = setting.partition("=")
    environment = {name: value, "PYTHONPATH": str(folder)}
    done = finish([sys.executable, script], cwd=folder, environment=environment)
    assert (0, "75572230\n") == (done.returncode, done.stdout), done.stderr


class HostEntry(AbstractResolver):
    """A resolver that maps every name to one local port."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0),
        ]

    async def close(self) -> None:
        pass


async def test_aiohttp_with_a_custom_authority_reaches_the_emulator(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    cert = tmp_path / "cert.pem"
    key = tmp_path / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(os.fspath(key))

    context = ssl.create_default_context()
    authority.configure_trust(context)
    with serving("--fixtures", "docs", "--tls-cert", str(cert), "--tls-key", str(key)) as server:
        resolver = HostEntry(int(server.url.rpartition(":")[2]))
        connector = aiohttp.TCPConnector(ssl=context, resolver=resolver)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(URL, headers=basic("x")) as response,
        ):
            assert (200, 75572230) == (response.status, (await response.json())["id"])
