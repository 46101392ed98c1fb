"""The ledger: an app's network, which transactions are followed, and what became of them."""

import sqlalchemy as sa
from alembic import op

from sealgate.infra import schema

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("apps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("network", sa.String(length=32), server_default="MAINNET", nullable=False))
    with op.batch_alter_table("payload_outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("network", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("differences", schema.Json(), nullable=True))

    op.create_table(
        "followed_transactions",
        sa.Column(
            "payload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("txid", sa.String(length=64), nullable=False),
        sa.Column("last_ledger", sa.BigInteger(), nullable=True),
        sa.Column("first_ledger", sa.BigInteger(), nullable=True),
        sa.Column("since", schema.Moment(), nullable=False),
        sa.Column("next_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payload_id"], ["payloads.id"], name=op.f("fk_followed_transactions_payload_id_payloads")
        ),
        sa.PrimaryKeyConstraint("payload_id", name=op.f("pk_followed_transactions")),
    )
    with op.batch_alter_table("followed_transactions", schema=None) as batch_op:
        batch_op.create_index("ix_followed_transactions_network_next_at", ["network", "next_at"], unique=False)

    op.create_table(
        "payload_verdicts",
        sa.Column(
            "payload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("validated", sa.Boolean(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("delivered_amount", schema.Json(), nullable=True),
        sa.Column("ledger_index", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", schema.Moment(), nullable=True),
        sa.Column("decided_at", schema.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["payload_id"], ["payloads.id"], name=op.f("fk_payload_verdicts_payload_id_payloads")),
        sa.PrimaryKeyConstraint("payload_id", name=op.f("pk_payload_verdicts")),
    )
