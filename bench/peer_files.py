"""The files of the peers, in the format of each, to respond to /order and /list with given bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HTTPSERVER = """
import sys, threading
from pathlib import Path
from pytest_httpserver import HTTPServer
server = HTTPServer(port=int(sys.argv[1]))
for name in ("order", "list"):
    data = (Path(__file__).parent / f"{name}.json").read_bytes()
    server.expect_request(f"/{name}").respond_with_data(data, content_type="application/json")
server.start()
threading.Event().wait()
"""
STRIPE = """
import sys
from aiohttp import web
from localstripe.server import app
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
"""
COMPACT = "module.exports = (req, res, next) => { req.app.set('json spaces', 0); next() }\n"
JSON = {"Content-Type": "application/json"}


def write_files(folder: Path, order: bytes, orders: bytes) -> None:
    """Write the files of all peers."""
    texts = {"order": order.decode(), "list": orders.decode()}
    values = {name: json.loads(text) for name, text in texts.items()}
    for name, text in texts.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        _write(folder / "wiremock" / "mappings" / f"{name}.json", _mapping(name, text))
    for program, source in {"httpserver.py": HTTPSERVER, "stripe.py": STRIPE, "compact.js": COMPACT}.items():
        (folder / program).write_text(source, encoding="utf-8")
    _write(folder / "db.json", {**values, "made": []})
    _write(folder / "openapi.json", _openapi(values))
    _write(folder / "mockoon.json", _mockoon(texts))


def _write(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), encoding="utf-8")


def _mapping(name: str, text: str) -> Mapping[str, Any]:
    response = {"status": 200, "headers": JSON, "body": text}
    return {"request": {"method": "GET", "urlPath": f"/{name}"}, "response": response}


def _openapi(values: Mapping[str, Any]) -> Mapping[str, Any]:
    def get(value: Any) -> Mapping[str, Any]:
        content = {"application/json": {"schema": {"type": "object"}, "example": value}}
        return {"get": {"responses": {"200": {"description": "It.", "content": content}}}}

    paths = {f"/{name}": get(value) for name, value in values.items()}
    return {"openapi": "3.1.0", "info": {"title": "bench", "version": "1"}, "paths": paths}


def _mockoon(texts: Mapping[str, str]) -> Mapping[str, Any]:
    def route(number: int, name: str, text: str) -> Mapping[str, Any]:
        headers = [{"key": key, "value": value} for key, value in JSON.items()]
        response = {
            "uuid": f"{number}-response",
            "body": text,
            "headers": headers,
            "disableTemplating": True,
            "default": True,
        }
        return {"uuid": str(number), "type": "http", "method": "get", "endpoint": name, "responses": [response]}

    routes = [route(number, name, text) for number, (name, text) in enumerate(texts.items())]
    children = [{"type": "route", "uuid": each["uuid"]} for each in routes]
    return {"uuid": "bench", "lastMigration": 33, "name": "bench", "routes": routes, "rootChildren": children}
