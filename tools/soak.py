"""Run a server under a mixed load, and print its resident memory at regular intervals.

`python -m tools.soak --minutes 30` shows whether memory stays flat once the journal is full. Requires Linux (/proc).
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

READY = "mockorders ready on "
SANDBOXES = 300
SAMPLES = 15
MIB = 2**20
ORDER = {"customer": {"id": 586402305}, "products": [{"product_instance": {"id": 577149041}, "quantity": 1}]}
CONTROL = "/_mockorders/sandboxes/"


def main() -> int:
    """Run the load as the arguments say; print a line for each sample."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="duration of the load")
    options = parser.parse_args()
    command = [sys.executable, "-m", "mockorders", "--port", "0", "--journal-memory", str(16 * MIB)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        connection = HTTPConnection(urlsplit(server.stdout.readline().removeprefix(READY).strip()).netloc)
        try:
            _soak(connection, server.pid, options.minutes * 60)
        finally:
            connection.close()
            server.terminate()
    return server.returncode


def _soak(connection: HTTPConnection, pid: int, seconds: float) -> None:
    rng = Random(1)
    started = time.monotonic()
    sent = 0
    for sample in range(1, SAMPLES + 1):
        while time.monotonic() < started + seconds * sample / SAMPLES:
            sent += _test_case(connection, rng)
        print(f"{time.monotonic() - started:6.0f} s {sent:9,} requests {_resident(pid) / MIB:6.1f} MiB", flush=True)


def _test_case(connection: HTTPConnection, rng: Random) -> int:
    """Send the requests of one test of a suite to one of many sandboxes; return their number."""
    name = f"docs.soak{rng.randrange(SANDBOXES)}"
    user = {"Authorization": "Basic " + base64.b64encode(f"{name}:any".encode()).decode()}
    requests = [
        ("PUT", CONTROL + name, {"fixtures": "docs"}, {}),
        ("GET", f"/orders?key={name}@2&x={rng.random()}", None, {}),
        ("GET", "/v1/orders/?limit=10&note__like=%25" + str(rng.random()), None, user),
        ("POST", "/v1/orders/", ORDER, user),
        ("PUT", "/v1/orders/75572230/", {"note": "n" * rng.randrange(5_000)}, user),
        ("POST", "/v1/orders/", {"k" * rng.randrange(100_000): 1}, user),
        ("PUT", CONTROL + name + "/snapshots/s", None, {}),
        ("POST", CONTROL + name + "/faults", {"effect": {"type": "status", "status": 503}, "times": 1}, {}),
        ("GET", f"/orders/489?key={name}@2", None, {}),
        ("GET", CONTROL + name + "/requests", None, {}),
    ]
    if rng.random() < 0.5:
        requests.append(("DELETE", CONTROL + name, None, {}))
    for method, path, body, headers in requests:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        connection.getresponse().read()
    return len(requests)


def _resident(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main())
