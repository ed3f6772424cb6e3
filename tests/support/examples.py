"""Number of Hypothesis examples: few on a developer's machine, more in CI."""

import os

from hypothesis import find, settings
from hypothesis.strategies import none

IN_CI = bool(os.environ.get("CI"))
FEWER = 4
LEAST = 5

settings.register_profile("dev", deadline=None, database=None, max_examples=25)
settings.register_profile("ci", deadline=None, database=None, max_examples=100, derandomize=True)


def load_profile() -> None:
    """Choose the profile by the environment variable CI."""
    settings.load_profile("ci" if IN_CI else "dev")


def create_random_numbers() -> None:
    """Let Hypothesis create its random numbers. It warns if a test does so after `gc.freeze`, which hides referrers."""
    find(none(), lambda _: True)


def examples(number: int) -> int:
    """Return the number of examples for a test that draws `number` in CI."""
    return number if IN_CI else min(number, max(LEAST, number // FEWER))
