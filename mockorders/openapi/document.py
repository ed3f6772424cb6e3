"""The OpenAPI 3.1 document of all APIs, built from their routes, schemas, rules and examples."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from mockorders import rules
from mockorders.__version__ import __version__
from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.apis.routing import Route
from mockorders.config import Profile
from mockorders.openapi.components import Components
from mockorders.openapi.examples import ExampleRunner
from mockorders.openapi.operation import Operation, rules_json, rules_markdown

GENERAL_RULES = (rules.CREDENTIAL, rules.FIXTURE_SET, rules.TRAILING_SLASH, rules.HEAD, rules.PREFLIGHT)


def document(profile: Profile = "documented") -> dict[str, Any]:
    """Return the document, with the responses of a profile. Blocks for some tenths of a second."""
    apis = discover()
    components = Components(profile)
    paths: dict[str, dict[str, Any]] = {}
    runner = ExampleRunner(apis, profile)
    for api in apis:
        executed = runner.run(api)
        for route in _operations(api):
            examples = [each for each in executed if each.match.route is route]
            operation = Operation(api, route, examples, profile).document(components)
            paths.setdefault(api.documented_path(route.path), {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": "/", "description": "This emulator."}],
        "tags": [_tag(api) for api in apis],
        "paths": paths,
        "components": components.document(),
        "x-mockorders-rules": rules_json(rules.CORE),
    }


def _info() -> dict[str, Any]:
    return {
        "title": "mockorders",
        "version": __version__,
        "summary": "A local emulator of order APIs, for integration tests.",
        "description": "\n\n".join(rule.statement for rule in GENERAL_RULES),
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _tag(api: Api) -> dict[str, Any]:
    """Return the tag of an API, with the rules that do not belong to single routes."""
    rules_of_routes = chain.from_iterable((*route.rules, *route.error_rules) for route in _operations(api))
    of_routes = {rule.name for rule in rules_of_routes}
    general = [rule for rule in api.rules if rule.name not in of_routes]
    bases = ", ".join(f"`{base or '/'}`" for base in api.base_paths)
    text = f"{api.title}, under {bases}.\n\n{rules_markdown(general)}"
    return {"name": api.name, "description": text, "x-mockorders-rules": rules_json(general)}


def _operations(api: Api) -> Iterator[Route]:
    """Yield the routes that programs use."""
    return (route for route in api.routes if not route.is_page)
