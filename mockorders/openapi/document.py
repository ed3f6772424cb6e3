"""The OpenAPI 3.1 document of all APIs, made from their routes, schemas, rules and samples."""

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
    """Make the document, with the answers as a profile has them. Blocks for some tenths of a second."""
    apis, components = discover(), Components()
    paths: dict[str, dict[str, Any]] = {}
    stage = ExampleRunner(apis, profile)
    for api in apis:
        executed = stage.run(api)
        for route in api.routes:
            mine = [each for each in executed if each.match.route is route]
            operation = Operation(api, route, mine, profile).document(components)
            paths.setdefault(_path(api, route), _servers(api))[route.method.lower()] = operation
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
    """Give an API as a tag, with the rules that are not those of single routes."""
    of_routes = {rule.name for route in api.routes for rule in (*route.rules, *route.error_rules)}
    general = [rule for rule in api.rules if rule.name not in of_routes]
    bases = ", ".join(f"`{base or '/'}`" for base in api.base_paths)
    text = f"{api.title}, under {bases}.\n\n{rules_markdown(general)}"
    return {"name": api.name, "description": text, "x-mockorders-rules": rules_json(general)}


def _path(api: Api, route: Route) -> str:
    """Give a route's path as the documents have it."""
    return api.base_paths[-1] + route.path + api.documentation.ending


def _servers(api: Api) -> dict[str, Any]:
    """Begin a path: with the other bases under which it is found, where it has any that end as the documented one."""
    documented = api.base_paths[-1]
    others = [base.removesuffix(documented) for base in api.base_paths[:-1] if base.endswith(documented)]
    return {"servers": [{"url": "/"}, *({"url": base} for base in others)]} if others else {}
