"""Finds the data files, schemas and fixtures: inside the installed package, else beside it in a checkout."""

import json
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Give the folder `schemas` or `fixtures`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def schema(name: str) -> Any:
    """Read one schema by its name, such as `cratejoy/order`; KeyError where there is none."""
    path = folder("schemas") / f"{name}.json"
    if not path.is_file():
        raise KeyError(name)
    return json.loads(path.read_text(encoding="utf-8"))


def schema_names() -> list[str]:
    """List the names of all schemas."""
    root = folder("schemas")
    return sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.json"))


def fixture_files() -> dict[str, Path]:
    """Give the shipped fixture sets: name and file."""
    return {path.stem: path for path in sorted(folder("fixtures").glob("*.json"))}
