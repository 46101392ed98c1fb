"""The stream of an app's events: what a webhook would be told, without an address that can be reached from outside."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sealgate.apps.events import app_followed
from sealgate.delivery import store
from sealgate.delivery.events import app_events_topic
from sealgate.delivery.model import AppEvent
from sealgate.infra.bus import BUS_RESUMED, Event, Subscription, SubscriptionEnded
from sealgate.infra.tx import Tx

if TYPE_CHECKING:
    from sealgate.web.context import Context

PAGE = 100
LISTENS_FOR = timedelta(seconds=90)
RENEWED_EVERY_S = 30.0
LOOK_EVERY_S = 5.0
"""News may be lost on its way; and on PostgreSQL an event is shown once the transactions before its own have ended."""


async def follow_events(context: "Context", app_uuid: str, *, after: int) -> AsyncIterator[AppEvent]:
    """Yield the app's events in order, from the one behind `after` on; then each as it is recorded.

    None is left out and none comes twice. While somebody follows, the kinds that are recorded on request are.
    """
    db, clock = context.db, context.clock
    last = after
    renewed_at = -RENEWED_EVERY_S
    loop = asyncio.get_running_loop()
    async with context.bus.subscribe(app_events_topic(app_uuid), BUS_RESUMED.topic, limit=100_000) as news:
        while True:
            if loop.time() - renewed_at >= RENEWED_EVERY_S:
                renewed_at = loop.time()
                await db.write(note_listener, app_uuid, now=clock.now())
            page = await db.read(store.events_after, app_uuid, after=last, limit=PAGE)
            for event in page:
                yield event
                last = event.seq
            if len(page) == PAGE:
                continue
            try:
                if await _next(news) == BUS_RESUMED:
                    # The clock of a sandbox may have been moved.
                    renewed_at = -RENEWED_EVERY_S
            except SubscriptionEnded:
                return


def last_number(tx: Tx, app_uuid: str) -> int:
    """Return the number of the app's latest event, behind which a stream from now on begins."""
    return store.last_seq(tx, app_uuid)


def note_listener(tx: Tx, app_uuid: str, *, now: datetime) -> None:
    """Note that somebody follows the app's events."""
    store.note_listener(tx, app_uuid, until=now + LISTENS_FOR)
    tx.emit(app_followed(app_uuid, now + LISTENS_FOR))


async def _next(news: Subscription) -> Event | None:
    """Return the next piece of news, or None after a while."""
    try:
        async with asyncio.timeout(LOOK_EVERY_S):
            return await news.get()
    except TimeoutError:
        return None
