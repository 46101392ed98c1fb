"""The first call of an app: how to make it, and whether it has arrived, live."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec

from sealgate.access import service as calls
from sealgate.access.call_log import CallLog
from sealgate.access.model import LoggedCall
from sealgate.console.model import Role
from sealgate.console.snippets import SECRET_PLACE, first_calls
from sealgate.console.visit import AppVisit, page
from sealgate.infra.tx import Tx
from sealgate.oauth.model import SignInsWanted
from sealgate.oauth.review import list_sign_ins
from sealgate.web import EventStream, Page, ServerSentEvent
from sealgate.web.pages import render

FOLLOWED_FOR = timedelta(minutes=10)
"""How long a stream lasts; browsers then ask for another one."""
LOOKED_EVERY_S = 1.0
LOOKED_AT = 20


class FirstSign(msgspec.Struct, frozen=True):
    """What is known of an app's first call.

    Attributes:
        call: One that passed, else the latest that was refused; None for none.
        signed_in_at: When somebody signed in, where no call has passed: pages and programs may need no other.
    """

    call: LoggedCall | None = None
    signed_in_at: datetime | None = None

    @property
    def arrived(self) -> bool:
        """Whether the app works."""
        return self.signed_in_at is not None or (self.call is not None and self.call.error_code is None)


@page("/apps/{app:uuid}/start", role=Role.VIEWER)
async def get_start(visit: AppVisit) -> Page:
    """Show how to make a first call, and whether one has arrived."""
    snippets = first_calls(visit.app, visit.call.settings.public_url)
    # Whoever has just called and looks without a script is not told to wait.
    await visit.call.context.get(CallLog).flush()
    return visit.page(
        "start.html",
        snippets=snippets,
        needs_secret=any(SECRET_PLACE in one.code for one in snippets),
        first=await visit.call.db.read(first_sign, visit.app.uuid),
    )


@page("/apps/{app:uuid}/start/live", role=Role.VIEWER)
async def get_start_live(visit: AppVisit) -> EventStream:
    """Follow an app until a call of its passes: each `part` is how it stands."""
    return EventStream(_follow(visit))


async def _follow(visit: AppVisit) -> AsyncIterator[ServerSentEvent]:
    context = visit.call.context
    ends_at = context.clock.now() + FOLLOWED_FOR
    told: FirstSign | None = None
    while (now := context.clock.now()) < ends_at and await visit.still_may(now=now):
        first = await context.db.read(first_sign, visit.app.uuid)
        if first != told:
            part = render("console/_first_call.html", {"app": visit.app, "first": first}, context)
            yield ServerSentEvent("part", msgspec.json.encode(part.decode()).decode())
            told = first
        if first.arrived:
            yield ServerSentEvent("end")
            return
        await asyncio.sleep(LOOKED_EVERY_S)


def first_sign(tx: Tx, app_uuid: str) -> FirstSign:
    """Return what is known of an app's first call: of its last ones one that passed, else the latest refused one."""
    latest = calls.list_calls(tx, app_uuid, limit=LOOKED_AT)
    call = next((call for call in latest if call.error_code is None), latest[0] if latest else None)
    if call is not None and call.error_code is None:
        return FirstSign(call)
    grants, _ = list_sign_ins(tx, app_uuid, SignInsWanted(), limit=1)
    return FirstSign(call, grants[0].auth_time if grants else None)
