"""Waking a holder: where each of their devices takes messages (RFC 8030), and which apps they have silenced.

Verbs in a transaction, offered beside `service`.
"""

from datetime import datetime

from sealgate.holders import push_store
from sealgate.holders.errors import SubscriptionInvalid
from sealgate.holders.model import Device, NewSubscription, Reachable, Subscription
from sealgate.holders.service import require_active
from sealgate.holders.thumbprint import from_base64url
from sealgate.infra.resealing import ResealTarget
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx

MAX_REFUSALS = 10
"""Messages in a row that a push service may refuse before the subscription counts as dead."""
MAX_ENDPOINT_CHARS = 2048
_POINT_BYTES = 65
_AUTH_BYTES = 16


def check_subscription(endpoint: str, p256dh: str, auth: str) -> NewSubscription:
    """Return the subscription if its keys are what RFC 8291, 2 wants; where its endpoint leads is checked elsewhere.

    Args:
        p256dh: base64url without padding, as `PushSubscription.toJSON()` gives it; `auth` likewise.

    Raises:
        SubscriptionInvalid: the message says what is wrong.
    """
    if len(endpoint) > MAX_ENDPOINT_CHARS or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise SubscriptionInvalid(
            message=f"The endpoint must be a URL of at most {MAX_ENDPOINT_CHARS} ASCII characters.",
            pointer="/endpoint",
        )
    point, secret = from_base64url(p256dh), from_base64url(auth)
    if point is None or not _is_on_curve(point):
        raise SubscriptionInvalid(
            message="The key p256dh must be base64url of an uncompressed point of P-256, 65 bytes.",
            pointer="/keys/p256dh",
        )
    if secret is None or len(secret) != _AUTH_BYTES:
        raise SubscriptionInvalid(message="The key auth must be base64url of 16 bytes.", pointer="/keys/auth")
    return NewSubscription(endpoint, point, secret)


def subscribe(tx: Tx, device: Device, new: NewSubscription, *, sealer: Sealer, now: datetime) -> Subscription:
    """Make this the one place where the device is woken, instead of what there was before.

    A browser that paired anew brings along the subscription of its earlier device, which no longer has it then: or its
    next user would be woken for what its last one is asked.

    Raises:
        DeviceRevoked: the device was revoked.
    """
    require_active(tx, device)
    sealed = sealer.seal(new.auth, context=_context(device.uuid))
    stored = Subscription(device.uuid, new.endpoint, new.p256dh, sealed, now)
    push_store.delete_elsewhere(tx, stored)
    push_store.upsert_subscription(tx, stored)
    return stored


def find_subscription(tx: Tx, device_uuid: str) -> Subscription | None:
    """Return where a device is woken, or None where it cannot be."""
    return push_store.find_subscription(tx, device_uuid)


def find_wakeable(tx: Tx, device_uuid: str, app_uuid: str) -> Subscription | None:
    """Return where a device is woken for an app; None also where it was revoked or the app was muted meanwhile."""
    return push_store.find_wakeable(tx, device_uuid, app_uuid)


def unsubscribe(tx: Tx, device: Device) -> bool:
    """Stop waking a device. False where there was no subscription.

    Raises:
        DeviceRevoked: the device was revoked.
    """
    require_active(tx, device)
    return push_store.delete_subscription(tx, device.uuid)


def remove_dead(tx: Tx, subscription: Subscription) -> bool:
    """Forget a subscription that its push service no longer knows, unless the wallet has replaced it meanwhile."""
    return push_store.delete_same(tx, subscription)


def note_delivered(tx: Tx, subscription: Subscription, *, now: datetime) -> None:
    """Remember that the push service took a message."""
    push_store.note_result(tx, subscription, failures=0, ok_at=now)


def note_refused(tx: Tx, subscription: Subscription) -> bool:
    """Count a message that the push service would not take; True when that was one too many and it is forgotten."""
    failures = subscription.failures + 1
    if failures >= MAX_REFUSALS:
        return push_store.delete_same(tx, subscription)
    push_store.note_result(tx, subscription, failures=failures, ok_at=subscription.last_ok_at)
    return False


def reach(tx: Tx, holder_uuid: str, app_uuid: str) -> Reachable:
    """Return how far a holder can be reached for an app; one statement."""
    found = push_store.devices_within_reach(tx, holder_uuid, app_uuid)
    return Reachable(
        has_device=bool(found),
        subscribed=tuple(row.uuid for row in found if row.subscribed),
        muted=any(row.muted for row in found),
    )


def mute(tx: Tx, holder_uuid: str, app_uuid: str, *, now: datetime) -> None:
    """Let an app's requests wake none of the holder's devices any more. Muting twice is the same as once."""
    push_store.insert_mute(tx, holder_uuid, app_uuid, now=now)


def unmute(tx: Tx, holder_uuid: str, app_uuid: str) -> bool:
    """Let an app's requests wake the holder's devices again. False where they did already."""
    return push_store.delete_mute(tx, holder_uuid, app_uuid)


def muted_apps(tx: Tx, holder_uuid: str) -> frozenset[str]:
    """Return the UUIDs of the apps a holder has silenced."""
    return frozenset(push_store.muted_apps(tx, holder_uuid))


def auth_of(subscription: Subscription, sealer: Sealer) -> bytes:
    """Return the secret that the device shares with us, 16 bytes.

    Raises:
        SealBroken: the row does not open.
    """
    return sealer.open(subscription.auth_sealed, context=_context(subscription.device_uuid))


def _context(device_uuid: str) -> str:
    return f"push_subscription:{device_uuid}"


def _is_on_curve(point: bytes) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    if len(point) != _POINT_BYTES:
        return False
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return False
    return True


RESEAL_TARGETS = (ResealTarget(push_store.SEALED, lambda row: _context(row.device_uuid)),)
"""What a rotation of the master key seals again."""
