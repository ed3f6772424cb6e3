"""The JSON log: one object per line, with credentials masked."""

import hashlib
import io
import json
import logging
from typing import Any

import pytest
from support.emulator import basic
from support.processes import serving

from mockorders.observability.logs import JsonFormatter, logging_to, requests_log


def logged(*requests: tuple[str, dict[str, str]], arguments: tuple[str, ...] = ("--log-requests",)) -> list[Any]:
    """Return what a server with `--log-format json` logs for some requests."""
    with serving("--fixtures", "docs", "--log-format", "json", *arguments) as server:
        for path, headers in requests:
            server.get(path, **headers)
        return [json.loads(line) for line in server.end().err.splitlines()]


def named(sandbox: str) -> str:
    return hashlib.sha256(sandbox.encode()).hexdigest()[:8]


def test_request_is_logged_as_a_json_object() -> None:
    fault = {"X-Mockorders-Fault": "delay=20; status=503"}
    first, second = logged(
        ("/api/v1/orders/489.json?key=docs.secret@164&order=DESC", {}), ("/v1/orders/?id=1", {**basic("docs"), **fault})
    )
    assert first.pop("time") < second.pop("time")
    assert (True, True) == (0 < first.pop("duration_ms") < 20_000, 20 < second.pop("duration_ms") < 20_000)
    assert (
        "GET /api/v1/orders/489.json?key=***@164&order=DESC 200"
        == first.pop("message").rpartition(" ")[0].rpartition(" ")[0]
    )
    second.pop("message")
    common = {"level": "info", "logger": "mockorders.requests", "method": "GET", "request": "1", "violations": 0}
    common["interruption"] = None
    assert first == {
        **common,
        "api": "universe",
        "path": "/api/v1/orders/489.json",
        "query": "key=***@164&order=DESC",
        "route": "/orders/{id}",
        "status": 200,
        "sandbox": named("docs.secret"),
        "fault": None,
    }
    assert second == {
        **common,
        "api": "cratejoy",
        "path": "/v1/orders/",
        "query": "id=1",
        "route": "/orders",
        "status": 503,
        "sandbox": named("docs"),
        "fault": "status",
    }


def test_hostile_path_stays_on_one_line() -> None:
    (line,) = logged(("/a%0A%22b?x=%0a&key=very-secret", {}))
    assert ("/a%0A%22b", "x=%0a&key=***", 404) == (line["path"], line["query"], line["status"])


def test_no_credential_is_logged() -> None:
    requests = [("/orders?key=very-secret@2", {}), ("/orders?key=docs", {"Cookie": "mockorders_customer=very-secret"})]
    requests += [("/v1/orders/", basic("very-secret", "very-secret")), ("/v1/orders/", basic("very-secret", "other"))]
    lines = logged(*requests)
    assert 4 == len(lines)
    assert "very-secret" not in json.dumps(lines)
    assert 2 == len({line["sandbox"] for line in lines})


def test_requests_are_logged_only_if_enabled() -> None:
    assert [] == logged(("/orders?key=docs", {}), arguments=())


@pytest.mark.parametrize(("level", "name"), [(logging.ERROR, "error"), (logging.WARNING, "warning")])
def test_error_is_logged_with_its_exception(level: int, name: str) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        exception = (type(error), error, error.__traceback__)
        record = logging.LogRecord("mockorders", level, __file__, 1, "failed in %s", ("here",), exception)
    (text,) = JsonFormatter().format(record).splitlines()
    line = json.loads(text)
    assert (name, "mockorders", "failed in here") == (line["level"], line["logger"], line["message"])
    assert line["exception"].endswith("ValueError: two\nlines")


@pytest.mark.parametrize("log_requests", [False, True])
def test_level_is_restored_after_logging(log_requests: bool) -> None:
    before = requests_log.level
    with logging_to(io.StringIO(), log_requests=log_requests):
        inside = requests_log.level
    expected = logging.INFO if log_requests else logging.WARNING
    assert (expected, before) == (inside, requests_log.level)
