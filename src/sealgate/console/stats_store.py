"""The statements on the counts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, delete, func, literal_column, select, type_coerce, update

from sealgate.base.clock import from_ms
from sealgate.console.tables import app_last_calls, app_stats, stats_marks
from sealgate.infra.database import insert_for, insert_if_new
from sealgate.infra.tx import Tx

Key = tuple[str, int, str, int]
"""An app, a resolution in seconds, a metric, and the start of a bucket in milliseconds since 1970."""

_MS = type_coerce(app_stats.c.bucket_at, BigInteger)


def find_mark(tx: Tx, source: str) -> int | None:
    """Return how far a source was counted, None before the first time."""
    query = select(stats_marks.c.mark).where(stats_marks.c.source == source)
    mark: int | None = tx.execute(query).scalar_one_or_none()
    return mark


def move_mark(tx: Tx, source: str, *, since: int | None, to: int) -> bool:
    """Move a source's mark. True for one of all who saw it where it was; None is where it is before the first time."""
    if since is None:
        return insert_if_new(tx, stats_marks, {"source": source, "mark": to})
    here = (stats_marks.c.source == source) & (stats_marks.c.mark == since)
    return tx.execute(update(stats_marks).where(here).values(mark=to)).rowcount == 1


def add_counts(tx: Tx, counts: Mapping[Key, int]) -> None:
    """Add to the counts; those that are not there begin at 0."""
    if not counts:
        return
    new = insert_for(tx.engine, app_stats)
    added = new.on_conflict_do_update(
        index_elements=list(app_stats.primary_key.columns), set_={"count": app_stats.c.count + new.excluded.count}
    )
    rows = [
        {"app_uuid": app, "resolution_s": resolution, "metric": metric, "bucket_at": from_ms(bucket), "count": count}
        # In one order everywhere, so that two processes never wait for each other.
        for (app, resolution, metric, bucket), count in sorted(counts.items())
    ]
    tx.execute(added, rows)


def note_last_calls(tx: Tx, calls: Mapping[str, datetime]) -> None:
    """Remember when apps called last, unless a later call is known."""
    if not calls:
        return
    new = insert_for(tx.engine, app_last_calls)
    later = new.on_conflict_do_update(
        index_elements=[app_last_calls.c.app_uuid],
        set_={"at": new.excluded.at},
        where=app_last_calls.c.at < new.excluded.at,
    )
    tx.execute(later, [{"app_uuid": app, "at": at} for app, at in sorted(calls.items())])


def last_calls(tx: Tx, apps: Collection[str]) -> dict[str, datetime]:
    """Return when each of these apps called last; those that never did are missing."""
    columns = app_last_calls.c
    found = tx.execute(select(columns.app_uuid, columns.at).where(columns.app_uuid.in_(apps)))
    return {row.app_uuid: row.at for row in found}


def counts_of(
    tx: Tx,
    apps: Collection[str],
    metrics: Collection[str],
    *,
    resolution_s: int,
    step_s: int,
    since: datetime,
    until: datetime,
) -> dict[tuple[str, str, int], int]:
    """Return counts by app, metric and start of a step in milliseconds: of buckets from `since` to before `until`."""
    columns = app_stats.c
    # Text, not a parameter, as in `infra.following`.
    step = _MS - _MS % literal_column(str(step_s * 1000))
    query = (
        select(columns.app_uuid, columns.metric, step, func.sum(columns.count))
        .where(
            columns.app_uuid.in_(apps),
            columns.resolution_s == resolution_s,
            columns.metric.in_(metrics),
            columns.bucket_at >= since,
            columns.bucket_at < until,
        )
        .group_by(columns.app_uuid, columns.metric, step)
    )
    rows: list[Any] = list(tx.execute(query))
    return {(app, metric, start): int(count) for app, metric, start, count in rows}


def delete_old_counts(tx: Tx, *, resolution_s: int, before: datetime, limit: int) -> int:
    """Delete counts of a resolution whose buckets began before a moment, at most `limit`; return how many."""
    columns = app_stats.c
    old = (
        select(columns.bucket_at)
        .where(columns.resolution_s == resolution_s, columns.bucket_at < before)
        .order_by(columns.bucket_at)
        .offset(limit - 1)
        .limit(1)
    )
    # Whole buckets go, so that no row need be named: the last one may bring a few more than `limit`.
    end = tx.execute(old).scalar_one_or_none()
    tail = columns.bucket_at < before if end is None else columns.bucket_at <= end
    return tx.execute(delete(app_stats).where(columns.resolution_s == resolution_s, tail)).rowcount
