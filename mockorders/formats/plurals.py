"""Numbers with a noun, as in `1 request` and `2 requests`."""


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with a noun, in the plural unless the number is 1; the plural is the noun with `s` by default."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def times(number: int) -> str:
    """Return how often something happened, such as `once` or `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
