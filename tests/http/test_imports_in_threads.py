"""What takes long to import or to compile is loaded in a thread, so that other requests are handled meanwhile."""

import json
import sys

import pytest
from support.emulator import basic
from support.processes import finish

# Sends one request to a new server with a sandbox, and prints its status, and the threads that imported jsonschema or
# jinja2, or that compiled templates.
PROGRAM = """
import json, sys, threading, urllib.error, urllib.request
from mockorders import MockServer

threads = []

def audit(event, arguments):
    imports = event == "import" and arguments[0] in {"jsonschema", "jinja2"}
    if imports or event == "compile" and str(arguments[1]).endswith(".html"):
        threads.append(threading.current_thread().name)

sys.addaudithook(audit)
method, path, body, headers = json.loads(sys.argv[1])
with MockServer(fixtures="docs") as server:
    urllib.request.urlopen(server.url + "/api/v1/orders?key=docs")
    request = urllib.request.Request(server.url + path, body and body.encode(), headers, method=method)
    try:
        status = urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        status = error.code
print(json.dumps([status, threads]))
"""
HTML = {"Accept": "text/html"}
JSON = {"Content-Type": "application/json"}
CRATEJOY = basic("docs") | JSON
SANDBOX = "/_mockorders/sandboxes/docs"
REJECTED = {
    "body": (400, "POST", "/v1/orders/", "{}", CRATEJOY),
    "parameter": (400, "GET", "/v1/orders/?limit=x", None, CRATEJOY),
    "body of Universe": (200, "POST", "/account/shipping?key=docs@164", '{"items": 1}', JSON),
    "fault in a header": (400, "GET", "/v1/orders/", None, CRATEJOY | {"X-Mockorders-Fault": "delay=x"}),
    "fault drift": (200, "GET", "/v1/orders/", None, CRATEJOY | {"X-Mockorders-Fault": "drift=/count"}),
    "settings": (422, "PUT", f"{SANDBOX}/clock", "{}", {}),
    "fixtures": (422, "PUT", SANDBOX, '{"fixtures": 1}', {}),
    "state": (422, "PUT", f"{SANDBOX}/state", '{"universe": 1}', {}),
}


PAGES = {"/": 200, "/ui/docs": 200, "/ui/docs/requests": 200, "/ui/docs/faults": 200, "/ui/none/records": 404}


@pytest.mark.parametrize("name", REJECTED)
def test_descriptions_of_violations_are_imported_in_a_thread(name: str) -> None:
    expected, *request = REJECTED[name]
    assert (expected, {"asyncio"}) == respond(*request)


def test_a_valid_sandbox_imports_no_descriptions_of_violations() -> None:
    assert (200, set()) == respond("PUT", SANDBOX, "{}", {})


@pytest.mark.parametrize("path", PAGES)
def test_templates_are_compiled_in_a_thread(path: str) -> None:
    assert (PAGES[path], {"asyncio"}) == respond("GET", f"/_mockorders{path}", None, HTML)


def respond(*request: object) -> tuple[int, set[str]]:
    """Return the status of a response, and the kinds of the threads that loaded something."""
    done = finish([sys.executable, "-c", PROGRAM, json.dumps(request)], check=True)
    status, threads = json.loads(done.stdout)
    return status, {name.partition("_")[0] for name in threads}
