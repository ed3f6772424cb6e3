"""The garbage collector of a server: its pauses do not grow with what the server holds."""

import subprocess
import sys

import pytest

PAUSE_LIMIT_MS = 20

SURVIVORS = """
import gc
from mockorders.cli.garbage_collection import configure
configure()
kept = [[number] for number in range(200_000)]
print(gc.get_freeze_count())
"""

CYCLES = """
import gc, weakref
from mockorders.cli.garbage_collection import configure
class Node: pass
configure()
alive = []
for number in range(20_000):
    node = Node()
    node.self = node
    alive.append(weakref.ref(node))
del node
print(sum(each() is not None for each in alive))
"""

BALANCED = """
import asyncio, gc, threading
from mockorders.cli.garbage_collection import collect_regularly, configure
configure()
old = [[number] for number in range(100_000)]
gc.collect()

async def replace_old_ones():
    collecting = asyncio.create_task(collect_regularly())
    before = gc.get_stats()[0]["collections"]
    number = 0
    while gc.get_stats()[0]["collections"] < before + 3:
        number = (number + 1) % len(old)
        old[number] = [number]
        await asyncio.sleep(0)
    collecting.cancel()

asyncio.run(replace_old_ones())
print(len(gc.get_objects(generation=0)))
"""

PAUSES = """
import asyncio, gc, socket, sys, threading
from time import thread_time
from mockorders import MockServer
from mockorders.cli.garbage_collection import configure

configure()
pauses = []
started = 0.0
def measured(phase, info):
    global started
    if phase == "stop":
        pauses.append(thread_time() - started)  # what other processes take is none of it
    started = thread_time()
gc.callbacks.append(measured)
with MockServer(max_sandboxes=20_000) as server:
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    for number in range(int(sys.argv[1])):
        for path in ("latest", "1"):
            request = f"GET /orders/{path}?key=n{number}&try={number} HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"
            connection.sendall(request.encode())
            connection.recv(65536)
    print(max(pauses) * 1000)
"""


GARBAGE = """
import gc, socket
from mockorders import MockServer

def respond(request):
    connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
    connection.sendall(request.encode())
    connection.recv(65536)
    connection.close()

head = "HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Basic ZG9jczp4\\r\\nContent-Length: 2\\r\\n"
targets = ("GET /v1/orders/", "POST /v1/orders/", "PUT /v1/orders/730837920/", "GET /v1/orders/1/", "GET /orders",
    "GET /orders/2?key=docs@2", "GET /nothing", "GET /v1/orders/?id__ge=1", "GET /v1/orders/?a=%ff")
with MockServer() as server:
    for number in range(60):
        if number == 30:
            gc.collect()
            gc.disable()
        for target in targets:
            respond(f"{target} {head}\\r\\n{{}}")
    print(gc.collect())
"""


def run(script: str, *arguments: str) -> float:
    command = [sys.executable, "-c", script, *arguments]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=110).stdout)


def test_objects_that_survive_are_not_traversed_again() -> None:
    assert run(SURVIVORS) > 150_000


def test_cycles_that_are_garbage_are_freed() -> None:
    assert run(CYCLES) < 5_000


def test_objects_are_collected_also_while_as_many_are_freed() -> None:
    assert run(BALANCED) < 20_000


def test_requests_and_connections_leave_no_cycles() -> None:
    """These would not be freed anymore if they were exempted."""
    assert run(GARBAGE) < 100


@pytest.mark.slow
@pytest.mark.timing
@pytest.mark.parametrize("sandboxes", ["1000", "10000"])
def test_longest_pause_does_not_depend_on_the_number_of_sandboxes(sandboxes: str) -> None:
    assert run(PAUSES, sandboxes) < PAUSE_LIMIT_MS
