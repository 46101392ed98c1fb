"""Tables of the slice."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from sealgate.infra.schema import Moment, Uuid, metadata

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
