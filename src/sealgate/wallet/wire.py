"""Shapes of pairing, accounts and permissions. Times on the wire are as in platform-api 1.4."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sealgate.base.clock import to_wire
from sealgate.holders.model import Account, Device
from sealgate.tokens.view_key import PublicKey

Key = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{43}$", description="32 bytes of Ed25519 as base64url")]
# No control characters: these texts are shown in lists and terminals.
DeviceName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Platform = Annotated[
    str, Meta(min_length=1, max_length=32, pattern=r"^[^\x00-\x1f\x7f]+$", description="Such as cli, web, ios")
]
Secret = Annotated[str, Meta(min_length=1, max_length=128)]
Address = Annotated[str, Meta(min_length=25, max_length=35)]
ProofBlob = Annotated[str, Meta(min_length=2, max_length=1024, description="Signed proof, hex")]


class ServerOut(Struct, frozen=True):
    """What a wallet must know of a server before it pairs.

    Attributes:
        view_key: Signs what wallets are shown; to be pinned when pairing.
        earlier_view_keys: Keys used before, newest first.
        pairing: `closed` asks for an invitation.
        time: The server's clock, to correct one's own: signed calls must be younger than a minute.
    """

    name: str
    public_url: str
    issuer: str
    view_key: PublicKey
    earlier_view_keys: tuple[PublicKey, ...]
    pairing: Literal["open", "closed"]
    time: str


class PairIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A wallet introduces its key, in a call that this same key signs."""

    public_key: Key
    name: DeviceName
    platform: Platform
    invitation: Secret | None = None


class Ref(Struct, frozen=True):
    """Something by its UUID."""

    uuid: str


class PairedOut(Struct, frozen=True):
    """The device, the user it belongs to, and the server it is paired with."""

    user: Ref
    device: Ref
    server: ServerOut


class InvitationOut(Struct, frozen=True):
    """Lets one more device join the same user, once.

    Attributes:
        invitation: The secret the new device hands in.
        link: The same for a QR code: opens a wallet that can pair.
        web_link: Opens this server's own wallet with it, the secret behind the `#`, where no server sees it; `link`
            once more where the server has switched its wallet off.
        code: `web_link` as a QR code: its rows, `1` for dark, without a quiet zone.
    """

    invitation: str
    expires_at: str
    link: str
    web_link: str
    code: list[str]


class DeviceOut(Struct, frozen=True):
    """One of the user's devices.

    Attributes:
        current: Whether this is the device that asks.
        revoked_at: When its key stopped to count, or null.
    """

    uuid: str
    name: str
    platform: str
    created_at: str
    revoked_at: str | None
    current: bool

    @classmethod
    def of(cls, device: Device, *, asking: Device) -> "DeviceOut":
        """Return the shape of a device."""
        return cls(
            device.uuid,
            device.name,
            device.platform,
            to_wire(device.created_at),
            None if device.revoked_at is None else to_wire(device.revoked_at),
            device.uuid == asking.uuid,
        )


class DevicesOut(Struct, frozen=True):
    """The user's devices, oldest first."""

    devices: list[DeviceOut]


class RevokedOut(Struct, frozen=True):
    """The device's key no longer counts.

    Attributes:
        devices_left: Active devices of the user. At 0 nobody can act for this user any more; pairing again makes
            a new one.
    """

    revoked: bool
    devices_left: int


class ChallengeOut(Struct, frozen=True):
    """What an ownership proof must contain.

    Attributes:
        nonce: The issuer of this server, `#`, and a random part. The proof's AccountTxnID is the SHA-256 of its text.
    """

    nonce: str
    expires_at: str


class AddAccountIn(Struct, frozen=True, forbid_unknown_fields=True):
    """An account and the proof that the caller holds its key (wallet-api 1.7, with AccountTxnID for the nonce)."""

    account: Address
    txblob: ProofBlob


class AccountAddedOut(Struct, frozen=True):
    """The account is the user's.

    Attributes:
        added: False when it was already.
    """

    account: str
    added: bool


class AccountOut(Struct, frozen=True):
    """An account the user has proved to hold."""

    account: str
    public_key: str
    added_at: str

    @classmethod
    def of(cls, account: Account) -> "AccountOut":
        """Return the shape of an account."""
        return cls(account.address, account.public_key, to_wire(account.added_at))


class AccountsOut(Struct, frozen=True):
    """The user's accounts in the order they were added."""

    accounts: list[AccountOut]


class RemovedOut(Struct, frozen=True):
    """It is gone."""

    removed: bool


class PingUser(Struct, frozen=True):
    """The user by UUID."""

    uuidv4: str


class PingDevice(Struct, frozen=True):
    """The device by UUID."""

    uuidv4: str
    name: str


class PingCall(Struct, frozen=True):
    """This call."""

    uuidv4: str


class PingAuth(Struct, frozen=True):
    """Who asked."""

    user: PingUser
    device: PingDevice
    call: PingCall


class PingOut(Struct, frozen=True):
    """The server knows the device.

    Attributes:
        badge: Requests that wait for the user.
    """

    pong: bool
    badge: int
    auth: PingAuth


class GrantedApp(Struct, frozen=True):
    """The app that holds a permission."""

    id: str
    name: str
    description: str
    icon: str


class GrantUrls(Struct, frozen=True):
    """Pages of the app; null where it names none."""

    homepage: str | None = None
    terms: str | None = None
    support: str | None = None
    privacy: str | None = None


class Grant(Struct, frozen=True):
    """How long a permission lasts.

    Attributes:
        validity: Whole days from issue, or from the last extension, to the end.
    """

    validity: int
    issued: str
    expires: str


class PermissionOut(Struct, frozen=True):
    """An app may send requests to the user (wallet-api 7.3).

    Attributes:
        muted: Whether its requests are listed without waking anybody.
    """

    app: GrantedApp
    urls: GrantUrls
    grant: Grant
    muted: bool


class CommitOut(Struct, frozen=True):
    """The permission has ended."""

    commit: bool
