"""What is counted for the pictures of an app, and what the counts tell. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

CALLS_ANSWERED = "calls.answered"
CALLS_REFUSED = "calls.refused"
MADE = "payloads.made"
DUE = "payloads.due"
"""Deadlines of requests that had not ended: those in the past are the expired ones. It falls when one of them ends."""
SIGNED = "payloads.signed"
REJECTED = "payloads.rejected"
CANCELLED = "payloads.cancelled"
SIGN_INS = "sign_ins"
TRIES_OK = "tries.ok"
TRIES_FAILED = "tries.failed"

TIME_TO_SIGN_MS = tuple(
    s * 1000 for s in (2, 4, 6, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800, 3600, 21_600, 86_400)
)
"""Upper bounds of the places of a histogram; what exceeds them all has a place of its own."""
TRY_LATENCY_MS = (25, 50, 100, 200, 350, 500, 750, 1000, 2000, 3500, 5000, 10_000, 15_000)


def time_to_sign(place: int) -> str:
    """Return the metric of a place among `TIME_TO_SIGN_MS`."""
    return f"sign_ms.{place}"


def try_latency(place: int) -> str:
    """Return the metric of a place among `TRY_LATENCY_MS`."""
    return f"try_ms.{place}"


SIGN_PLACES = tuple(time_to_sign(place) for place in range(len(TIME_TO_SIGN_MS) + 1))
TRY_PLACES = tuple(try_latency(place) for place in range(len(TRY_LATENCY_MS) + 1))
COUNTS = (
    CALLS_ANSWERED,
    CALLS_REFUSED,
    MADE,
    SIGNED,
    REJECTED,
    CANCELLED,
    SIGN_INS,
    TRIES_OK,
    TRIES_FAILED,
    *SIGN_PLACES,
    *TRY_PLACES,
)
"""Every metric but `DUE`, which is read for the past only."""


def quantile_ms(bounds_ms: Sequence[int], places: Sequence[int], share: float) -> float | None:
    """Return about the value that this share of what was measured does not exceed, None where nothing was.

    Within a place the values are taken to lie evenly; beyond the last bound it is that bound.

    Args:
        places: How many lie in each place; one more than there are bounds.
    """
    sums = list(accumulate(places))
    if not sums or sums[-1] == 0:
        return None
    wanted = share * sums[-1]
    place = bisect_left(sums, wanted)
    while places[place] == 0:  # only where `share` is 0
        place += 1
    if place >= len(bounds_ms):
        return float(bounds_ms[-1])
    low = bounds_ms[place - 1] if place else 0
    before = sums[place] - places[place]
    return low + (bounds_ms[place] - low) * (wanted - before) / places[place]
