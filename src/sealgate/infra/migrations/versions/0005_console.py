"""Console: developers, their apps, invitations and sessions, the audit log."""

import sqlalchemy as sa
from alembic import op

from sealgate.infra import schema

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", schema.Moment(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=True),
        sa.Column("details", schema.Json(), nullable=False),
        sa.Column("reference", schema.Uuid(), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_log")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_app_uuid_number"), ["app_uuid", "number"], unique=False)

    op.create_table(
        "audit_tail",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tail")),
    )
    op.create_table(
        "developers",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("disabled_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_developers")),
    )
    op.create_table(
        "app_members",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("added_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["developers.account"], name=op.f("fk_app_members_account_developers")),
        sa.ForeignKeyConstraint(
            ["app_uuid"], ["apps.uuid"], name=op.f("fk_app_members_app_uuid_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_uuid", "account", name=op.f("pk_app_members")),
    )
    with op.batch_alter_table("app_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_app_members_account"), ["account"], unique=False)

    op.create_table(
        "console_sessions",
        sa.Column("id", schema.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("seen_at", schema.Moment(), nullable=False),
        sa.Column("ended_at", schema.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["developers.account"], name=op.f("fk_console_sessions_account_developers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_console_sessions_secret_hash")),
    )
    with op.batch_alter_table("console_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_sessions_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_console_sessions_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "developer_invitations",
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=True),
        sa.Column("role", sa.Integer(), nullable=True),
        sa.Column("invited_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.Column("expires_at", schema.Moment(), nullable=False),
        sa.Column("used_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["app_uuid"], ["apps.uuid"], name=op.f("fk_developer_invitations_app_uuid_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_developer_invitations")),
    )
    with op.batch_alter_table("developer_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_developer_invitations_app_uuid"), ["app_uuid"], unique=False)

    op.create_table(
        "app_icons",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_app_icons")),
    )
    with op.batch_alter_table("apps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("icon_file", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("disabled_by", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("deleted_at", schema.Moment(), nullable=True))

    with op.batch_alter_table("call_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("error_name", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("message", sa.Text(), nullable=True))

    # What the pages list: by app, latest first.
    with op.batch_alter_table("payloads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payloads_app_uuid_id"), ["app_uuid", "id"], unique=False)
    with op.batch_alter_table("payload_outcomes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payload_outcomes_txid",
            ["txid"],
            unique=False,
            sqlite_where=sa.text("txid IS NOT NULL"),
            postgresql_where=sa.text("txid IS NOT NULL"),
        )
    with op.batch_alter_table("user_tokens", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_tokens_app_uuid_issued_at_token"), ["app_uuid", "issued_at", "token"], unique=False
        )
    with op.batch_alter_table("oauth_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oauth_grants_app_uuid_created_at_uuid"), ["app_uuid", "created_at", "uuid"], unique=False
        )
    with op.batch_alter_table("one_time_tokens", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_one_time_tokens_app_uuid_created_at_ott_hash"),
            ["app_uuid", "created_at", "ott_hash"],
            unique=False,
        )

    # What the pictures are made of, and by which of an ending's moments it is found.
    op.create_table(
        "app_last_calls",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("at", schema.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("app_uuid", name=op.f("pk_app_last_calls")),
    )
    op.create_table(
        "app_stats",
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("resolution_s", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metric", sa.String(length=24), nullable=False),
        sa.Column("bucket_at", schema.Moment(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("app_uuid", "resolution_s", "metric", "bucket_at", name=op.f("pk_app_stats")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("app_stats", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_app_stats_resolution_s_bucket_at"), ["resolution_s", "bucket_at"], unique=False
        )
    op.create_table(
        "stats_marks",
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_stats_marks")),
    )
    with op.batch_alter_table("payloads", schema=None) as batch_op:
        for column in ("resolved_at", "cancelled_at"):
            batch_op.create_index(
                f"ix_payloads_{column}",
                [column],
                unique=False,
                sqlite_where=sa.text(f"{column} IS NOT NULL"),
                postgresql_where=sa.text(f"{column} IS NOT NULL"),
            )
