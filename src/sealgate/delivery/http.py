"""Deliveries and events, for the app itself and for the operator."""

import re
from collections.abc import AsyncIterator

from sealgate.apps.errors import AppUnknown
from sealgate.apps.model import App
from sealgate.apps.service import get_app
from sealgate.delivery import review
from sealgate.delivery.errors import DeliveryUnknown, NotSentAgain, TooManyListeners
from sealgate.delivery.events import app_events_topic
from sealgate.delivery.stream import follow_events, last_number, note_listener
from sealgate.delivery.wire import (
    AttemptOut,
    DeliveriesAsked,
    DeliveriesOut,
    DeliveryDetailOut,
    DeliveryOut,
    EventOut,
    EventsAsked,
    PageAsked,
    ResentOut,
)
from sealgate.web.answers import EventStream, ServerSentEvent
from sealgate.web.call import Call
from sealgate.web.callers import Admin
from sealgate.web.routing import Router

MAX_LISTENERS = 32

_ALL = "/api/v1/platform/deliveries"
_ONE = _ALL + "/{number:text}"
_ADMIN_ALL = "/api/v1/admin/apps/{uuid:uuid}/deliveries"
_ADMIN_ONE = _ADMIN_ALL + "/{number:text}"
_DIGITS = re.compile(r"[0-9]{1,15}")

router = Router(tags=("deliveries",))


@router.get(_ALL, caller=App, query=PageAsked, answers=DeliveriesOut)
async def list_deliveries(call: Call[App]) -> DeliveriesOut:
    """List the app's deliveries, latest first: by kind, state, payload, endpoint, event and time."""
    return await _list(call, call.caller.uuid)


@router.get(_ONE, caller=App, answers=DeliveryDetailOut, raises=(DeliveryUnknown,))
async def show_delivery(call: Call[App]) -> DeliveryDetailOut:
    """Show a delivery with every try: status, latency, what went wrong, the beginning of the answer."""
    return await _show(call, call.caller.uuid)


@router.post(f"{_ONE}/resend", caller=App, answers=DeliveryOut, raises=(DeliveryUnknown, NotSentAgain))
async def resend_delivery(call: Call[App]) -> DeliveryOut:
    """Send an event to the same endpoint once more, under the same `webhook-id`."""
    return await _resend(call, call.caller.uuid)


@router.post(f"{_ALL}/resend", caller=App, query=DeliveriesAsked, answers=ResentOut)
async def resend_deliveries(call: Call[App]) -> ResentOut:
    """Send again what meets the query, each event once to each endpoint: the latest thousand deliveries at a time."""
    return await _resend_many(call, call.caller.uuid)


@router.get(
    "/api/v1/platform/events",
    caller=App,
    query=EventsAsked,
    answers=EventStream,
    raises=(TooManyListeners,),
    reads_headers={"last-event-id": "Number of the last event that arrived: the stream goes on behind it."},
)
async def follow(call: Call[App]) -> EventStream:
    """Follow the app's events: each is named by its kind and numbered, its data is {id, type, timestamp, data}.

    Every outcome is told, whether a webhook endpoint asks for it or not; openings and cancellations are from the moment
    the stream stands. With `Last-Event-ID` or `after` it goes on behind that number; 0 begins with the oldest event
    that is kept. It opens with the `id` to go on behind, should it break before the first event.
    """
    if call.bus.listeners(app_events_topic(call.caller.uuid)) >= MAX_LISTENERS:
        raise TooManyListeners
    await call.db.write(note_listener, call.caller.uuid, now=call.now)
    header = call.headers.get("last-event-id", "")
    after = int(header) if _DIGITS.fullmatch(header) else call.asked.after
    if after is None:
        after = await call.db.read(last_number, call.caller.uuid)
    return EventStream(_told(call, after), begins_after=str(after))


@router.get(_ADMIN_ALL, caller=Admin, query=PageAsked, answers=DeliveriesOut, raises=(AppUnknown,))
async def list_deliveries_of_app(call: Call[Admin]) -> DeliveriesOut:
    """List an app's deliveries, latest first: by kind, state, payload, endpoint, event and time."""
    return await _list(call, await _known(call))


@router.get(_ADMIN_ONE, caller=Admin, answers=DeliveryDetailOut, raises=(DeliveryUnknown,))
async def show_delivery_of_app(call: Call[Admin]) -> DeliveryDetailOut:
    """Show a delivery of an app with every try."""
    return await _show(call, call.path["uuid"])


@router.post(f"{_ADMIN_ONE}/resend", caller=Admin, answers=DeliveryOut, raises=(DeliveryUnknown, NotSentAgain))
async def resend_delivery_of_app(call: Call[Admin]) -> DeliveryOut:
    """Send an app's event to the same endpoint once more, under the same `webhook-id`."""
    return await _resend(call, call.path["uuid"])


@router.post(f"{_ADMIN_ALL}/resend", caller=Admin, query=DeliveriesAsked, answers=ResentOut, raises=(AppUnknown,))
async def resend_deliveries_of_app(call: Call[Admin]) -> ResentOut:
    """Send again what meets the query, each event once to each endpoint: the latest thousand deliveries at a time."""
    return await _resend_many(call, await _known(call))


async def _known(call: Call[Admin]) -> str:
    return (await call.db.read(get_app, call.path["uuid"])).uuid


async def _list(call: Call[App] | Call[Admin], app_uuid: str) -> DeliveriesOut:
    found = await call.db.read(review.list_deliveries, app_uuid, call.asked.wanted(), limit=call.asked.limit)
    return DeliveriesOut([DeliveryOut.of(delivery) for delivery in found])


async def _show(call: Call[App] | Call[Admin], app_uuid: str) -> DeliveryDetailOut:
    delivery, attempts = await call.db.read(review.get_delivery, app_uuid, _number(call))
    return DeliveryDetailOut(
        delivery=DeliveryOut.of(delivery), attempts=[AttemptOut.of(attempt) for attempt in attempts]
    )


async def _resend(call: Call[App] | Call[Admin], app_uuid: str) -> DeliveryOut:
    return DeliveryOut.of(await call.db.write(review.resend, app_uuid, _number(call), now=call.now))


async def _resend_many(call: Call[App] | Call[Admin], app_uuid: str) -> ResentOut:
    resent, before = await call.db.write(review.resend_many, app_uuid, call.asked.wanted(), now=call.now)
    return ResentOut(resent=resent, more_before=before)


def _number(call: Call[App] | Call[Admin]) -> int:
    text = call.path["number"]
    if not _DIGITS.fullmatch(text):
        raise DeliveryUnknown
    return int(text)


async def _told(call: Call[App], after: int) -> AsyncIterator[ServerSentEvent]:
    async for event in follow_events(call.context, call.caller.uuid, after=after):
        yield ServerSentEvent(event.kind, EventOut.of(event), str(event.seq))
