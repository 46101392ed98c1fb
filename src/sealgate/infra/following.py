"""Following a table that only grows: what came since a mark, with nothing that might still come in between.

Two kinds of marks: a rising row number, up to a number that was the newest when every transaction still open had not
begun (`Ahead`); and a moment that a row carries, behind which we stay by `LAG`, since a row is stamped when its call
begins and seen when its transaction ends.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Integer, func, literal_column, select, type_coerce

from sealgate.base.clock import to_ms
from sealgate.infra.tx import Tx

LAG = timedelta(seconds=6)
"""More than a write waits for a lock before it is given up."""
CLOCK_SET_BACK = timedelta(minutes=10)
"""A mark so far ahead is of a clock that was wrong, or moved by the sandbox: no two servers differ as much."""
# Text, not a parameter: PostgreSQL does not see that two expressions with parameters are one, so would not group by it.
_MINUTE_MS: ColumnElement[int] = literal_column("60000", Integer)


class Ahead(msgspec.Struct, frozen=True):
    """The newest rows at one time, and which transactions were open then.

    On PostgreSQL a number is given out before its row can be seen, so a lower one may come later: until every
    transaction that was open has ended. SQLite has one writer, and its numbers are seen in their order.

    Attributes:
        newest: Numbers by the names of their tables.
        oldest_open: Of PostgreSQL, the oldest transaction that was open, or the next one.
        next_begun: Of PostgreSQL, the next transaction to begin; None on SQLite.
    """

    newest: Mapping[str, int]
    oldest_open: int = 0
    next_begun: int | None = None

    def is_settled(self, later: "Ahead") -> bool:
        """Tell by a later look whether no row with a number up to `newest` can come any more."""
        return self.next_begun is None or later.oldest_open >= self.next_begun


def look_ahead(tx: Tx, keys: Mapping[str, Column[Any]]) -> Ahead:
    """Return the newest row number of each table, 0 where it is empty, and which transactions are open."""
    newest = {name: tx.execute(select(func.max(key))).scalar_one() or 0 for name, key in keys.items()}
    if tx.engine == "sqlite":
        return Ahead(newest)
    # After the numbers: whoever took one of them has begun by now. A snapshot's own end leaves out transactions that
    # began and are open; `age` counts up to the next one to begin.
    snapshot = (
        "SELECT oldest::text::bigint, oldest::text::bigint + age(oldest::xid)"
        " FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest) AS seen"
    )
    row: Any = tx.exec_driver_sql(snapshot).one()
    return Ahead(newest, row[0], row[1])


def numbers_after(tx: Tx, key: Column[Any], *, after: int, until: int, limit: int) -> tuple[int, int]:
    """Return the mark to go on from, and the one to go on to, `until` at the most.

    The first one is `after`, but 0 where SQLite's table was emptied meanwhile and its numbers began anew.

    Args:
        limit: Rows between the marks, at most.
    """
    if until < after and tx.engine == "sqlite":
        after = 0
    if until <= after:
        return after, after
    full: int | None = tx.execute(
        select(key).where(key > after, key <= until).order_by(key).offset(limit - 1).limit(1)
    ).scalar_one_or_none()
    return after, until if full is None else full


def moments_after(tx: Tx, at: Column[Any], *, after: int, now: datetime, limit: int) -> int:
    """Return the moment to go on to, in milliseconds: rows later than `after`, up to it, are all there.

    Where the clock was set back it is before `after`, and nothing lies between.

    Args:
        at: Indexed; NULLs are passed over.
        limit: Rows between the marks, but for those of one moment, which stay together.
    """
    ms = type_coerce(at, BigInteger)
    until = to_ms(now - LAG)
    if after > to_ms(now + CLOCK_SET_BACK):
        return until
    new = (at.is_not(None), ms > after, ms <= until)
    if tx.execute(select(ms).where(*new).limit(1)).first() is None:
        return after
    full: int | None = tx.execute(select(ms).where(*new).order_by(at).offset(limit - 1).limit(1)).scalar_one_or_none()
    return until if full is None else full


def minute_of(at: Column[Any]) -> ColumnElement[int]:
    """Return the start of a moment's minute, in milliseconds since 1970."""
    ms = type_coerce(at, BigInteger)
    return ms - ms % _MINUTE_MS
