"""The tables of events and their deliveries. Only `store` and the migrations read this module.

An event is written once and never changed. A delivery is one event (or one push message) on its way to one target;
it is unfinished while `finished_at` is NULL, and both indexes that the outbox works with hold unfinished rows only: so
what it costs to find the next delivery does not grow with what was delivered before.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from sealgate.infra.schema import Moment, Uuid, metadata, partial_index

_Key = BigInteger().with_variant(Integer, "sqlite")

app_events = Table(
    "app_events",
    metadata,
    Column("seq", _Key, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("data", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_app_events_app_uuid_seq", "app_uuid", "seq"),
    # A number is never given twice, even when everything was pruned: who follows the events resumes after a number.
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    # None for a push message, which is no event.
    Column("event_seq", _Key, index=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("target_kind", String(8), nullable=False),
    Column("target_uuid", Uuid, nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("message", Text),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    # When it is due. While somebody sends it: when that lease ends and it is due again.
    Column("next_at", Moment, nullable=False),
    Column("lease_owner", Uuid),
    Column("expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Index("ix_deliveries_app_uuid_id", "app_uuid", "id"),
)
partial_index("ix_deliveries_due", deliveries.c.next_at, where=deliveries.c.finished_at.is_(None))
partial_index(
    "ix_deliveries_order",
    deliveries.c.target_uuid,
    deliveries.c.subject,
    deliveries.c.id,
    where=deliveries.c.finished_at.is_(None),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("delivery_id", _Key, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("status", Integer),
    Column("latency_ms", Integer),
    Column("error", Text),
    Column("answer", Text),
)

app_listeners = Table(
    "app_listeners",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("until", Moment, nullable=False),
)
