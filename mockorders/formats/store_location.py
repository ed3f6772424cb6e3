"""The location of a store: `sqlite:PATH`."""

from pathlib import Path

EXPECTED = "expected sqlite:PATH"


def parse_location(text: str) -> str:
    """Return the location of a store unchanged. Raises ValueError if it has no known engine or no path."""
    engine, _, path = text.partition(":")
    if engine != "sqlite" or not path or "\0" in path:
        message = f"{EXPECTED}, got {text[:60]!r}"
        raise ValueError(message)
    return text


def path_of(location: str) -> Path:
    """Return the path of a location that was parsed."""
    return Path(location.partition(":")[2])
