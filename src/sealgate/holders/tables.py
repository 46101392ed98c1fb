"""Tables of the slice. Secrets and nonces are here as SHA-256 only."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from sealgate.infra.schema import Moment, Uuid, metadata

holders = Table(
    "holders",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("created_at", Moment, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("holder_uuid", Uuid, ForeignKey("holders.uuid"), nullable=False, index=True),
    Column("public_key", LargeBinary(32), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

device_invitations = Table(
    "device_invitations",
    metadata,
    Column("secret_hash", LargeBinary(32), primary_key=True),
    Column("holder_uuid", Uuid, ForeignKey("holders.uuid"), nullable=False, index=True),
    Column("invited_by", Uuid, ForeignKey("devices.uuid"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

# One account may be held by several holders: importing the same key into two wallets is the owner's right, and
# both prove it with the key itself.
accounts = Table(
    "accounts",
    metadata,
    Column("holder_uuid", Uuid, ForeignKey("holders.uuid"), primary_key=True),
    Column("address", String(35), primary_key=True),
    Column("public_key", String(66), nullable=False),
    Column("added_at", Moment, nullable=False),
    Index(None, "address"),
)

account_challenges = Table(
    "account_challenges",
    metadata,
    Column("nonce_hash", LargeBinary(32), primary_key=True),
    Column("device_uuid", Uuid, ForeignKey("devices.uuid"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
)

# Where a device can be woken (RFC 8030). The public key is indexed because a browser that pairs anew brings the
# subscription of its earlier device along.
push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("device_uuid", Uuid, ForeignKey("devices.uuid"), primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", LargeBinary(65), nullable=False, index=True),
    Column("auth_sealed", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_ok_at", Moment),
    Column("failures", Integer, nullable=False),
)

# Apps whose requests are listed for a holder and wake none of their devices.
app_mutes = Table(
    "app_mutes",
    metadata,
    Column("holder_uuid", Uuid, ForeignKey("holders.uuid"), primary_key=True),
    Column("app_uuid", Uuid, primary_key=True),
    Column("muted_at", Moment, nullable=False),
)
