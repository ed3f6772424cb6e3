"""Nouns with a number or an article, as in `1 request`, `2 requests` and `an order`."""


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with a noun, in the plural unless the number is 1; the plural is the noun with `s` by default."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def with_article(noun: str) -> str:
    """Return a noun with its indefinite article, such as `an order`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def times(number: int) -> str:
    """Return how often something happened, such as `once` or `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def singular(collection: str) -> str:
    """Return the name of one record of a collection, such as `gift card` for `gift_cards`."""
    one = collection.removesuffix("es") if collection.endswith(("sses", "ches")) else collection.removesuffix("s")
    return one.replace("_", " ")
