"""Looking through long lists a bounded piece at a time.

Rows are numbered in the order of time. So a page of those that meet some rare condition costs what looking at a few
thousand rows costs, however many there are; and a moment is found by halving, without an index on the time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, and_, func, or_, select

from sealgate.base.cursors import Cursor
from sealgate.infra.schema import Uuid
from sealgate.infra.tx import Tx

LOOKED_AT = 5000
"""How many rows one page is chosen from at the most."""
_RUN = 32


def floor_below(tx: Tx, key: Column[Any], of_whom: ColumnElement[bool], *, before: int | None) -> int | None:
    """Return the number behind which the latest 5,000 rows lie, or None where there are no more.

    Args:
        of_whom: Whose rows; with `key` it is what an index is made of.
        before: Only rows with a lower number count.
    """
    query = select(key).where(of_whom).order_by(key.desc()).offset(LOOKED_AT).limit(1)
    if before is not None:
        query = query.where(key < before)
    found: int | None = tx.execute(query).scalar_one_or_none()
    return found


def number_since(tx: Tx, key: Column[Any], at: Column[Any], moment: datetime) -> int:
    """Return a number below which no row was made at a moment or later; at most a few rows too low.

    Rows that were stored later than others of their time may lie before it: who needs them begins a little earlier.
    """
    # Two questions: SQLite looks at every row to find both at once.
    low: int | None = tx.execute(select(func.min(key))).scalar_one()
    high: int | None = tx.execute(select(func.max(key))).scalar_one()
    if low is None or high is None:
        return 0
    high += 1
    while low < high:
        middle = (low + high) // 2
        # The latest of a few neighbours: one call that took an hour does not lead astray.
        run = select(key, at).where(key >= middle).order_by(key).limit(_RUN).subquery()
        latest = tx.execute(select(func.max(run.c[at.name]))).scalar_one()
        if latest is None or latest >= moment:
            high = middle
        else:
            low = middle + 1
    return int(low)


def number_until(tx: Tx, key: Column[Any], at: Column[Any], moment: datetime) -> int:
    """Return a number from which on every row was made at a moment or later; at most a few rows too high."""
    start = number_since(tx, key, at, moment)
    rest = select(key).where(key >= start).order_by(key).offset(2 * _RUN).limit(1)
    found: int | None = tx.execute(rest).scalar_one_or_none()
    last: int | None = tx.execute(select(func.max(key))).scalar_one() if found is None else found
    return start if last is None else last + 1


def page_by_time(
    tx: Tx,
    query: Select[Any],
    at: Column[Any],
    key: Column[Any],
    of_whom: ColumnElement[bool],
    tests: Sequence[ColumnElement[bool]],
    *,
    after: Cursor | None,
    limit: int,
) -> tuple[list[Row[Any]], Cursor | None]:
    """Return rows that meet `tests`, latest first, and where to go on; None where that was all.

    They are chosen from 5,000 rows at the most, so a page may be short, or empty, and yet not the last.

    Args:
        query: Selects `at` and `key` among others.
        key: A `Uuid`, or bytes; with `of_whom` and `at` it is what an index is made of.
    """
    base = [of_whom] if after is None else [of_whom, _is_behind(at, key, after)]
    order = (at.desc(), key.desc())
    last_looked_at = tx.execute(
        select(at, key).where(*base).order_by(*order).offset(LOOKED_AT - 1).limit(1)
    ).one_or_none()
    end = None if last_looked_at is None else _cursor(last_looked_at, at, key)
    if end is not None:
        base.append(~_is_behind(at, key, end))
    rows = tx.execute(query.where(*base, *tests).order_by(*order).limit(limit + 1)).all()
    if len(rows) > limit:
        return list(rows[:limit]), _cursor(rows[limit - 1], at, key)
    return list(rows), end


def _is_behind(at: Column[Any], key: Column[Any], cursor: Cursor) -> ColumnElement[bool]:
    value = cursor.key if isinstance(key.type, Uuid) else bytes.fromhex(cursor.key)
    return and_(at <= cursor.at, or_(at < cursor.at, key < value))


def _cursor(row: Row[Any], at: Column[Any], key: Column[Any]) -> Cursor:
    value = row._mapping[key.name]
    return Cursor(row._mapping[at.name], value.hex() if isinstance(value, bytes) else value.replace("-", ""))
