"""Requests of replicas that others disturb."""

from typing import Any

import pytest
from support.replicas import replicas
from support.stored import Stored


async def test_a_second_attempt_begins_at_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with replicas(database, 2) as (one, two):
        await one.note("before")
        await two.note("unknown to the first one")
        attempts = _change_in_pauses(two, monkeypatch)
        assert (200, []) == (await one.note("after"), attempts)


async def test_what_others_change_in_a_pause_is_no_conflict(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with replicas(database, 2) as (one, two):
        await one.note("before")
        await two.note("unknown to the first one")
        with monkeypatch.context() as patched:
            attempts = _change_in_pauses(two, patched)
            _change_after_conflict(one, two, patched)
            assert (200, [1]) == (await one.note("after"), attempts)
        assert "after" == await two.read_note()


def _change_in_pauses(server: Stored, patched: pytest.MonkeyPatch) -> list[int]:
    """Let a server change the sandbox in every pause before an attempt; return the numbers of these."""
    attempts: list[int] = []

    async def pause(attempt: int) -> None:
        if attempt:
            attempts.append(attempt)
            await server.note(f"in pause {attempt}")

    patched.setattr("mockorders.sandbox.replicated_registry.pause", pause)
    return attempts


def _change_after_conflict(one: Stored, two: Stored, patched: pytest.MonkeyPatch) -> None:
    """Let a server change the sandbox once more after another one has learned its last change."""
    registry: Any = one.core.sandboxes
    learn = registry.learn
    learned: list[Any] = []

    async def learn_and_wait(*arguments: Any) -> None:
        await learn(*arguments)
        learned.append(arguments)
        if len(learned) == 1:
            await two.note("once more")

    patched.setattr(registry, "learn", learn_and_wait)
