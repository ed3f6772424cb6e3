"""Access to the real file system in tests that replace it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def real_file_system() -> Iterator[None]:
    """Pause pyfakefs while the block runs, if it is active."""
    pyfakefs = sys.modules.get("pyfakefs.fake_filesystem_unittest")
    patcher = None if pyfakefs is None else pyfakefs.Patcher.PATCHER
    if pyfakefs is None or patcher is None:
        yield
        return
    with pyfakefs.Pause(patcher):
        yield
