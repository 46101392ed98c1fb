"""The stream that wakes a wallet: server-sent events, signed for like any other call, and resumed without loss."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, get_args

from sealgate.base.clock import from_ms, to_ms
from sealgate.holders import service
from sealgate.holders.events import DEVICE_REVOKED, DEVICES_TOPIC, holder_topic
from sealgate.holders.model import Device
from sealgate.infra.bus import BUS_RESUMED
from sealgate.payloads.events import HolderKind
from sealgate.payloads.missed import news_since
from sealgate.wallet.errors import TooManyStreams
from sealgate.wallet.http.router import router
from sealgate.web.answers import EventStream
from sealgate.web.call import Call

MAX_STREAMS = 32
_REQUEST_NEWS = frozenset(get_args(HolderKind))
_ID = re.compile(r"[0-9]{1,13}")
_FIRST = from_ms(0)

Told = tuple[str, dict[str, Any], str]
"""Name, data and id of an event. Ids are milliseconds since 1970, so that a stream can go on where any other ended."""


@router.get("/api/v1/app/events", caller=Device, answers=EventStream, raises=(TooManyStreams,))
async def get_events(call: Call[Device]) -> EventStream:
    """Follow what happens to the user's requests.

    `ready` {device}: from now on nothing is missed, so read the pending list after it, not before. Then `payload`
    {uuid, kind}, where kind is payload_created, payload_listed (nobody is to be woken), payload_resolved,
    payload_cancelled or xapp_push. `revoked` {device} is the last event of a device that was revoked.

    With the header `Last-Event-ID`, what happened since that event comes first, then `ready`; something may come
    twice. `resync` {} says that it was too long ago, over a day, or too much: read the list.
    """
    if call.bus.listeners(holder_topic(call.caller.holder_uuid)) >= MAX_STREAMS:
        raise TooManyStreams
    return EventStream(_events(call))


async def _events(call: Call[Device]) -> AsyncIterator[Told]:
    device, clock = call.caller, call.context.clock
    async with call.bus.subscribe(holder_topic(device.holder_uuid), DEVICES_TOPIC, BUS_RESUMED.topic) as news:
        # It may have been revoked between being let in and listening.
        present = await call.db.read(service.find_device, device.uuid)
        if present is None or not present.is_active:
            yield "revoked", {"device": device.uuid}, _id(clock.now())
            return
        last_id = call.headers.get("last-event-id")
        if last_id is not None:
            for told in await _missed(call, _moment(last_id)):
                yield told
        # Not before what was missed: whoever is cut off in between must not believe to have it.
        told_at = clock.now()
        yield "ready", {"device": device.uuid}, _id(told_at)
        async for event in news:
            if event.topic == DEVICES_TOPIC:
                if event.kind == DEVICE_REVOKED and event.data.get("uuid") == device.uuid:
                    yield "revoked", {"device": device.uuid}, _id(clock.now())
                    return
                continue
            if event.topic == BUS_RESUMED.topic:
                for told in await _missed(call, told_at):
                    yield told
            elif event.kind in _REQUEST_NEWS:
                yield "payload", {"uuid": event.data["uuid"], "kind": event.kind}, _id(clock.now())
            told_at = clock.now()


async def _missed(call: Call[Device], moment: datetime) -> list[Told]:
    now = call.context.clock.now()
    missed = await call.db.read(news_since, call.caller.holder_uuid, moment, now=now)
    if missed is None:
        return [("resync", {}, _id(now))]
    return [("payload", {"uuid": one.uuid, "kind": one.kind}, _id(one.at)) for one in missed]


def _id(moment: datetime) -> str:
    return str(to_ms(moment))


def _moment(last_id: str) -> datetime:
    """Return when an event was told; long ago for what is no id of ours."""
    return from_ms(int(last_id)) if _ID.fullmatch(last_id) else _FIRST
