"""The limits of the journal, and how it is cleared."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.emulator import RunningEmulator, Start
from support.journal import KIB, ids, listed

from mockorders.sandbox import journal as module
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.journal_budget import JournalBudget

# Limits


async def test_journal_holds_the_last_1000_requests(emulator: RunningEmulator) -> None:
    for _ in range(101):
        await asyncio.gather(*(emulator.universe("/orders/latest", "docs@1") for _ in range(10)))
    document = await listed(emulator)
    assert (1000, 10, 1000) == (document["count"], document["evicted"], len(document["requests"]))
    assert [str(number) for number in range(11, 1011)] == ids(document)
    assert {"count": 1, "evicted": 10} == {
        name: value for name, value in (await listed(emulator, query="?since=1009")).items() if name != "requests"
    }
    assert 404 == (await emulator.control("GET", "/sandboxes/docs/requests/10")).status


async def test_oldest_entries_of_all_sandboxes_are_evicted_first(start: Start) -> None:
    emulator = await start(journal_memory=350 * KIB)
    users = ["a", "b", "a", "c", "a"]
    sent = []
    for number in range(40):
        user = users[number % len(users)]
        reply = await emulator.cratejoy("PUT", "/orders/1/", user, json={"note": "x" * 20 * KIB})
        sent.append((user, reply.headers["X-Mockorders-Request"]))
    documents = {user: await listed(emulator, user) for user in "abc"}
    listed_ids = [(user, identifier) for user, identifier in sent if identifier in ids(documents[user])]
    assert sent[-len(listed_ids) :] == listed_ids
    assert 10 <= len(listed_ids) <= 15
    assert [24, 8, 8] == [documents[user]["count"] + documents[user]["evicted"] for user in "abc"]


Send = Callable[[RunningEmulator, int], Awaitable[Any]]
LARGE: dict[str, Send] = {
    "query": lambda emulator, n: emulator.universe(f"/orders?x={'x' * 30 * KIB}{n}"),
    "path": lambda emulator, n: emulator.universe(f"/{'x' * 30 * KIB}{n}"),
    "header": lambda emulator, n: emulator.universe("/orders/999", X_Test="x" * 30 * KIB + str(n)),
    "headers": lambda emulator, n: emulator.universe("/orders/999", **{f"x{i}": "x" * 3 * KIB for i in range(10)}),
    "body": lambda emulator, n: emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 30 * KIB}),
    "cut body": lambda emulator, n: emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 300 * KIB}),
    "names": lambda emulator, n: emulator.cratejoy("PUT", "/orders/1/", json={"x" * 30 * KIB: 1}),
}


@pytest.mark.parametrize("part", LARGE)
async def test_memory_limit_covers_every_part_of_an_entry(start: Start, part: str) -> None:
    emulator = await start(journal_memory=500 * KIB)
    for number in range(25):
        await LARGE[part](emulator, number)
    reply = await emulator.control("GET", "/sandboxes/docs/requests")
    assert len(reply.body) <= 500 * KIB
    assert (25, True) == (reply.json["count"] + reply.json["evicted"], reply.json["count"] >= 2)


async def test_entry_over_the_memory_limit_is_not_stored(start: Start) -> None:
    emulator = await start(journal_memory=20 * KIB)
    for _ in range(2):
        assert 404 == (await emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 40 * KIB})).status
    assert {"count": 0, "evicted": 2, "requests": []} == await listed(emulator)
    await emulator.cratejoy("GET", "/orders/1/")
    assert (1, 2) == ((await listed(emulator))["count"], (await listed(emulator))["evicted"])


GONE = [("POST", "/sandboxes/big/reset"), ("DELETE", "/sandboxes/big/requests"), ("DELETE", "/sandboxes/big")]


@pytest.mark.parametrize(("method", "path"), [*GONE, ("PUT", "/sandboxes/big")])
async def test_deleted_entries_free_memory(start: Start, method: str, path: str) -> None:
    emulator = await start(journal_memory=300 * KIB)
    await emulator.universe("/orders", "small")
    for _ in range(2):
        for _ in range(8):
            await emulator.cratejoy("PUT", "/orders/1/", "big", json={"note": "x" * 25 * KIB})
        document = await listed(emulator, "big")
        assert (8, 0) == (document["count"], document["evicted"])
        assert (await emulator.control(method, path, json={})).status in {200, 204}
    assert 1 == (await listed(emulator, "small"))["count"]


async def test_error_messages_in_the_journal_are_truncated(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("POST", "/orders/", json={"k" * 500 * KIB: 1})
    identifier = reply.headers["X-Mockorders-Request"]
    explanation = (await emulator.control("GET", f"/sandboxes/docs/requests/{identifier}/explain")).json
    assert sum(map(len, explanation["rejection"]["messages"])) <= 64 * KIB < len(reply.body)


# Clearing


async def test_clear_deletes_all_entries_and_resets_the_count(emulator: RunningEmulator) -> None:
    for _ in range(3):
        await emulator.universe("/orders")
    reply = await emulator.control("DELETE", "/sandboxes/docs/requests")
    assert (204, b"") == (reply.status, reply.body)
    assert {"count": 0, "evicted": 0, "requests": []} == await listed(emulator)
    reply = await emulator.universe("/orders")
    assert [reply.headers["X-Mockorders-Request"]] == ids(await listed(emulator, query="?since=3"))


async def test_clear_leaves_other_sandboxes_unchanged(emulator: RunningEmulator) -> None:
    for user in ("a", "b"):
        await emulator.universe("/orders", user)
    await emulator.control("DELETE", "/sandboxes/a/requests")
    assert [0, 1] == [(await listed(emulator, user))["count"] for user in ("a", "b")]


@pytest.mark.parametrize("path", ["/sandboxes/docs/reset", "/reset"])
async def test_reset_deletes_all_entries(emulator: RunningEmulator, path: str) -> None:
    await emulator.universe("/orders")
    await emulator.control("POST", path)
    assert {"count": 0, "evicted": 0, "requests": []} == await listed(emulator)


@pytest.mark.parametrize("identifier", ["2", "0", "-1", "01", "x", "9" * 30])
@pytest.mark.parametrize("tail", ["", "/explain"])
async def test_unknown_request_is_404(emulator: RunningEmulator, identifier: str, tail: str) -> None:
    await emulator.universe("/orders")
    reply = await emulator.control("GET", f"/sandboxes/docs/requests/{identifier}{tail}")
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


# Comparison with a model


class Held:
    """An entry of a given size."""

    def __init__(self, identifier: str, size: int) -> None:
        self.id = identifier
        self.size = size
        self.shared = b""


MOST = 4
BOUND = 100
DONE = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 120))),
    max_size=60,
)


@given(done=DONE)
def test_journals_match_a_naive_model(done: list[tuple[int, int | None]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_ENTRIES", MOST)
        journals = JournalBudget(BOUND)
        journal_list: list[Journal[Held]] = [Journal(journals) for _ in range(3)]
        model: deque[tuple[int, str, int]] = deque()  # sandbox, id, size; oldest first
        evicted_counts = [0, 0, 0]
        for number, size in done:
            if size is None:
                journal_list[number].clear()
                model = deque(each for each in model if each[0] != number)
                evicted_counts[number] = 0
            else:
                identifier = journal_list[number].issue()
                journal_list[number].add(Held(identifier, size))
                model.append((number, identifier, size))
                of_journal = [each for each in model if each[0] == number]
                for each in of_journal[: max(0, len(of_journal) - MOST)]:
                    model.remove(each)
                    evicted_counts[number] += 1
                while sum(each[2] for each in model) > BOUND:
                    evicted_counts[model.popleft()[0]] += 1
            assert sum(each[2] for each in model) == journals.size <= BOUND
            for index, journal in enumerate(journal_list):
                expected = [each[1] for each in model if each[0] == index]
                assert (expected, evicted_counts[index]) == ([entry.id for entry in journal], journal.evicted)
                assert (len(expected), None) == (len(journal), journal.get("nothing"))
