"""Large data is freed in a thread."""

import threading
import time
from itertools import groupby

from support.processes import wait_until

from mockorders.storage.release import MIN_VALUES, release


class Value:
    """A value that records the thread in which it is freed."""

    def __init__(self, threads: list[int]) -> None:
        self._threads = threads

    def __del__(self) -> None:
        self._threads.append(threading.get_ident())
        if len(self._threads) % 100 == 0:
            time.sleep(0)  # lets another thread run


def test_values_are_freed_in_another_thread() -> None:
    threads = list[int]()
    release({number: Value(threads) for number in range(MIN_VALUES)}, {0: Value(threads)})
    wait_until(lambda: len(threads) == MIN_VALUES + 1)
    assert threading.get_ident() not in threads


def test_few_values_are_freed_at_once() -> None:
    threads = list[int]()
    release({number: Value(threads) for number in range(MIN_VALUES - 1)})
    assert {threading.get_ident()} == set(threads)


def test_one_thread_at_a_time_frees_values() -> None:
    threads = list[int]()
    for _ in range(3):
        release({number: Value(threads) for number in range(MIN_VALUES)})
    wait_until(lambda: len(threads) == 3 * MIN_VALUES)
    assert len(set(threads)) == len(list(groupby(threads)))
