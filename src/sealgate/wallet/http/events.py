"""The stream that wakes a wallet: server-sent events, signed for like any other call."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from sealgate.holders import service
from sealgate.holders.events import DEVICE_REVOKED, DEVICES_TOPIC, holder_topic
from sealgate.holders.model import Device
from sealgate.wallet.errors import TooManyStreams
from sealgate.wallet.http.router import router
from sealgate.web.answers import EventStream
from sealgate.web.call import Call

MAX_STREAMS = 32
_REQUEST_NEWS = frozenset({"payload_created", "payload_resolved", "payload_cancelled"})


@router.get("/api/v1/app/events", caller=Device, answers=EventStream, raises=(TooManyStreams,))
async def get_events(call: Call[Device]) -> EventStream:
    """Follow what happens to the user's requests.

    First `ready` {device}: from now on nothing is missed, so read the pending list after it, not before. Then
    `payload` {uuid, kind}, where kind is payload_created, payload_resolved or payload_cancelled. `revoked` {device}
    is the last event of a device that was revoked. Ids count the events of this connection.
    """
    if call.bus.listeners(holder_topic(call.caller.holder_uuid)) >= MAX_STREAMS:
        raise TooManyStreams
    return EventStream(_events(call))


async def _events(call: Call[Device]) -> AsyncIterator[tuple[str, dict[str, Any], str]]:
    device = call.caller
    number = count(1)
    async with call.bus.subscribe(holder_topic(device.holder_uuid), DEVICES_TOPIC) as news:
        # It may have been revoked between being let in and listening.
        present = await call.db.read(service.find_device, device.uuid)
        if present is None or not present.is_active:
            yield "revoked", {"device": device.uuid}, str(next(number))
            return
        yield "ready", {"device": device.uuid}, str(next(number))
        async for event in news:
            if event.topic == DEVICES_TOPIC:
                if event.kind == DEVICE_REVOKED and event.data.get("uuid") == device.uuid:
                    yield "revoked", {"device": device.uuid}, str(next(number))
                    return
            elif event.kind in _REQUEST_NEWS:
                yield "payload", {"uuid": event.data["uuid"], "kind": event.kind}, str(next(number))
