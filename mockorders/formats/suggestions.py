"""Suggest the known name that is most similar to an unknown one."""

from collections.abc import Iterable

MIN_SIMILARITY = 0.7
MAX_NAME_LENGTH = 100


def did_you_mean(name: str, known: Iterable[str], *, prefix: str = "") -> str:
    """Return `, did you mean 'NAME'?` with the known name most similar to an unknown one, or an empty text.

    `prefix` is that of all names, which are compared without it.
    """
    from difflib import get_close_matches

    if len(name) > MAX_NAME_LENGTH:
        return ""
    spellings = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), spellings, 1, MIN_SIMILARITY)
    return f", did you mean {prefix + spellings[found[0]]!r}?" if found else ""
