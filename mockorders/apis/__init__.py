"""The emulated APIs: one package each, found by its `API`."""

import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import chain
from operator import itemgetter
from pathlib import Path

from mockorders.apis.base import Api
from mockorders.apis.definition import check_definitions
from mockorders.errors import ApiDefinitionError
from mockorders.resources import not_empty

_FOLDER = "mockorders/apis"


@cache
def discover() -> tuple[Api, ...]:
    """Return the emulated APIs: the `API` of each package in `mockorders.apis`.

    Raises ApiDefinitionError if one of them is incomplete or contradicts itself or another,
    and FileNotFoundError if there are none.
    """
    apis = tuple(_import_api(name) for name in not_empty(list(_package_names()), Path(__file__).parent))
    check_definitions(apis)
    return apis


def find_api(apis: Sequence[Api], path: str) -> tuple[Api, str]:
    """Return the API of a path, by its longest base path, and the canonical path in it.

    Raises LookupError if the path is below no base path.
    """
    slashed = f"{path}/"
    found: list[tuple[int, int, Api]] = []  # length of the base path, and of what is not part of the canonical path
    for api in apis:
        found += [(len(base), len(base), api) for base in api.base_paths if slashed.startswith(f"{base}/")]
        found += [(len(base), 0, api) for base in api.versioned_bases if slashed.startswith(f"{base}/")]
    if not found:
        raise LookupError(path)
    _, removed, api = max(found, key=itemgetter(0))
    canonical = path[removed:].removesuffix("/").removesuffix(api.suffix)
    if removed and api.is_versioned(canonical):
        return api, path  # two base paths, which no route has
    return api, canonical or "/"


def _package_names() -> Iterator[str]:
    yield from (found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)
    folders = chain.from_iterable(Path(path).glob("*/routes.py") for path in __path__)
    for folder in (routes.parent for routes in folders):
        if not (folder / "__init__.py").is_file():
            file = f"{_FOLDER}/{folder.name}/__init__.py"
            raise ApiDefinitionError(folder.name, file, "expected this file, with `API`")


def _import_api(name: str) -> Api:
    file = f"{_FOLDER}/{name}/__init__.py"
    api = getattr(import_module(f"{__name__}.{name}"), "API", None)
    if not isinstance(api, Api):
        raise ApiDefinitionError(name, file, "expected `API`, an instance of Api")
    if api.name != name:
        message = f"name: expected {name!r}, as the folder is named, got {api.name!r}"
        raise ApiDefinitionError(name, file, message)
    return api
