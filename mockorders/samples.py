"""The documented requests, carried out: the examples of the OpenAPI document are the emulator's own answers."""

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple

import orjson

from mockorders.api import Api, Match, Request, Terms
from mockorders.clock import parse_time
from mockorders.contract import Contract
from mockorders.errors import Refusal
from mockorders.journal import Journals
from mockorders.kept import Kept, encode
from mockorders.manual import Sample
from mockorders.options import Options, Profile
from mockorders.sandbox import Credential, Sandbox, Shared
from mockorders.seeding import FixtureSets
from mockorders.wire import query_pairs

TIME = "2017-03-21T00:00:00Z"


class Carried(NamedTuple):
    """A sample with what became of it: where it led, its query, and status and value of the answer."""

    sample: Sample
    match: Match
    query: dict[str, str]
    status: int
    value: Any


class Stage:
    """Where samples are carried out: the shipped fixture sets, each sample in a sandbox of its own."""

    def __init__(self, apis: Sequence[Api], profile: Profile) -> None:
        self._terms = Terms(Contract(), strict=False)
        self._sets = FixtureSets(apis, self._terms.contract)
        self._shared = Shared(Kept(self._terms.contract), Journals(), Options(profile=profile, clock=parse_time(TIME)))

    def carry_out(self, api: Api) -> list[Carried]:
        """Carry out all samples of an API, in their order."""
        return [self._carry_out(api, sample) for sample in api.documented.samples]

    def _carry_out(self, api: Api, sample: Sample) -> Carried:
        path, _, query = sample.target.partition("?")
        body = b"" if sample.body is None else orjson.dumps(sample.body)
        request = Request(sample.method, path, query, {}, sample.method, query_pairs(query), body)
        match = api.match(sample.method, path)
        credential = Credential.parse(sample.credential)
        assert credential is not None, f"{sample.credential!r}: a sample has a credential"
        status, value = self._answer(api, match, request, credential)
        return Carried(sample, match, dict(request.pairs), status, value)

    def _answer(self, api: Api, match: Match, request: Request, credential: Credential) -> tuple[int, Any]:
        sandbox = Sandbox(credential.name, self._sets.world(self._sets.named(credential.name)), self._shared)
        assert match.route is not None, f"{request.method} {request.path}: a sample leads to a route"
        try:
            call = api.dialect.parse(request, match, self._terms)
            call.customer = api.dialect.identify(request, credential.suffix, sandbox.current_customer)
            value = api.dialect.success(_whole(match.route.handler(sandbox, call)))
        except Refusal as refusal:
            status, value, _ = api.dialect.refuse(refusal)
            return status, value
        return match.route.status, orjson.loads(b"".join(encode(value)))


def _whole(result: Any) -> Any:
    """Give a handler's value, at once where it comes in steps."""
    if not isinstance(result, Generator):
        return result
    while True:
        try:
            next(result)
        except StopIteration as stop:
            return stop.value
