"""Delivery: webhook endpoints, events and their deliveries, push subscriptions."""

import sqlalchemy as sa
from alembic import op

from sealgate.base.ids import new_uuid, uuid_bytes
from sealgate.infra import schema

revision = "0004"
down_revision = "0003"

_DEFAULT_EVENTS = '["payload.resolved"]'


def upgrade() -> None:
    op.create_table(
        "app_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_app_events")),
        sa.UniqueConstraint("id", name=op.f("uq_app_events_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("app_events", schema=None) as batch_op:
        batch_op.create_index("ix_app_events_app_uuid_seq", ["app_uuid", "seq"], unique=False)

    op.create_table(
        "app_listeners",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("until", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("app_uuid", name=op.f("pk_app_listeners")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("target_kind", sa.String(length=8), nullable=False),
        sa.Column("target_uuid", schema.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", schema.Moment(), nullable=False),
        sa.Column("lease_owner", schema.Uuid(), nullable=True),
        sa.Column("expires_at", schema.Moment(), nullable=True),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("finished_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_app_uuid_id", ["app_uuid", "id"], unique=False)
        batch_op.create_index(
            "ix_deliveries_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_deliveries_event_seq"), ["event_seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_subject"), ["subject"], unique=False)
        batch_op.create_index(
            "ix_deliveries_order",
            ["target_uuid", "subject", "id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", schema.Moment(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    with op.batch_alter_table("delivery_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempts_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "app_mutes",
        sa.Column("holder_uuid", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("muted_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["holder_uuid"], ["holders.uuid"], name=op.f("fk_app_mutes_holder_uuid_holders")),
        sa.PrimaryKeyConstraint("holder_uuid", "app_uuid", name=op.f("pk_app_mutes")),
    )
    op.create_table(
        "webhook_endpoints",
        sa.Column("uuid", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("events", schema.Json(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("earlier_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("earlier_retires_at", schema.Moment(), nullable=True),
        sa.Column("paused_at", schema.Moment(), nullable=True),
        sa.Column("paused_because", sa.Text(), nullable=True),
        sa.Column("failing_since", schema.Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_uuid"], ["apps.uuid"], name=op.f("fk_webhook_endpoints_app_uuid_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_webhook_endpoints")),
    )
    with op.batch_alter_table("webhook_endpoints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_endpoints_app_uuid"), ["app_uuid"], unique=False)
        batch_op.create_index(
            "uq_webhook_endpoints_default",
            ["app_uuid"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.create_table(
        "push_subscriptions",
        sa.Column("device_uuid", schema.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.LargeBinary(length=65), nullable=False),
        sa.Column("auth_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("last_ok_at", schema.Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_uuid"], ["devices.uuid"], name=op.f("fk_push_subscriptions_device_uuid_devices")
        ),
        sa.PrimaryKeyConstraint("device_uuid", name=op.f("pk_push_subscriptions")),
    )
    with op.batch_alter_table("push_subscriptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_subscriptions_p256dh"), ["p256dh"], unique=False)

    with op.batch_alter_table("apps", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("webhook_schedule", sa.Text(), server_default="sealgate", nullable=False))
        batch_op.add_column(sa.Column("webhook_events", schema.Json(), server_default="[]", nullable=False))
    _make_endpoints_of_webhook_urls()
    # Made anew, the table would take the secrets of every app along; SQLite drops a plain column in place, too.
    op.execute("ALTER TABLE apps DROP COLUMN webhook_secret_sealed")

    with op.batch_alter_table("payloads", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("tell_expiry", sa.Boolean(), nullable=True))
        batch_op.create_index(
            "ix_payloads_tell_expiry",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("tell_expiry"),
            postgresql_where=sa.text("tell_expiry"),
        )
        for column in ("resolved_at", "cancelled_at"):
            batch_op.create_index(
                f"ix_payloads_holder_{column}",
                ["holder_uuid", column],
                unique=False,
                sqlite_where=sa.text(f"holder_uuid IS NOT NULL AND {column} IS NOT NULL"),
                postgresql_where=sa.text(f"holder_uuid IS NOT NULL AND {column} IS NOT NULL"),
            )


def _make_endpoints_of_webhook_urls() -> None:
    connection = op.get_bind()
    query = sa.text(
        "SELECT uuid, webhook_url, webhook_secret_sealed, created_at FROM apps"
        " WHERE webhook_url IS NOT NULL AND webhook_secret_sealed IS NOT NULL"
    )
    insert = sa.text(
        "INSERT INTO webhook_endpoints (uuid, app_uuid, url, events, is_default, secret_sealed, failures, created_at)"
        " VALUES (:uuid, :app_uuid, :url, :events, :is_default, :secret_sealed, 0, :created_at)"
    )
    told = sa.text("UPDATE apps SET webhook_events = :events WHERE uuid = :uuid")
    for app in connection.execute(query).all():
        connection.execute(told, {"events": _DEFAULT_EVENTS, "uuid": app.uuid})
        connection.execute(
            insert,
            {
                "uuid": uuid_bytes(new_uuid()),
                "app_uuid": app.uuid,
                "url": app.webhook_url,
                "events": _DEFAULT_EVENTS,
                "is_default": True,
                "secret_sealed": app.webhook_secret_sealed,
                "created_at": app.created_at,
            },
        )
