"""What other slices do with events: record them, where they happen. Plain functions of one transaction.

An event is stored in the transaction of what it tells, together with a delivery for every webhook endpoint that asks
for its kind: either both are there after a crash, or neither is. The outbox hears of it after the commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sealgate.apps import webhooks
from sealgate.delivery import events, store
from sealgate.delivery.kinds import EventData
from sealgate.delivery.model import NewEvent, TargetKind
from sealgate.infra.tx import Tx

ON_REQUEST = frozenset({"payload.opened", "payload.cancelled"})
"""Kinds that are recorded only where an endpoint of the app asks for them, or where somebody follows its events. So is
`payload.expired`, but there the moment counts in which the request was made (`App.wants`)."""

PRUNED_AT_ONCE = 1000


def record(tx: Tx, app_uuid: str, subject: str, data: EventData, *, now: datetime) -> None:
    """Record one event; see `record_all`."""
    record_all(tx, app_uuid, (NewEvent(subject, data),), now=now)


def record_all(tx: Tx, app_uuid: str, told: Sequence[NewEvent], *, now: datetime) -> None:
    """Record events of an app, in the order in which they happened, with their deliveries.

    Costs a statement to learn who asks, one for each event, and one for each delivery.
    """
    endpoints = webhooks.endpoints_of(tx, app_uuid)
    recorded = due = False
    for event in told:
        kind = event.data.kind
        # A paused endpoint is told when it is served again.
        wanting = [endpoint for endpoint in endpoints if kind in endpoint.events]
        if kind in ON_REQUEST and not wanting and not store.has_listener(tx, app_uuid, now=now):
            continue
        seq = store.insert_event(tx, app_uuid, event, now=now)
        for endpoint in wanting:
            store.insert_delivery(
                tx,
                app_uuid=app_uuid,
                kind=kind,
                target_kind="webhook",
                target_uuid=endpoint.uuid,
                subject=event.subject,
                now=now,
                event_seq=seq,
            )
        recorded, due = True, due or bool(wanting)
    if recorded:
        tx.emit(events.recorded(app_uuid))
    if due:
        tx.emit(events.waiting())


def enqueue(
    tx: Tx,
    *,
    app_uuid: str,
    kind: str,
    target_kind: TargetKind,
    target_uuid: str,
    subject: str,
    message: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Put a message on its way to a target that is no webhook endpoint; the sender of its kind reads the text.

    Args:
        kind: What deliveries of this sort are called where people look at them.
        subject: Messages of one subject reach a target in order.
        expires_at: From when on nobody needs it; it is then dropped.
    """
    store.insert_delivery(
        tx,
        app_uuid=app_uuid,
        kind=kind,
        target_kind=target_kind,
        target_uuid=target_uuid,
        subject=subject,
        now=now,
        message=message,
        expires_at=expires_at,
    )
    tx.emit(events.waiting())


def prune(tx: Tx, *, now: datetime, days: int) -> int:
    """Delete a thousand of the events and deliveries that are older than `days` days; return how many there were."""
    return store.prune(tx, before=now - timedelta(days=days), limit=PRUNED_AT_ONCE)
