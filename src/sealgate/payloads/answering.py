"""What wallets do with sign requests: open, sign, reject, report. `service` offers these verbs to other slices.

Reading first and writing after is never how a winner is found: each change is one conditional statement in `store`,
and only who lost reads again, to be told why.
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import NoReturn

import msgspec

from sealgate.base.errors import SealgateError
from sealgate.delivery import service as delivery
from sealgate.holders.model import Device
from sealgate.holders.service import require_active
from sealgate.infra.tx import Tx
from sealgate.payloads import events, multisign, multisign_store, settling, store, telling
from sealgate.payloads.errors import (
    DispatchRefused,
    NotForSigning,
    PayloadCancelled,
    PayloadExpired,
    PayloadNotOpened,
    PayloadOfAnother,
    PayloadResolved,
    PayloadSigned,
    PayloadUnknown,
)
from sealgate.payloads.model import (
    SIGN_IN,
    CheckedSignature,
    DispatchReport,
    Outcome,
    Payload,
    RejectReport,
    SignReport,
    State,
    Terms,
    state_of,
)
from sealgate.tokens import service as tokens

USER_TOKEN_DAYS = 30
_HASH = re.compile(r"[0-9A-Fa-f]{64}")


def open_payload(tx: Tx, uuid: str, *, device: Device, origin: str, now: datetime) -> Payload:
    """Note that a wallet shows the payload to its person, and return it.

    The first opening in time stops the clock. Others may open it too, until one of them answers.

    Raises:
        PayloadUnknown, PayloadOfAnother, PayloadExpired, PayloadCancelled, PayloadResolved: why it cannot be opened.
    """
    opened = store.open_payload(tx, uuid, holder_uuid=device.holder_uuid, by_deeplink=origin == "DEEP_LINK", now=now)
    if opened is not None:
        tx.emit(events.news(uuid, "opened"))
        if opened.terms.xapp is None:
            delivery.record_all(tx, opened.app_uuid, (telling.opened(opened),), now=now)
        return opened
    payload = payload_for(tx, uuid, device)
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
    followed_on: Collection[str] = (),
) -> Payload:
    """Settle an opened payload by a signature. The first accepted one wins, whatever the deadline.

    Where several must sign, and this is not the last of them, the payload stays open; its `contributions` tell.

    Args:
        verified: What `acceptance.check_signature` made of this very report, and the ledger said of it.
        reference: UUID of the wallet's call.
        token_days: How long the app's user token lives from this signing on.
        followed_on: Keys of the networks that somebody asks what became of a transaction.

    Raises:
        PayloadUnknown, PayloadOfAnother, PayloadNotOpened, PayloadExpired, PayloadCancelled, PayloadResolved: why
            the payload cannot be answered.
        NotForSigning: it is an xApp event.
        SignedBefore, TransactionDiffers: it does not go with what others have signed.
        DeviceRevoked: the device was revoked since its call was let in.
    """
    if verified.signer_list is not None:
        held = _hold(tx, uuid, device, now)
        verified = multisign.add(tx, held, device=device, verified=verified, now=now)
        if held.collects and not (verified.rights and verified.rights.is_complete):
            return _wait_for_others(tx, held, verified, device=device, now=now, token_days=token_days)
    payload = _claim(tx, uuid, device, now)
    if payload.terms.xapp is not None:
        raise NotForSigning
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
        network=verified.network,
        differences=[msgspec.to_builtins(one) for one in verified.differences] or None,
        rights=None if verified.rights is None else msgspec.to_builtins(verified.rights),
    )
    store.insert_outcome(tx, payload.id, outcome)
    if verified.network in followed_on and _is_sent(payload.terms, verified):
        settling.begin(tx, payload, verified, now=now)
    payload = msgspec.structs.replace(payload, outcome=outcome)
    token = tokens.issue_or_extend(
        tx,
        payload.app_uuid,
        device.holder_uuid,
        now=now,
        days=token_days,
        account=verified.account if verified.is_by_own_key else None,
        # It has the payload's challenge in it.
        is_proved=payload.terms.tx_type == SIGN_IN,
    )
    delivery.record_all(tx, payload.app_uuid, telling.signed(payload, token), now=now)
    tx.emit(events.news(uuid, "pre_signed"))
    if dispatch is not None:
        tx.emit(events.news(uuid, "dispatched"))
    _tell_settled(tx, payload)
    return payload


def _is_sent(terms: Terms, verified: CheckedSignature) -> bool:
    """Tell whether the transaction is to reach the ledger: of several signers, once they are enough."""
    if terms.multisign:
        return verified.rights is not None and verified.rights.is_complete
    return terms.submit


def _hold(tx: Tx, uuid: str, device: Device, now: datetime) -> Payload:
    """Return an opened payload that nobody else answers until this transaction ends, or say why there is none."""
    require_active(tx, device)
    held = multisign_store.lock_answerable(tx, uuid, holder_uuid=device.holder_uuid)
    if held is None:
        _refuse(payload_for(tx, uuid, device), now, opening=False)
    return held


def _wait_for_others(
    tx: Tx, payload: Payload, verified: CheckedSignature, *, device: Device, now: datetime, token_days: int
) -> Payload:
    payload = multisign.with_contributions(tx, payload)
    token = tokens.issue_or_extend(tx, payload.app_uuid, device.holder_uuid, now=now, days=token_days)
    delivery.record_all(tx, payload.app_uuid, telling.contributed(payload, verified.multisign_account, token), now=now)
    tx.emit(events.news(payload.uuid, "pre_signed"))
    tx.emit(events.contributed(payload))
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
    delivery.record_all(tx, payload.app_uuid, telling.rejected(payload), now=now)
    _tell_settled(tx, payload)
    return payload


def _claim(tx: Tx, uuid: str, device: Device, now: datetime) -> Payload:
    """Take the one chance to answer an opened payload, or say why this device has lost it."""
    # Between the check of its signature and this moment the device may have been revoked.
    require_active(tx, device)
    claimed = store.claim_payload(tx, uuid, holder_uuid=device.holder_uuid, now=now)
    if claimed is None:
        _refuse(payload_for(tx, uuid, device), now, opening=False)
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


def record_refusal(
    tx: Tx, uuid: str, *, device: Device, refusal: SealgateError, txid: str | None, now: datetime
) -> None:
    """Keep an audit record of a signature that was not accepted: its transaction may be on the ledger all the same.

    Args:
        txid: Hash of the refused blob, recomputed or as reported; anything but 64 hex characters is dropped.
    """
    known = txid.upper() if txid is not None and _HASH.fullmatch(txid) else None
    store.insert_refusal(tx, uuid, device_uuid=device.uuid, refusal=refusal, txid=known, now=now)


def payload_for(tx: Tx, uuid: str, device: Device) -> Payload:
    """Return the payload, whatever its state, where this device may answer it.

    Raises:
        PayloadUnknown: there is none.
        PayloadOfAnother: it is meant for another holder.
    """
    payload = store.find_payload(tx, uuid)
    if payload is None:
        raise PayloadUnknown(detail=f"payload={uuid}")
    if payload.holder_uuid not in {None, device.holder_uuid}:
        raise PayloadOfAnother(detail=f"payload={uuid} device={device.uuid}")
    return multisign.with_contributions(tx, payload, even_if_over=True)


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
