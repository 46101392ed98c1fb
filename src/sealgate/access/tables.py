"""The tables of the access slice; only `access.store` and the migrations use them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from sealgate.infra.schema import Moment, Uuid, metadata, partial_index

# SQLite numbers rows by itself in an INTEGER primary key only.
_Number = BigInteger().with_variant(Integer, "sqlite")

# Rows are numbered in the order of time, so that new ones are written side by side and old ones are found without an
# index on the time.
call_log = Table(
    "call_log",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("ref", Uuid, nullable=False),
    Column("app_uuid", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("method", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("error_code", Text),
    Column("duration_us", BigInteger, nullable=False),
    Column("cause", Text),
    # Which refusal it was and what its caller was told; NULL, and no bytes, for the calls that went well.
    Column("error_name", Text),
    Column("message", Text),
    Index(None, "app_uuid", "number"),
)

# Refusals are what people look up by reference. An index of all random references would double what a call costs the
# log: every row would dirty a page of its own.
_refused = call_log.c.error_code.is_not(None)
partial_index("ix_call_log_ref", call_log.c.ref, where=_refused)

app_notices = Table(
    "app_notices",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ref", Uuid, nullable=False),
    Column("method", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("origin_host", Text, nullable=False),
    Index(None, "app_uuid", "number"),
)

device_nonces = Table(
    "device_nonces",
    metadata,
    Column("keyid", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("forget_at", Moment, nullable=False, index=True),
)
