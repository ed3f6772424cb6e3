"""The compiled schemas, built once for each process."""

from functools import cache

from mockorders.validation.validator import Contract


@cache
def shared_contract() -> Contract:
    """Return the compiled schemas that all tests of this process use."""
    return Contract()
