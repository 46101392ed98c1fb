"""Tables of the slice. One-time tokens are here as SHA-256 only."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from sealgate.infra.schema import Moment, Uuid, metadata

one_time_tokens = Table(
    "one_time_tokens",
    metadata,
    Column("ott_hash", LargeBinary(32), primary_key=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("holder_uuid", Uuid, nullable=False),
    Column("device_uuid", Uuid, nullable=False),
    Column("account", String(40), nullable=False),
    Column("debug", Boolean, nullable=False),
    Column("ip", String(64)),
    Column("context", Text, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("taken_at", Moment),
    Index(None, "app_uuid", "created_at", "ott_hash"),
)

xapp_devices = Table(
    "xapp_devices",
    metadata,
    Column("app_uuid", Uuid, ForeignKey("apps.uuid", ondelete="CASCADE"), primary_key=True),
    Column("device_uuid", Uuid, ForeignKey("devices.uuid", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("added_at", Moment, nullable=False),
)
