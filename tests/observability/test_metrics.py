"""Prometheus metrics: complete documentation, correct counts, bounded labels."""

import re
from itertools import chain
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families
from support.emulator import RunningEmulator, Serve, Start

import mockorders
from mockorders.app import make_app
from mockorders.config import Settings
from mockorders.emulator import Emulator
from mockorders.observability.metrics import BOUNDS

DOCUMENTED = (Path(mockorders.__file__).parent.parent / "docs/reference/operations.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(mockorders_\w+)` \| (\w+) \| (.*?) \|", DOCUMENTED, re.MULTILINE)

Labels = frozenset[tuple[str, str]]


async def samples(emulator: RunningEmulator) -> dict[tuple[str, Labels], float]:
    """Read the metrics: value by name and labels."""
    reply = await emulator.control("GET", "/metrics")
    assert 200 == reply.status
    families = text_string_to_metric_families(reply.text)
    found = chain.from_iterable(family.samples for family in families)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in found}


def named(found: dict[tuple[str, Labels], float], name: str) -> dict[Labels, float]:
    """Return the values of a metric by labels."""
    return {labels: value for (each, labels), value in found.items() if each == name}


async def count(emulator: RunningEmulator, name: str, **labels: str) -> float:
    """Return one value."""
    return (await samples(emulator))[f"mockorders_{name}", frozenset(labels.items())]


@pytest.mark.parametrize(
    ("method", "path", "labels"),
    [
        ("GET", "/orders/489?key=docs@164", ("universe", "/orders/{id}", "GET", "200")),
        ("GET", "/api/v1/orders/latest.json/?key=docs@2", ("universe", "/orders/latest", "GET", "200")),
        ("HEAD", "/orders?key=docs@2", ("universe", "/orders", "HEAD", "200")),
        ("POST", "/orders?key=docs@2", ("universe", "none", "POST", "405")),
        ("PURGE", "/orders?key=docs@2", ("universe", "none", "other", "405")),
        ("GET", "/nope/489", ("universe", "none", "GET", "404")),
        ("GET", "/v1/orders/75572230/", ("cratejoy", "/orders/{id}", "GET", "401")),
        ("OPTIONS", "/v1/orders/", ("cratejoy", "none", "OPTIONS", "200")),
        ("GET", "/orders?a=%FF", ("universe", "none", "GET", "200")),
    ],
)
async def test_request_is_counted_under_its_labels(
    emulator: RunningEmulator, method: str, path: str, labels: tuple[str, ...]
) -> None:
    await emulator.request(method, path)
    expected = dict(zip(("api", "route", "method", "status"), labels, strict=True))
    assert {frozenset(expected.items()): 1.0} == named(await samples(emulator), "mockorders_requests_total")


async def test_control_requests_are_not_counted(emulator: RunningEmulator) -> None:
    await emulator.control("GET", "/health")
    assert {} == named(await samples(emulator), "mockorders_requests_total")


@pytest.mark.timing
async def test_times_are_counted_in_buckets(emulator: RunningEmulator) -> None:
    for headers in ({}, {}, {"X_Mockorders_Fault": "delay=60"}):
        await emulator.universe("/orders", **headers)
    found = await samples(emulator)
    route = {"api": "universe", "route": "/orders"}
    buckets = [found["mockorders_request_duration_seconds_bucket", labeled(route, le=str(le))] for le in BOUNDS]
    all_of_them = found["mockorders_request_duration_seconds_bucket", labeled(route, le="+Inf")]
    assert sorted(buckets) == buckets
    assert (3.0, 3.0, 2.0) == (
        all_of_them,
        found["mockorders_request_duration_seconds_count", labeled(route)],
        buckets[BOUNDS.index(0.05)],
    )
    assert found["mockorders_request_duration_seconds_sum", labeled(route)] > 0.06


