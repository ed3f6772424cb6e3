"""Replicas of the emulator, and nginx in front of them with the configuration in examples/replicas/."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.balanced import find_nginx
from bench.servers import at_port, free_port

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "examples" / "replicas"
UPSTREAM = "server mockorders:8080 max_fails=0;"
FOREGROUND = "daemon off; master_process off;"


def nginx_config(folder: Path, listen: int, ports: Sequence[int]) -> str:
    """Return the configuration with other addresses and folders."""
    text = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    servers = " ".join(UPSTREAM.replace("mockorders:8080", f"127.0.0.1:{port}") for port in ports)
    replaced = {UPSTREAM: servers, "listen 8080;": f"listen 127.0.0.1:{listen};", " /tmp/": f" {folder}/"}
    for shown, used in replaced.items():
        assert shown in text
        text = text.replace(shown, used)
    return text


def nginx_command(folder: Path, listen: int, ports: Sequence[int]) -> list[str]:
    """Write the configuration; return the command that runs nginx with it."""
    program = find_nginx()
    assert program is not None
    file = folder / "nginx.conf"
    file.write_text(nginx_config(folder, listen, ports), encoding="utf-8")
    return [program, "-e", f"{folder}/error.log", "-c", str(file), "-g", FOREGROUND]


@contextmanager
def balanced(folder: Path, urls: Sequence[str]) -> Iterator[str]:
    """Run nginx in front of replicas; yields its URL."""
    listen = free_port()
    ports = [int(url.rpartition(":")[2]) for url in urls]
    with at_port(nginx_command(folder, listen, ports), listen) as server:
        yield server.url
