"""Record what concurrent clients of one or more servers see: random calls in a few sandboxes."""

import http.client
import json
import random
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any
from urllib.parse import urlsplit

from support import sandbox_model as model
from support.linearizability import Operation, explain

PAUSE_SECONDS = 0.05

notes = count(1)
names = count(1)


def _note() -> str:
    return f"note {next(notes)}"


CALLS: dict[Callable[[random.Random], model.Call], int] = {
    lambda chance: model.Read(chance.choice(model.ORDERS)): 10,
    lambda chance: model.Read(model.CREATED[chance.randrange(3)]): 4,
    lambda chance: model.Update(chance.choice(model.ORDERS), _note()): 10,
    lambda chance: model.Update(model.CREATED[chance.randrange(3)], _note()): 4,
    lambda _: model.Create(): 5,
    lambda _: model.List(): 5,
    lambda _: model.Diff(): 5,
    lambda _: model.AddItem(): 3,
    lambda _: model.DeleteItem(): 3,
    lambda _: model.Advance(): 2,
    lambda _: model.Arm(): 2,
    lambda _: model.Reset(): 1,
    lambda chance: model.Save(chance.choice("ab")): 2,
    lambda chance: model.Restore(chance.choice("ab")): 2,
}


@dataclass(frozen=True)
class Plan:
    """Servers by URL, and the load: calls of each client, at most for some seconds.

    A call without a response after the time limit may have been executed. In an outage so may one with a 503, until
    then; its client pauses. Clients use all servers, or one each if they are `faithful`.
    """

    urls: Sequence[str]
    seed: int = 0
    clients: int = 4
    sandboxes: int = 2
    calls: int = 100
    seconds: float = 60
    limit_seconds: float = 30
    is_outage: bool = False
    faithful: bool = False
    names: Sequence[str] = field(default_factory=lambda: [f"docs.history{next(names)}"])

    @property
    def places(self) -> list[str]:
        """Return the names of the sandboxes."""
        return [f"{self.names[0]}n{number}" for number in range(self.sandboxes)]


class Connection:
    """A connection to a server, opened again after an error."""

    def __init__(self, url: str, limit_seconds: float) -> None:
        self.url = url
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=limit_seconds)

    def close(self) -> None:
        self._connection.close()

    def call(self, call: model.Call, sandbox: str) -> tuple[int, Any]:
        """Return the status and the JSON of a response. Raises OSError or HTTPException if there is none."""
        method, path, body = call.request()
        credential = b64encode(f"{sandbox}:any".encode()).decode()
        headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}
        place = path if path.startswith("/v1/") else f"/_mockorders/sandboxes/{sandbox}{path}"
        try:
            self._connection.request(method, place, None if body is None else json.dumps(body), headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return response.status, json.loads(text) if text else None


class Client:
    """Sends random calls to random servers, and records them by sandbox."""

    def __init__(self, plan: Plan, number: int) -> None:
        self._plan = plan
        self._chance = random.Random(f"{plan.seed} {number}")
        urls = [plan.urls[number % len(plan.urls)]] if plan.faithful else plan.urls
        self._connections = [Connection(url, plan.limit_seconds) for url in urls]
        self.history: dict[str, list[Operation]] = {place: [] for place in plan.places}
        self.calls = 0
        self.ended = False

    def run(self) -> None:
        end = time.monotonic() + self._plan.seconds
        for _ in range(self._plan.calls):
            if self.ended or time.monotonic() > end:
                break
            (choose,) = self._chance.choices([*CALLS], [*CALLS.values()])
            sandbox = self._chance.choice(self._plan.places)
            self.history[sandbox].append(self._operation(choose(self._chance), sandbox))
            self.calls += 1
        for connection in self._connections:
            connection.close()

    def _operation(self, call: model.Call, sandbox: str) -> Operation:
        connection = self._chance.choice(self._connections)
        start = time.monotonic()
        try:
            status, body = connection.call(call, sandbox)
        except (OSError, http.client.HTTPException):
            return Operation(call, None, start, place=connection.url)
        if status == model.UNAVAILABLE and self._plan.is_outage:
            ended = time.monotonic()
            time.sleep(PAUSE_SECONDS)
            return Operation(call, None, start, place=connection.url, latest=ended)
        return Operation(call, call.result(status, body), start, time.monotonic(), connection.url)


def prepare(plan: Plan) -> None:
    """Create the sandboxes with a frozen clock."""
    for place in plan.places:
        with closing(http.client.HTTPConnection(urlsplit(plan.urls[0]).netloc, timeout=plan.limit_seconds)) as opened:
            body = json.dumps({"fixtures": "docs", "clock": model.NOW})
            opened.request("PUT", f"/_mockorders/sandboxes/{place}", body)
            assert 200 == opened.getresponse().status


def record(plan: Plan, disturb: Callable[[Callable[[], int]], None] | None = None) -> dict[str, list[Operation]]:
    """Run the clients, and meanwhile a disturbance in this thread, at whose end they end; return the operations.

    The operations are by sandbox. The disturbance gets a function that returns how many calls have ended.
    """
    prepare(plan)
    clients = [Client(plan, number) for number in range(plan.clients)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        if disturb is not None:
            disturb(lambda: sum(client.calls for client in clients))
    finally:
        for client in clients:
            client.ended = disturb is not None
        for thread in threads:
            thread.join()
    return {place: list(chain(*(client.history[place] for client in clients))) for place in plan.places}


def contradictions(history: dict[str, list[Operation]]) -> list[str]:
    """Return why histories of sandboxes are not linearizable."""
    found = [explain(operations, model.State()) for operations in history.values()]
    return [each for each in found if each is not None]
