"""Forgets old events and deliveries, in steps that leave room for the calls beside."""

import asyncio
from typing import TYPE_CHECKING

from sealgate.delivery import service

if TYPE_CHECKING:
    from sealgate.web.context import Context

PRUNED_EVERY_S = 3600
BETWEEN_STEPS_S = 0.1


class Pruning:
    """The loop that deletes what is older than the setting `delivery_days`."""

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._clock = context.clock
        self._days = context.settings.delivery_days

    async def keep_pruning(self) -> None:
        """Prune every hour."""
        while True:
            await self.prune()
            await asyncio.sleep(PRUNED_EVERY_S)

    async def prune(self) -> None:
        """Delete everything that is too old, a thousand rows at a time."""
        while True:
            gone = await self._db.write(service.prune, now=self._clock.now(), days=self._days)
            if gone < service.PRUNED_AT_ONCE:
                return
            await asyncio.sleep(BETWEEN_STEPS_S)
