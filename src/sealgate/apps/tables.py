"""The tables of the apps slice; only `apps.store` and the migrations use them."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text

from sealgate.infra.schema import Json, Moment, Uuid, metadata

apps = Table(
    "apps",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("description", Text),
    Column("icon_url", Text),
    Column("webhook_url", Text),
    Column("redirect_uris", Json, nullable=False),
    Column("xapp_id", Text, unique=True),
    Column("xapp_url", Text),
    Column("owner", Text),
    Column("webhook_secret_sealed", LargeBinary),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_apps_created_at_uuid", "created_at", "uuid"),
)

app_secrets = Table(
    "app_secrets",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("app_uuid", Uuid, ForeignKey("apps.uuid", ondelete="CASCADE"), nullable=False, index=True),
    Column("mac", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("retires_at", Moment),
    Column("last_used_at", Moment),
)
