"""The call log from some call on: what somebody reads who follows it."""

from sqlalchemy import select, text

from sealgate.access.model import LoggedCall
from sealgate.access.tables import call_log
from sealgate.infra.tx import Tx

_IS_SETTLED = text("age(call_log.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)")


def calls_after(tx: Tx, app_uuid: str, number: int, *, limit: int) -> list[LoggedCall]:
    """Return the app's calls with a number above this one, the lowest first.

    On PostgreSQL a transaction may commit after a later one. A call is left out while a transaction older than its own
    runs: whoever asks behind the last number they got misses none.
    """
    query = select(call_log).where(call_log.c.app_uuid == app_uuid, call_log.c.number > number)
    if tx.engine == "postgresql":
        query = query.where(_IS_SETTLED)
    return [LoggedCall(**row._mapping) for row in tx.execute(query.order_by(call_log.c.number).limit(limit))]
