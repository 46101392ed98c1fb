"""xApps: what apps say about them, their one-time tokens and devices; what apps store about themselves and users."""

import sqlalchemy as sa
from alembic import op

from sealgate.infra import schema

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "app_documents",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("updated_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("app_uuid", name=op.f("pk_app_documents")),
    )
    op.create_table(
        "one_time_tokens",
        sa.Column("ott_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("holder_uuid", schema.Uuid(), nullable=False),
        sa.Column("device_uuid", schema.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("debug", sa.Boolean(), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("taken_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("ott_hash", name=op.f("pk_one_time_tokens")),
    )
    with op.batch_alter_table("one_time_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_tokens_created_at"), ["created_at"], unique=False)

    op.create_table(
        "user_values",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("holder_uuid", schema.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("app_uuid", "holder_uuid", "key", name=op.f("pk_user_values")),
    )
    op.create_table(
        "xapp_devices",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("device_uuid", schema.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("added_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_uuid"], ["apps.uuid"], name=op.f("fk_xapp_devices_app_uuid_apps"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["device_uuid"], ["devices.uuid"], name=op.f("fk_xapp_devices_device_uuid_devices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_uuid", "device_uuid", name=op.f("pk_xapp_devices")),
    )
    with op.batch_alter_table("call_log", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("cause", sa.Text(), nullable=True))

    with op.batch_alter_table("apps", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("xapp_status", sa.Text(), server_default="draft", nullable=False))
        batch_op.add_column(sa.Column("xapp_networks", schema.Json(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("xapp_push", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("xapp_push_any", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("xapp_special", schema.Json(), server_default="[]", nullable=False))
    with op.batch_alter_table("payloads", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("unlisted", sa.Boolean(), nullable=True))

    # Links name xApps in any case. Where two identifiers differ in nothing else, both stay as they are.
    op.execute(
        "UPDATE apps SET xapp_id = lower(xapp_id) WHERE NOT EXISTS (SELECT 1 FROM apps AS other"
        " WHERE other.uuid <> apps.uuid AND lower(other.xapp_id) = lower(apps.xapp_id))"
    )
