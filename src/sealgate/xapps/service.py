"""What can be done with xApps. Plain functions of one transaction."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sealgate.apps import service as apps
from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import App, XAppStatus
from sealgate.base.cursors import Cursor
from sealgate.holders import service as holders
from sealgate.infra.tx import Tx
from sealgate.xapps import store
from sealgate.xapps.catalogue import xapps_for
from sealgate.xapps.errors import OttSpent, OttUnknown, TooManyXAppDevices, XAppDeviceUnknown
from sealgate.xapps.launch import hash_ott, launch, openable, read_ott
from sealgate.xapps.model import MOST_DEVICES, REPLAY_LIFETIME_S, DeviceKind, Launch, OneTimeToken, Taken, XAppDevice

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer

__all__ = [
    "add_device", "devices_of", "forget_old", "launch", "launches_of", "openable", "publish", "refetch_ott",
    "remove_device", "set_status", "take_ott", "xapps_for",
]  # fmt: skip

FORGOTTEN_AT_ONCE = 1000


def take_ott(tx: Tx, ott: str, *, app_uuid: str, now: datetime) -> Taken:
    """Take what an app's one-time token stands for. One caller ever gets it, however many ask at once.

    Raises:
        OttSpent: the app's own token, taken before.
        OttUnknown: anything else; the refusal's `cause` says what, for the app's log.
    """
    text = read_ott(ott)
    if text is None:
        raise OttUnknown(cause="This is no one-time token: it has not the form of a UUID.")
    taken = store.take_ott(tx, hash_ott(text), app_uuid=app_uuid, now=now)
    if taken is None:
        raise _why_not(store.find_ott(tx, hash_ott(text)), app_uuid, now)
    return Taken.of(text, taken)


def refetch_ott(tx: Tx, ott: str, *, app_uuid: str, now: datetime) -> Taken:
    """Return what a one-time token of an app's debug device stands for once more (platform-api 16.5).

    That alone is no permission: the caller also proves to know the device (`refetch_hash`) or to be where it is.

    Raises:
        OttUnknown: not a token of this app and of a device that is its debug device still, or made a day ago.
    """
    text = read_ott(ott)
    token = None if text is None else store.find_ott(tx, hash_ott(text))
    if text is None or token is None or token.app_uuid != app_uuid:
        raise OttUnknown(cause=_why_unknown(token, app_uuid, now))
    if not token.debug or store.find_device_kind(tx, app_uuid, token.device_uuid) != "debug":
        raise OttUnknown(cause="Only a token made for the app's debug device can be fetched again.")
    if now >= token.created_at + timedelta(seconds=REPLAY_LIFETIME_S):
        raise OttUnknown(cause="The token was made more than a day ago, too long to be fetched again.")
    return Taken.of(text, token)


def forget_old(tx: Tx, *, now: datetime) -> int:
    """Forget a thousand of the tokens that were made more than a day ago; return how many there were."""
    before = now - timedelta(seconds=REPLAY_LIFETIME_S)
    return store.delete_old_otts(tx, before=before, limit=FORGOTTEN_AT_ONCE)


def publish(tx: Tx, sealer: "Sealer", app_uuid: str, *, review: bool, now: datetime) -> App:
    """Open an xApp to everybody, or hand it in for review where this server has one; a listed one stays listed.

    Raises:
        AppUnknown: there is no such app.
        AppInvalid: it has no xApp address.
    """
    listed = apps.get_app(tx, app_uuid).xapp_status == "listed"
    return set_status(tx, sealer, app_uuid, "review" if review and not listed else "listed", now=now)


def set_status(tx: Tx, sealer: "Sealer", app_uuid: str, status: XAppStatus, *, now: datetime) -> App:
    """Set who may open an xApp; refusals as `publish`."""
    if status != "draft" and not apps.get_app(tx, app_uuid).xapp_url:
        raise AppInvalid(
            message="The app has no xApp address that anybody could open.",
            hint="Set it first: `sealgate app update --xapp-url …`.",
            pointer="/xapp_url",
        )
    return apps.update_app(tx, sealer, app_uuid, {"xapp_status": status}, now=now)[0]


def add_device(tx: Tx, app_uuid: str, device_uuid: str, kind: DeviceKind, *, now: datetime) -> XAppDevice:
    """Put a device on an xApp's list, or change what it is there.

    Raises:
        AppUnknown: there is no such app.
        XAppDeviceUnknown: no paired device has this UUID.
        TooManyXAppDevices: the list has 30 guests, or a debug device.
    """
    apps.get_app(tx, app_uuid)
    device = holders.find_device(tx, device_uuid)
    if device is None or not device.is_active:
        raise XAppDeviceUnknown
    store.delete_device(tx, app_uuid, device_uuid)
    if store.count_devices(tx, app_uuid, kind) >= MOST_DEVICES[kind]:
        raise TooManyXAppDevices(message=f"The xApp's list has {MOST_DEVICES[kind]} {kind} device(s) already.")
    added = XAppDevice(app_uuid=app_uuid, device_uuid=device_uuid, kind=kind, added_at=now)
    # False where another call put it there a moment ago: then that one counts.
    store.insert_device(tx, added)
    return added


def remove_device(tx: Tx, app_uuid: str, device_uuid: str) -> None:
    """Take a device off an xApp's list; XAppDeviceUnknown where it is not there."""
    if not store.delete_device(tx, app_uuid, device_uuid):
        raise XAppDeviceUnknown(message="This device is not on the xApp's list.")


def devices_of(tx: Tx, app_uuid: str) -> list[XAppDevice]:
    """Return the devices on an xApp's list, in the order they were added; AppUnknown where there is no such app."""
    return store.list_devices(tx, apps.get_app(tx, app_uuid).uuid)


def launches_of(
    tx: Tx, app_uuid: str, *, after: Cursor | None = None, limit: int
) -> tuple[list[Launch], Cursor | None]:
    """Return the launches of an app in the last day, latest first, and where to go on; None where that was all."""
    found, end = store.otts_of_app(tx, app_uuid, after=after, limit=limit)
    return [Launch.of(token) for token in found], end


def _why_not(token: OneTimeToken | None, app_uuid: str, now: datetime) -> OttSpent | OttUnknown:
    if token is not None and token.app_uuid == app_uuid and token.taken_at is not None:
        seconds = (now - token.taken_at) // timedelta(seconds=1)
        return OttSpent(cause=f"The token was taken {seconds} s before.")
    return OttUnknown(cause=_why_unknown(token, app_uuid, now))


def _why_unknown(token: OneTimeToken | None, app_uuid: str, now: datetime) -> str:
    if token is None:
        return "No token of this value was made here in the last day."
    if token.app_uuid != app_uuid:
        return "The token was made for another app of this server: compare the API key with that of the xApp."
    seconds = (now - token.expires_at) // timedelta(seconds=1)
    return f"The token ended {seconds} s before; it is to be fetched as soon as the xApp opens."
