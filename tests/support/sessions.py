"""Several pytest sessions one after another in one child process, whose start takes longer than most sessions."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from support.processes import finish


class Session(NamedTuple):
    """A folder with tests, and the options of pytest."""

    folder: Path
    arguments: Sequence[str] = ()


# Prints the output of each session as JSON. Modules of a folder are removed, because other folders have the same names.
PROGRAM = """
import contextlib, io, json, os, sys
import pytest

def session(folder, arguments):
    loaded = set(sys.modules)
    path = list(sys.path)
    os.chdir(folder)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        pytest.main(["-p", "no:cacheprovider", "--rootdir", folder, *arguments, folder])
    sys.path[:] = path
    for name in set(sys.modules) - loaded:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(folder):
            del sys.modules[name]
    return output.getvalue()

print(json.dumps([session(*each) for each in json.load(sys.stdin)]))
"""


def run_sessions(sessions: Sequence[Session], plugins: Sequence[str]) -> list[str]:
    """Run pytest in each folder with only the named plugins; return the outputs.

    What a session leaves in the process, such as imported modules, is there in the next one.
    """
    chosen = [f"-p{plugin}" for plugin in plugins]
    given = [(str(each.folder), [*chosen, *each.arguments]) for each in sessions]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-c", PROGRAM]
    done = finish(command, environment=environment, input=json.dumps(given), check=True)
    outputs: list[str] = json.loads(done.stdout)
    return outputs
