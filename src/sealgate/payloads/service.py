"""The verbs of sign requests: create, read, cancel; and, from `answering`, open, sign, reject. One is one transaction.

This module is what other slices use.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from sealgate.apps.model import App
from sealgate.base.clock import from_ms, to_ms
from sealgate.delivery import service as delivery
from sealgate.delivery.push.model import NOBODY_NAMED, PushMessage, PushOutcome
from sealgate.delivery.push.service import push_to_holder
from sealgate.holders.model import Holder
from sealgate.infra.tx import Tx
from sealgate.payloads import events, search, store, telling
from sealgate.payloads.answering import (
    open_payload,
    payload_for,
    record_refusal,
    reject_payload,
    report_dispatch,
    sign_payload,
)
from sealgate.payloads.challenge import with_challenge
from sealgate.payloads.draft import CheckedDraft
from sealgate.payloads.errors import IdentifierNotFound, IdentifierTaken, PayloadNotFound
from sealgate.payloads.model import SIGN_IN, Cancellation, CancelReason, Payload, Presentation, cancel_reason
from sealgate.payloads.multisign import with_contributions
from sealgate.payloads.search import PayloadsWanted
from sealgate.tokens import service as tokens

__all__ = [
    "cancel_payload",
    "create_payload",
    "find_by_identifiers",
    "find_by_txid",
    "find_payload",
    "get_by_identifier",
    "get_for_app",
    "issued_user_token",
    "list_payloads",
    "open_payload",
    "payload_for",
    "pending_payloads",
    "record_refusal",
    "refusals_of",
    "reject_payload",
    "report_dispatch",
    "search_payloads",
    "sign_payload",
]

MAX_PENDING = 100


def create_payload(
    tx: Tx,
    app: App,
    draft: CheckedDraft,
    *,
    uuid: str,
    domain: str,
    now: datetime,
    holder: Holder | None = None,
    presentation: Presentation | None = None,
    may_push: bool = True,
) -> Payload:
    """Store a sign request and, where it has a holder, put it before their wallets.

    Args:
        uuid: The payload's UUID: that of the call which asks for it (platform-api 4.7).
        domain: Host people know this server by; a SignIn's challenge names it.
        holder: Who must answer, where the creator knows. Else the draft's user token decides, if it is live and its
            holder has a wallet to wake; otherwise the request is for whoever scans it and `pushed` is False.
        may_push: Whether the app is within its limits (`delivery.push.limits`); beyond them nobody is woken.

    Raises:
        IdentifierTaken: another payload of the app has this identifier.
    """
    now = from_ms(to_ms(now))
    expires_at = now + timedelta(minutes=draft.expire_min)
    terms = draft.terms
    message = PushMessage(category="SIGNTX", app=app.uuid, payload=uuid)
    holder_uuid, push = _addressee(tx, draft, holder, message, expires_at=expires_at, may_push=may_push, now=now)
    if terms.tx_type == SIGN_IN:
        terms = with_challenge(
            terms, payload_uuid=uuid, domain=domain, app_uuid=app.uuid, presentation=presentation, now=now
        )
    if presentation is not None:
        terms = msgspec.structs.replace(terms, presentation=presentation)
    if push.reason not in (None, NOBODY_NAMED.reason):
        terms = msgspec.structs.replace(terms, unpushed=push.reason)
    payload_id = store.insert_payload(
        tx,
        uuid=uuid,
        app_uuid=app.uuid,
        identifier=draft.identifier,
        holder_uuid=holder_uuid,
        pushed=push.pushed,
        terms=terms,
        created_at=now,
        expires_at=expires_at,
        tell_expiry=True if app.wants("payload.expired") else None,
    )
    if payload_id is None:
        raise IdentifierTaken(detail=f"app={app.uuid}", pointer="/custom_meta/identifier")
    if holder_uuid is not None:
        tx.emit(events.wallet_news(holder_uuid, events.creation_kind(pushed=push.pushed), uuid))
    return Payload(
        id=payload_id,
        uuid=uuid,
        app_uuid=app.uuid,
        terms=terms,
        created_at=now,
        expires_at=expires_at,
        identifier=draft.identifier,
        holder_uuid=holder_uuid,
        pushed=push.pushed,
    )


def _addressee(
    tx: Tx,
    draft: CheckedDraft,
    holder: Holder | None,
    message: PushMessage,
    *,
    expires_at: datetime,
    may_push: bool,
    now: datetime,
) -> tuple[str | None, PushOutcome]:
    if holder is not None:
        return holder.uuid, push_to_holder(tx, holder.uuid, message, expires_at=expires_at, now=now)
    if draft.user_token is None:
        return None, NOBODY_NAMED
    token = tokens.find_live_user_token(tx, message.app, draft.user_token, now)
    if token is None:
        waits = tokens.is_waiting(tx, message.app, draft.user_token, now)
        return None, PushOutcome(False, "token_waiting" if waits else "token_unknown")
    if not may_push:
        return None, PushOutcome(False, "rate_limited")
    push = push_to_holder(tx, token.holder_uuid, message, expires_at=expires_at, now=now)
    # Bound only where it can be seen: a request nobody was told of must stay open to whoever scans it.
    return token.holder_uuid if push.is_listed else None, push


def find_payload(tx: Tx, uuid: str) -> Payload | None:
    """Return the payload, whoever created it, or None."""
    return store.find_payload(tx, uuid)


def note_web_open(tx: Tx, uuid: str, *, now: datetime) -> None:
    """Note that a browser shows the payload's sign page; only the first time before a wallet opens it counts."""
    store.note_web_open(tx, uuid, now=now)


