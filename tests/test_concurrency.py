"""Work in steps: how it shares the event loop."""

import asyncio
from collections.abc import Generator

import pytest

from mockorders import concurrency
from mockorders.concurrency import run_in_steps, wait_for_turn

MILLISECOND = 0.001
MAX_STEPS = 15  # for new work, one new and one continued turn


class Clock:
    """A clock that only moves by work, and counts the steps of work in each iteration of the event loop."""

    def __init__(self) -> None:
        self.now = 0.0
        self.steps = [0]

    def work(self, count: int) -> Generator[None, None, int]:
        """Take a millisecond for each step."""
        for _ in range(count):
            self.now += MILLISECOND
            self.steps[-1] += 1
            yield
        return count

    async def count_iterations(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.steps.append(0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(concurrency, "monotonic", lambda: clock.now)
    return clock


async def longest_iteration(clock: Clock, *work: int) -> int:
    """Run work side by side; return the largest number of steps in one iteration."""
    counting = asyncio.create_task(clock.count_iterations())
    assert [*work] == await asyncio.gather(*(run_in_steps(clock.work(count)) for count in work))
    counting.cancel()
    assert sum(work) == sum(clock.steps)
    return max(clock.steps)


async def test_long_work_yields_every_5_ms(clock: Clock) -> None:
    assert await longest_iteration(clock, 100) <= 6


async def test_short_work_is_done_at_once(clock: Clock) -> None:
    assert 4 == await longest_iteration(clock, 4)


@pytest.mark.parametrize("work", [[100] * 50, [4] * 100, [1] * 300, [100, 3] * 20], ids=str)
async def test_iteration_does_not_depend_on_the_amount_of_work(clock: Clock, work: list[int]) -> None:
    assert await longest_iteration(clock, *work) <= MAX_STEPS


async def test_short_work_does_not_wait_for_all_long_work(clock: Clock) -> None:
    long = [asyncio.create_task(run_in_steps(clock.work(10_000))) for _ in range(30)]
    for _ in range(50):  # until all have had their first turn
        await asyncio.sleep(0)
    begun = clock.now
    await run_in_steps(clock.work(1))
    assert clock.now - begun < 30 * MILLISECOND
    for task in long:
        task.cancel()


async def test_canceled_work_does_not_keep_its_turn(clock: Clock) -> None:
    tasks = [asyncio.create_task(run_in_steps(clock.work(50))) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks[1::2]:
        task.cancel()
    assert [50] * 5 == await asyncio.wait_for(asyncio.gather(*tasks[::2]), 10)


async def test_tasks_get_turns_one_by_one() -> None:
    done: list[int] = []

    async def take(number: int) -> None:
        await wait_for_turn()
        done.append(number)

    tasks = [asyncio.create_task(take(number)) for number in range(5)]
    seen = []
    while len(done) < len(tasks):
        seen.append(len(done))
        await asyncio.sleep(0)
    assert ([*range(5)], True) == (done, {*range(5)} == {*seen})


async def test_generator_is_closed_if_its_task_is_canceled() -> None:
    closed = asyncio.Event()

    def work() -> Generator[None, None, None]:
        try:
            while True:
                yield
        finally:
            closed.set()

    task = asyncio.create_task(run_in_steps(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait_for(closed.wait(), 10)
