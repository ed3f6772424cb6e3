"""Modules that take long to import are imported in a thread, so that other requests are handled meanwhile."""

import json
import sys

import pytest
from support.emulator import basic
from support.processes import finish

# Sends one request to a new server, and prints its status, and the threads that imported jsonschema.
PROGRAM = """
import json, sys, threading, urllib.error, urllib.request
from mockorders import MockServer

threads = []

def audit(event, arguments):
    if event == "import" and arguments[0] == "jsonschema":
        threads.append(threading.current_thread().name)

sys.addaudithook(audit)
method, path, body, headers = json.loads(sys.argv[1])
with MockServer(fixtures="docs") as server:
    request = urllib.request.Request(server.url + path, body and body.encode(), headers, method=method)
    try:
        status = urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        status = error.code
print(json.dumps([status, threads]))
"""
JSON = {"Content-Type": "application/json"}
CRATEJOY = basic("docs") | JSON
SANDBOX = "/_mockorders/sandboxes/docs"
REJECTED = {
    "body": (400, "POST", "/v1/orders/", "{}", CRATEJOY),
    "parameter": (400, "GET", "/v1/orders/?limit=x", None, CRATEJOY),
    "body of Universe": (200, "POST", "/account/shipping?key=docs@164", '{"items": 1}', JSON),
    "fault in a header": (400, "GET", "/v1/orders/", None, CRATEJOY | {"X-Mockorders-Fault": "delay=x"}),
    "settings": (422, "PUT", f"{SANDBOX}/clock", "{}", {}),
}


@pytest.mark.parametrize("name", REJECTED)
def test_descriptions_of_violations_are_imported_in_a_thread(name: str) -> None:
    expected, *request = REJECTED[name]
    status, threads = json.loads(finish([sys.executable, "-c", PROGRAM, json.dumps(request)], check=True).stdout)
    assert expected == status
    assert ["asyncio"] == [name.partition("_")[0] for name in threads]
