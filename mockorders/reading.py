"""What is read of a request's head: the API, the route, the credential. The same head gives the same reading."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from aiohttp import web
from aiohttp.hdrs import ORIGIN

from mockorders.api import Api, Match, Request, claim
from mockorders.faults import Traits
from mockorders.origins import Origins
from mockorders.sandbox import Credential
from mockorders.wire import Unreadable, query_pairs

RECENT = 2_048
LONG = 4_096
STRANGER_NOTE = "no CORS headers: the origin is not allowed, see --allow-origin"

_AS_SENT = "".join(map(chr, range(33, 127)))


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A request's head, read: `path` is the canonical one, `method` the one that is meant.

    `credential` is None where there is none that could be. `unreadable` says why the query string cannot be read.
    `cors` are the headers that its origin gets, `stranger` is a page whose origin is not allowed, `traits` is what a
    fault can be matched against before the rest is known.
    """

    request: Request
    api: Api
    path: str
    method: str
    match: Match
    credential: Credential | None
    secret: str | None
    unreadable: str | None
    cors: Mapping[str, str]
    stranger: bool
    traits: Traits


class Head(NamedTuple):
    """A request's head: what was read of it, all its headers, and about how many bytes it holds."""

    reading: Reading
    headers: Mapping[str, str]
    size: int


class Reader:
    """Reads heads, and remembers the last: a client that repeats itself is not read again.

    Two memories: one by every byte of the head, one by the parts that matter, for clients that number their requests.
    """

    def __init__(self, apis: Sequence[Api], origins: Origins) -> None:
        self._apis = apis
        self._origins = origins
        self._names = tuple({name: None for api in apis for name in api.dialect.headers})
        self._heads: OrderedDict[object, Head] = OrderedDict()
        self._recent = lru_cache(RECENT)(self._read)

    def read(self, http: web.BaseRequest) -> Head:
        """Read a request's head."""
        key = (http.method, http.raw_path, http.raw_headers)
        head = self._heads.get(key)
        if head is not None:
            return head
        head = self._head(http)
        if head.size < LONG:
            self._heads[key] = head
            if len(self._heads) > RECENT:
                self._heads.popitem(last=False)
        return head

    def _head(self, http: web.BaseRequest) -> Head:
        headers = http.headers
        values = tuple([headers.get(name) for name in self._names])
        size = len(http.raw_path) + sum(len(name) + len(value) for name, value in http.raw_headers)
        read = self._recent if size < LONG else self._read
        return Head(read(http.method, http.raw_path, headers.get(ORIGIN), values), headers, size)

    def _read(self, method: str, raw: str, origin: str | None, values: tuple[str | None, ...]) -> Reading:
        path, query = split(raw)
        api, canonical = claim(self._apis, path)
        pairs, unreadable = _pairs(query)
        sent: dict[str, str | None] = dict(zip(self._names, values, strict=True))
        own = {name: text for name in api.dialect.headers if (text := sent[name]) is not None}
        request = Request("GET" if method == "HEAD" else method, path, query, own, method, pairs)
        meant = request.method if method == "OPTIONS" else api.dialect.method(request)
        given = api.dialect.credential(request)
        # The path as it was sent, and as the documents have it: one base, no suffix, no final slash.
        paths = (unquote(path), unquote(api.bases[-1] + canonical))
        stranger = origin is not None and not self._origins.allows(origin)
        return Reading(
            request=request,
            api=api,
            path=canonical,
            method=meant,
            match=api.match(meant, canonical),
            credential=Credential.parse(given.name),
            secret=given.secret,
            unreadable=unreadable,
            cors={"Vary": "Origin"} | ({} if origin is None or stranger else self._origins.headers(origin)),
            stranger=stranger,
            traits=Traits(api.name, (meant, method), paths, pairs),
        )


def path_of(raw: str) -> str:
    """Give the path of a target as it was sent."""
    if raw.startswith("/"):
        return raw.partition("?")[0].partition("#")[0]
    return split(raw)[0]


def split(raw: str) -> tuple[str, str]:
    """Give path and query of a target as they were sent; a proxy's absolute target is read as its path."""
    text = raw.encode("utf-8", "surrogateescape")  # what was sent unencoded is encoded here
    sent = quote(text, safe=_AS_SENT).partition("#")[0]
    if not sent.startswith("/"):
        sent = "/" + sent.partition("://")[2].partition("/")[2]
    path, _, query = sent.partition("?")
    return path, query


def _pairs(query: str) -> tuple[tuple[tuple[str, str], ...], str | None]:
    try:
        return tuple(query_pairs(query)), None
    except Unreadable as error:
        return (), str(error)
