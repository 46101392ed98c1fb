"""What the deliveries API asks for and answers."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sealgate.apps.webhook_model import EventKind
from sealgate.apps.wire import PageSize
from sealgate.base.clock import to_wire
from sealgate.delivery.bodies import event_uuid, message_id
from sealgate.delivery.model import AppEvent, Attempt, Delivery, State
from sealgate.delivery.search import Wanted

UUID = r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
Uuid = Annotated[str, Meta(pattern=UUID)]
Time = Annotated[datetime, Meta(tz=True)]
Number = Annotated[int, Meta(ge=1, le=2**53)]


class DeliveriesAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries: those that meet everything that is given. Times have a zone, as in 2026-01-31T12:00:00Z.

    Attributes:
        payload: What it is about.
        endpoint: The webhook endpoint, or the device of a push.
        event: A `webhook-id`.
        since: Recorded then or later.
        until: Recorded before.
        before: A number: those before it, for the next page.
    """

    kind: EventKind | Literal["push"] | None = None
    state: State | None = None
    payload: Uuid | None = None
    endpoint: Uuid | None = None
    event: Annotated[str, Meta(pattern="^evt_[0-9a-f]{32}$")] | None = None
    since: Time | None = None
    until: Time | None = None
    before: Number | None = None

    def wanted(self) -> Wanted:
        """Return the same for the domain."""
        return Wanted(
            kind=self.kind,
            state=self.state,
            subject=self.payload and self.payload.lower(),
            endpoint=self.endpoint and self.endpoint.lower(),
            event=self.event and event_uuid(self.event),
            since=self.since,
            until=self.until,
            before=self.before,
        )


class PageAsked(DeliveriesAsked, kw_only=True, forbid_unknown_fields=True):
    """The same, a page at a time."""

    limit: PageSize = 50


class DeliveryOut(msgspec.Struct, kw_only=True):
    """An event on its way to an endpoint, or a push on its way to a device.

    Attributes:
        webhook_id: The same in every try, at every endpoint, and when it is sent again; None for a push.
        subject: UUID of the payload, for one.
        state: `waiting`, `held` (its endpoint is paused), `delivered`, `failed` (given up), `cancelled` (nobody is left
            to send it to, or it has lost its meaning).
        sending: Whether it is being sent at this moment.
        next_at: When it is due, where it is waiting and not being sent.
    """

    id: int
    webhook_id: str | None
    kind: str
    target: Literal["webhook", "push"]
    endpoint: str
    subject: str
    state: State
    sending: bool
    attempts: int
    next_at: str | None
    created_at: str
    finished_at: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryOut":
        """Return the shape of a delivery."""
        is_due = delivery.state == "waiting" and not delivery.sending
        return cls(
            id=delivery.id,
            webhook_id=message_id(delivery.event_id) if delivery.event_id is not None else None,
            kind=delivery.kind,
            target=delivery.target_kind,
            endpoint=delivery.target_uuid,
            subject=delivery.subject,
            state=delivery.state,
            sending=delivery.sending,
            attempts=delivery.attempts,
            next_at=to_wire(delivery.next_at) if is_due else None,
            created_at=to_wire(delivery.created_at),
            finished_at=to_wire(delivery.finished_at) if delivery.finished_at is not None else None,
        )


class AttemptOut(msgspec.Struct, kw_only=True):
    """One try.

    Attributes:
        status: Of the answer; None where none came.
        error: What went wrong where none came.
        answer: The first 2 KiB of the answer's body.
    """

    number: int
    at: str
    status: int | None
    latency_ms: int | None
    error: str | None
    answer: str | None

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptOut":
        """Return the shape of a try."""
        return cls(
            number=attempt.number,
            at=to_wire(attempt.at),
            status=attempt.status,
            latency_ms=attempt.latency_ms,
            error=attempt.error,
            answer=attempt.answer,
        )


class DeliveriesOut(msgspec.Struct):
    """A page of deliveries, latest first."""

    deliveries: list[DeliveryOut]


class DeliveryDetailOut(msgspec.Struct, kw_only=True):
    """A delivery with every try, the first one first."""

    delivery: DeliveryOut
    attempts: list[AttemptOut]


class ResentOut(msgspec.Struct, kw_only=True):
    """How many deliveries were made due.

    Attributes:
        more_before: There are more: ask again with this as `before`. None where that was all.
    """

    resent: int
    more_before: int | None


class EventsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """From where on: `after` is the number of an event; the header `Last-Event-ID` counts more."""

    after: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class EventOut(msgspec.Struct, kw_only=True):
    """An event as the stream tells it.

    Attributes:
        id: The `webhook-id` of its deliveries.
        data: As documented for its kind; for `payload.resolved` the webhook's body without `meta.url`.
    """

    id: str
    type: EventKind
    timestamp: str
    data: msgspec.Raw

    @classmethod
    def of(cls, event: AppEvent) -> "EventOut":
        """Return the shape of an event."""
        return cls(id=message_id(event.id), type=event.kind, timestamp=to_wire(event.created_at), data=event.data)
