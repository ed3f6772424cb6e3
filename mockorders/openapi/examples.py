"""Execute the documented requests; their responses are the examples of the OpenAPI document."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from mockorders.apis.base import Api
from mockorders.apis.dialect import RequestContract
from mockorders.apis.documentation import Example
from mockorders.apis.messages import Request
from mockorders.apis.routing import RouteMatch
from mockorders.budget import MemoryBudget
from mockorders.concurrency import run_to_end
from mockorders.config import Profile, Settings
from mockorders.errors import ApiError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.formats.query_strings import parse_query
from mockorders.formats.serialization import dump_json
from mockorders.formats.timestamps import parse_time
from mockorders.sandbox.call_context import CallReport
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.execution import Executor, Invocation
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.storage.view_cache import ViewCache
from mockorders.validation.validator import Validator

FROZEN_AT = "2017-03-21T00:00:00Z"


class ExecutedExample(NamedTuple):
    """An example with its route, its query, and the status and value of the response."""

    example: Example
    match: RouteMatch
    query: dict[str, str]
    status: int
    value: Any


class ExampleRunner:
    """Executes examples on the shipped fixture sets, each in its own sandbox."""

    def __init__(self, apis: Sequence[Api], profile: Profile) -> None:
        validator = Validator()
        self._executor = Executor(RequestContract(validator, strict=False))
        self._sets = FixtureSets(apis, validator)
        self._shared = SharedServices(
            ViewCache(validator),
            JournalBudget(),
            MemoryBudget(),
            Settings(profile=profile, clock=parse_time(FROZEN_AT)),
        )

    def run(self, api: Api) -> list[ExecutedExample]:
        """Execute all examples of an API, in their order."""
        return [self._run(api, example) for example in api.documentation.examples]

    def _run(self, api: Api, example: Example) -> ExecutedExample:
        path, _, query = example.target.partition("?")
        body = b"" if example.body is None else dump_json(example.body)
        request = Request(example.method, path, query, {}, example.method, parse_query(query), body)
        match = api.match(example.method, path)
        credential = Credential.parse(example.credential)
        assert credential is not None, f"{example.credential!r}: an example has a credential"
        status, value = self._handle(api, match, request, credential)
        return ExecutedExample(example, match, dict(request.pairs), status, value)

    def _handle(self, api: Api, match: RouteMatch, request: Request, credential: Credential) -> tuple[int, Any]:
        sandbox = Sandbox(credential.name, self._sets.load(self._sets.set_for(credential.name)), self._shared)
        assert match.route is not None, f"{request.method} {request.path}: an example matches a route"
        invocation = Invocation(api, match, request, sandbox, credential.suffix)
        try:
            response = run_to_end(self._executor.execute(invocation, CallReport()))
        except ApiError as error:
            status, value, _ = api.dialect.render_error(error)
            return status, value
        return response.status, json.loads(b"".join(response.body))
