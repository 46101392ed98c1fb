"""Asking for a wake-up, in the transaction of what it is for: it is sent once that is durable, or never."""

from datetime import datetime

from sealgate.base.ids import new_uuid
from sealgate.delivery import service as outbox
from sealgate.delivery.push.model import PUSHED, PushMessage, PushOutcome
from sealgate.holders import push
from sealgate.infra.tx import Tx

KIND = "push"


def push_to_holder(
    tx: Tx, holder_uuid: str, message: PushMessage, *, expires_at: datetime, now: datetime
) -> PushOutcome:
    """Wake a holder's devices for the app that the message names.

    One statement finds out whom it may reach; there is one more for each device that has a push subscription. Wallets
    without one read their list and the event stream, which whoever makes the request takes care of.

    Args:
        expires_at: From when on the message is of no use.

    Returns:
        `pushed` where the holder has a device and has not muted the app, as ADR 9 and ADR 21 have it.
    """
    reachable = push.reach(tx, holder_uuid, message.app)
    if not reachable.has_device:
        return PushOutcome(False, "no_device")
    if reachable.muted:
        return PushOutcome(False, "muted")
    for device_uuid in reachable.subscribed:
        outbox.enqueue(
            tx,
            app_uuid=message.app,
            kind=KIND,
            target_kind="push",
            target_uuid=device_uuid,
            subject=message.payload or new_uuid(),
            message=message.to_wire().decode(),
            expires_at=expires_at,
            now=now,
        )
    return PUSHED
