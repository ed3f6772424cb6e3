"""Parse request heads: find the API, the route and the credential. Equal heads share one `ParsedHead`."""

import contextlib
from collections.abc import Sequence
from itertools import chain
from urllib.parse import unquote

from aiohttp import web
from aiohttp.hdrs import ORIGIN

from mockorders.apis import find_api
from mockorders.apis.base import Api
from mockorders.apis.messages import Request
from mockorders.apis.routing import RouteMatch
from mockorders.caching import LruCache
from mockorders.formats.parsing import ParseError
from mockorders.formats.query_strings import parse_query
from mockorders.http.cors import PREFLIGHT_VARY, CorsPolicy
from mockorders.http.credential_cut import HeadParts, cut_credential, with_credential
from mockorders.http.parsed_head import ParsedHead, ReceivedHead
from mockorders.http.request_target import split_target, target_path
from mockorders.sandbox.credentials import Credential

CACHE_BYTES = 8 * 2**20
MAX_CACHED_HEAD_BYTES = 4_096
MAX_CACHED_PATHS = 1_024
HEAD_OVERHEAD_BYTES = 4_096  # of the parsed head of an empty request, with its keys


class HeadParser:
    """Parses request heads and caches the results.

    There are three caches: by every byte of the head; by the relevant parts, for clients that add a unique header to
    each request; and by these without the credential, for tests that each use another one. Each is limited to 8 MiB;
    long heads are not cached.
    """

    def __init__(self, apis: Sequence[Api], cors: CorsPolicy) -> None:
        self._apis = apis
        self._cors = cors
        self._names = tuple(dict.fromkeys(chain.from_iterable(api.dialect.headers for api in apis)))
        self._received: LruCache[object, ReceivedHead] = LruCache(CACHE_BYTES, lambda received: received.size)
        self._parsed: LruCache[HeadParts, ParsedHead] = LruCache(CACHE_BYTES, lambda parsed: parsed.size)
        self._similar: LruCache[HeadParts, ParsedHead] = LruCache(CACHE_BYTES, lambda parsed: parsed.size)
        self._apis_by_path: LruCache[str, Api] = LruCache(MAX_CACHED_PATHS)

    def parse(self, http: web.BaseRequest) -> ReceivedHead:
        """Return a request's head. An error is not raised, but is the `failure` of the result."""
        key = (http.method, http.raw_path, http.raw_headers)
        received = self._received.get(key)
        if received is not None:
            return received
        try:
            received = self._receive(http)
        except Exception as error:
            return self._unparsed(http, (http.method, http.raw_path), error)
        if received.parsed.is_cacheable:
            self._received.put(key, received)
        return received

    def _receive(self, http: web.BaseRequest) -> ReceivedHead:
        headers = http.headers
        values = tuple([headers.get(name) for name in self._names])
        length = _length(http)
        size = _memory(http.raw_path, length)
        if length >= MAX_CACHED_HEAD_BYTES:
            return ReceivedHead(self._parse(http, values, length), headers, size, self._cors.rejection(headers))
        parts = HeadParts(http.method, http.raw_path, headers.get(ORIGIN), values)
        parsed = self._parsed.get(parts)
        if parsed is None:
            parsed = self._parse_parts(http, parts, length)
            self._parsed.put(parts, parsed)
        return ReceivedHead(parsed, headers, size, self._cors.rejection(headers))

    def _parse_parts(self, http: web.BaseRequest, parts: HeadParts, length: int) -> ParsedHead:
        """Parse a head, or copy one that differs only in its credential."""
        dialect = self._api_of(parts.raw_path).dialect
        cut = cut_credential(dialect, parts, self._names)
        similar = None if cut is None else self._similar.get(cut.rest)
        if cut is None or similar is None:
            parsed = self._parse(http, parts.headers, length)
            if cut is not None:
                self._similar.put(cut.rest, parsed)
            return parsed
        request = with_credential(dialect, similar.request, parts.raw_path, cut.credential)
        if request is None:
            return self._parse(http, parts.headers, length)
        return similar.with_request(request, _memory(parts.raw_path, length))

    def _api_of(self, raw_path: str) -> Api:
        """Return the API that a request target is for."""
        path = raw_path.partition("?")[0]
        api = self._apis_by_path.get(path)
        if api is None:
            api, _ = find_api(self._apis, target_path(raw_path))
            self._apis_by_path.put(path, api)
        return api

    def _parse(self, http: web.BaseRequest, values: tuple[str | None, ...], length: int) -> ParsedHead:
        sent_method = http.method
        raw_path = http.raw_path
        origin = http.headers.get(ORIGIN)
        path, query = split_target(raw_path)
        api, canonical = find_api(self._apis, path)
        pairs, query_error = _query_pairs(query)
        method = "GET" if sent_method == "HEAD" else sent_method
        headers = self._headers_of(api, values)
        request = Request(method, path, query, headers, sent_method, pairs, scheme=http.scheme)
        effective = method if method == "OPTIONS" else api.dialect.effective_method(request)
        submitted = api.dialect.read_credential(request)
        # the path as it was sent, and as documented: with one base path, without suffix and trailing slash
        paths = (unquote(path), unquote(api.full_path(canonical)))
        allowed_origin = origin if origin is not None and self._cors.allows(origin) else None
        return ParsedHead(
            request=request,
            api=api,
            path=canonical,
            paths=paths,
            method=effective,
            match=api.match(effective, canonical),
            credential=Credential.parse(submitted.name),
            secret=submitted.secret,
            query_error=query_error,
            cors_headers=self._cors_headers(effective, allowed_origin),
            size=_memory(raw_path, length),
            target=object(),
            is_cacheable=length < MAX_CACHED_HEAD_BYTES,
        )

    def malformed(self, http: web.BaseRequest, method: str, target: str) -> ReceivedHead:
        """Return the head of a malformed request, of which nothing else is known."""
        return self._unparsed(http, (method, target))

    def _unparsed(self, http: web.BaseRequest, line: tuple[str, str], failure: Exception | None = None) -> ReceivedHead:
        """Return a head that could not be parsed: without route and, unless it can be read, without credential.

        `line` has the method and the target.
        """
        method, target = line
        path, _, query = target.partition("?")
        api = self._apis[0]
        credential = None
        secret = None
        with contextlib.suppress(Exception):
            api, _ = find_api(self._apis, path)
            credential, secret = self._read_credential(http, api, Request(method, path, query, {}))
        parsed = ParsedHead(
            request=Request(method, path, query, {}, method),
            api=api,
            path=path,
            paths=(path,),
            method=method,
            match=RouteMatch(None, {}, ()),
            credential=credential,
            secret=secret,
            query_error=None,
            cors_headers={"Vary": "Origin"},
            size=_memory(target, _length(http)),
            target=object(),
            is_cacheable=False,
            failure=failure,
        )
        rejection = None
        with contextlib.suppress(Exception):
            rejection = self._cors.rejection(http.headers)
        return ReceivedHead(parsed, http.headers, parsed.size, rejection)

    def _read_credential(
        self, http: web.BaseRequest, api: Api, request: Request
    ) -> tuple[Credential | None, str | None]:
        """Return the credential of a request whose headers and query were not read yet, and its secret."""
        values = tuple([http.headers.get(name) for name in self._names])
        pairs, _ = _query_pairs(request.query)
        readable = Request(request.method, request.path, request.query, self._headers_of(api, values), pairs=pairs)
        submitted = api.dialect.read_credential(readable)
        return Credential.parse(submitted.name), submitted.secret

    def _headers_of(self, api: Api, values: tuple[str | None, ...]) -> dict[str, str]:
        """Return the headers that an API's dialect reads."""
        names = api.dialect.headers
        sent = zip(self._names, values, strict=True)
        return {name: text for name, text in sent if text is not None and name in names}

    def _cors_headers(self, method: str, allowed_origin: str | None) -> dict[str, str]:
        headers = {"Vary": PREFLIGHT_VARY if method == "OPTIONS" else "Origin"}
        return headers if allowed_origin is None else headers | self._cors.headers(allowed_origin)


def _memory(raw_path: str, length: int) -> int:
    """Return the approximate number of bytes that a parsed head and its key take in memory."""
    path = raw_path.partition("?")[0]  # is held as sent and as documented, both encoded and decoded
    return HEAD_OVERHEAD_BYTES + 2 * len(path) + 2 * length


def _length(http: web.BaseRequest) -> int:
    return len(http.raw_path) + sum([len(name) + len(value) for name, value in http.raw_headers])


def _query_pairs(query: str) -> tuple[tuple[tuple[str, str], ...], str | None]:
    try:
        return tuple(parse_query(query)), None
    except ParseError as error:
        return (), str(error)
