"""Run long work in steps, yielding to the event loop in between."""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from typing import TypeVar
from weakref import WeakKeyDictionary

from mockorders.real_time import monotonic

T = TypeVar("T")

STEP_SECONDS = 0.005
AT_ONCE_SECONDS = 0.02  # of an iteration for work that need not wait for a turn
NEGLIGIBLE_SECONDS = 0.0001


class Turns:
    """Divides the time of one event loop among all work that runs in steps.

    Each iteration of the loop has 5 ms for work that just began. Work that takes longer waits for a turn, and so does
    work that begins when the time is used up: in each iteration one of each gets a turn. So the time of an iteration
    does not depend on how much work there is.
    """

    def __init__(self) -> None:
        self._new: deque[asyncio.Future[None]] = deque()
        self._continued: deque[asyncio.Future[None]] = deque()
        self._spent = 0.0
        self._is_scheduled = False

    @property
    def seconds_left(self) -> float:
        """The rest of the time in this iteration, not positive if there is none."""
        return STEP_SECONDS - self._spent

    def spend(self, seconds: float) -> None:
        """Count time that was used in this iteration."""
        if seconds > NEGLIGIBLE_SECONDS:
            self._spent += seconds
            self._schedule()

    async def wait(self, *, is_new: bool) -> None:
        """Wait for a turn, in a later iteration."""
        turn = asyncio.get_running_loop().create_future()
        (self._new if is_new else self._continued).append(turn)
        self._schedule()
        await turn

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._begin_iteration)

    def _begin_iteration(self) -> None:
        self._is_scheduled = False
        self._spent = 0.0
        for waiting in (self._new, self._continued):
            if waiting:
                self._schedule()  # before the work itself, so that its time counts for the next iteration
                _give_turn(waiting)


def _give_turn(waiting: "deque[asyncio.Future[None]]") -> None:
    while waiting:
        turn = waiting.popleft()
        if not turn.done():  # it was not canceled
            turn.set_result(None)
            return


_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, Turns]" = WeakKeyDictionary()


def turns_of_loop() -> Turns:
    """Return the turns of the running event loop."""
    loop = asyncio.get_running_loop()
    turns = _turns.get(loop)
    if turns is None:
        turns = _turns[loop] = Turns()
    return turns


async def wait_for_turn() -> None:
    """Wait for a turn. Work that many tasks begin at the same moment is spread over iterations of the loop so."""
    await turns_of_loop().wait(is_new=False)


async def run_in_steps(steps: Generator[None, None, T], before_wait: Callable[[], object] | None = None) -> T:
    """Run a generator to its end and return its value, yielding to the event loop at least every 5 ms.

    Other requests run in between, also before the first step, so a generator must not yield while its changes are
    incomplete. `before_wait` is called before each time.
    """
    turns = turns_of_loop()
    is_new = True
    try:
        while True:
            if turns.seconds_left <= 0:
                if before_wait is not None:
                    before_wait()
                await turns.wait(is_new=is_new)
            is_new = False
            _run_step(steps, turns)
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        steps.close()


def run_at_once(steps: Generator[None, None, T]) -> T | None:
    """Run a generator and return its value; None if it yields, or if this iteration has taken 20 ms.

    It is closed then, so it must not have changed anything before it yields.
    """
    turns = turns_of_loop()
    if turns.seconds_left <= STEP_SECONDS - AT_ONCE_SECONDS:
        return None
    started = monotonic()
    try:
        next(steps)
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        steps.close()
        turns.spend(monotonic() - started)
    return None


def _run_step(steps: Generator[None, None, T], turns: Turns) -> None:
    """Run a generator for the rest of the time in this iteration. Raises StopIteration at its end."""
    started = monotonic()
    deadline = started + turns.seconds_left
    try:
        next(steps)
        while monotonic() < deadline:
            next(steps)
    finally:
        turns.spend(monotonic() - started)


def run_to_end(steps: Generator[None, None, T]) -> T:
    """Run a generator to its end without yielding, and return its value."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            value: T = stop.value
            return value
