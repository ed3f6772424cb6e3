"""Read the package's files before a test replaces the file system."""

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module

import mockorders
from mockorders.apis import discover
from mockorders.client.sandbox import EmulatorClient, Sandbox
from mockorders.fixture_sets.files import EXPLICIT_SETS, read_shipped, shipped_files
from mockorders.validation.schemas import load_schema, schema_names

# what functions of the server import on first use, of other packages
LAZY_MODULES = ("faker.factory", "gzip", "jwt", "platformdirs", "pyroaring", "qs_codec")
COMMAND_LINE = ("mockorders.__main__", "mockorders.cli")


def preload() -> None:
    """Read all files that the server and the fixture need later.

    With pyfakefs in the process, import all modules too: it deletes modules that are first imported while it is active,
    and they would be imported a second time.
    """
    discover()
    for name in schema_names():
        load_schema(name)
    for file in shipped_files().values():
        read_shipped(file)
    if _has_pyfakefs():
        for name in (*_module_names(), *LAZY_MODULES):
            import_module(name)


def preload_fixtures(server: EmulatorClient) -> None:
    """With pyfakefs in the process, load all shipped fixture sets: generating one reads files of other packages."""
    if not _has_pyfakefs():
        return
    for name in sorted(set(shipped_files()) - EXPLICIT_SETS):
        sandbox = Sandbox(server.url, f"preload.{name}", token=server.token)
        sandbox.create(fixtures=name)
        sandbox.delete()


def _has_pyfakefs() -> bool:
    return "pyfakefs" in sys.modules


def _module_names() -> Iterator[str]:
    for module in pkgutil.walk_packages(mockorders.__path__, "mockorders."):
        if not module.name.startswith(COMMAND_LINE):
            yield module.name
