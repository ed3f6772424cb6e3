"""The metrics of the store for Prometheus."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from mockorders.store.metrics import BOUNDS, StoreMetrics

BUCKETS = [*map(str, BOUNDS), "+Inf"]


def store_families(metrics: StoreMetrics) -> Iterator[Metric]:
    """Yield the metrics of a store."""
    yield CounterMetricFamily("mockorders_store_commits", "Changes that the store has kept.", metrics.commits)
    yield CounterMetricFamily("mockorders_store_failures", "Changes that the store could not keep.", metrics.failures)
    conflicts = "Changes that were not kept because another one was first; their requests were executed again."
    yield CounterMetricFamily("mockorders_store_conflicts", conflicts, metrics.conflicts)
    yield CounterMetricFamily("mockorders_store_bytes", "Bytes of the changes that were kept.", metrics.bytes)
    family = HistogramMetricFamily("mockorders_store_commit_duration_seconds", "Time to keep a change.")
    family.add_metric([], list(zip(BUCKETS, accumulate(metrics.buckets), strict=True)), metrics.seconds)
    yield family
