"""What `/metrics` tells: calls by route and status, how long they took, how many are running, and what slices add.

The hot path adds to plain integers on the one event loop; prometheus-client is imported when somebody first asks
and only writes the text.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from sealgate.infra import metrics as infra

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RouteStats:
    """The numbers of one route."""

    __slots__ = ("buckets", "by_status", "method", "path", "seconds")

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path
        self.by_status: dict[int, int] = {}
        self.buckets = [0] * (len(BOUNDS_S) + 1)
        self.seconds = 0.0

    def add(self, status: int, duration_s: float) -> None:
        """Count one answered call."""
        self.by_status[status] = self.by_status.get(status, 0) + 1
        self.buckets[bisect_left(BOUNDS_S, duration_s)] += 1
        self.seconds += duration_s


class Metrics:
    """Every number of this process, and a place for slices to add their own."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.sockets = 0
        self.streams = 0
        self._routes: list[RouteStats] = []
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._counters: dict[str, tuple[str, Callable[[], float]]] = {}
        self._registry: Any = None
        self.gauge("sealgate_calls_in_flight", "Calls being handled now.", lambda: self.in_flight)
        self.gauge("sealgate_sockets", "WebSockets open now.", lambda: self.sockets)
        self.gauge("sealgate_streams", "Event streams open now.", lambda: self.streams)

    def route(self, method: str, path: str) -> RouteStats:
        """Return new numbers for a route; `path` is the template, never what a caller sent."""
        stats = RouteStats(method, path)
        self._routes.append(stats)
        return stats

    def gauge(self, name: str, documentation: str, read: Callable[[], float]) -> None:
        """Show a value that goes up and down; `read` is called when somebody looks, and must be quick."""
        self._gauges[name] = (documentation, read)

    def counter(self, name: str, documentation: str, read: Callable[[], float]) -> None:
        """Show a value that only grows; `name` ends in `_total`."""
        self._counters[name] = (documentation, read)

    def text(self) -> bytes:
        """Return everything in the Prometheus text format 0.0.4: ours, then the process's."""
        from prometheus_client import REGISTRY, exposition

        return exposition.generate_latest(self._own()) + exposition.generate_latest(REGISTRY)

    def _own(self) -> Any:
        if self._registry is None:
            from prometheus_client import CollectorRegistry

            self._registry = CollectorRegistry()
            self._registry.register(self)
        return self._registry

    def collect(self) -> Iterator[Any]:
        """Yield metric families; called by prometheus-client."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        calls = CounterMetricFamily("sealgate_calls", "Answered calls.", labels=["method", "route", "status"])
        durations = HistogramMetricFamily(
            "sealgate_call_duration_seconds", "From the first byte of the head to the last of the answer.",
            labels=["method", "route"],
        )  # fmt: skip
        for stats in self._routes:
            if not stats.by_status:
                continue
            for status, count in sorted(stats.by_status.items()):
                calls.add_metric([stats.method, stats.path, str(status)], count)
            durations.add_metric([stats.method, stats.path], _cumulative(BOUNDS_S, stats.buckets), stats.seconds)
        yield calls
        yield durations
        for name, (documentation, read) in self._gauges.items():
            yield GaugeMetricFamily(name, documentation, value=read())
        for name, (documentation, read) in self._counters.items():
            yield CounterMetricFamily(name, documentation, value=read())
        for counter in infra.COUNTERS:
            family = CounterMetricFamily(
                counter.name, counter.documentation, labels=[counter.label] if counter.label else []
            )
            for label, value in counter.values.items():
                family.add_metric([label] if counter.label else [], value)
            yield family
        for histogram in infra.HISTOGRAMS:
            buckets = _cumulative(histogram.bounds, histogram.counts)
            yield HistogramMetricFamily(
                histogram.name, histogram.documentation, buckets=buckets, sum_value=histogram.total
            )


def _cumulative(bounds: Sequence[float], counts: Sequence[int]) -> list[tuple[str, int]]:
    """Return the counts as Prometheus has them: each bucket holds the smaller ones too."""
    return list(zip([*(str(float(bound)) for bound in bounds), "+Inf"], accumulate(counts), strict=True))
