"""Counting requests and what became of them, for pictures of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import BigInteger, ColumnElement, case, func, literal, select, type_coerce

from sealgate.infra.following import minute_of, moments_after, numbers_after
from sealgate.infra.tx import Tx
from sealgate.payloads.tables import payload_outcomes, payloads

End = Literal["signed", "rejected", "cancelled"]

NUMBERED_BY = payloads.c.id

_P = payloads.c
# What xApps tell people is stored as requests, and nobody answers it.
_IS_REQUEST = ~_P.terms.contains('"xapp":{"identifier":', autoescape=True)


class Made(msgspec.Struct, frozen=True):
    """Requests of one app that were made in one minute and have their deadline in another.

    Attributes:
        minute, due: Starts of minutes, milliseconds since 1970.
    """

    app_uuid: str
    minute: int
    due: int
    count: int


class Ended(msgspec.Struct, frozen=True):
    """Requests of one app that ended in one minute, by how they did.

    Attributes:
        minute, due: As in `Made`.
        place: How many of the bounds the time from making to ending exceeds.
    """

    app_uuid: str
    minute: int
    due: int
    end: End
    place: int
    count: int


def made_after(tx: Tx, after: int, *, until: int, limit: int) -> tuple[int, list[Made]]:
    """Return the mark to ask with the next time, and what was made since the mark `after`.

    Args:
        after: 0 for everything.
        until: The highest row id to go to (`infra.following.Ahead`).
        limit: How many requests are counted at the most.
    """
    after, through = numbers_after(tx, _P.id, after=after, until=until, limit=limit)
    if through == after:
        return through, []
    parts = (_P.app_uuid, minute_of(_P.created_at), minute_of(_P.expires_at))
    query = select(*parts, func.count()).where(_P.id > after, _P.id <= through, _IS_REQUEST).group_by(*parts)
    rows: list[Any] = list(tx.execute(query))
    return through, [Made(*row) for row in rows]


def answered_after(
    tx: Tx, after: int, *, bounds_ms: Sequence[int], now: datetime, limit: int
) -> tuple[int, list[Ended]]:
    """Return the mark to ask with the next time, and what was signed or rejected since the mark `after`."""
    through = moments_after(tx, _P.resolved_at, after=after, now=now, limit=limit)
    if through == after:
        return through, []
    end = case((payload_outcomes.c.signed, "signed"), else_="rejected")
    return through, _ended(tx, _P.resolved_at, end, after, through, bounds_ms)


def cancelled_after(
    tx: Tx, after: int, *, bounds_ms: Sequence[int], now: datetime, limit: int
) -> tuple[int, list[Ended]]:
    """Return the mark to ask with the next time, and what was cancelled since the mark `after`."""
    through = moments_after(tx, _P.cancelled_at, after=after, now=now, limit=limit)
    if through == after:
        return through, []
    return through, _ended(tx, _P.cancelled_at, literal("cancelled"), after, through, bounds_ms)


def _ended(tx: Tx, at: Any, end: ColumnElement[str], after: int, through: int, bounds_ms: Sequence[int]) -> list[Ended]:
    ms = type_coerce(at, BigInteger)
    took = ms - type_coerce(_P.created_at, BigInteger)
    inside = [(took <= bound, number) for number, bound in enumerate(bounds_ms)]
    place: ColumnElement[int] = case(*inside, else_=len(bounds_ms)) if inside else literal(0)
    source = payloads.outerjoin(payload_outcomes, payload_outcomes.c.payload_id == _P.id)
    found = (
        select(
            _P.app_uuid,
            minute_of(at).label("minute"),
            minute_of(_P.expires_at).label("due"),
            end.label("end"),
            place.label("place"),
        )
        .select_from(source)
        .where(at.is_not(None), ms > after, ms <= through, _IS_REQUEST)
        .subquery()
    )
    # Grouped from outside: PostgreSQL does not see that two expressions with parameters are one.
    columns = tuple(found.c)
    rows: list[Any] = list(tx.execute(select(*columns, func.count()).group_by(*columns)))
    return [Ended(*row) for row in rows]
