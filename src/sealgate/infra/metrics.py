"""What infra counts: plain integers that cost nothing to add to; `web.metrics` shows them at `/metrics`."""

from bisect import bisect_left
from collections.abc import Sequence
from threading import Lock


class Counter:
    """A number that only grows, one for each value of its label where it has one.

    Args:
        name: Ends in `_total`.
        label: The label's name, or None.
    """

    def __init__(self, name: str, documentation: str, *, label: str | None = None) -> None:
        self.name = name
        self.documentation = documentation
        self.label = label
        self.values: dict[str, int] = {} if label else {"": 0}
        self._lock = Lock()

    def add(self, number: int = 1, label: str = "") -> None:
        """Count `number` more. Any thread may."""
        with self._lock:
            self.values[label] = self.values.get(label, 0) + number


class Histogram:
    """How often a value fell between which bounds.

    Attributes:
        counts: By bucket: up to and including each bound, then beyond the last.
        total: The sum of the values.
    """

    def __init__(self, name: str, documentation: str, *, bounds: Sequence[int]) -> None:
        self.name = name
        self.documentation = documentation
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0

    def observe(self, value: int) -> None:
        """Count one value. One thread alone may."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


EVENTS_DROPPED = Counter(
    "sealgate_events_dropped_total", "Events that a listener did not get, by reason.", label="reason"
)
WRITE_BATCH = Histogram(
    "sealgate_write_batch_size", "Writes that shared one commit.", bounds=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
DATABASE_FAILURES = Counter("sealgate_database_failures_total", "Commits and connections that failed.")
COUNTERS_FALLBACK = Counter(
    "sealgate_counters_fallback_total", "Counter calls answered from this process alone since Redis did not answer."
)
COUNTERS = (EVENTS_DROPPED, DATABASE_FAILURES, COUNTERS_FALLBACK)
HISTOGRAMS = (WRITE_BATCH,)
