"""Export the request metrics to Prometheus."""

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
from mockorders.control.prometheus_store import store_families
from mockorders.emulator import Emulator
from mockorders.observability.metrics import BOUNDS, NO_ROUTE, Key, LatencyHistogram

BUCKETS = [*map(str, BOUNDS), "+Inf"]


def render_metrics(emulator: Emulator, accept: str) -> web.Response:
    """Return the metrics in the accepted format: Prometheus text or OpenMetrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PrometheusCollector(emulator))
    encode, content_type = choose_encoder(accept)
    return web.Response(body=encode(registry), headers={"Content-Type": content_type})


class PrometheusCollector:
    """Collects the metrics of one emulator when they are scraped."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        emulator = self._emulator
        yield self._requests()
        yield self._durations()
        yield self._faults()
        yield self._violations()
        yield self._disconnects()
        yield GaugeMetricFamily("mockorders_sandboxes", "Number of sandboxes.", len(emulator.sandboxes))
        yield self._removed()
        memory = emulator.memory
        yield GaugeMetricFamily("mockorders_memory_bytes", "Memory used by fixtures and sandboxes.", memory.used)
        yield GaugeMetricFamily("mockorders_memory_limit_bytes", "Limit of the memory.", memory.limit)
        journals = emulator.journals
        yield GaugeMetricFamily("mockorders_journal_bytes", "Memory used by all request journals.", journals.size)
        yield CounterMetricFamily("mockorders_journal_evicted", "Requests evicted from journals.", journals.evicted)
        if emulator.store is not None:
            yield from store_families(emulator.store.metrics)
        yield InfoMetricFamily("mockorders_build", "Version of the emulator.", {"version": __version__})

    def _removed(self) -> Metric:
        text = "Sandboxes deleted because they were not used."
        family = CounterMetricFamily("mockorders_sandboxes_removed", text, labels=["reason"])
        for reason, count in self._emulator.sandboxes.removed.items():
            family.add_metric([reason], count)
        return family

    def _requests(self) -> Metric:
        labels = ["api", "route", "method", "status"]
        family = CounterMetricFamily("mockorders_requests", "Requests to the APIs.", labels=labels)
        for (api, route, method, status), series in self._groups():
            family.add_metric([api, route, method, NO_ROUTE if status is None else str(status)], sum(series.buckets))
        return family

    def _faults(self) -> Metric:
        family = CounterMetricFamily("mockorders_faults", "Faults applied to requests.", labels=["api", "type"])
        for pair, count in self._emulator.metrics.faults.items():
            family.add_metric(pair, count)
        return family

    def _violations(self) -> Metric:
        text = "Responses that violated their schema."
        family = CounterMetricFamily("mockorders_violations", text, labels=["api"])
        for api in self._emulator.apis:
            family.add_metric([api.name], self._emulator.metrics.violations[api.name])
        return family

    def _disconnects(self) -> Metric:
        text = "Requests whose client disconnected before it got the whole response."
        family = CounterMetricFamily("mockorders_disconnects", text, labels=["api"])
        for api in self._emulator.apis:
            family.add_metric([api.name], self._emulator.metrics.disconnects[api.name])
        return family

    def _durations(self) -> Metric:
        """Return the latency histograms per route, summed over methods and statuses."""
        text = "Time to the first byte of the response."
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
        return sorted(self._emulator.metrics.series.items(), key=lambda each: (*each[0][:3], each[0][3] or 0))
