"""The compiled schemas, built once per process."""

from functools import cache

from mockorders.validation.validator import Validator


@cache
def shared_contract() -> Validator:
    """Return the compiled schemas that all tests of this process use."""
    return Validator()
