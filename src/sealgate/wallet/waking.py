"""Shapes of push subscriptions and mutes. A subscription has the form browsers give it (Push API, `toJSON`)."""

from typing import Annotated

from msgspec import Meta, Struct

from sealgate.base.clock import to_wire
from sealgate.holders.model import Subscription

Endpoint = Annotated[str, Meta(min_length=1, max_length=2048, description="https URL of the push service")]
PublicKey = Annotated[str, Meta(min_length=1, max_length=128, description="P-256 point of 65 bytes, base64url")]
Secret = Annotated[str, Meta(min_length=1, max_length=64, description="16 bytes, base64url")]


class SubscriptionKeys(Struct, frozen=True):
    """What messages to the device are encrypted with (RFC 8291, 2)."""

    p256dh: PublicKey
    auth: Secret


class PushSubscriptionIn(Struct, frozen=True):
    """Where the device is woken. Members that browsers add, such as `expirationTime`, are passed over."""

    endpoint: Endpoint
    keys: SubscriptionKeys


class SubscribedOut(Struct, frozen=True):
    """The device's subscription.

    Attributes:
        last_ok_at: When its push service last took a message, or null.
    """

    endpoint: str
    created_at: str
    last_ok_at: str | None

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscribedOut":
        """Return the shape of a subscription, without its keys."""
        ok_at = subscription.last_ok_at
        return cls(subscription.endpoint, to_wire(subscription.created_at), None if ok_at is None else to_wire(ok_at))


class PushSubscriptionOut(Struct, frozen=True):
    """Whether the device can be woken.

    Attributes:
        application_server_key: The `applicationServerKey` to subscribe with: the server's P-256 key, base64url.
        subscription: Null where the device cannot be woken: never subscribed, or its push service has forgotten it.
    """

    application_server_key: str
    subscription: SubscribedOut | None


class MutedOut(Struct, frozen=True):
    """Whether an app's requests are listed without waking anybody."""

    muted: bool
