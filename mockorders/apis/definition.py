"""Check the definitions of the APIs at start, so that a missing registration fails at startup, not at a request."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, combinations
from pathlib import Path
from sys import modules

from mockorders.apis.base import Api
from mockorders.apis.dialect import REQUIRED_METHODS, Dialect
from mockorders.apis.parts import REQUIRED_NAMES
from mockorders.apis.routing import Route
from mockorders.errors import ApiDefinitionError
from mockorders.resources import folder
from mockorders.storage.views import View
from mockorders.validation.records import record_schema, references
from mockorders.validation.schemas import properties

Problem = tuple[str, str]
"""The file with the problem, relative to the API's package without `.py`, and what was expected."""


def check_definitions(apis: Sequence[Api]) -> None:
    """Check that APIs are complete and consistent. Raises ApiDefinitionError for the first problem."""
    for api in apis:
        for file, message in _Definition(api).problems():
            raise ApiDefinitionError(api.name, _path(api, file), message)
    for api, other in combinations(apis, 2):
        for base in set(api.base_paths) & set(other.base_paths):
            message = f"base_paths: expected no base path of {api.name}, got {base!r}"
            raise ApiDefinitionError(other.name, _path(other, "__init__"), message)


class _Definition:
    """The checks of one API. They run at every start: they read no module that the start does not import."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._schemas = {file.stem for file in (folder("schemas") / api.name).glob("*.json")}

    def problems(self) -> Iterator[Problem]:
        """Yield what is missing or inconsistent."""
        return chain(
            self._base_paths(),
            self._curl_example(),
            self._dialect(),
            self._routes(),
            self._collections(),
            self._rendering(),
            self._modules(),
        )

    def _base_paths(self) -> Iterator[Problem]:
        if not self._api.base_paths:
            yield "__init__", "base_paths: expected at least one"
        for base in self._api.base_paths:
            if base and (not base.startswith("/") or base.endswith("/")):
                yield "__init__", f"base_paths: expected a path such as /v1, got {base!r}"

    def _curl_example(self) -> Iterator[Problem]:
        try:
            self._api.curl("", "", "")
        except (LookupError, ValueError):
            yield "__init__", "curl_example: expected no placeholders but {base}, {name} and {login}"

    def _dialect(self) -> Iterator[Problem]:
        dialect: type[object] = type(self._api.dialect)
        if not issubclass(dialect, Dialect):
            yield "dialect", f"expected a subclass of Dialect, got {dialect.__name__}"
            return
        for name in REQUIRED_METHODS:
            if getattr(dialect, name) is getattr(Dialect, name):
                yield "dialect", f"expected a method {name!r}"
        declared = {rule.name for rule in self._api.rules}
        for name in sorted({rule.name for rule in dialect.rules} - declared):
            yield "__init__", f"rules: expected {name!r}, which the dialect uses"

    def _routes(self) -> Iterator[Problem]:
        yield from self._missing_schema("routes", "error responses", "error")
        declared = {rule.name for rule in self._api.rules}
        for number, route in enumerate(self._api.routes):
            label = f"{route.method} {route.path}"
            yield from self._missing_schema("routes", f"{label}: response_schema", route.response_schema)
            yield from self._missing_schema("routes", f"{label}: query_schema", route.query_schema)
            yield from self._missing_schema("routes", f"{label}: body_schema", route.body_schema)
            used = {rule.name for rule in (*route.rules, *route.error_rules)}
            for name in sorted(used - declared):
                yield "__init__", f"rules: expected {name!r}, which {label} uses"
            if route.method not in self._api.dialect.methods:
                yield "dialect", f"methods: expected {route.method}, which {label} uses"
            hiding = (earlier for earlier in self._api.routes[:number] if _hides(earlier, route))
            for earlier in hiding:
                yield "routes", f"{label}: expected a path that {earlier.method} {earlier.path} does not match"

    def _collections(self) -> Iterator[Problem]:
        for collection, fields in self._api.collections.items():
            missing = [*self._missing_schema("__init__", f"collections: {collection}", f"record-{collection}")]
            yield from missing or self._record_schema(collection, fields)
        customers = self._api.customer_collection
        if customers is not None and customers not in self._api.collections:
            known = ", ".join(self._api.collections)
            yield "__init__", f"customer_collection: expected one of {known}, got {customers!r}"

    def _record_schema(self, collection: str, fields: Sequence[str]) -> Iterator[Problem]:
        name = record_schema(self._api.name, collection)
        file = f"schemas/{name}.json"
        for field in ("id", *fields):
            if field not in properties(name):
                yield file, f"expected a property {field!r}, by which records are looked up"
        known = ", ".join(self._api.collections)
        for steps, target in references(name):
            if target not in self._api.collections:
                yield file, f"{'.'.join(steps)}: x-references: expected one of {known}, got {target!r}"

    def _rendering(self) -> Iterator[Problem]:
        api = self._api
        for name in sorted(api.prerendered_schemas):
            yield from self._missing_schema("__init__", "prerendered_schemas", name.removeprefix(f"{api.name}/"))
        views = vars(modules[f"{api.package}.views"]) if f"{api.package}.views" in modules else {}
        for name, view in views.items():
            if isinstance(view, View) and view.schema not in api.prerendered_schemas:
                yield "__init__", f"prerendered_schemas: expected {view.schema!r}, the schema of views.{name}"

    def _modules(self) -> Iterator[Problem]:
        for module, names in REQUIRED_NAMES.items():
            spec = find_spec(f"{self._api.package}.{module}")
            if spec is None:
                continue
            source = Path(spec.origin or "").read_text(encoding="utf-8")
            file = f"{module}/__init__" if spec.submodule_search_locations else module
            missing = (name for name in names if not _defines(source, spec.name, name))
            yield from ((file, f"expected `{name}`") for name in missing)
            if module == "generator":
                yield from self._missing_schema("generator", "plans", "generate")

    def _missing_schema(self, file: str, use: str, name: str | None) -> Iterator[Problem]:
        if name is not None and name not in self._schemas:
            yield file, f"{use}: expected a file schemas/{self._api.name}/{name}.json"


def _path(api: Api, file: str) -> str:
    return file if file.endswith(".json") else f"{api.package.replace('.', '/')}/{file}.py"


def _hides(earlier: Route, route: Route) -> bool:
    """Return whether an earlier route matches every request that a route matches."""
    if earlier.method != route.method:
        return False
    before = earlier.path.split("/")
    steps = route.path.split("/")
    return len(before) == len(steps) and all(
        one.startswith("{") or one == step for one, step in zip(before, steps, strict=True)
    )


def _defines(source: str, module: str, name: str) -> bool:
    """Return whether a module defines a name; it is imported only if its source has no plain definition."""
    plain = (f"\ndef {name}(", f"\n{name} = ", f"\n{name}: ")
    return any(form in source for form in plain) or hasattr(import_module(module), name)
