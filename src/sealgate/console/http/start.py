"""The first call of an app: how to make it, and whether it has arrived, live."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec

from sealgate.access import service as calls
from sealgate.access.model import LoggedCall
from sealgate.console.model import Role
from sealgate.console.snippets import SECRET_PLACE, first_calls
from sealgate.console.visit import AppVisit, page
from sealgate.infra.tx import Tx
from sealgate.web import EventStream, Page, ServerSentEvent
from sealgate.web.pages import render

FOLLOWED_FOR = timedelta(minutes=10)
"""How long a stream lasts; browsers then ask for another one."""
LOOKED_EVERY_S = 1.0
LOOKED_AT = 20


@page("/apps/{app:uuid}/start", role=Role.VIEWER)
async def get_start(visit: AppVisit) -> Page:
    """Show how to make a first call, and whether one has arrived."""
    snippets = first_calls(visit.app, visit.call.settings.public_url)
    return visit.page(
        "start.html",
        snippets=snippets,
        needs_secret=any(SECRET_PLACE in one.code for one in snippets),
        first=await visit.call.db.read(first_call, visit.app.uuid),
    )


@page("/apps/{app:uuid}/start/live", role=Role.VIEWER)
async def get_start_live(visit: AppVisit) -> EventStream:
    """Follow an app until a call of its passes: each `part` is how it stands."""
    return EventStream(_follow(visit))


async def _follow(visit: AppVisit) -> AsyncIterator[ServerSentEvent]:
    context = visit.call.context
    ends_at = context.clock.now() + FOLLOWED_FOR
    told: LoggedCall | None = None
    while (now := context.clock.now()) < ends_at and await visit.still_may(now=now):
        first = await context.db.read(first_call, visit.app.uuid)
        if first != told:
            part = render("console/_first_call.html", {"first": first}, context)
            yield ServerSentEvent("part", msgspec.json.encode(part.decode()).decode())
            told = first
        if first is not None and first.error_code is None:
            yield ServerSentEvent("end")
            return
        await asyncio.sleep(LOOKED_EVERY_S)


def first_call(tx: Tx, app_uuid: str) -> LoggedCall | None:
    """Return a call of the app's last ones that passed, else the latest that was refused, or None."""
    latest = calls.list_calls(tx, app_uuid, limit=LOOKED_AT)
    return next((call for call in latest if call.error_code is None), latest[0] if latest else None)
