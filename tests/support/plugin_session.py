"""Pytest sessions of a user with the plugin, against a running emulator that has bugs."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockorders import MockServer
from mockorders.apis.base import Api
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.client.sandbox import EmulatorClient

SET = 'mockorders.fault("reset", method="POST")'
SETTINGS = """
    [pytest]
    addopts = --strict-markers -p no:cacheprovider -p mockorders
    filterwarnings = error
"""
HELPERS = '''
    """Requests as any client sends them."""

    import base64, json, unittest, urllib.error, urllib.request
    import pytest

    def get(mockorders, path="/orders/latest", customer=""):
        url = f"{mockorders.universe.base_url}{path}?key={mockorders.universe.key}{customer}"
        return send(urllib.request.Request(url))

    def note(mockorders, note="n"):
        login = base64.b64encode(":".join(mockorders.cratejoy.auth).encode()).decode()
        url = f"{mockorders.cratejoy.base_url}/orders/75572230/"
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        return send(urllib.request.Request(url, json.dumps({"note": note}).encode(), headers, method="PUT"))

    def send(request):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
'''


def fails(context: HandlerContext, call: Call) -> Any:
    """Simulate a handler with bugs: an exception for customer 1, an invalid order for customer 2."""
    if call.customer == 1:
        raise ZeroDivisionError
    return {"id": "none"} if call.customer == 2 else {}


def with_bugs(api: Api) -> Api:
    routes = [dataclasses.replace(r, handler=fails) if r.path == "/orders/latest" else r for r in api.routes]
    return dataclasses.replace(api, routes=tuple(routes)) if api.name == "universe" else api


@contextmanager
def server_with_bugs() -> Iterator[EmulatorClient]:
    """Run an emulator of the documented examples with a handler that has bugs."""
    server_of_bugs = MockServer(fixtures="docs")
    core = server_of_bugs._emulator
    server_of_bugs._emulator = core._replace(apis=[*map(with_bugs, core.apis)])
    with server_of_bugs as server:
        yield EmulatorClient(server.url)


class Session:
    """Pytest sessions of a user; the emulator runs beside them unless they start one."""

    def __init__(self, pytester: pytest.Pytester, server: EmulatorClient) -> None:
        self.pytester = pytester
        self.server = server
        pytester.makeini(SETTINGS)
        pytester.makepyfile(helpers=HELPERS)

    def write(self, code: str) -> None:
        self.pytester.makepyfile(test_it="from helpers import *\n" + code)

    def run(self, code: str, *args: str) -> pytest.RunResult:
        """Run tests against the running emulator."""
        self.write(code)
        return self.pytester.runpytest_inprocess("--mockorders-url", self.server.url, *args)

    def own(self, code: str, *args: str, options: str = '{"fixtures": "docs"}') -> pytest.RunResult:
        """Run tests that start an emulator with options."""
        conftest = f"import pytest\n@pytest.fixture(scope='session')\ndef mockorders_options():\n    return {options}\n"
        self.pytester.makeconftest(conftest)
        self.write(code)
        return self.pytester.runpytest_inprocess(*args)
