"""The tables of the apps slice; only `apps.store` and the migrations use them."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, false, true

from sealgate.infra.schema import Json, Moment, Uuid, metadata, partial_index

apps = Table(
    "apps",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("description", Text),
    Column("icon_url", Text),
    Column("icon_file", String(64)),
    Column("webhook_url", Text),
    Column("webhook_schedule", Text, nullable=False, server_default="sealgate"),
    # The kinds that its endpoints ask for together, so that a create need not look.
    Column("webhook_events", Json, nullable=False, server_default="[]"),
    Column("redirect_uris", Json, nullable=False),
    # The defaults are for apps from before these columns; SQLite could not drop them without making the table anew.
    Column("post_logout_redirect_uris", Json, nullable=False, server_default="[]"),
    Column("grant_types", Json, nullable=False, server_default='["authorization_code"]'),
    Column("allow_implicit", Boolean, nullable=False, server_default=false()),
    Column("public_pkce", Boolean, nullable=False, server_default=false()),
    Column("require_pkce", Boolean, nullable=False, server_default=true()),
    Column("require_par", Boolean, nullable=False, server_default=false()),
    Column("access_token_ttl_s", Integer, nullable=False, server_default="86400"),
    Column("id_token_alg", Text, nullable=False, server_default="RS256"),
    Column("session_sharing", Text, nullable=False, server_default="same-client"),
    Column("homepage_url", Text),
    Column("support_url", Text),
    Column("policy_url", Text),
    Column("terms_url", Text),
    Column("xapp_id", Text, unique=True),
    Column("xapp_url", Text),
    Column("xapp_status", Text, nullable=False, server_default="draft"),
    Column("xapp_networks", Json, nullable=False, server_default="[]"),
    Column("xapp_push", Boolean, nullable=False, server_default=false()),
    Column("xapp_push_any", Boolean, nullable=False, server_default=false()),
    Column("xapp_special", Json, nullable=False, server_default="[]"),
    Column("network", String(32), nullable=False, server_default="MAINNET"),
    Column("owner", Text),
    Column("disabled", Boolean, nullable=False),
    Column("disabled_by", String(8)),
    Column("deleted_at", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_apps_created_at_uuid", "created_at", "uuid"),
)

# The default endpoint is the one that `apps.webhook_url` names; both are written together.
webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("app_uuid", Uuid, ForeignKey("apps.uuid", ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("description", Text),
    Column("events", Json, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("earlier_secret_sealed", LargeBinary),
    Column("earlier_retires_at", Moment),
    Column("paused_at", Moment),
    Column("paused_because", Text),
    Column("failing_since", Moment),
    Column("failures", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)
partial_index(
    "uq_webhook_endpoints_default",
    webhook_endpoints.c.app_uuid,
    unique=True,
    where=webhook_endpoints.c.is_default,
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

# Icons that developers uploaded, as this server drew them again. Apps may share one.
app_icons = Table(
    "app_icons",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("png", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)
