"""Suggest the path that was probably meant by a request to an unknown one."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from mockorders.apis import find_api
from mockorders.apis.base import Api

MAX_PATH_LENGTH = 200
MIN_SEGMENT_SIMILARITY = 0.5
MIN_SIMILARITY = 0.7
CACHED_PATHS = 512


class PathSuggestion(NamedTuple):
    """A path that exists, in its documented form, and the methods that it allows."""

    methods: tuple[str, ...]
    path: str

    def endpoint(self, method: str) -> str:
        """Return method and path; the method is `method` if the path allows it."""
        return f"{method if method in self.methods else self.methods[0]} {self.path}"


class PathSuggester:
    """Suggests existing paths for unknown ones; the results for the last 512 paths are cached."""

    def __init__(self, apis: Sequence[Api]) -> None:
        self._apis = apis
        self._known = tuple(dict.fromkeys(_known_paths(apis)))
        self._suggest_cached = lru_cache(CACHED_PATHS)(self._suggest)

    def suggest(self, path: str) -> PathSuggestion | None:
        """Return the existing path that was probably meant by an unknown one, which is not decoded; or None.

        Differences are, in this order: empty segments, encoded slashes and upper case; a misspelling; a prefix.
        """
        return None if len(path) > MAX_PATH_LENGTH else self._suggest_cached(path)

    def _suggest(self, path: str) -> PathSuggestion | None:
        segments = [segment for segment in unquote(path).lower().split("/") if segment]
        return self._existing(segments) or self._misspelled(segments) or self._without_prefix(segments)

    def _existing(self, segments: Sequence[str]) -> PathSuggestion | None:
        path = "".join("/" + quote(segment, safe="") for segment in segments)
        api, canonical = find_api(self._apis, path)
        methods = api.match("", canonical).allowed_methods
        return PathSuggestion(methods, api.documented_path(canonical, path)) if methods else None

    def _misspelled(self, segments: Sequence[str]) -> PathSuggestion | None:
        best = max(self._known, key=lambda names: _similarity(segments, names))
        if _similarity(segments, best) < MIN_SIMILARITY:
            return None
        pairs = zip(segments, best, strict=True)
        return self._existing([segment if name.startswith("{") else name for segment, name in pairs])

    def _without_prefix(self, segments: Sequence[str]) -> PathSuggestion | None:
        api, canonical = find_api(self._apis, "".join(f"/{segment}" for segment in segments))
        if api.is_below_route(canonical):
            return None  # the prefix is meant
        shortened = (self._existing(segments[start:]) for start in range(1, len(segments)))
        return next(filter(None, shortened), None)


def _known_paths(apis: Sequence[Api]) -> Iterator[tuple[str, ...]]:
    for api in apis:
        for base in api.base_paths:
            yield from (tuple(api.full_path(route.path, f"{base}/").split("/")[1:]) for route in api.routes)


def _similarity(segments: Sequence[str], names: Sequence[str]) -> float:
    """Return the mean similarity of the segments of two paths, 0 to 1; an id is only similar to a number."""
    if len(segments) != len(names):
        return 0
    ratios = [_segment_similarity(segment, name) for segment, name in zip(segments, names, strict=True)]
    return 0 if min(ratios) < MIN_SEGMENT_SIMILARITY else sum(ratios) / len(ratios)


def _segment_similarity(segment: str, name: str) -> float:
    if name.startswith("{"):
        return float(segment.isdigit())
    from difflib import SequenceMatcher

    return SequenceMatcher(None, segment, name).ratio()
