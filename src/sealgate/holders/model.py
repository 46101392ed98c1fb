"""The words of the slice: holder, device, account, and what is handed out to add one."""

from datetime import datetime

import msgspec

MAX_DEVICES = 32
MAX_ACCOUNTS = 100
MAX_OPEN_INVITATIONS = 10
MAX_OPEN_CHALLENGES = 20
INVITATION_LIFETIME_S = 600
CHALLENGE_LIFETIME_S = 300


class Holder(msgspec.Struct, frozen=True):
    """A person with one wallet or more; the `user` of wallet-api 1.2."""

    uuid: str
    created_at: datetime


class Device(msgspec.Struct, frozen=True):
    """One installed wallet. Its Ed25519 key is its only credential (design 4.7)."""

    uuid: str
    holder_uuid: str
    public_key: bytes
    name: str
    platform: str
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether calls signed by this device still count."""
        return self.revoked_at is None


class NewDevice(msgspec.Struct, frozen=True):
    """A key that signed its own first call and belongs to no device, or not yet.

    Attributes:
        public_key: 32 bytes of Ed25519, proved by the signature of the call that carries it.
    """

    public_key: bytes


class Account(msgspec.Struct, frozen=True):
    """An XRPL account whose key the holder has proved to hold.

    Attributes:
        public_key: 33 bytes as the ledger writes them (02, 03 or ED in front), upper-case hex.
    """

    address: str
    public_key: str
    added_at: datetime


class Invitation(msgspec.Struct, frozen=True):
    """Lets one more device join a holder, once.

    Attributes:
        secret: What the new device hands in; kept nowhere, only its SHA-256 is stored.
    """

    secret: str
    expires_at: datetime


class AccountChallenge(msgspec.Struct, frozen=True):
    """What an ownership proof must contain to be fresh: `AccountTxnID` is the SHA-256 of `nonce`."""

    nonce: str
    expires_at: datetime


class NewSubscription(msgspec.Struct, frozen=True):
    """What a browser's `PushSubscription` holds, its form checked.

    Attributes:
        p256dh: The device's public key: an uncompressed point of P-256, 65 bytes.
        auth: The secret it shares with us, 16 bytes.
    """

    endpoint: str
    p256dh: bytes
    auth: bytes


class Subscription(msgspec.Struct, frozen=True):
    """Where one device is woken (RFC 8030).

    Attributes:
        auth_sealed: The secret of `NewSubscription`, sealed for `push_subscription:<device>`.
        last_ok_at: When its push service last took a message.
        failures: Messages it refused since then.
    """

    device_uuid: str
    endpoint: str
    p256dh: bytes
    auth_sealed: bytes
    created_at: datetime
    last_ok_at: datetime | None = None
    failures: int = 0


class Reachable(msgspec.Struct, frozen=True):
    """How far a holder can be reached for an app.

    Attributes:
        has_device: Whether any device is left that could show a request.
        subscribed: UUIDs of the devices that can be woken.
        muted: Whether the holder has silenced the app.
    """

    has_device: bool
    subscribed: tuple[str, ...]
    muted: bool
