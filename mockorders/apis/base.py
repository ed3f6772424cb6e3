"""The definition of an emulated API."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from mockorders.apis.dialect import Dialect
from mockorders.apis.routing import Route, RouteMatch
from mockorders.errors import ApiError
from mockorders.rules import Rule

if TYPE_CHECKING:
    from mockorders.apis.coverage import KnownEndpoint
    from mockorders.apis.documentation import ApiDocs
    from mockorders.apis.parts import (
        BuilderModule,
        CoverageModule,
        DisplayModule,
        DocumentationModule,
        GeneratorModule,
        LiveChecksModule,
    )


MAX_KNOWN_STEPS = 16
"""More than any known path of a real service has."""


@dataclass(frozen=True)
class Api:
    """One emulated API, defined by the package `mockorders.apis.NAME`.

    `base_paths` are the path prefixes under which it is served; paths may end with `suffix`. `collections` maps each
    collection to the fields by which handlers look up its records. `prerendered_schemas` are the schemas of the views,
    whose records are validated and encoded before the response. `customer_collection` holds those who can be the
    current customer, if the dialect resolves one. `curl_example` are arguments of curl, with the
    placeholders `{base}`, `{name}` and `{login}`. `versioned_bases` are base paths of other versions, such as `/v1.1`:
    the paths of routes include them. `documented_ending` is a slash if paths are documented with one. `login_error` is
    the error of requests while nobody is logged in, or None if requests are not made by customers.

    Optional modules are found by file name in the package and imported on first use: see `mockorders.apis.parts`.
    """

    name: str
    title: str
    base_paths: tuple[str, ...]
    dialect: Dialect
    routes: tuple[Route, ...]
    collections: Mapping[str, Sequence[str]]
    rules: tuple[Rule, ...]
    suffix: str = ""
    documented_ending: str = ""
    versioned_bases: tuple[str, ...] = ()
    curl_example: tuple[str, ...] = ()
    prerendered_schemas: frozenset[str] = frozenset()
    customer_collection: str | None = None
    login_error: ApiError | None = None

    @property
    def package(self) -> str:
        """The name of the package that defines the API."""
        return f"{__package__}.{self.name}"

    @cached_property
    def generator(self) -> "GeneratorModule | None":
        """The module `generator`, or None if the API cannot generate records."""
        module: GeneratorModule | None = self._load("generator")
        return module

    @cached_property
    def builder(self) -> "BuilderModule | None":
        """The module `builder`, or None if nothing follows from given properties."""
        module: BuilderModule | None = self._load("builder")
        return module

    @cached_property
    def documentation(self) -> "ApiDocs":
        """The `DOCS` of the module `documentation`; empty without one."""
        from mockorders.apis.documentation import ApiDocs

        module: DocumentationModule | None = self._load("documentation")
        return ApiDocs() if module is None else module.DOCS

    @cached_property
    def display(self) -> "DisplayModule | None":
        """The module `display`, or None if the dashboard shows orders like other records."""
        module: DisplayModule | None = self._load("display")
        return module

    @cached_property
    def coverage(self) -> "Sequence[KnownEndpoint]":
        """The `ENDPOINTS` of the module `coverage`; empty without one."""
        module: CoverageModule | None = self._load("coverage")
        return () if module is None else module.ENDPOINTS

    @cached_property
    def live_checks(self) -> "LiveChecksModule | None":
        """The module `live_checks`, or None if the API has no real service to check."""
        module: LiveChecksModule | None = self._load("live_checks")
        return module

    def curl(self, base: str, name: str, secret: str) -> str:
        """Return a working curl command; `base` is the server's URL, `name` and `secret` are the credential."""
        values = {"base": base, "name": quote(name, safe=""), "login": f"{name}:{secret}"}
        return shlex.join(["curl", *(part.format(**values) for part in self.curl_example)])

    def match(self, method: str, path: str) -> RouteMatch:
        """Return the route of a canonical path."""
        if path.count("/") > self._max_slashes:
            return RouteMatch(None, {}, ())
        steps = tuple(unquote(step) for step in path.split("/"))
        found = [(route, params) for route, names in self._table if (params := _params(names, steps)) is not None]
        allow = tuple(dict.fromkeys(route.method for route, _ in found))
        route, params = next(((r, p) for r, p in found if r.method == method), (None, {}))
        return RouteMatch(route, params, allow)

    def documented_path(self, canonical: str, sent: str = "") -> str:
        """Return a canonical path as clients use it, under the base path that a sent path has."""
        return self.full_path(canonical, sent) + self.documented_ending

    def full_path(self, canonical: str, sent: str = "") -> str:
        """Return a canonical path under the base path that a sent path has, without the documented ending."""
        if self.is_versioned(canonical):
            return canonical
        bases = [base for base in self.base_paths if sent.startswith(f"{base}/")]
        return max(bases, key=len, default=self.base_paths[-1]) + canonical

    def is_versioned(self, path: str) -> bool:
        """Return whether a path is below a base path of another version."""
        return any(f"{path}/".startswith(f"{base}/") for base in self.versioned_bases)

    def endpoint(self, route: Route, sent: str = "") -> str:
        """Return a route as clients use it, such as `GET /v1/orders/`."""
        return f"{route.method} {self.documented_path(route.path, sent)}"

    def is_unimplemented(self, method: str, path: str) -> bool:
        """Return whether the real service has this endpoint, but the emulator does not.

        If the emulator has the path, `coverage` lists the method. If not, `coverage` lists the path, or one above it.
        """
        match = self.match(method, path)
        if match.route is not None:
            return False
        steps = tuple(unquote(step) for step in path.split("/", MAX_KNOWN_STEPS)[:MAX_KNOWN_STEPS])
        if match.allowed_methods:
            known = (tuple(each.path.split("/")) for each in self.coverage if each.method == method)
            return any(_params(names, steps) is not None for names in known)
        return any(_params(names, steps[: len(names)]) is not None for names in self._missing_paths)

    def is_below_route(self, path: str) -> bool:
        """Return whether a canonical path begins with one that has a route."""
        steps = path.split("/", self._max_slashes + 1)
        return any(self.match("", "/".join(steps[:end])).allowed_methods for end in range(2, len(steps)))

    def _load(self, name: str) -> Any:
        """Import an optional module; None if the package has none of this name."""
        module = f"{self.package}.{name}"
        return None if find_spec(module) is None else import_module(module)

    @cached_property
    def _table(self) -> list[tuple[Route, tuple[str, ...]]]:
        return [(route, tuple(route.path.split("/"))) for route in self.routes]

    @cached_property
    def _missing_paths(self) -> list[tuple[str, ...]]:
        """The paths that only the real service has."""
        known = dict.fromkeys(each.path for each in self.coverage)
        return [tuple(path.split("/")) for path in known if not self.match("", path).allowed_methods]

    @cached_property
    def _max_slashes(self) -> int:
        return max(route.path.count("/") for route in self.routes)


def _params(names: tuple[str, ...], steps: tuple[str, ...]) -> dict[str, str] | None:
    if len(names) != len(steps):
        return None
    params = {}
    for name, step in zip(names, steps, strict=True):
        if name.startswith("{") and step:
            params[name[1:-1]] = step
        elif name != step:
            return None
    return params
