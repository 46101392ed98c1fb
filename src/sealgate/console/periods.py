"""The spans of time that pictures show: how long, in which steps, read from which buckets. Pure."""

from datetime import datetime, timedelta

import msgspec

from sealgate.base.clock import from_ms, to_ms


class Period(msgspec.Struct, frozen=True):
    """A span that ends now.

    Attributes:
        key: In the URL.
        words: After "in".
        step_s: Length of a step, seconds.
        steps: How many there are; the last one has just begun, or is about to end.
        resolution_s: Length of the buckets it is read from.
        form: How the beginning of a step is written, for `strftime`.
        ticks: Every how many steps one is named below the chart.
    """

    key: str
    label: str
    words: str
    step_s: int
    steps: int
    resolution_s: int
    form: str
    ticks: int

    def starts(self, now: datetime) -> list[datetime]:
        """Return when each step begins, the earliest first."""
        step_ms = self.step_s * 1000
        last = to_ms(now) // step_ms * step_ms
        return [from_ms(last - step_ms * back) for back in reversed(range(self.steps))]

    def names(self, now: datetime) -> list[str]:
        """Return what the steps are called, in UTC."""
        return [start.strftime(self.form) for start in self.starts(now)]


HOUR = Period("1h", "1 hour", "the last hour", 60, 60, 60, "%H:%M", 15)
DAY = Period("24h", "24 hours", "the last 24 hours", 1800, 48, 60, "%d %b, %H:%M", 12)
MONTH = Period("30d", "30 days", "the last 30 days", 86_400, 30, 3600, "%d %b", 7)
PERIODS = {period.key: period for period in (HOUR, DAY, MONTH)}

RECENT_STEPS = 24
RECENT_STEP = timedelta(hours=1)
"""Of the small charts in the list of apps."""
