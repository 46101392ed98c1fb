"""User tokens that an app's users had on another platform, until their accounts sign here."""

import sqlalchemy as sa
from alembic import op

from sealgate.infra import schema

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "imported_user_tokens",
        sa.Column("token", schema.Uuid(), nullable=False),
        sa.Column("app_uuid", schema.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=35), nullable=False),
        sa.Column("issued_at", schema.Moment(), nullable=True),
        sa.Column("expires_at", schema.Moment(), nullable=True),
        sa.Column("imported_at", schema.Moment(), nullable=False),
        sa.Column("holder_uuid", schema.Uuid(), nullable=True),
        sa.Column("claimed_at", schema.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_imported_user_tokens")),
    )
    with op.batch_alter_table("imported_user_tokens", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_imported_user_tokens_app_uuid_account"), ["app_uuid", "account"], unique=True
        )
