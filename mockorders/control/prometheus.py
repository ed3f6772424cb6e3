"""The counts as Prometheus reads them."""

from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from mockorders.__version__ import __version__
from mockorders.emulator import Emulator
from mockorders.observability.metrics import BOUNDS, NO_ROUTE, Key, LatencyHistogram

BUCKETS = [*map(str, BOUNDS), "+Inf"]


def render_metrics(emulator: Emulator, accept: str) -> web.Response:
    """Give the metrics in the format that is accepted: Prometheus' text, or OpenMetrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PrometheusCollector(emulator))
    encode, content_type = choose_encoder(accept)
    return web.Response(body=encode(registry), headers={"Content-Type": content_type})


class PrometheusCollector:
    """Reads the counts of a server when they are asked for."""

    def __init__(self, emulator: Emulator) -> None:
        self._core = emulator

    def collect(self) -> Iterator[Metric]:
        """Give all metrics."""
        emulator = self._core
        yield self._requests()
        yield self._durations()
        faults = CounterMetricFamily("mockorders_faults", "Faults that struck.", labels=["api", "type"])
        for pair, count in emulator.metrics.faults.items():
            faults.add_metric(pair, count)
        yield faults
        breaches = CounterMetricFamily("mockorders_violations", "Answers that broke their schema.", labels=["api"])
        for api in emulator.apis:
            breaches.add_metric([api.name], emulator.metrics.violations[api.name])
        yield breaches
        yield GaugeMetricFamily("mockorders_sandboxes", "Sandboxes that there are.", len(emulator.sandboxes))
        yield GaugeMetricFamily(
            "mockorders_journal_bytes", "Memory that all journals hold.", emulator.journal_budget.size
        )
        evicted = "Requests that journals let go of to make room."
        yield CounterMetricFamily("mockorders_journal_evicted", evicted, emulator.journal_budget.evicted)
        yield InfoMetricFamily("mockorders_build", "The emulator.", {"version": __version__})

    def _requests(self) -> Metric:
        labels = ["api", "route", "method", "status"]
        family = CounterMetricFamily("mockorders_requests", "Requests to the APIs.", labels=labels)
        for (api, route, method, status), series in self._groups():
            family.add_metric([api, route, method, NO_ROUTE if status is None else str(status)], sum(series.buckets))
        return family

    def _durations(self) -> Metric:
        """Add up what differs by method and status."""
        text = "Time until the first byte of an answer."
        family = HistogramMetricFamily("mockorders_request_duration_seconds", text, labels=["api", "route"])
        totals: dict[tuple[str, str], LatencyHistogram] = {}
        for (api, route, _, _), series in self._groups():
            total = totals.setdefault((api, route), LatencyHistogram())
            total.buckets = [one + other for one, other in zip(total.buckets, series.buckets, strict=True)]
            total.seconds += series.seconds
        for pair, total in totals.items():
            below = [sum(total.buckets[: number + 1]) for number in range(len(BUCKETS))]
            family.add_metric(pair, list(zip(BUCKETS, below, strict=True)), total.seconds)
        return family

    def _groups(self) -> list[tuple[Key, LatencyHistogram]]:
        return sorted(self._core.metrics.series.items(), key=lambda each: (*each[0][:3], each[0][3] or 0))
