"""Generate docs/reference/python.md from signatures and docstrings: `python -m tools.python_page FILE`."""

import inspect
import re
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import mockorders
from mockorders import client, testing
from mockorders.client.apis.cratejoy import SyncCratejoy
from mockorders.client.apis.universe import SyncUniverse

HEAD = """\
# Python

All public names, from their docstrings: the client of the control API, the server in a thread, and the pytest fixture.
`make docs` generates this page from the code. [Control API](control-api.md#python-client) and [pytest](pytest.md)
introduce them with examples.

Types are left out here: editors and type checkers know them, and `help(mockorders.Sandbox.fault)` prints them.
`AsyncSandbox` has the same methods as `Sandbox`, as coroutines.
"""
CLASSES = (
    ("mockorders.Sandbox", mockorders.Sandbox, ()),
    ("mockorders.Sandbox.clock", client.SyncClock, ()),
    ("mockorders.AsyncSandbox", mockorders.AsyncSandbox, (mockorders.Sandbox,)),
    ("mockorders.client.EmulatorClient", client.EmulatorClient, ()),
    ("mockorders.MockServer", mockorders.MockServer, ()),
    ("mockorders.Mockorders", mockorders.Mockorders, (mockorders.Sandbox,)),
    ("mockorders.testing.MockordersFactory", testing.MockordersFactory, ()),
    ("mockorders.client.ControlError", client.ControlError, (Exception,)),
    ("mockorders.client.UnreachableError", client.UnreachableError, (ConnectionError,)),
)
RECORDS = (("cratejoy", SyncCratejoy), ("universe", SyncUniverse))
CALLS = {
    "Sandbox": ("Sandbox", mockorders.Sandbox),
    "AsyncSandbox": ("AsyncSandbox", mockorders.AsyncSandbox),
    "EmulatorClient": ("EmulatorClient", client.EmulatorClient),
    "MockServer": ("MockServer", mockorders.MockServer),
    "MockordersFactory": ("mockorders_factory", testing.MockordersFactory.__call__),
}
INTERNAL = {"had_failures", "start_log", "used_by", "delete_finished", "delete_all"}  # for the plugin
_OMITTED = re.compile(r"\bself, |\bself\b")


def markdown() -> str:
    """Return the page."""
    parts = [HEAD]
    for name, cls, inherited in CLASSES:
        parts.append(f"## {name}\n\n{_heading(cls)}{inspect.getdoc(cls)}\n")
        parts += [_member(each, getattr(cls, each)) for each in _own_members(cls, inherited)]
    parts.append(_records())
    parts.append(f"## mockorders.create_app\n\n{_call('create_app', mockorders.create_app)}")
    return "\n".join(parts)


def _heading(cls: type) -> str:
    """Return how a class, or an instance that a fixture provides, is called."""
    call = CALLS.get(cls.__name__)
    return "" if call is None else f"```text\n{_signature(*call)}\n```\n\n"


def _own_members(cls: type, inherited: tuple[type, ...]) -> list[str]:
    """Return the names of the public members of a class that are not those of others, in the order of their code."""
    excluded = INTERNAL.union(*map(dir, inherited))
    names = dict.fromkeys(chain.from_iterable(map(vars, cls.__mro__)))
    return [name for name in names if not name.startswith("_") and name not in excluded]


def _member(name: str, value: Any) -> str:
    if callable(value):
        return f"### {name}\n\n{_call(name, value)}"
    return f"### {name}\n\n{inspect.getdoc(value) or ''}\n"


def _call(name: str, function: Any) -> str:
    return f"```text\n{_signature(name, function)}\n```\n\n{inspect.getdoc(function) or ''}\n"


def _signature(name: str, function: Any) -> str:
    signature = inspect.signature(function)
    parameters = [each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()]
    plain = signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
    text = _OMITTED.sub("", str(plain), count=1).replace("=Ellipsis", "=…").replace("(/, ", "(")
    return f"{name}{text}"


def _records() -> str:
    lines = ["## Methods that add records\n"]
    lines.append("The properties of the record are keyword arguments; `schemas/` describes them. See [Adding records]")
    lines[-1] += "(control-api.md#adding-records).\n"
    for api, cls in RECORDS:
        names = sorted(name for name in dir(cls) if name.startswith("add_"))
        lines.append(f"- `sandbox.{api}`: {', '.join(f'`{name}`' for name in names)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
