"""What the overview of an app shows: its numbers and charts over a period, and its last call."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.base.clock import from_ms, to_ms
from sealgate.console import metrics, stats, stats_store
from sealgate.console.charts import Series
from sealgate.console.metrics import TIME_TO_SIGN_MS, TRY_LATENCY_MS
from sealgate.console.periods import RECENT_STEP, RECENT_STEPS, Period
from sealgate.infra.tx import Tx

Span = tuple[float, float]
"""A median and a 95th percentile, seconds."""


class Numbers(msgspec.Struct, frozen=True):
    """What was counted for an app in the steps of a period.

    Attributes:
        counts: Of each metric one number a step.
    """

    counts: dict[str, tuple[int, ...]]

    def of(self, metric: str) -> tuple[int, ...]:
        """Return the numbers of a metric."""
        return self.counts[metric]

    def total(self, *named: str) -> int:
        """Return how often these happened altogether."""
        return sum(sum(self.counts[metric]) for metric in named)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        return not any(any(values) for values in self.counts.values())

    @property
    def calls(self) -> tuple[Series, ...]:
        """Calls, by whether they were answered."""
        return (
            Series("Answered", self.of(metrics.CALLS_ANSWERED)),
            Series("Refused", self.of(metrics.CALLS_REFUSED), "hatch", "bad"),
        )

    @property
    def endings(self) -> tuple[Series, ...]:
        """Requests that ended, by how they did."""
        return (
            Series("Signed", self.of(metrics.SIGNED), "solid", "good"),
            Series("Rejected", self.of(metrics.REJECTED), "hatch", "bad"),
            Series("Expired", self.of(metrics.DUE), "dots", "warn"),
            Series("Cancelled", self.of(metrics.CANCELLED), "hollow", "soft"),
        )

    @property
    def made(self) -> tuple[Series, ...]:
        """Requests that were made."""
        return (Series("Created", self.of(metrics.MADE)),)

    @property
    def sign_ins(self) -> tuple[Series, ...]:
        """Sign-ins."""
        return (Series("Sign-ins", self.of(metrics.SIGN_INS)),)

    @property
    def tries(self) -> tuple[Series, ...]:
        """Tries to deliver webhooks, by what came of them."""
        return (
            Series("Delivered", self.of(metrics.TRIES_OK), "solid", "good"),
            Series("Failed", self.of(metrics.TRIES_FAILED), "hatch", "bad"),
        )

    @property
    def time_to_sign(self) -> Span | None:
        """How long people took from the request to the signature, over the whole period."""
        return _span(TIME_TO_SIGN_MS, [sum(self.of(metric)) for metric in metrics.SIGN_PLACES])

    @property
    def times_to_sign(self) -> list[Span | None]:
        """The same of each step."""
        steps = zip(*(self.of(metric) for metric in metrics.SIGN_PLACES), strict=True)
        return [_span(TIME_TO_SIGN_MS, places) for places in steps]

    @property
    def try_latency(self) -> Span | None:
        """How long webhook endpoints took to answer, over the whole period."""
        return _span(TRY_LATENCY_MS, [sum(self.of(metric)) for metric in metrics.TRY_PLACES])


def numbers_of(tx: Tx, app_uuid: str, period: Period, *, now: datetime) -> Numbers:
    """Return what was counted for an app over a period."""
    starts = period.starts(now)
    how: Any = {"resolution_s": period.resolution_s, "step_s": period.step_s, "since": starts[0]}
    counts = stats_store.counts_of(tx, [app_uuid], metrics.COUNTS, until=_after_all(now), **how)
    # A deadline is an expiry when it is past, and of the bucket that has begun some are not.
    bucket_ms = period.resolution_s * 1000
    begun = from_ms(to_ms(now) // bucket_ms * bucket_ms)
    counts |= stats_store.counts_of(tx, [app_uuid], [metrics.DUE], until=begun, **how)
    columns = [to_ms(start) for start in starts]
    return Numbers(
        {
            metric: tuple(max(0, counts.get((app_uuid, metric, start), 0)) for start in columns)
            for metric in (*metrics.COUNTS, metrics.DUE)
        }
    )


class Recent(msgspec.Struct, frozen=True):
    """What the list of apps shows of one.

    Attributes:
        calls: In each of the last 24 hours.
        last_call: The minute of the last call ever, or None.
    """

    calls: tuple[int, ...]
    last_call: datetime | None

    @property
    def total(self) -> int:
        """Calls of the last 24 hours."""
        return sum(self.calls)


def recents(tx: Tx, apps: Collection[str], *, now: datetime) -> dict[str, Recent]:
    """Return what the list of apps shows of each of these."""
    hour_ms = int(RECENT_STEP.total_seconds()) * 1000
    last = to_ms(now) // hour_ms * hour_ms
    starts = [last - hour_ms * back for back in reversed(range(RECENT_STEPS))]
    named = (metrics.CALLS_ANSWERED, metrics.CALLS_REFUSED)
    hour_s = hour_ms // 1000
    counts = stats_store.counts_of(
        tx, apps, named, resolution_s=hour_s, step_s=hour_s, since=from_ms(starts[0]), until=_after_all(now)
    )
    calls = stats.last_calls(tx, apps)
    return {
        app: Recent(
            tuple(sum(counts.get((app, metric, start), 0) for metric in named) for start in starts), calls.get(app)
        )
        for app in apps
    }


def _after_all(now: datetime) -> datetime:
    # What has happened lies in buckets that begin now at the latest.
    return now + timedelta(milliseconds=1)


def _span(bounds_ms: Sequence[int], places: Sequence[int]) -> Span | None:
    median = metrics.quantile_ms(bounds_ms, places, 0.5)
    high = metrics.quantile_ms(bounds_ms, places, 0.95)
    return None if median is None or high is None else (median / 1000, high / 1000)
