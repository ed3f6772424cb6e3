"""The emulated APIs: one package each, found by its `API`."""

import pkgutil
from collections.abc import Sequence
from importlib import import_module

from mockorders.apis.base import Api


def discover() -> tuple[Api, ...]:
    """Return the emulated APIs: the `API` of each package in `mockorders.apis`."""
    packages = [found.name for found in pkgutil.iter_modules(__path__) if found.ispkg]
    return tuple(import_module(f"{__name__}.{name}").API for name in packages)


def find_api(apis: Sequence[Api], path: str) -> tuple[Api, str]:
    """Find the API that a path belongs to, by its longest base, and the canonical path there.

    Raises LookupError where no API has such a base.
    """
    found = [(len(base), api) for api in apis for base in api.base_paths if f"{path}/".startswith(f"{base}/")]
    if not found:
        raise LookupError(path)
    longest, api = max(found, key=lambda each: each[0])
    return api, (path[longest:].removesuffix("/").removesuffix(api.suffix)) or "/"
