"""What a wallet does, as one transaction each: the verbs of `payloads`, for a device that still counts.

The edge let the call in by what it remembered of the device. Here it is looked at once more, in the transaction that
counts, so that a device revoked a moment ago in another process neither sees nor settles anything.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.base.clock import to_wire
from sealgate.base.errors import SealgateError
from sealgate.delivery import service as delivery
from sealgate.delivery.kinds import UserTokenRevoked
from sealgate.holders import push
from sealgate.holders import service as holders
from sealgate.holders.model import Device
from sealgate.infra.tx import Tx
from sealgate.payloads import service as payloads
from sealgate.payloads.model import CheckedSignature, DispatchReport, Payload, RejectReport, SignReport
from sealgate.tokens import service as tokens
from sealgate.tokens.model import UserToken
from sealgate.wallet.errors import AppSwitchedOff, PermissionUnknown


class Shown(NamedTuple):
    """A request with what a wallet is told about its app: `token` is the permission the app holds, or None."""

    payload: Payload
    app: App
    token: UserToken | None


class Permission(NamedTuple):
    """An app that may send requests to a holder, and whether it may wake them."""

    app: App
    token: UserToken
    muted: bool


def open_request(tx: Tx, uuid: str, *, device: Device, origin: str, now: datetime) -> Shown:
    """Open a request on a device; opening it again on the way to signing is nothing new.

    Raises:
        DeviceRevoked; PayloadUnknown, PayloadOfAnother, PayloadExpired, PayloadCancelled, PayloadResolved.
        AppSwitchedOff: the app is disabled.
    """
    holders.require_active(tx, device)
    shown = _shown(tx, payloads.open_payload(tx, uuid, device=device, origin=origin, now=now), device, now)
    if shown.app.disabled:
        raise AppSwitchedOff
    return shown


def pending_requests(tx: Tx, device: Device, *, now: datetime) -> list[Shown]:
    """Return what waits for the device's holder, newest first, without the requests of disabled apps.

    Raises:
        DeviceRevoked
    """
    holders.require_active(tx, device)
    waiting = payloads.pending_payloads(tx, device.holder_uuid, now=now)
    return [shown for payload in waiting if not (shown := _shown(tx, payload, device, now)).app.disabled]


def request_to_answer(tx: Tx, uuid: str, device: Device) -> tuple[Payload, str]:
    """Return a request that the device may answer, and the network of its app.

    Raises:
        PayloadUnknown, PayloadOfAnother
    """
    payload = payloads.payload_for(tx, uuid, device)
    return payload, apps.get_app(tx, payload.app_uuid).network


def is_answered_so(payload: Payload, device: Device, report: SignReport | RejectReport) -> bool:
    """Tell whether this very answer of this device has been taken before: its wallet did not hear of that."""
    if isinstance(report, SignReport):
        given = report.signed_blob.upper()
        if any(one.device_uuid == device.uuid and one.hex == given for one in payload.contributions):
            return True
    outcome = payload.outcome
    if outcome is None or outcome.device_uuid != device.uuid:
        return False
    if isinstance(report, RejectReport):
        return not outcome.signed
    return outcome.hex == report.signed_blob.upper()


def sign_request(
    tx: Tx,
    uuid: str,
    *,
    device: Device,
    report: SignReport,
    verified: CheckedSignature,
    now: datetime,
    reference: str,
    token_days: int,
    followed_on: Collection[str] = (),
) -> Payload:
    """Settle a request by a signature that was checked.

    Raises:
        DeviceRevoked; what `payloads.service.sign_payload` raises.
        AppSwitchedOff: the app is disabled.
    """
    holders.require_active(tx, device)
    signed = payloads.sign_payload(
        tx,
        uuid,
        device=device,
        report=report,
        verified=verified,
        now=now,
        reference=reference,
        token_days=token_days,
        followed_on=followed_on,
    )
    if apps.get_app(tx, signed.app_uuid).disabled:
        raise AppSwitchedOff
    return signed


def reject_request(
    tx: Tx, uuid: str, *, device: Device, reject: RejectReport, now: datetime, reference: str
) -> Payload:
    """Settle a request by declining it.

    Raises:
        DeviceRevoked; what `payloads.service.reject_payload` raises.
    """
    holders.require_active(tx, device)
    return payloads.reject_payload(tx, uuid, device=device, reject=reject, now=now, reference=reference)


def report_dispatch(tx: Tx, uuid: str, *, device: Device, dispatch: DispatchReport, now: datetime) -> Payload:
    """Add what a node said to the transaction this device has signed.

    Raises:
        DeviceRevoked; PayloadUnknown, DispatchRefused.
    """
    holders.require_active(tx, device)
    return payloads.report_dispatch(tx, uuid, device=device, dispatch=dispatch, now=now)


def record_refusal(
    tx: Tx, uuid: str, *, device: Device, refusal: SealgateError, txid: str | None, now: datetime
) -> None:
    """Keep an audit record of a signature that was not accepted."""
    payloads.record_refusal(tx, uuid, device=device, refusal=refusal, txid=txid, now=now)


def permissions(tx: Tx, device: Device, *, now: datetime) -> list[Permission]:
    """Return the apps that may send requests to the device's holder, newest permission first.

    Raises:
        DeviceRevoked
    """
    holders.require_active(tx, device)
    granted = tokens.tokens_of_holder(tx, device.holder_uuid, now)
    muted = push.muted_apps(tx, device.holder_uuid)
    return [Permission(apps.get_app(tx, token.app_uuid), token, token.app_uuid in muted) for token in granted]


def revoke_permission(tx: Tx, app_uuid: str, *, device: Device, now: datetime) -> None:
    """End an app's permission; a later signing for it grants a new one, under a new token, and not muted.

    Raises:
        DeviceRevoked
        PermissionUnknown: the app holds none.
    """
    holders.require_active(tx, device)
    token = tokens.find_for(tx, app_uuid, device.holder_uuid, now)
    if token is None or not tokens.revoke(tx, app_uuid, device.holder_uuid, now):
        raise PermissionUnknown
    ended = UserTokenRevoked(user_token=token.token, revoked_at=to_wire(now))
    delivery.record(tx, app_uuid, token.token, ended, now=now)
    push.unmute(tx, device.holder_uuid, app_uuid)


def mute_app(tx: Tx, app_uuid: str, *, device: Device, now: datetime) -> None:
    """Let an app's requests be listed and wake nobody; its permission stays.

    Raises:
        DeviceRevoked
        PermissionUnknown: the app holds none.
    """
    holders.require_active(tx, device)
    if tokens.find_for(tx, app_uuid, device.holder_uuid, now) is None:
        raise PermissionUnknown
    push.mute(tx, device.holder_uuid, app_uuid, now=now)


def unmute_app(tx: Tx, app_uuid: str, *, device: Device) -> None:
    """Let an app's requests wake the holder's devices again; nothing where they do already.

    Raises:
        DeviceRevoked
    """
    holders.require_active(tx, device)
    push.unmute(tx, device.holder_uuid, app_uuid)


def _shown(tx: Tx, payload: Payload, device: Device, now: datetime) -> Shown:
    return Shown(
        payload,
        apps.get_app(tx, payload.app_uuid),
        tokens.find_for(tx, payload.app_uuid, device.holder_uuid, now),
    )
