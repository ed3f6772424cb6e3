"""The modules of the package, parsed once for all tests that read them."""

import ast
from functools import cache
from pathlib import Path

import mockorders

PACKAGE = Path(mockorders.__file__).parent


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax trees by path relative to the package, such as `apis/base.py`."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}
