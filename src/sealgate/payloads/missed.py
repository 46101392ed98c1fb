"""What the wallets of a holder were not told while nobody listened, read from the requests themselves.

News is not stored. What can be told again is told from the state of the requests: that one was made, and how it ended.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sealgate.infra.tx import Tx
from sealgate.payloads import store
from sealgate.payloads.events import HolderKind, creation_kind

MAX_MISSED = 200
MAX_ABSENCE = timedelta(hours=24)
OVERLAP = timedelta(seconds=60)
"""How long a change may take from the moment it is dated by until others can see it; longer than any write waits."""


class Missed(NamedTuple):
    """One piece of news: when, what, about which request."""

    at: datetime
    kind: HolderKind
    uuid: str


def news_since(tx: Tx, holder_uuid: str, moment: datetime, *, now: datetime) -> list[Missed] | None:
    """Return what happened to requests sent to a holder after a moment, oldest first.

    A minute before the moment is looked at as well, so something may be told twice and nothing is left out. None where
    that would be too much: longer ago than a day, a moment yet to come, or more than 200 requests.
    """
    if not now - MAX_ABSENCE <= moment <= now + OVERLAP:
        return None
    since = moment - OVERLAP
    rows = store.touched_since(tx, holder_uuid, since=since, limit=MAX_MISSED + 1)
    if len(rows) > MAX_MISSED:
        return None
    found = [Missed(at, kind, row.uuid) for row in rows for kind, at in _life(row) if at is not None and at > since]
    return sorted(found, key=lambda missed: missed.at)


def _life(row: Any) -> tuple[tuple[HolderKind, datetime | None], ...]:
    return (
        ("xapp_push" if row.unlisted else creation_kind(pushed=row.pushed), row.created_at),
        ("payload_cancelled", row.cancelled_at),
        ("payload_resolved", row.resolved_at),
    )
