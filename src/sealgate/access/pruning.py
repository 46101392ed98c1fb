"""Forgets what nobody needs any more, in steps that leave room for the calls beside."""

import asyncio
from typing import TYPE_CHECKING

from sealgate.access import service
from sealgate.access.service import PRUNED_AT_ONCE

if TYPE_CHECKING:
    from sealgate.web.context import Context

NONCES_EVERY_S = 60
CALLS_EVERY_S = 3600
BETWEEN_STEPS_S = 0.1


class Pruning:
    """The loops that delete old nonces, calls and notices."""

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._clock = context.clock
        self._days = context.settings.call_log_days

    async def keep_pruning_nonces(self) -> None:
        """Forget stale nonces every minute."""
        while True:
            await self._db.write(service.prune_nonces, now=self._clock.now())
            await asyncio.sleep(NONCES_EVERY_S)

    async def keep_pruning_calls(self) -> None:
        """Delete calls and notices beyond the setting `call_log_days`, every hour."""
        while True:
            await self.prune_calls()
            await asyncio.sleep(CALLS_EVERY_S)

    async def prune_calls(self) -> int:
        """Delete everything that is too old, a thousand rows at a time; return how many rows."""
        gone = 0
        while True:
            step = await self._db.write(service.prune_calls, now=self._clock.now(), days=self._days)
            gone += step
            if step < PRUNED_AT_ONCE:
                return gone
            await asyncio.sleep(BETWEEN_STEPS_S)
