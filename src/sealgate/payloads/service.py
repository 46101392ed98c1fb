"""The verbs of sign requests: create, read, open, sign, reject, cancel. One call is one transaction.

Reading first and writing after is never how a winner is found: each change is one conditional statement in `store`,
and only who lost reads again, to be told why.
"""

import re
from datetime import datetime, timedelta
from typing import NoReturn

import msgspec

from sealgate.apps.model import App
from sealgate.base.clock import from_ms, to_ms
from sealgate.base.errors import SealgateError
from sealgate.holders.model import Device, Holder
from sealgate.holders.service import has_active_device, require_active
from sealgate.infra.tx import Tx
from sealgate.payloads import events, store
from sealgate.payloads.challenge import with_challenge
from sealgate.payloads.draft import CheckedDraft
from sealgate.payloads.errors import (
    DispatchRefused,
    IdentifierNotFound,
    IdentifierTaken,
    PayloadCancelled,
    PayloadExpired,
    PayloadNotFound,
    PayloadNotOpened,
    PayloadOfAnother,
    PayloadResolved,
    PayloadSigned,
    PayloadUnknown,
)
from sealgate.payloads.model import (
    SIGN_IN,
    Cancellation,
    CancelReason,
    CheckedSignature,
    DispatchReport,
    Outcome,
    Payload,
    Presentation,
    RejectReport,
    SignReport,
    State,
    cancel_reason,
    state_of,
)
from sealgate.tokens import service as tokens

_HASH = re.compile(r"[0-9A-Fa-f]{64}")

MAX_PENDING = 100
USER_TOKEN_DAYS = 30


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
) -> Payload:
    """Store a sign request and, where it has a holder, put it before their wallets.

    Args:
        uuid: The payload's UUID: that of the call which asks for it (platform-api 4.7).
        domain: Host people know this server by; a SignIn's challenge names it.
        holder: Who must answer, where the creator knows. Else the draft's user token decides, if it is live and its
            holder has a wallet to wake; otherwise the request is for whoever scans it and `pushed` is False.

    Raises:
        IdentifierTaken: another payload of the app has this identifier.
    """
    now = from_ms(to_ms(now))
    holder_uuid, pushed = _addressee(tx, app, draft, holder, now)
    terms = draft.terms
    if terms.tx_type == SIGN_IN:
        terms = with_challenge(
            terms, payload_uuid=uuid, domain=domain, app_uuid=app.uuid, presentation=presentation, now=now
        )
    if presentation is not None:
        terms = msgspec.structs.replace(terms, presentation=presentation)
    expires_at = now + timedelta(minutes=draft.expire_min)
    payload_id = store.insert_payload(
        tx,
        uuid=uuid,
        app_uuid=app.uuid,
        identifier=draft.identifier,
        holder_uuid=holder_uuid,
        pushed=pushed,
        terms=terms,
        created_at=now,
        expires_at=expires_at,
    )
    if payload_id is None:
        raise IdentifierTaken(detail=f"app={app.uuid}", pointer="/custom_meta/identifier")
    if holder_uuid is not None:
        tx.emit(events.wallet_news(holder_uuid, "payload_created", uuid))
    return Payload(
        id=payload_id,
        uuid=uuid,
        app_uuid=app.uuid,
        terms=terms,
        created_at=now,
        expires_at=expires_at,
        identifier=draft.identifier,
        holder_uuid=holder_uuid,
        pushed=pushed,
    )


def _addressee(tx: Tx, app: App, draft: CheckedDraft, holder: Holder | None, now: datetime) -> tuple[str | None, bool]:
    if holder is not None:
        return holder.uuid, has_active_device(tx, holder.uuid)
    if draft.user_token is not None:
        token = tokens.find_live_user_token(tx, app.uuid, draft.user_token, now)
        # Bound only together with pushed: a request nobody was told of must stay open to whoever scans it.
        if token is not None and has_active_device(tx, token.holder_uuid):
            return token.holder_uuid, True
    return None, False


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
    return payload


def get_by_identifier(tx: Tx, app_uuid: str, identifier: str) -> Payload:
    """Return the app's payload with this custom identifier.

    Raises:
        IdentifierNotFound: there is none.
    """
    payload = store.find_by_identifier(tx, app_uuid, identifier)
    if payload is None:
        raise IdentifierNotFound(detail=f"app={app_uuid}")
    return payload


