"""Number of Hypothesis examples: few on a developer's machine, more in CI."""

import os

from hypothesis import settings

IN_CI = bool(os.environ.get("CI"))
FEWER = 4
LEAST = 5

settings.register_profile("dev", deadline=None, database=None, max_examples=25)
settings.register_profile("ci", deadline=None, database=None, max_examples=100, derandomize=True)


def load_profile() -> None:
    """Choose the profile by the environment variable CI."""
    settings.load_profile("ci" if IN_CI else "dev")


def examples(number: int) -> int:
    """Return the number of examples for a test that draws `number` in CI."""
    return number if IN_CI else min(number, max(LEAST, number // FEWER))
