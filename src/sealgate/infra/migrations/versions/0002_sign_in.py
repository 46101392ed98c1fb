"""Sign in: what apps say about it, the provider's tables, the keys that sign tokens."""

import sqlalchemy as sa
from alembic import op

from sealgate.infra import schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "oauth_access_tokens",
        sa.Column("jti", schema.Uuid(), nullable=False),
        sa.Column("grant_uuid", schema.Uuid(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_oauth_access_tokens")),
    )
    with op.batch_alter_table("oauth_access_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_access_tokens_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_access_tokens_grant_uuid"), ["grant_uuid"], unique=False)

    op.create_table(
        "oauth_consents",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("scopes", sa.String(length=512), nullable=False),
        sa.Column("given_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("account", "app_uuid", "scopes", name=op.f("pk_oauth_consents")),
    )
    op.create_table(
        "oauth_device_requests",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=256), nullable=True),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("polled_at", schema.Moment(), nullable=True),
        sa.Column("denied_at", schema.Moment(), nullable=True),
        sa.Column("grant_uuid", schema.Uuid(), nullable=True),
        sa.Column("claimed_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_device_requests")),
        sa.UniqueConstraint("user_code_hash", name=op.f("uq_oauth_device_requests_user_code_hash")),
    )
    with op.batch_alter_table("oauth_device_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_device_requests_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "oauth_grants",
        sa.Column("uuid", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("holder_uuid", schema.Uuid(), nullable=True),
        sa.Column("payload_uuid", schema.Uuid(), nullable=True),
        sa.Column("user_token", schema.Uuid(), nullable=True),
        sa.Column("network_type", sa.Text(), nullable=True),
        sa.Column("network_endpoint", sa.Text(), nullable=True),
        sa.Column("network_id", sa.BigInteger(), nullable=True),
        sa.Column("auth_time", schema.Moment(), nullable=False),
        sa.Column("acr", sa.String(length=64), nullable=False),
        sa.Column("amr", schema.Json(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("shape", sa.String(length=8), nullable=False),
        sa.Column("response_type", sa.String(length=8), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("popup", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("challenge", sa.String(length=128), nullable=True),
        sa.Column("session_id", schema.Uuid(), nullable=True),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("revoked_at", schema.Moment(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_expires_at", schema.Moment(), nullable=True),
        sa.Column("code_spent_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_oauth_grants")),
    )
    with op.batch_alter_table("oauth_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_grants_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            "ix_oauth_grants_session_id",
            ["session_id"],
            unique=False,
            sqlite_where=sa.text("session_id IS NOT NULL"),
            postgresql_where=sa.text("session_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_oauth_grants_code_hash",
            ["code_hash"],
            unique=True,
            sqlite_where=sa.text("code_hash IS NOT NULL"),
            postgresql_where=sa.text("code_hash IS NOT NULL"),
        )

    op.create_table(
        "oauth_pushed_requests",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("used_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_pushed_requests")),
    )
    with op.batch_alter_table("oauth_pushed_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_pushed_requests_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "oauth_refresh_tokens",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("grant_uuid", schema.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("idle_until", schema.Moment(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("used_at", schema.Moment(), nullable=True),
        sa.Column("reused_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_refresh_tokens")),
    )
    with op.batch_alter_table("oauth_refresh_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_refresh_tokens_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_refresh_tokens_grant_uuid"), ["grant_uuid"], unique=False)

    op.create_table(
        "oauth_sessions",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sid", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("holder_uuid", schema.Uuid(), nullable=True),
        sa.Column("payload_uuid", schema.Uuid(), nullable=True),
        sa.Column("user_token", schema.Uuid(), nullable=True),
        sa.Column("network_type", sa.Text(), nullable=True),
        sa.Column("network_endpoint", sa.Text(), nullable=True),
        sa.Column("network_id", sa.BigInteger(), nullable=True),
        sa.Column("auth_time", schema.Moment(), nullable=False),
        sa.Column("acr", sa.String(length=64), nullable=False),
        sa.Column("amr", schema.Json(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("used_at", schema.Moment(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("ended_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_sessions")),
        sa.UniqueConstraint("sid", name=op.f("uq_oauth_sessions_sid")),
    )
    with op.batch_alter_table("oauth_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_sessions_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "oauth_transactions",
        sa.Column("uuid", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("payload_uuid", schema.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=2), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=256), nullable=True),
        sa.Column("pushed_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("device_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("returned_at", schema.Moment(), nullable=True),
        sa.Column("completed_at", schema.Moment(), nullable=True),
        sa.Column("completed_by", sa.String(length=8), nullable=True),
        sa.Column("grant_uuid", schema.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_oauth_transactions")),
    )
    with op.batch_alter_table("oauth_transactions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_transactions_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "revoked_tokens",
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_revoked_tokens")),
    )
    with op.batch_alter_table("revoked_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revoked_tokens_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("alg", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("public_jwk", schema.Json(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("activates_at", schema.Moment(), nullable=False),
        sa.Column("retired_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
    )
    with op.batch_alter_table("signing_keys", schema=None) as batch_op:
        batch_op.create_index(
            "uq_signing_keys_active",
            ["alg"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(
            "uq_signing_keys_next",
            ["alg"],
            unique=True,
            sqlite_where=sa.text("state = 'next'"),
            postgresql_where=sa.text("state = 'next'"),
        )

    # Rebuilding this table would take the secrets that refer to it along.
    with op.batch_alter_table("apps", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("post_logout_redirect_uris", schema.Json(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("grant_types", schema.Json(), server_default='["authorization_code"]', nullable=False)
        )
        batch_op.add_column(sa.Column("allow_implicit", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("public_pkce", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("require_pkce", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("require_par", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("access_token_ttl_s", sa.Integer(), server_default="86400", nullable=False))
        batch_op.add_column(sa.Column("id_token_alg", sa.Text(), server_default="RS256", nullable=False))
        batch_op.add_column(sa.Column("session_sharing", sa.Text(), server_default="same-client", nullable=False))
        batch_op.add_column(sa.Column("homepage_url", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("support_url", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("policy_url", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("terms_url", sa.Text(), nullable=True))
    _complete_apps()


def _complete_apps() -> None:
    """Give the apps there are what new ones of their type get, and their redirect URIs a match (design 4.3)."""
    apps = sa.table(
        "apps",
        sa.column("uuid"),
        sa.column("type"),
        sa.column("redirect_uris", schema.Json()),
        sa.column("allow_implicit", sa.Boolean()),
        sa.column("public_pkce", sa.Boolean()),
    )
    connection = op.get_bind()
    for app in connection.execute(sa.select(apps)).all():
        redirects = [
            {"uri": uri, "match": "loopback" if uri.startswith("http://") else "exact"} for uri in app.redirect_uris
        ]
        connection.execute(
            sa.update(apps)
            .where(apps.c.uuid == app.uuid)
            .values(redirect_uris=redirects, allow_implicit=app.type == "browser", public_pkce=app.type != "web")
        )
