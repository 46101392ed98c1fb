"""Counting sign-ins, for pictures of them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, func, select, type_coerce

from sealgate.infra.following import minute_of, moments_after
from sealgate.infra.tx import Tx
from sealgate.oauth.tables import oauth_grants

_C = oauth_grants.c


class SignIns(msgspec.Struct, frozen=True):
    """Sign-ins to one app in one minute, told by its start in milliseconds since 1970."""

    app_uuid: str
    minute: int
    count: int


def sign_ins_after(tx: Tx, after: int, *, now: datetime, limit: int) -> tuple[int, list[SignIns]]:
    """Return the mark to ask with the next time, and who signed in since the mark `after`; 0 for everything."""
    through = moments_after(tx, _C.created_at, after=after, now=now, limit=limit)
    if through == after:
        return through, []
    ms = type_coerce(_C.created_at, BigInteger)
    parts = (_C.app_uuid, minute_of(_C.created_at))
    query = select(*parts, func.count()).where(ms > after, ms <= through).group_by(*parts)
    rows: list[Any] = list(tx.execute(query))
    return through, [SignIns(*row) for row in rows]
