"""Counts for pictures: read from what the slices store anyway, behind everybody's back (ADR 26).

A source is counted in two steps: what came since its mark is read and summed up, then one small write moves the mark
and adds the sums. The mark moves for one only, so several processes count nothing twice; and whoever was away goes on
where the mark is.
"""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import Column

from sealgate.access import tally as access
from sealgate.base.clock import from_ms, to_ms
from sealgate.console import metrics, stats_store
from sealgate.console.stats_store import Key
from sealgate.delivery import tally as delivery
from sealgate.infra import following
from sealgate.infra.following import Ahead
from sealgate.infra.tx import Tx
from sealgate.oauth import tally as oauth
from sealgate.payloads import tally as payloads

Source = Literal["calls", "made", "answered", "cancelled", "sign_ins", "tries"]
SOURCES: tuple[Source, ...] = get_args(Source)

MINUTE_S, HOUR_S = 60, 3600
KEPT = {MINUTE_S: timedelta(days=2, hours=1), HOUR_S: timedelta(days=40)}
"""How long the buckets of a resolution are kept."""
READ_AT_ONCE = 5000
FORGOTTEN_AT_ONCE = 2000

_Sums = Counter[tuple[str, str, int]]
"""Changes by app, metric and start of a minute in milliseconds."""


class News(msgspec.Struct, frozen=True):
    """What came from a source since its mark.

    Attributes:
        since: The mark, None where there was none yet.
        to: Where it goes.
        counts: What is to be added.
        last_calls: When apps called last.
    """

    source: Source
    since: int | None
    to: int
    counts: dict[Key, int]
    last_calls: dict[str, datetime]

    @property
    def is_empty(self) -> bool:
        """Whether nothing came."""
        return self.to == (self.since or 0)


def look_ahead(tx: Tx) -> Ahead:
    """Return how far the numbered sources go."""
    return following.look_ahead(tx, _NUMBERED)


def read_news(tx: Tx, source: Source, ahead: Ahead, *, now: datetime, limit: int = READ_AT_ONCE) -> News:
    """Return what came from a source since it was counted last, at most about `limit` rows of it.

    Args:
        ahead: How far a numbered source is counted: a settled look.
    """
    since = stats_store.find_mark(tx, source)
    to, sums = _READERS[source](tx, since or 0, ahead.newest.get(source, 0), now, limit)
    calls: dict[str, datetime] = {}
    if source == "calls":
        for app, _metric, minute in sums:
            calls[app] = max(from_ms(minute), calls.get(app, from_ms(minute)))
    return News(source, since, to, _buckets(sums, now), calls)


def count(tx: Tx, news: News) -> bool:
    """Add what came from a source. False where somebody else did, and nothing was changed."""
    if not stats_store.move_mark(tx, news.source, since=news.since, to=news.to):
        return False
    stats_store.add_counts(tx, news.counts)
    stats_store.note_last_calls(tx, news.last_calls)
    return True


def forget_old(tx: Tx, *, now: datetime) -> int:
    """Delete buckets that no picture shows any more, some thousand at once; return how many went."""
    return sum(
        stats_store.delete_old_counts(tx, resolution_s=resolution, before=now - kept, limit=FORGOTTEN_AT_ONCE)
        for resolution, kept in KEPT.items()
    )


def last_calls(tx: Tx, apps: Collection[str]) -> dict[str, datetime]:
    """Return the minute in which each of these apps called last; those that never did are missing."""
    return stats_store.last_calls(tx, apps)


def _buckets(sums: _Sums, now: datetime) -> dict[Key, int]:
    counts: Counter[Key] = Counter()
    for resolution, kept in KEPT.items():
        oldest = to_ms(now - kept)
        for (app, metric, minute), change in sums.items():
            bucket = minute - minute % (resolution * 1000)
            if bucket >= oldest:
                counts[app, resolution, metric, bucket] += change
    return {key: change for key, change in counts.items() if change}


def _calls(tx: Tx, after: int, until: int, now: datetime, limit: int) -> tuple[int, _Sums]:
    to, rows = access.calls_after(tx, after, until=until, limit=limit)
    sums: _Sums = Counter()
    for row in rows:
        sums[row.app_uuid, metrics.CALLS_REFUSED if row.refused else metrics.CALLS_ANSWERED, row.minute] += row.count
    return to, sums


def _made(tx: Tx, after: int, until: int, now: datetime, limit: int) -> tuple[int, _Sums]:
    to, rows = payloads.made_after(tx, after, until=until, limit=limit)
    sums: _Sums = Counter()
    for row in rows:
        sums[row.app_uuid, metrics.MADE, row.minute] += row.count
        sums[row.app_uuid, metrics.DUE, row.due] += row.count
    return to, sums


def _answered(tx: Tx, after: int, until: int, now: datetime, limit: int) -> tuple[int, _Sums]:
    to, rows = payloads.answered_after(tx, after, bounds_ms=metrics.TIME_TO_SIGN_MS, now=now, limit=limit)
    return to, _ended(rows)


def _cancelled(tx: Tx, after: int, until: int, now: datetime, limit: int) -> tuple[int, _Sums]:
    to, rows = payloads.cancelled_after(tx, after, bounds_ms=(), now=now, limit=limit)
    return to, _ended(rows)


def _ended(rows: list[payloads.Ended]) -> _Sums:
    sums: _Sums = Counter()
    for row in rows:
        sums[row.app_uuid, f"payloads.{row.end}", row.minute] += row.count
        sums[row.app_uuid, metrics.DUE, row.due] -= row.count
        if row.end == "signed":
            sums[row.app_uuid, metrics.time_to_sign(row.place), row.minute] += row.count
    return sums


def _sign_ins(tx: Tx, after: int, until: int, now: datetime, limit: int) -> tuple[int, _Sums]:
    to, rows = oauth.sign_ins_after(tx, after, now=now, limit=limit)
    return to, Counter({(row.app_uuid, metrics.SIGN_INS, row.minute): row.count for row in rows})


def _tries(tx: Tx, after: int, until: int, now: datetime, limit: int) -> tuple[int, _Sums]:
    to, rows = delivery.tries_after(tx, after, until=until, bounds_ms=metrics.TRY_LATENCY_MS, limit=limit)
    sums: _Sums = Counter()
    for row in rows:
        sums[row.app_uuid, metrics.TRIES_OK if row.ok else metrics.TRIES_FAILED, row.minute] += row.count
        if row.place is not None:
            sums[row.app_uuid, metrics.try_latency(row.place), row.minute] += row.count
    return to, sums


_READERS: dict[Source, Callable[[Tx, int, int, datetime, int], tuple[int, _Sums]]] = {
    "calls": _calls,
    "made": _made,
    "answered": _answered,
    "cancelled": _cancelled,
    "sign_ins": _sign_ins,
    "tries": _tries,
}
_NUMBERED: dict[str, Column[Any]] = {
    "calls": access.NUMBERED_BY,
    "made": payloads.NUMBERED_BY,
    "tries": delivery.NUMBERED_BY,
}
