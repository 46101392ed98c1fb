"""What happened to an app: its deliveries, its calls, its events as they come. For apps by key and secret."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypedDict

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, listing, operation
from sealgate_client._transport import Lost, Reply, Silent

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from sealgate_client.models import CallOut, DeliveryDetailOut, DeliveryOut
    from sealgate_client.webhooks import Event

PAGE = 100


class Which(TypedDict, total=False):
    """Which deliveries."""

    kind: str
    """Such as `payload.signed`, or `push`."""
    state: Literal["waiting", "held", "delivered", "failed", "cancelled"]
    payload: str
    """UUID of the sign request that they are about."""
    endpoint: str
    """UUID of the webhook endpoint, or of the device of a push."""
    event: str
    """A `webhook-id`."""
    since: str
    """Recorded then or later, as in 2026-01-31T12:00:00Z."""
    until: str
    """Recorded before."""


class ActivityCalls(_calls.Group):
    """What happened to the app."""

    @listing
    async def deliveries(self, **which: Unpack[Which]) -> AsyncGenerator[DeliveryOut, None]:
        """Yield the app's deliveries, latest first, a page at a time behind the scenes.

        Args:
            which: Those that meet everything that is given, see `Which`.
        """
        from sealgate_client.models import DeliveriesOut

        before: int | None = None
        while True:
            call = _calls.Call("GET", "platform/deliveries", {**which, "before": before, "limit": PAGE})
            page = DeliveriesOut(await self._server.json(call)).deliveries
            for delivery in page:
                yield delivery
            if len(page) < PAGE:
                return
            before = page[-1].id

    @operation
    async def delivery(self, id: int) -> DeliveryDetailOut:
        """Return a delivery with every try."""
        from sealgate_client.models import DeliveryDetailOut

        return DeliveryDetailOut(await self._server.json(_calls.Call("GET", f"platform/deliveries/{id}")))

    @operation
    async def resend(self, id: int) -> DeliveryOut:
        """Have a delivery sent again, under the same `webhook-id`."""
        from sealgate_client.models import DeliveryOut

        call = _calls.Call("POST", f"platform/deliveries/{id}/resend", repeatable=False)
        return DeliveryOut(await self._server.json(call))

    @operation
    async def resend_many(self, **which: Unpack[Which]) -> int:
        """Have deliveries sent again, all that meet everything that is given; return how many."""
        from sealgate_client.models import ResentOut

        resent, before = 0, None
        while True:
            call = _calls.Call("POST", "platform/deliveries/resend", {**which, "before": before}, repeatable=False)
            answer = ResentOut(await self._server.json(call))
            resent += answer.resent
            if answer.more_before is None:
                return resent
            before = answer.more_before

    @listing
    async def calls(self) -> AsyncGenerator[CallOut, None]:
        """Yield the app's own calls of the last days, latest first."""
        from sealgate_client.models import CallsOut

        before: int | None = None
        while True:
            call = _calls.Call("GET", "platform/calls", {"before": before, "limit": PAGE})
            page = CallsOut(await self._server.json(call)).calls
            for found in page:
                yield found
            if len(page) < PAGE:
                return
            before = page[-1].number

    @operation
    async def call(self, reference: str) -> CallOut:
        """Return a call by the reference that its answer had."""
        from sealgate_client.models import CallOut

        return CallOut(await self._server.json(_calls.Call("GET", f"platform/calls/{_calls.segment(reference)}")))

    @listing
    async def events(self, *, after: int | None = None) -> AsyncGenerator[Event, None]:
        """Follow what happens to the app, without a webhook endpoint: events as they come, until you stop.

        A connection that breaks is made again, and nothing between is missed.

        Args:
            after: Number of the last event that you know (`Event.number`); 0 begins with the oldest that is kept.
        """
        from sealgate_client.webhooks import Event

        failures = 0
        while True:
            call = _calls.Call("GET", "platform/events", {"after": after}, headers={"accept": "text/event-stream"})
            request = replace(await self._server.request(call), timeout_s=max(self._server.limits.timeout_s, 60.0))
            try:
                line = await self._server.transport.connect(request)
            except (Lost, Silent):
                line = None
            if line is not None:
                try:
                    if line.status != 200:
                        raise _calls.refusal(Reply(line.status, line.headers, await line.read(5.0)))
                    rest = b""
                    while piece := await line.read(60.0):
                        failures = 0
                        *blocks, rest = (rest + piece.replace(b"\r\n", b"\n")).split(b"\n\n")
                        for block in blocks:
                            fields = _fields(block)
                            if fields.get("id", "").isdigit():
                                after = int(fields["id"])
                            if "data" in fields:
                                yield Event.of(json.loads(fields["data"]), number=after)
                except (Lost, Silent):
                    pass
                finally:
                    await line.close()
            await self._server.transport.sleep(_calls.pause(failures))
            failures += 1


def _fields(block: bytes) -> dict[str, str]:
    """Return the fields of an event of a stream (WHATWG HTML, 9.2); lines of data are joined."""
    fields: dict[str, str] = {}
    for line in block.decode().split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name:
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and name in fields else value
    return fields


class Activity(ActivityCalls, Blocking):
    """What happened to the app."""


class AsyncActivity(ActivityCalls, Awaiting):
    """What happened to the app."""
