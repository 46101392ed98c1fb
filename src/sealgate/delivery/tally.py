"""Counting tries to deliver webhooks, for pictures of them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import case, func, select

from sealgate.delivery.tables import deliveries, delivery_attempts
from sealgate.infra.following import minute_of, numbers_after
from sealgate.infra.tx import Tx

NUMBERED_BY = delivery_attempts.c.id

_C = delivery_attempts.c


class Tries(msgspec.Struct, frozen=True):
    """Tries to deliver to webhooks of one app in one minute.

    Attributes:
        minute: Its start, milliseconds since 1970.
        ok: Whether the endpoint took them.
        place: How many of the bounds the time to the answer exceeds; None where there was no answer.
    """

    app_uuid: str
    minute: int
    ok: bool
    place: int | None
    count: int


def tries_after(tx: Tx, after: int, *, until: int, bounds_ms: Sequence[int], limit: int) -> tuple[int, list[Tries]]:
    """Return the mark to ask with the next time, and what was tried since the mark `after`.

    Args:
        after: 0 for everything.
        until: The highest id of a try to go to (`infra.following.Ahead`).
        limit: How many tries are counted at the most.
    """
    after, through = numbers_after(tx, _C.id, after=after, until=until, limit=limit)
    if through == after:
        return through, []
    took = _C.latency_ms
    inside = ((took <= bound, number) for number, bound in enumerate(bounds_ms))
    place = case((took.is_(None) | _C.status.is_(None), None), *inside, else_=len(bounds_ms))
    found = (
        select(
            deliveries.c.app_uuid,
            minute_of(_C.at).label("minute"),
            case((_C.status.between(200, 299), True), else_=False).label("ok"),
            place.label("place"),
        )
        .select_from(delivery_attempts.join(deliveries, deliveries.c.id == _C.delivery_id))
        .where(_C.id > after, _C.id <= through, deliveries.c.target_kind == "webhook")
        .subquery()
    )
    # Grouped from outside: PostgreSQL does not see that two expressions with parameters are one.
    columns = tuple(found.c)
    query = select(*columns, func.count()).group_by(*columns)
    rows: list[Any] = list(tx.execute(query))
    return through, [Tries(app, minute, bool(ok), place, n) for app, minute, ok, place, n in rows]