def issued_user_token(tx: Tx, payload: Payload, now: datetime) -> str | None:
    """Return the app's live user token for whoever signed this payload; None while unsigned (platform-api 5.2)."""
    if payload.outcome is None or not payload.outcome.signed:
        return None
    token = tokens.find_for(tx, payload.app_uuid, payload.outcome.holder_uuid, now)
    return token.token if token is not None else None


def open_payload(tx: Tx, uuid: str, *, device: Device, origin: str, now: datetime) -> Payload:
    """Note that a wallet shows the payload to its person, and return it.

    The first opening in time stops the clock. Others may open it too, until one of them answers.

    Raises:
        PayloadUnknown, PayloadOfAnother, PayloadExpired, PayloadCancelled, PayloadResolved: why it cannot be opened.
    """
    opened = store.open_payload(tx, uuid, holder_uuid=device.holder_uuid, by_deeplink=origin == "DEEP_LINK", now=now)
    if opened is not None:
        tx.emit(events.news(uuid, "opened"))
        return opened
    payload = _for_device(tx, uuid, device)
    if state_of(payload, now) is not State.OPENED:
        _refuse(payload, now, opening=True)
    return payload


def sign_payload(
    tx: Tx,
    uuid: str,
    *,
    device: Device,
    report: SignReport,
    verified: CheckedSignature,
    now: datetime,
    reference: str,
    token_days: int = USER_TOKEN_DAYS,
) -> Payload:
    """Settle an opened payload by a signature. The first accepted one wins, whatever the deadline.

    Args:
        verified: What `acceptance.check_signature` made of this very report.
        reference: UUID of the wallet's call.
        token_days: How long the app's user token lives from this signing on.

    Raises:
        PayloadUnknown, PayloadOfAnother, PayloadNotOpened, PayloadExpired, PayloadCancelled, PayloadResolved: why
            the payload cannot be answered.
        DeviceRevoked: the device was revoked since its call was let in.
    """
    payload = _claim(tx, uuid, device, now)
    # Nothing is submitted of what is no ledger transaction, whatever the wallet says.
    dispatch = None if payload.terms.is_pseudo else report.dispatched
    outcome = Outcome(
        signed=True,
        reference=reference,
        holder_uuid=device.holder_uuid,
        device_uuid=device.uuid,
        origintype=report.origintype,
        signmethod=report.signmethod or "OTHER",
        hex=verified.hex,
        txid=verified.txid,
        account=verified.account,
        signer=verified.signer,
        signer_pubkey=verified.signer_pubkey,
        multisign_account=verified.multisign_account,
        environment_nodeuri=report.environment.nodeuri,
        environment_nodetype=report.environment.nodetype,
        environment_networkid=report.environment.networkid,
        dispatched_to=dispatch.to if dispatch else None,
        dispatched_nodetype=dispatch.nodetype if dispatch else None,
        dispatched_result=dispatch.result if dispatch else None,
    )
    store.insert_outcome(tx, payload.id, outcome)
    payload = msgspec.structs.replace(payload, outcome=outcome)
    tokens.issue_or_extend(tx, payload.app_uuid, device.holder_uuid, now=now, days=token_days)
    tx.emit(events.news(uuid, "pre_signed"))
    if dispatch is not None:
        tx.emit(events.news(uuid, "dispatched"))
    _tell_settled(tx, payload)
    return payload


def reject_payload(
    tx: Tx, uuid: str, *, device: Device, reject: RejectReport, now: datetime, reference: str
) -> Payload:
    """Settle an opened payload by a refusal of the person or of the wallet.

    Raises:
        PayloadUnknown, PayloadOfAnother, PayloadNotOpened, PayloadExpired, PayloadCancelled, PayloadResolved: why
            the payload cannot be answered.
        DeviceRevoked: the device was revoked since its call was let in.
    """
    payload = _claim(tx, uuid, device, now)
    outcome = Outcome(
        signed=False,
        reference=reference,
        holder_uuid=device.holder_uuid,
        device_uuid=device.uuid,
        origintype=reject.origintype,
        environment_nodeuri=reject.environment.nodeuri,
        environment_nodetype=reject.environment.nodetype,
        environment_networkid=reject.environment.networkid,
        reject_initiator=reject.initiator,
        reject_reason=reject.reason,
    )
    store.insert_outcome(tx, payload.id, outcome)
    payload = msgspec.structs.replace(payload, outcome=outcome)
    _tell_settled(tx, payload)
    return payload