def get_for_app(tx: Tx, app_uuid: str, uuid: str) -> Payload:
    """Return the app's payload.

    Raises:
        PayloadNotFound: there is none, or it is another app's.
    """
    payload = store.find_payload(tx, uuid)
    if payload is None or payload.app_uuid != app_uuid:
        raise PayloadNotFound(detail=f"payload={uuid} exists={payload is not None}")
    return with_contributions(tx, payload)


def get_by_identifier(tx: Tx, app_uuid: str, identifier: str) -> Payload:
    """Return the app's payload with this custom identifier.

    Raises:
        IdentifierNotFound: there is none.
    """
    payload = store.find_by_identifier(tx, app_uuid, identifier)
    if payload is None:
        raise IdentifierNotFound(detail=f"app={app_uuid}")
    return with_contributions(tx, payload)


def issued_user_token(tx: Tx, payload: Payload, now: datetime) -> str | None:
    """Return the app's live user token for whoever signed this payload; None while unsigned (platform-api 5.2)."""
    if payload.outcome is None or not payload.outcome.signed:
        return None
    token = tokens.find_for(tx, payload.app_uuid, payload.outcome.holder_uuid, now)
    return token.token if token is not None else None


def cancel_payload(tx: Tx, app_uuid: str, uuid: str, *, now: datetime) -> Cancellation:
    """Withdraw the app's payload if no wallet has opened it; else say why not (platform-api 6).

    An xApp event is withdrawn even if one has.

    Raises:
        PayloadNotFound: the app has no such payload.
    """
    cancelled = store.cancel_payload(tx, app_uuid, uuid, now=now)
    if cancelled is None and get_for_app(tx, app_uuid, uuid).terms.xapp is not None:
        cancelled = store.take_back(tx, app_uuid, uuid, now=now)
    if cancelled is None:
        payload = get_for_app(tx, app_uuid, uuid)
        return Cancellation(reason=cancel_reason(payload, now), before=payload)
    tx.emit(events.news(uuid, "cancelled"))
    if cancelled.terms.xapp is None:
        delivery.record_all(tx, app_uuid, (telling.cancelled(cancelled),), now=now)
    if cancelled.holder_uuid is not None:
        tx.emit(events.wallet_news(cancelled.holder_uuid, "payload_cancelled", uuid))
    return Cancellation(reason=CancelReason.OK, before=msgspec.structs.replace(cancelled, cancelled_at=None))


def pending_payloads(tx: Tx, holder_uuid: str, *, now: datetime) -> list[Payload]:
    """Return what waits for the holder's answer and has not passed its deadline, newest first, at most 100."""
    return store.pending_payloads(tx, holder_uuid, now=now, limit=MAX_PENDING)


def search_payloads(
    tx: Tx, app_uuid: str, wanted: PayloadsWanted, *, limit: int, now: datetime
) -> tuple[list[Payload], int | None]:
    """Return requests of an app that are wanted, latest first, and the id to go on before; None where that was all.

    A page is chosen from 5,000 requests at the most, so it may be short, or empty, and yet not the last.
    """
    return search.find_payloads(tx, app_uuid, wanted, limit=limit, now=now)


def list_payloads(tx: Tx, *, app_uuid: str | None = None, after: int | None = None, limit: int) -> list[Payload]:
    """Return requests of one app or of all: the latest ones first, or those behind `after`, the earliest first."""
    return search.list_payloads(tx, app_uuid=app_uuid, after=after, limit=limit)


def find_by_txid(tx: Tx, txid: str, *, apps: Collection[str] | None) -> Payload | None:
    """Return the latest request of the apps, or of any app where that is None, whose transaction has this hash."""
    return search.find_by_txid(tx, txid, apps=apps)


def find_by_identifiers(tx: Tx, identifier: str, *, apps: Collection[str]) -> list[Payload]:
    """Return the requests of the apps with this custom identifier, latest first."""
    return search.find_by_identifiers(tx, identifier, apps=apps)


def refusals_of(tx: Tx, payload: Payload) -> list[tuple[datetime, int, str]]:
    """Return moment, code and name of each signature that was not accepted for a request, the first one first."""
    return search.refusals_of(tx, payload.id)
