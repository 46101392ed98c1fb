"""What infra counts, on the default registry that `/metrics` shows."""

from prometheus_client import Counter, Histogram

EVENTS_DROPPED = Counter(
    "sealgate_events_dropped_total", "Events that a listener did not get, by reason.", labelnames=("reason",)
)
WRITE_BATCH = Histogram(
    "sealgate_write_batch_size", "Writes that shared one commit.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
DATABASE_FAILURES = Counter("sealgate_database_failures_total", "Commits and connections that failed.")
COUNTERS_FALLBACK = Counter(
    "sealgate_counters_fallback_total", "Counter calls answered from this process alone since Redis did not answer."
)
