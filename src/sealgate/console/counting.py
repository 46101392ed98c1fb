"""The loop that counts for the pictures, in every process that has the database."""

import asyncio
from typing import TYPE_CHECKING

from sealgate.base.logs import get_logger
from sealgate.console import stats
from sealgate.infra.following import Ahead

if TYPE_CHECKING:
    from sealgate.web.context import Context

COUNTED_EVERY_S = 5.0
BETWEEN_STEPS_S = 0.05
"""Rest between the steps of catching up, so that the calls beside are not held up."""
FORGOTTEN_EVERY_S = 3600.0

_log = get_logger(__name__)


class Counting:
    """Counts what was stored since the last time.

    Several processes may: who comes second finds the mark moved and adds nothing.
    """

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._clock = context.clock
        self._ahead: Ahead | None = None

    async def keep_counting(self) -> None:
        """Count every five seconds until cancelled."""
        while True:
            await asyncio.sleep(COUNTED_EVERY_S)
            try:
                await self.count()
            except Exception as problem:
                # The marks are where they were: the next round counts what this one could not.
                _log.warning("not counted", problem=str(problem))

    async def keep_forgetting(self) -> None:
        """Delete what no picture shows any more, every hour."""
        while True:
            await asyncio.sleep(FORGOTTEN_EVERY_S)
            await self.forget()

    async def count(self) -> None:
        """Count everything that can be counted by now."""
        ahead = await self._settled()
        for source in stats.SOURCES:
            while await self._step(source, ahead):  # noqa: ASYNC110 - a rest, not a wait for something
                await asyncio.sleep(BETWEEN_STEPS_S)

    async def forget(self) -> int:
        """Delete everything that is too old; return how many buckets."""
        gone = 0
        while step := await self._db.write(stats.forget_old, now=self._clock.now()):
            gone += step
            await asyncio.sleep(BETWEEN_STEPS_S)
        return gone

    async def _settled(self) -> Ahead:
        """Return how far may be counted; on PostgreSQL that was looked up in an earlier round."""
        fresh = await self._db.read(stats.look_ahead)
        known = fresh if fresh.next_begun is None else self._ahead
        if known is None or known.is_settled(fresh):
            self._ahead = fresh
            return known or Ahead({})
        return Ahead({})

    async def _step(self, source: stats.Source, ahead: Ahead) -> bool:
        """Count some of a source; True where there may be more."""
        news = await self._db.read(stats.read_news, source, ahead, now=self._clock.now())
        return not news.is_empty and await self._db.write(stats.count, news)