def _claim(tx: Tx, uuid: str, device: Device, now: datetime) -> Payload:
    """Take the one chance to answer an opened payload, or say why this device has lost it."""
    # Between the check of its signature and this moment the device may have been revoked.
    require_active(tx, device)
    claimed = store.claim_payload(tx, uuid, holder_uuid=device.holder_uuid, now=now)
    if claimed is None:
        _refuse(_for_device(tx, uuid, device), now, opening=False)
    return claimed


def _tell_settled(tx: Tx, payload: Payload) -> None:
    tx.emit(events.resolved(payload))
    # The signer's other wallets take it off their lists, and so do the addressee's.
    assert payload.outcome is not None
    for holder_uuid in {payload.holder_uuid or payload.outcome.holder_uuid, payload.outcome.holder_uuid}:
        tx.emit(events.wallet_news(holder_uuid, "payload_resolved", payload.uuid))


def report_dispatch(tx: Tx, uuid: str, *, device: Device, dispatch: DispatchReport, now: datetime) -> Payload:
    """Add what the node said to the transaction this device signed and submitted. Once.

    Raises:
        PayloadUnknown: there is no such payload.
        DispatchRefused: this device has not signed it, or a node's answer is there already.
    """
    payload = store.find_payload(tx, uuid)
    if payload is None:
        raise PayloadUnknown(detail=f"payload={uuid}")
    waited_for = not payload.terms.is_pseudo
    if not (waited_for and store.record_dispatch(tx, payload.id, device_uuid=device.uuid, dispatch=dispatch)):
        raise DispatchRefused(detail=f"payload={uuid} device={device.uuid} state={state_of(payload, now)}")
    tx.emit(events.news(uuid, "dispatched"))
    found = store.find_payload(tx, uuid)
    assert found is not None
    return found


def cancel_payload(tx: Tx, app_uuid: str, uuid: str, *, now: datetime) -> Cancellation:
    """Withdraw the app's payload if no wallet has opened it; else say why not (platform-api 6).

    Raises:
        PayloadNotFound: the app has no such payload.
    """
    cancelled = store.cancel_payload(tx, app_uuid, uuid, now=now)
    if cancelled is None:
        payload = get_for_app(tx, app_uuid, uuid)
        return Cancellation(reason=cancel_reason(payload, now), before=payload)
    tx.emit(events.news(uuid, "cancelled"))
    if cancelled.holder_uuid is not None:
        tx.emit(events.wallet_news(cancelled.holder_uuid, "payload_cancelled", uuid))
    return Cancellation(reason=CancelReason.OK, before=msgspec.structs.replace(cancelled, cancelled_at=None))


def pending_payloads(tx: Tx, holder_uuid: str, *, now: datetime) -> list[Payload]:
    """Return what waits for the holder's answer and has not passed its deadline, newest first, at most 100."""
    return store.pending_payloads(tx, holder_uuid, now=now, limit=MAX_PENDING)


def record_refusal(
    tx: Tx, uuid: str, *, device: Device, refusal: SealgateError, txid: str | None, now: datetime
) -> None:
    """Keep an audit record of a signature that was not accepted: its transaction may be on the ledger all the same.

    Args:
        txid: Hash of the refused blob, recomputed or as reported; anything but 64 hex characters is dropped.
    """
    known = txid.upper() if txid is not None and _HASH.fullmatch(txid) else None
    store.insert_refusal(tx, uuid, device_uuid=device.uuid, refusal=refusal, txid=known, now=now)


def _for_device(tx: Tx, uuid: str, device: Device) -> Payload:
    payload = store.find_payload(tx, uuid)
    if payload is None:
        raise PayloadUnknown(detail=f"payload={uuid}")
    if payload.holder_uuid not in {None, device.holder_uuid}:
        raise PayloadOfAnother(detail=f"payload={uuid} device={device.uuid}")
    return payload


def _refuse(payload: Payload, now: datetime, *, opening: bool) -> NoReturn:
    """Tell a wallet why the payload's state does not allow what it wants."""
    state = state_of(payload, now)
    detail = f"payload={payload.uuid} state={state}"
    match state:
        case State.SIGNED if opening:
            raise PayloadSigned(detail=detail)
        case State.SIGNED | State.REJECTED:
            raise PayloadResolved(detail=detail)
        case State.CANCELLED:
            raise PayloadCancelled(detail=detail)
        case State.EXPIRED:
            raise PayloadExpired(detail=detail)
        case _:
            raise PayloadNotOpened(detail=detail)
