"""Counting what the call log says, for pictures of it."""

from typing import Any

import msgspec
from sqlalchemy import func, literal_column, select

from sealgate.access.tables import call_log
from sealgate.infra.following import minute_of, numbers_after
from sealgate.infra.tx import Tx

NUMBERED_BY = call_log.c.number

_C = call_log.c
_IS_REFUSED = _C.status >= literal_column("400")


class Calls(msgspec.Struct, frozen=True):
    """Calls of one app in one minute that were refused, or that were not.

    Attributes:
        minute: Its start, milliseconds since 1970.
    """

    app_uuid: str
    minute: int
    refused: bool
    count: int


def calls_after(tx: Tx, after: int, *, until: int, limit: int) -> tuple[int, list[Calls]]:
    """Return the mark to ask with the next time, and what was stored since the mark `after`.

    Args:
        after: 0 for everything.
        until: The highest number to go to (`infra.following.Ahead`).
        limit: How many calls are counted at the most.
    """
    after, through = numbers_after(tx, _C.number, after=after, until=until, limit=limit)
    if through == after:
        return through, []
    parts: tuple[Any, ...] = (_C.app_uuid, minute_of(_C.at), _IS_REFUSED)
    query = select(*parts, func.count()).where(_C.number > after, _C.number <= through).group_by(*parts)
    rows: list[Any] = list(tx.execute(query))
    return through, [Calls(app, minute, bool(refused), n) for app, minute, refused, n in rows]
