"""The tables of the authorization server. Only `store.py` and the migrations read this module.

Whatever opens a door is kept as its SHA-256. Rows refer to each other by UUID without foreign keys: each is written
once, found by its key, and swept away by age.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from sealgate.infra.schema import Json, Moment, Uuid, metadata, partial_index

oauth_transactions = Table(
    "oauth_transactions",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("payload_uuid", Uuid),
    Column("kind", String(8), nullable=False),
    Column("request", Text, nullable=False),
    Column("number", String(2), nullable=False),
    Column("browser_hash", LargeBinary(32)),
    Column("ip", String(64)),
    Column("user_agent", String(256)),
    Column("pushed_hash", LargeBinary(32)),
    Column("device_hash", LargeBinary(32)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("returned_at", Moment),
    Column("completed_at", Moment),
    Column("completed_by", String(8)),
    Column("grant_uuid", Uuid),
)


def _identity() -> tuple[Column[Any], ...]:
    """Return columns for who signed, when, how and where: of grants and sessions alike."""
    return (
        Column("account", String(40), nullable=False),
        Column("holder_uuid", Uuid),
        Column("payload_uuid", Uuid),
        Column("user_token", Uuid),
        Column("network_type", Text),
        Column("network_endpoint", Text),
        Column("network_id", BigInteger),
        Column("auth_time", Moment, nullable=False),
        Column("acr", String(64), nullable=False),
        Column("amr", Json, nullable=False),
    )


oauth_grants = Table(
    "oauth_grants",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("app_uuid", Uuid, nullable=False),
    *_identity(),
    Column("scope", Text),
    Column("shape", String(8), nullable=False),
    Column("response_type", String(8), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("popup", Boolean, nullable=False),
    Column("state", Text),
    Column("nonce", Text),
    Column("challenge", String(128)),
    Column("session_id", Uuid),
    Column("created_at", Moment, nullable=False, index=True),
    Column("revoked_at", Moment),
    # A grant has one code at most: kept here, redeeming it is one statement on one row.
    Column("code_hash", LargeBinary(32)),
    Column("code_expires_at", Moment),
    Column("code_spent_at", Moment),
    Index(None, "app_uuid", "created_at", "uuid"),
)
_has_code = oauth_grants.c.code_hash.is_not(None)
partial_index(
    "uq_oauth_grants_code_hash",
    oauth_grants.c.code_hash,
    unique=True,
    where=_has_code,
)
_has_session = oauth_grants.c.session_id.is_not(None)
partial_index(
    "ix_oauth_grants_session_id",
    oauth_grants.c.session_id,
    where=_has_session,
)

oauth_access_tokens = Table(
    "oauth_access_tokens",
    metadata,
    Column("jti", Uuid, primary_key=True),
    Column("grant_uuid", Uuid, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False, index=True),
)

oauth_refresh_tokens = Table(
    "oauth_refresh_tokens",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("grant_uuid", Uuid, nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("scope", Text),
    Column("created_at", Moment, nullable=False),
    Column("idle_until", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
    Column("reused_at", Moment),
)

oauth_pushed_requests = Table(
    "oauth_pushed_requests",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("request", Text, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

oauth_device_requests = Table(
    "oauth_device_requests",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("user_code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("request", Text, nullable=False),
    Column("ip", String(64)),
    Column("user_agent", String(256)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("interval_s", Integer, nullable=False),
    Column("polled_at", Moment),
    Column("denied_at", Moment),
    Column("grant_uuid", Uuid),
    Column("claimed_at", Moment),
)

oauth_sessions = Table(
    "oauth_sessions",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("sid", Uuid, nullable=False, unique=True),
    Column("app_uuid", Uuid, nullable=False),
    *_identity(),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
)

oauth_consents = Table(
    "oauth_consents",
    metadata,
    Column("account", String(40), primary_key=True),
    Column("app_uuid", Uuid, primary_key=True),
    Column("scopes", String(512), primary_key=True),
    Column("given_at", Moment, nullable=False),
)
