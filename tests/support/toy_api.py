"""A third API, as its author adds it: a package, its schemas and a fixture set. Bricks behind a header `X-Toy-Box`."""

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

MODULES = {
    "__init__": '''
        """Toy: bricks in a box."""

        from mockorders.apis.base import Api
        from mockorders.apis.toy import rules
        from mockorders.apis.toy.dialect import Toy
        from mockorders.apis.toy.routes import ROUTES
        from mockorders.rules import declared

        API = Api(
            name="toy",
            title="Toy bricks API",
            base_paths=("/toy",),
            dialect=Toy(),
            routes=ROUTES,
            collections={"bricks": ("name",)},
            prerendered_schemas=frozenset({"toy/brick"}),
            rules=declared(rules),
            curl_example=("-H", "X-Toy-Box: {name}", "{base}/toy/bricks"),
        )
    ''',
    "rules": '''
        """The rules of toys."""

        from mockorders.rules import Rule

        BOX = Rule("toy.box", "The header `X-Toy-Box` names the box.", "assumed", "ours")
        BRICKS = Rule("toy.bricks", "Bricks are listed by id.", "documented", "the box's lid")
        STUDS = Rule("toy.studs", "A brick has at least one stud.", "observed", "all bricks seen")
    ''',
    "routes": '''
        """The endpoints of toys."""

        from mockorders.apis.routing import Route
        from mockorders.apis.toy import handlers, rules

        ROUTES = (
            Route("GET", "/bricks", handlers.list_bricks, response_schema="bricks-response", rules=(rules.BRICKS,)),
            Route("GET", "/bricks/{id}", handlers.get_brick, response_schema="brick"),
            Route(
                "POST",
                "/bricks",
                handlers.add_brick,
                response_schema="brick",
                body_schema="new-brick",
                status=201,
            ),
        )
    ''',
    "handlers": '''
        """The handlers of toys."""

        from collections.abc import Generator
        from typing import Any

        from mockorders.apis.messages import Call
        from mockorders.apis.routing import HandlerContext
        from mockorders.apis.toy import rules
        from mockorders.apis.toy.views import BRICK
        from mockorders.errors import NotFound


        def list_bricks(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
            """Return all bricks, by id."""
            tables = context.tables("toy")
            return {"bricks": (yield from context.render_list(BRICK, tables, tables["bricks"]))}


        def get_brick(context: HandlerContext, call: Call) -> Any:
            """Return one brick."""
            tables = context.tables("toy")
            brick = tables["bricks"].get(int(call.params["id"])) if call.params["id"].isdecimal() else None
            if brick is None:
                raise NotFound("no such brick", rule=rules.BRICKS)
            return context.render(BRICK, tables, brick)


        def add_brick(context: HandlerContext, call: Call) -> Any:
            """Add a brick to the box."""
            tables = context.tables("toy")
            brick = {"id": tables["bricks"].next_id(), **call.body}
            tables["bricks"].put(brick)
            return context.render(BRICK, tables, brick)
    ''',
    "views": '''
        """How a brick is rendered."""

        from typing import Any

        from mockorders.storage.collection import Record
        from mockorders.storage.views import ReadTracker, View


        def brick(_: ReadTracker, record: Record) -> dict[str, Any]:
            """Render a brick."""
            return {**record, "area": record["studs"] * 64}


        BRICK = View("toy/brick", brick)
    ''',
    "dialect": '''
        """How toys use HTTP."""

        from typing import Any

        from mockorders.apis.dialect import Dialect, RequestContract, SubmittedCredential
        from mockorders.apis.messages import Call, Request
        from mockorders.apis.routing import RouteMatch
        from mockorders.apis.toy import rules
        from mockorders.errors import ApiError, InvalidRequest, MethodNotAllowed
        from mockorders.formats.parsing import ParseError, parse_json


        class Toy(Dialect):
            """The dialect of toys."""

            headers = ("X-Toy-Box",)
            content_type = "application/vnd.toy+json"
            methods = ("GET", "POST", "OPTIONS")
            rules = (rules.BOX,)

            def read_credential(self, request: Request) -> SubmittedCredential:
                """Return the name of the box."""
                return SubmittedCredential(request.headers.get("X-Toy-Box"))

            def parse_call(self, request: Request, match: RouteMatch, contract: RequestContract) -> Call:
                """Parse and check a body."""
                assert match.route is not None
                call = Call(match.params)
                if match.route.body_schema is not None:
                    try:
                        call.body = parse_json(request.body)
                    except ParseError as error:
                        raise InvalidRequest(str(error), rule=rules.BRICKS) from error
                    for violation in contract.validator.violations(f"toy/{match.route.body_schema}", call.body):
                        raise InvalidRequest(violation.as_sentence(), rule=rules.STUDS)
                return call

            def render_error(self, error: ApiError) -> tuple[int, Any, dict[str, str]]:
                """Return the messages under `oops`."""
                headers = {"Allow": ", ".join(error.allowed_methods)} if isinstance(error, MethodNotAllowed) else {}
                return error.status, {"oops": list(error.messages)}, headers
    ''',
    "generator": '''
        """Random bricks."""

        from mockorders.apis.parts import GeneratedSize


        def generate(plan, existing, fake):
            """Return as many bricks as planned."""
            ids = fake.ids(existing["bricks"], 100)
            return {"bricks": [{"id": next(ids), "name": "random", "studs": 4} for _ in range(plan["bricks"])]}


        def estimate(plan):
            """Return the size of the bricks."""
            return GeneratedSize(plan["bricks"], 500 * plan["bricks"])
    ''',
    "documentation": '''
        """The documentation of toys."""

        from mockorders.apis.documentation import ApiDocs, Example

        DOCS = ApiDocs(
            security={"box": {"type": "apiKey", "in": "header", "name": "X-Toy-Box"}},
            requirements=(("box",),),
            examples=(Example("The red brick", "GET", "/bricks/2", "box"),),
        )
    ''',
    "coverage": '''
        """The endpoints of the real toys."""

        from mockorders.apis.coverage import known

        ENDPOINTS = (*known("GET POST DELETE /bricks, GET /bricks/{id}, GET /boxes", "observed", "the lid", 2026),)
    ''',
    "display": '''
        """How the dashboard shows toys."""

        COLUMNS = {}


        def lifecycle(tables, order):
            """Return no events."""
            return []
    ''',
    "live_checks": '''
        """Requests to the real toys."""

        from mockorders.apis.parts import Authentication, LiveCheck

        LIVE_CHECKS = (LiveCheck("/bricks", "response"),)


        def authenticate(credentials):
            """Send the key as the name of the box."""
            return Authentication({}, {"X-Toy-Box": credentials["key"]} if "key" in credentials else {})
    ''',
}

