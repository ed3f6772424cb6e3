"""The dashboard and the control API behind nginx, with the configuration in docs/how-to/https.md."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from support.processes import SECONDS, get
from support.snippets import snippets

from bench.balanced import NGINX_CONFIG, TEMPORARY_FOLDERS, find_nginx
from bench.servers import at_port, free_port
from mockorders import MockServer

PAGE = Path(__file__).parent.parent / "docs/how-to/https.md"
NAME = "dash.example"
DEFAULT = "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {target}; }} }}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed: apt-get install nginx-light")


class Proxy(NamedTuple):
    """nginx in front of an emulator: its port, and the emulator's own URL."""

    port: int
    direct: str


@pytest.fixture
def direct() -> Iterator[str]:
    with MockServer(fixtures="docs", allow_hosts=(NAME,)) as server:
        yield server.url


def config(folder: Path, servers: str) -> list[str]:
    """Write a configuration; return the command that runs nginx with it."""
    program = find_nginx()
    assert program is not None
    paths = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY_FOLDERS)
    file = folder / "nginx.conf"
    file.write_text(NGINX_CONFIG.format(folder=folder, paths=paths, documented=servers), encoding="utf-8")
    return [program, "-e", f"{folder}/error.log", "-c", str(file)]


@pytest.fixture
def default(direct: str, tmp_path: Path) -> Iterator[Proxy]:
    """Run nginx with nothing but `proxy_pass`."""
    port = free_port()
    with at_port(config(tmp_path, DEFAULT.format(port=port, target=direct)), port):
        yield Proxy(port, direct)


@pytest.fixture
def tls(direct: str, tmp_path: Path) -> Iterator[Proxy]:
    """Run nginx as documented, with another port, name and certificate."""
    port = free_port()
    issued = trustme.CA().issue_cert(NAME)
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "server.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "server.key"))
    (block,) = snippets(PAGE, "nginx")
    text = block.text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("/etc/nginx/tls", str(tmp_path))
    with at_port(config(tmp_path, text.replace("http://127.0.0.1:8080", direct)), port):
        yield Proxy(port, direct)


def post(proxy: Proxy, path: str, **headers: str) -> int:
    """Send a form to the emulator behind TLS as the host `NAME`; return the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"https://127.0.0.1:{proxy.port}{path}", b"", {**FORM, **named})
    context = ssl._create_unverified_context()
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), NoRedirect())
    try:
        with opener.open(request, timeout=SECONDS) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Reports redirects as errors, so that the status of a form can be checked."""

    def redirect_request(self, *_: object) -> None:
        return None


def test_page_has_one_configuration() -> None:
    assert 1 == len(list(snippets(PAGE, "nginx")))


@pytest.mark.parametrize("port", ["", ":8443"])
def test_dashboard_behind_tls_can_write(tls: Proxy, port: str) -> None:
    host = NAME + port
    assert 303 == post(tls, "/_mockorders/ui/reset", Host=host, Origin=f"https://{host}", Sec_Fetch_Site="same-origin")


@pytest.mark.parametrize("origin", ["https://evil.example", f"https://{NAME}:8443", "null"])
def test_other_origins_behind_tls_cannot_write(tls: Proxy, origin: str) -> None:
    assert 403 == post(tls, "/_mockorders/ui/reset", Host=NAME, Origin=origin)


def test_requests_are_streamed_through_the_default_configuration(default: Proxy) -> None:
    get(f"{default.direct}/orders?key=docs", {})
    url = f"http://127.0.0.1:{default.port}/_mockorders/live/docs?from=1-0"
    with urllib.request.urlopen(url, timeout=SECONDS) as stream:
        assert any(b'requests/1"' in line for line in iter(stream.readline, b""))
