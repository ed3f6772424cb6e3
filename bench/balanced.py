"""Several processes behind nginx, with the configuration in docs/explanation/performance.md."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.load import Load, rate, request
from bench.report import PAGE, Table
from bench.responses import ORDER
from bench.servers import MissingProgram, Server, at_port, emulator, free_port

CONNECTIONS = 32
NAMES = [f"team{number}" for number in range(64)]
LOAD = Load([request(f"/v1/orders/{ORDER}/", name) for name in NAMES], CONNECTIONS)
COLUMNS = (
    "setup",
    "responses/s",
    "share of one process",
    "CPU time per response, emulators",
    "CPU time per response, nginx",
)
NGINX_CONFIG = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    {paths}
    {documented}
}}
"""
TEMPORARY_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def find_nginx() -> str | None:
    """Return the path of nginx, if it is installed; Debian installs it outside the path of users."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def documented(listen: int, ports: Sequence[int]) -> str:
    """Return the configuration of the page with other ports."""
    block = re.search(r"^```nginx\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    if block is None:
        message = f"{PAGE}: expected a block of nginx"
        raise ValueError(message)
    text = block[1]
    for shown, port in zip(("8080", "8081", "8082"), (listen, *ports), strict=True):
        text = text.replace(f":{shown};", f":{port};")
    return text


@contextmanager
def balanced(program: str, ports: Sequence[int]) -> Iterator[Server]:
    """Run nginx in front of the emulators at two ports, which may be the same."""
    listen = free_port()
    with TemporaryDirectory() as folder:
        paths = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY_FOLDERS)
        file = Path(folder) / "nginx.conf"
        file.write_text(
            NGINX_CONFIG.format(folder=folder, paths=paths, documented=documented(listen, ports)), encoding="utf-8"
        )
        with at_port([program, "-e", f"{folder}/error.log", "-c", str(file)], listen) as server:
            yield server


class Setup(NamedTuple):
    """A set-up: the entry port, the emulator processes, and nginx if there is one."""

    name: str
    entry: Server
    emulators: Sequence[Server]
    nginx: Sequence[Server] = ()

    def window(self) -> "Window":
        """Measure a window: responses per second, and the CPU time of each process."""
        before = [sum(each.busy() for each in group) for group in (self.emulators, self.nginx)]
        figure = rate(self.entry.port, LOAD)
        after = [sum(each.busy() for each in group) for group in (self.emulators, self.nginx)]
        return Window(figure, *((late - early) / figure * 1e6 for early, late in zip(before, after, strict=True)))


class Window(NamedTuple):
    """Responses per second, and the microseconds of CPU time per response of the emulators and of nginx."""

    rate: float
    emulators: float
    nginx: float


def measure(rounds: int) -> Table:
    """Measure one process, one behind nginx, and two behind nginx, in alternating windows."""
    program = find_nginx()
    if program is None:
        message = "expected nginx: apt-get install nginx-light"
        raise MissingProgram(message)
    with ExitStack() as stack:
        one, two = (stack.enter_context(emulator()) for _ in range(2))
        before_one = stack.enter_context(balanced(program, (one.port, one.port)))
        before_both = stack.enter_context(balanced(program, (one.port, two.port)))
        setups = [
            Setup("one process", one, [one]),
            Setup("one process behind nginx", before_one, [one], [before_one]),
            Setup("two processes behind nginx", before_both, [one, two], [before_both]),
        ]
        windows = [[setup.window() for setup in setups] for _ in range(rounds)]
    rows = [_row(setup, each, windows) for setup, each in zip(setups, zip(*windows, strict=True), strict=True)]
    version = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    return Table("processes", COLUMNS, rows, version.strip().rpartition(" ")[2])


def _row(setup: Setup, windows: Sequence[Window], rounds: Sequence[Sequence[Window]]) -> Sequence[str]:
    figure, own, nginx = (median(each) for each in zip(*windows, strict=True))
    shares = [each.rate / first.rate for each, (first, *_) in zip(windows, rounds, strict=True)]
    shown = f"{median(shares):.2f} ({min(shares):.2f} to {max(shares):.2f})"
    row = (setup.name, f"{figure:,.0f}", shown, f"{own:.0f} µs", f"{nginx:.0f} µs" if setup.nginx else "")
    print(*row, sep="  ", flush=True)
    return row
