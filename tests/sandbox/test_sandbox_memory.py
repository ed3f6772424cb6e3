"""The memory of a sandbox: unused ones are small, and a request adds its journal entry only."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import gc, json, socket, tracemalloc, urllib.request
from mockorders import MockServer

SANDBOXES = 1_000
PATHS = [f"/v1/orders/?limit={number}" for number in range(1, 9)] + ["/v1/orders/1/", "/v1/nothing"]

def respond(name, path):
    token = b64encode(f"{name}:any".encode()).decode()
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", f"Authorization: Basic {token}", "", "")
    connection.sendall("\\r\\n".join(lines).encode())
    received = connection.recv(65536)
    while b"\\r\\n\\r\\n" not in received or not received.endswith(b"}"):
        received += connection.recv(65536)

def memory():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]

def create(name):
    url = f"{server.url}/_mockorders/sandboxes/{name}"
    request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json"}, method="PUT")
    urllib.request.urlopen(request).close()

from base64 import b64encode
with MockServer(fixtures="docs") as server:
    connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
    for path in PATHS:
        respond("warm", path)
    create("warm")
    tracemalloc.start()
    before = memory()
    for number in range(SANDBOXES):
        create(f"n{number}")
    created = memory()
    for number in range(SANDBOXES):
        for path in PATHS:
            respond(f"n{number}", path)
    print(json.dumps({"unused": (created - before) / SANDBOXES, "used": (memory() - before) / SANDBOXES}))
"""


@pytest.fixture(scope="module")
def bytes_per_sandbox() -> dict[str, float]:
    command = [sys.executable, "-c", SCRIPT]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout
    measured: dict[str, float] = json.loads(output)
    return measured


def test_unused_sandbox_takes_less_than_2_kb(bytes_per_sandbox: dict[str, float]) -> None:
    assert bytes_per_sandbox["unused"] < 2_000


def test_sandbox_with_ten_requests_takes_less_than_25_kb(bytes_per_sandbox: dict[str, float]) -> None:
    assert bytes_per_sandbox["used"] < 25_000
