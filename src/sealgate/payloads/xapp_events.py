"""What xApps tell people (platform-api 17), as payloads: made, listed, opened any number of times, never signed.

An event stays on its holder's list until the app takes it back, the holder puts it away or its time is over. Opening it
opens the xApp, and changes nothing but `meta.app_opened`: whether somebody read what it says, only the xApp knows.
"""

from datetime import datetime, timedelta

import msgspec

from sealgate.apps.model import App
from sealgate.base.clock import from_ms, to_ms
from sealgate.delivery.push.model import PushOutcome
from sealgate.infra.tx import Tx
from sealgate.payloads import events, store
from sealgate.payloads.errors import EventListFull
from sealgate.payloads.model import SIGN_IN, Payload, State, Terms, XappEvent, state_of

EVENT_LIFE = timedelta(days=30)
"""As long as a user token lives from the last signing on."""
MAX_LISTED = 25
"""Events of one app on one list: a quarter of what a list shows, so that no app fills it alone."""
_LOOKED_AT = 100


def create_event(
    tx: Tx,
    app: App,
    event: XappEvent,
    *,
    uuid: str,
    holder_uuid: str,
    push: PushOutcome,
    is_listed: bool = True,
    now: datetime,
) -> Payload:
    """Store what an xApp tells a holder.

    Args:
        push: What came of waking the holder's wallets for it.
        is_listed: False for a notification: wallets hear of it, and it is on no list.

    Raises:
        EventListFull: 25 events of the app are on the holder's list.
    """
    if is_listed and _count_listed(tx, app.uuid, holder_uuid, now) >= MAX_LISTED:
        raise EventListFull
    now = from_ms(to_ms(now))
    terms = Terms(
        tx_type=SIGN_IN,
        request_json=msgspec.Raw(msgspec.json.encode(_template(event))),
        submit=False,
        instruction=event.body,
        xapp=event,
        unpushed=push.reason,
    )
    expires_at = now + EVENT_LIFE
    payload_id = store.insert_event(
        tx,
        uuid=uuid,
        app_uuid=app.uuid,
        holder_uuid=holder_uuid,
        pushed=push.pushed,
        is_listed=is_listed,
        terms=terms,
        created_at=now,
        expires_at=expires_at,
    )
    kind = events.creation_kind(pushed=push.pushed) if is_listed else "xapp_push"
    tx.emit(events.wallet_news(holder_uuid, kind, uuid))
    return Payload(
        id=payload_id,
        uuid=uuid,
        app_uuid=app.uuid,
        terms=terms,
        created_at=now,
        expires_at=expires_at,
        holder_uuid=holder_uuid,
        pushed=push.pushed,
    )


def open_event(tx: Tx, uuid: str, *, app_uuid: str, holder_uuid: str, now: datetime) -> Payload | None:
    """Note that the xApp is opened from an event and return it; None where this holder has no such event of this app.

    That is also the answer for an event that was taken back or put away, or whose time is over.
    """
    payload = store.find_payload(tx, uuid)
    if payload is None or payload.terms.xapp is None:
        return None
    if (payload.app_uuid, payload.holder_uuid) != (app_uuid, holder_uuid):
        return None
    if state_of(payload, now) not in (State.CREATED, State.OPENED):
        return None
    opened = store.open_payload(tx, uuid, holder_uuid=holder_uuid, by_deeplink=False, now=now)
    if opened is not None:
        tx.emit(events.news(uuid, "opened"))
    return opened or payload


def _template(event: XappEvent) -> dict[str, object]:
    """Return what stands in place of a transaction: by these names wallets know what to open (wallet-api 8.7)."""
    return {
        "TransactionType": SIGN_IN,
        "SignIn": True,
        "xappIdentifier": event.identifier,
        "xappTitle": event.title,
    }


def _count_listed(tx: Tx, app_uuid: str, holder_uuid: str, now: datetime) -> int:
    listed = store.pending_payloads(tx, holder_uuid, now=now, limit=_LOOKED_AT)
    return sum(1 for payload in listed if payload.app_uuid == app_uuid and payload.terms.xapp is not None)
