"""What an attempt at a webhook comes to: delivered, tried again, given up, and when its endpoint is paused. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from sealgate.apps.webhook_model import Schedule, WebhookEndpoint

_MINUTE, _HOUR = 60, 3600

DELAYS_S: dict[Schedule, tuple[int, ...]] = {
    "sealgate": (
        10,
        _MINUTE,
        10 * _MINUTE,
        30 * _MINUTE,
        2 * _HOUR,
        6 * _HOUR,
        12 * _HOUR,
        24 * _HOUR,
        30 * _HOUR,
    ),
    "compat": (10, _MINUTE, 10 * _MINUTE, 10 * _MINUTE),
}
"""Seconds to wait after the first failed attempt, after the second, and so on; after the last the delivery is given up
(design 4.17; platform-api 19.4)."""

JITTER = 0.2
LONGEST_RETRY_AFTER = timedelta(hours=24)
GONE = 410
HOLDING = frozenset({429, 503})

PAUSED_AFTER = timedelta(days=5)
PAUSED_AFTER_FAILURES = 12

_COMPAT_SUCCESS = frozenset({200, 201, 204})
_SECONDS = re.compile(r"[0-9]{1,9}")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from an attempt.

    Attributes:
        state: `waiting` is tried again at `next_at`; `failed` is given up.
        hold_until: Until when nothing at all should be sent to this endpoint: it asked for that.
        pause: Why the endpoint is to be paused, where it is.
    """

    state: Literal["delivered", "waiting", "failed"]
    next_at: datetime | None = None
    hold_until: datetime | None = None
    pause: Literal["gone"] | None = None


def judge(
    status: int | None,
    retry_after: str | None,
    *,
    attempt: int,
    schedule: Schedule,
    now: datetime,
    chance: float,
    refused: bool = False,
    waits_s: Sequence[float] = (),
) -> Verdict:
    """Return what follows from an attempt that ended at `now`.

    Args:
        status: Of the answer; None where none came.
        retry_after: The answer's `Retry-After`, as it was sent.
        attempt: Number of the attempt, from 1.
        chance: From 0 to below 1, at random: where within the jitter the next attempt falls.
        refused: Whether our guard refused the URL. It would again, so such a delivery is not tried again.
        waits_s: The operator's own waits, which count for every app; empty where there are none.
    """
    if status is not None and is_success(status, schedule):
        return Verdict(state="delivered")
    if status == GONE:
        return Verdict(state="failed", pause="gone")
    asked = read_retry_after(retry_after, now=now)
    hold_until = now + asked if asked and status in HOLDING else None
    wait = None if refused else delay_after(attempt, schedule, chance=chance, waits_s=waits_s)
    if wait is None:
        return Verdict(state="failed", hold_until=hold_until)
    # Never sooner than the endpoint asked, and never sooner than we would have come.
    return Verdict(state="waiting", next_at=now + max(wait, asked or wait), hold_until=hold_until)


def is_success(status: int, schedule: Schedule) -> bool:
    """Tell whether an answer says that the event was taken: any 2xx, or the three that old senders know."""
    return status in _COMPAT_SUCCESS if schedule == "compat" else 200 <= status < 300


def delay_after(attempt: int, schedule: Schedule, *, chance: float, waits_s: Sequence[float] = ()) -> timedelta | None:
    """Return how long to wait after an attempt that failed, or None once the delivery is given up.

    Our own schedule is stretched by up to a fifth, so that what failed together does not come back together.
    """
    delays = waits_s or DELAYS_S[schedule]
    if attempt > len(delays):
        return None
    stretch = 1 + JITTER * chance if schedule == "sealgate" else 1
    return timedelta(seconds=delays[attempt - 1] * stretch)


def read_retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """Return what `Retry-After` asks for, seconds or a date (RFC 9110, 10.2.3), a day at most; None where it does not.

    What cannot be read asks for nothing.
    """
    text = (text or "").strip()
    if _SECONDS.fullmatch(text):
        asked = timedelta(seconds=int(text))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError, OverflowError):
            return None
        asked = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(asked, LONGEST_RETRY_AFTER) if asked > timedelta() else None


def is_worn_out(endpoint: WebhookEndpoint, *, now: datetime) -> bool:
    """Tell whether an endpoint has failed for so long that it is paused: five days and twelve attempts, none in between
    having succeeded. The attempts of one delivery alone never pause it: they end within four days."""
    return (
        endpoint.failing_since is not None
        and now - endpoint.failing_since >= PAUSED_AFTER
        and endpoint.failures >= PAUSED_AFTER_FAILURES
    )
