"""Replicas over PostgreSQL under concurrent load: clients see what one server would have shown them, in some order."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from support.histories import Plan, contradictions, record
from support.linearizability import Operation
from support.processes import Server, serving, wait_until

from bench.postgres import PostgresServer
from mockorders import MockServer

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))]
MANY = 10_000  # calls: the load ends with the disturbance
END_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'mockorders%' AND random() < 0.7
"""
STEP = 30  # calls between disturbances

Progress = Callable[[], int]


@contextmanager
def in_this_process(database: str, number: int = 2, max_sandboxes: int = 100) -> Iterator[list[str]]:
    """Run replicas in threads; yields their URLs."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(MockServer(fixtures="docs", store=database, max_sandboxes=max_sandboxes))
            for _ in range(number)
        ]
        yield [each.url for each in servers]


@contextmanager
def processes(database: str) -> Iterator[list[Server]]:
    """Run two replicas in processes of their own."""
    options = ("--fixtures", "docs", "--quiet", "--store", database)
    with serving(*options) as one, serving(*options) as other:
        yield [one, other]


def check(history: dict[str, list[Operation]]) -> None:
    """Fail with what cannot be put in order."""
    found = contradictions(history)
    assert not found, "\n".join(found)


def advance(progress: Progress, calls: int = STEP) -> None:
    """Wait until clients have made more calls."""
    end = progress() + calls
    wait_until(lambda: progress() >= end, f"{calls} calls")


@pytest.mark.parametrize("seed", SEEDS)
def test_two_replicas_are_linearizable(database: str, seed: int) -> None:
    with in_this_process(database) as urls:
        check(record(Plan(urls, seed=seed)))


@pytest.mark.slow
def test_four_replicas_are_linearizable(database: str) -> None:
    with in_this_process(database, 4) as urls:
        check(record(Plan(urls, clients=8, sandboxes=3)))


@pytest.mark.slow
@pytest.mark.parametrize("max_sandboxes", [1, 2])
def test_replicas_that_evict_sandboxes_are_linearizable(database: str, max_sandboxes: int) -> None:
    with in_this_process(database, max_sandboxes=max_sandboxes) as urls:
        check(record(Plan(urls, clients=6, sandboxes=3)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_processes_are_linearizable(database: str, seed: int) -> None:
    with processes(database) as servers:
        urls = [each.url for each in servers]
        check(record(Plan(urls, seed=seed, clients=6, sandboxes=2, calls=200)))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
@pytest.mark.parametrize("seed", SEEDS)
def test_replica_that_is_stopped_for_a_while_has_missed_nothing(database: str, seed: int) -> None:
    with processes(database) as servers:

        def stop_and_continue(progress: Progress) -> None:
            advance(progress)
            for server in servers:
                server.process.send_signal(signal.SIGSTOP)
                try:
                    advance(progress)
                finally:
                    server.process.send_signal(signal.SIGCONT)
                advance(progress)

        plan = Plan([each.url for each in servers], seed=seed, calls=MANY, faithful=True)
        check(record(plan, stop_and_continue))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", ["SIGQUIT", pytest.param("SIGINT", marks=pytest.mark.slow)])
def test_restart_of_the_database_loses_nothing(
    postgres_server: PostgresServer, database: str, seed: int, number: str
) -> None:
    def restart(progress: Progress) -> None:
        for _ in range(2):
            advance(progress)
            postgres_server.restart(getattr(signal, number))
        advance(progress)

    with in_this_process(database) as urls:
        check(record(Plan(urls, seed=seed, calls=MANY, is_outage=True), restart))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_ended_connections_lose_nothing(postgres_server: PostgresServer, database: str, seed: int) -> None:
    def end_connections(progress: Progress) -> None:
        for _ in range(20):
            advance(progress, 10)
            postgres_server.execute(END_CONNECTIONS)

    with in_this_process(database) as urls:
        check(record(Plan(urls, seed=seed, calls=MANY, is_outage=True), end_connections))
