"""Tables of the slice."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from sealgate.infra.schema import Json, Moment, Uuid, metadata, partial_index

# One row per pair: a token that ended is replaced in place, so its old value is unknown from then on.
user_tokens = Table(
    "user_tokens",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("holder_uuid", Uuid, primary_key=True, index=True),
    Column("token", Uuid, nullable=False, unique=True),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Index(None, "app_uuid", "issued_at", "token"),
)

# Values that an app's users had on another platform. One waits for the account it belongs to, is somebody's from the
# first signature on, and stays as a mark after that: what somebody has ended never comes back by a second import.
imported_user_tokens = Table(
    "imported_user_tokens",
    metadata,
    Column("token", Uuid, primary_key=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("account", String(35), nullable=False),
    Column("issued_at", Moment),
    Column("expires_at", Moment),
    Column("imported_at", Moment, nullable=False),
    Column("holder_uuid", Uuid),
    Column("claimed_at", Moment),
    Index(None, "app_uuid", "account", unique=True),
)

# The highest number of a purpose is the key in use; older ones stay, so that what they signed can be checked.
server_keys = Table(
    "server_keys",
    metadata,
    Column("purpose", String(16), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kid", String(43), nullable=False, unique=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("sealed_private_key", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", String(43), primary_key=True),
    Column("alg", String(5), nullable=False),
    Column("state", String(7), nullable=False),
    Column("public_jwk", Json, nullable=False),
    Column("sealed_private_key", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("activates_at", Moment, nullable=False),
    Column("retired_at", Moment),
)

# One key in use and one to come of each algorithm, however many processes make them at once.
for _state in ("active", "next"):
    _such = signing_keys.c.state == _state
    partial_index(f"uq_signing_keys_{_state}", signing_keys.c.alg, where=_such, unique=True)

# Access tokens that ended before their time; a row goes when the token would have expired anyway.
revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("jti", Text, primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
)