def labeled(labels: dict[str, str], **more: str) -> Labels:
    return frozenset({**labels, **more}.items())


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("status=503", {"status": 1.0}),
        ("delay=1; malformed", {"delay": 1.0, "malformed": 1.0}),
        ("drift=/orders", {"drift": 1.0}),
    ],
)
async def test_faults_are_counted(emulator: RunningEmulator, fault: str, expected: dict[str, float]) -> None:
    await emulator.universe("/orders", X_Mockorders_Fault=fault)
    found = named(await samples(emulator), "mockorders_faults_total")
    assert {labeled({"api": "universe"}, type=kind): value for kind, value in expected.items()} == found


async def test_request_without_a_response_has_no_status(emulator: RunningEmulator) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - the message is the client's
        await emulator.universe("/orders", X_Mockorders_Fault="reset")
    assert 1.0 == await count(emulator, "requests_total", api="universe", route="/orders", method="GET", status="none")


async def test_violation_is_counted_unless_a_fault_caused_it(serve: Serve) -> None:
    core = Emulator.of(Settings(fixtures=("docs",)))
    emulator = await serve(make_app(core))
    await emulator.universe("/orders", X_Mockorders_Fault="drift=/orders")
    assert 0.0 == await count(emulator, "violations_total", api="universe")
    orders = core.sandboxes.get("docs").tables("universe")["orders"]  # type: ignore[union-attr]
    orders.put({**orders[2], "plan": {**orders[2]["plan"], "name": 7}})
    assert 500 == (await emulator.universe("/orders")).status
    assert 1.0 == await count(emulator, "violations_total", api="universe")


async def test_sandboxes_are_counted(emulator: RunningEmulator) -> None:
    for key in ("a", "b", "a@2"):
        await emulator.universe("/orders", key)
    assert 2.0 == await count(emulator, "sandboxes")


async def test_size_of_the_journals_is_reported(start: Start) -> None:
    emulator = await start(journal_memory=20_000)
    for _ in range(20):
        await emulator.universe("/orders", "empty@1")
    held = await count(emulator, "journal_bytes")
    evicted = await count(emulator, "journal_evicted_total")
    listed = (await emulator.control("GET", "/sandboxes/empty/requests")).json
    assert (True, float(listed["evicted"]), 20) == (0 < held <= 20_000, evicted, evicted + listed["count"])
    await emulator.control("DELETE", "/sandboxes/empty/requests")
    assert (0.0, evicted) == (await count(emulator, "journal_bytes"), await count(emulator, "journal_evicted_total"))


async def test_memory_of_the_sandboxes_is_reported(start: Start) -> None:
    emulator = await start(max_memory=50_000_000)
    before = await count(emulator, "memory_bytes")
    body = {"effect": {"type": "status", "status": 500, "body": "x" * 100_000}}
    await emulator.control("POST", "/sandboxes/docs/faults", json=body)
    added = await count(emulator, "memory_bytes") - before
    assert (True, 50_000_000.0) == (100_000 < added < 110_000, await count(emulator, "memory_limit_bytes"))


async def test_documentation_lists_every_metric_with_type_and_labels(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", X_Mockorders_Fault="status=503")
    text = (await emulator.control("GET", "/metrics", headers={"Accept": "application/openmetrics-text"})).text
    found = {}
    for family in openmetrics_families(text):  # type: ignore[no-untyped-call]
        full = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = set(chain.from_iterable(sample.labels for sample in family.samples)) - {"le"}
        found[full] = (
            family.type.replace("info", "gauge"),
            labels,
        )  # "info" is a gauge in the text format of Prometheus
    assert {name: (kind, set(re.findall("`([a-z]+)`", labels))) for name, kind, labels in ROWS} == found


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "text/plain; version=0.0.4"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0"),
    ],
)
async def test_format_is_negotiated_by_accept(emulator: RunningEmulator, accept: str, content_type: str) -> None:
    reply = await emulator.control("GET", "/metrics", headers={"Accept": accept})
    assert reply.headers["Content-Type"].startswith(content_type)


async def test_version_is_that_of_the_package(emulator: RunningEmulator) -> None:
    assert 1.0 == await count(emulator, "build_info", version=mockorders.__version__)