ID = {"type": "integer", "minimum": 0, "description": "Identifier."}
NAME = {"type": "string", "description": "Name.", "default": ""}
STUDS = {"type": "integer", "minimum": 1, "description": "Studs.", "default": 4}
AREA = {"type": "integer", "description": "In square millimetres."}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SCHEMAS: Mapping[str, Any] = {
    "record-bricks": closed(id=ID, name=NAME, studs=STUDS),
    "brick": closed(id=ID, name=NAME, studs=STUDS, area=AREA),
    "bricks-response": closed(bricks={"type": "array", "items": {"$ref": "brick.json"}}),
    "new-brick": closed(name=NAME, studs=STUDS),
    "generate": closed(bricks={"type": "integer", "minimum": 0}),
    "error": closed(oops={"type": "array", "items": {"type": "string"}}),
}
BOX = {"description": "A box.", "extends": "docs", "toy": {"bricks": [{"id": 2, "name": "red"}, {"id": 1, "studs": 8}]}}


def write_package(apis: Path) -> Path:
    """Write the package into a folder of APIs and return its folder."""
    package = apis / "toy"
    package.mkdir(parents=True)
    for name, text in MODULES.items():
        (package / f"{name}.py").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    return package


def write_schemas(schemas: Path) -> Path:
    """Write the schemas into a folder of schemas and return their folder."""
    found = schemas / "toy"
    found.mkdir(parents=True)
    for name, schema in SCHEMAS.items():
        (found / f"{name}.json").write_text(json.dumps(schema), encoding="utf-8")
    return found
