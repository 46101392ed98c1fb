"""A request that the builder has sent: its code, and what becomes of it, live."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.console.model import Role
from sealgate.console.visit import AppVisit, page
from sealgate.infra.bus import BUS_RESUMED
from sealgate.payloads import qr
from sealgate.payloads import service as payloads
from sealgate.payloads.events import payload_topic
from sealgate.payloads.model import Payload, State, state_of
from sealgate.payloads.sign_page import link_of
from sealgate.web import EventStream, Page, ServerSentEvent
from sealgate.web.pages import render

FOLLOWED_FOR = timedelta(minutes=10)
"""How long a stream lasts; browsers then ask for another one."""
DISPATCHED_WITHIN = timedelta(minutes=2)
LOOKED_AGAIN_S = 15.0
"""How often is looked without news: one may have been lost on its way."""


@page("/apps/{app:uuid}/builder/{payload:uuid}", role=Role.VIEWER)
async def get_sent(visit: AppVisit) -> Page:
    """Show the code of a request and how it stands."""
    call = visit.call
    payload = await _payload(visit)
    settings = call.settings
    svg = await asyncio.to_thread(qr.draw_svg, link_of(settings.qr_content, settings, payload.uuid))
    return visit.page(
        "builder_sent.html",
        **_standing(payload, visit.app, call.now),
        svg=svg if state_of(payload, call.now) in (State.CREATED, State.OPENED) else None,
        sign_page=f"{settings.public_url}/sign/{payload.uuid}",
        app_link=link_of(settings.app_link, settings, payload.uuid),
    )


@page("/apps/{app:uuid}/builder/{payload:uuid}/live", role=Role.VIEWER)
async def get_sent_live(visit: AppVisit) -> EventStream:
    """Follow a request: each `part` is how it stands."""
    await _payload(visit)
    return EventStream(_follow(visit))


async def _follow(visit: AppVisit) -> AsyncIterator[ServerSentEvent]:
    call, clock = visit.call, visit.call.context.clock
    ends_at, told = clock.now() + FOLLOWED_FOR, b""
    async with call.bus.subscribe(payload_topic(call.path["payload"]), BUS_RESUMED.topic) as news:
        while (now := clock.now()) < ends_at and await visit.still_may(now=now):
            payload = await _payload(visit)
            part = render("console/_builder_status.html", _standing(payload, visit.app, now), call.context)
            if part != told:
                # As JSON, so that line breaks survive.
                yield ServerSentEvent("part", msgspec.json.encode(part.decode()).decode())
                told = part
            if _is_over(payload, now):
                yield ServerSentEvent("end")
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.get(), _pause_s(payload, now))


def _standing(payload: Payload, app: App, now: datetime) -> dict[str, Any]:
    return {"payload": payload, "state": state_of(payload, now).value, "app": app}


def _is_over(payload: Payload, now: datetime) -> bool:
    """Tell whether nothing more is heard of a request: a wallet may still report what a node says of its signature."""
    if state_of(payload, now) in (State.CREATED, State.OPENED):
        return False
    outcome = payload.outcome
    awaited = outcome is not None and outcome.signed and payload.terms.submit and outcome.dispatched_to is None
    return not awaited or payload.resolved_at is None or now - payload.resolved_at > DISPATCHED_WITHIN


def _pause_s(payload: Payload, now: datetime) -> float:
    if state_of(payload, now) is State.CREATED:
        return max(0.0, min(LOOKED_AGAIN_S, (payload.expires_at - now).total_seconds()))
    return LOOKED_AGAIN_S


async def _payload(visit: AppVisit) -> Payload:
    return await visit.call.db.read(payloads.get_for_app, visit.app.uuid, visit.call.path["payload"])
