"""Tells apps that ask for it when a sign request has expired: once, whichever process notices.

Nothing happens in the database when a payload expires; its deadline says it all. So there is something to do only for
apps with an endpoint for `payload.expired`, and their payloads alone carry a mark that an index finds them by.
"""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.delivery import service as delivery
from sealgate.infra.tx import Tx
from sealgate.payloads import store, telling

if TYPE_CHECKING:
    from sealgate.web.context import Context

EVERY_S = 2.0
TOLD_AT_ONCE = 100
CLOCK_SLACK = timedelta(seconds=1)
"""The clock of another process may be a little behind: it could still open what has expired here."""

_log = get_logger(__name__)


def tell_expired(tx: Tx, *, now: datetime) -> int:
    """Record `payload.expired` for payloads that nobody opened in time; return how many payloads were looked at."""
    taken = store.take_expiries_to_tell(tx, before=now - CLOCK_SLACK, limit=TOLD_AT_ONCE)
    for payload in sorted(taken, key=lambda payload: payload.id):
        if payload.opened_at is None and payload.cancelled_at is None:
            delivery.record_all(tx, payload.app_uuid, (telling.expired(payload),), now=now)
    return len(taken)


class Expiring:
    """The loop that looks for expired payloads."""

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._clock = context.clock

    async def keep_telling(self) -> None:
        """Look every two seconds, until cancelled."""
        while True:
            try:
                await self._tell_all()
            except Unavailable as problem:
                _log.warning("expiries not told yet", problem=problem.detail)
            await asyncio.sleep(EVERY_S)

    async def _tell_all(self) -> None:
        now = self._clock.now()
        first = await self._db.read(store.next_expiry_to_tell)
        if first is None or first > now - CLOCK_SLACK:
            return
        while await self._db.write(tell_expired, now=now) == TOLD_AT_ONCE:
            pass
