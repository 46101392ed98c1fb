"""Signer rights: what the ledger said of whoever signed, and signatures of several until they are enough."""

import sqlalchemy as sa
from alembic import op

from sealgate.infra import schema

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "payload_contributions",
        sa.Column(
            "payload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("signer", sa.String(length=40), nullable=False),
        sa.Column("key_address", sa.String(length=40), nullable=False),
        sa.Column("signer_pubkey", sa.String(length=66), nullable=False),
        sa.Column("hex", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.BigInteger(), nullable=False),
        sa.Column("holder_uuid", schema.Uuid(), nullable=False),
        sa.Column("device_uuid", schema.Uuid(), nullable=False),
        sa.Column("signed_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payload_id"], ["payloads.id"], name=op.f("fk_payload_contributions_payload_id_payloads")
        ),
        sa.PrimaryKeyConstraint("payload_id", "signer", name=op.f("pk_payload_contributions")),
    )
    with op.batch_alter_table("payload_outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rights", schema.Json(), nullable=True))
