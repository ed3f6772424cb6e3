"""Locate the data folders: inside the installed package, or beside it in a checkout."""

from collections.abc import Collection
from pathlib import Path
from typing import TypeVar

C = TypeVar("C", bound=Collection[object])

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the path of the folder `schemas` or `fixtures`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def not_empty(found: C, where: Path) -> C:
    """Return the files found in a folder of the package. Raises FileNotFoundError if there are none.

    The folders are never empty, so the file system was replaced, and an empty result must not be cached.
    """
    if not found:
        message = f"{where}: expected files of the installed package mockorders; is the file system replaced by a test?"
        raise FileNotFoundError(message)
    return found
