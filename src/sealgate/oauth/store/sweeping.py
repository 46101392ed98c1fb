"""Forgetting what is over."""

from datetime import datetime

from sqlalchemy import delete, select

from sealgate.infra.database import free_keys
from sealgate.infra.tx import Tx
from sealgate.oauth.tables import (
    oauth_access_tokens,
    oauth_device_requests,
    oauth_pushed_requests,
    oauth_refresh_tokens,
    oauth_sessions,
    oauth_transactions,
)


def forget_old(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` rows of each kind that ended before then; return how many."""
    swept = 0
    for table in (
        oauth_transactions,
        oauth_access_tokens,
        oauth_refresh_tokens,
        oauth_pushed_requests,
        oauth_device_requests,
        oauth_sessions,
    ):
        key = next(iter(table.primary_key.columns))
        old = free_keys(tx, select(key).where(table.c.expires_at < before), limit)
        swept += tx.execute(delete(table).where(key.in_(old))).rowcount
    return swept
