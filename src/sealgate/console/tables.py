"""The tables of the console; only its `store` and the migrations use them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from sealgate.infra.schema import Json, Moment, Uuid, metadata

developers = Table(
    "developers",
    metadata,
    Column("account", String(40), primary_key=True),
    Column("name", String(60)),
    Column("operator", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
)

app_members = Table(
    "app_members",
    metadata,
    Column("app_uuid", Uuid, ForeignKey("apps.uuid", ondelete="CASCADE"), primary_key=True),
    Column("account", String(40), ForeignKey("developers.account"), primary_key=True),
    Column("role", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    Index(None, "account"),
)

developer_invitations = Table(
    "developer_invitations",
    metadata,
    Column("secret_hash", LargeBinary(32), primary_key=True),
    Column("operator", Boolean, nullable=False),
    Column("app_uuid", Uuid, ForeignKey("apps.uuid", ondelete="CASCADE"), index=True),
    Column("role", Integer),
    Column("invited_by", String(40)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", String(40)),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("account", String(40), ForeignKey("developers.account"), nullable=False, index=True),
    Column("user_agent", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("action", String(64), nullable=False),
    Column("app_uuid", Uuid),
    Column("details", Json, nullable=False),
    Column("reference", Uuid),
    Column("hash", LargeBinary(32), nullable=False),
    Index(None, "app_uuid", "number"),
)

# One row: where the chain of the audit log ends. Taking it is what makes entries come one after the other.
audit_tail = Table(
    "audit_tail",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

# What pictures are made of: how often something happened in a minute or an hour. No foreign key: counting comes after
# the fact, when the app may be gone.
app_stats = Table(
    "app_stats",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("resolution_s", Integer, primary_key=True, autoincrement=False),
    Column("metric", String(24), primary_key=True),
    Column("bucket_at", Moment, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Index(None, "resolution_s", "bucket_at"),
    # A chart reads thousands of neighbours: they lie in the key itself.
    sqlite_with_rowid=False,
)

# How far each source was counted: a row number or a moment in milliseconds, whichever the source goes by.
stats_marks = Table(
    "stats_marks",
    metadata,
    Column("source", String(16), primary_key=True),
    Column("mark", BigInteger, nullable=False),
)

app_last_calls = Table(
    "app_last_calls",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
)
